"""What Windows 11 asks of a PC: what fails, what nobody can tell, and processors by their own names."""

from __future__ import annotations

from typing import Any

import pytest

from asking import known, told, windows

GIB = 2**30
DAY = "2026-09-01"
GOOD: dict[str, Any] = {
    "cpu": "Intel(R) Core(TM) i5-8500 CPU @ 3.00GHz", "cpu_speed": 3000, "cores": 6, "memory": 8 * GIB - 2**28,
    "system_disk": 237 * GIB, "firmware": "uefi", "secure_boot": False, "tpm": "2.0", "form": "desktop", "vendor": "Dell Inc.",
}  # fmt: skip


def asked(**changed: Any) -> tuple[bool | None, list[str], str]:
    added = told("hardware", DAY, GOOD | changed, windows("10", 19045))
    capable, reasons = added["windows11_capable"], added["windows11_reasons"]
    assert isinstance(reasons.value, list)
    return known(capable), [str(each) for each in reasons.value], capable.unknown


def test_a_pc_that_meets_all_of_it() -> None:
    assert asked() == (True, [], "")


ONE_BY_ONE = [
    ({"memory": 2 * GIB}, False, "fails: memory: the system sees 2.0 GB"),
    ({"memory": 7 * GIB // 2}, True, ""),
    ({"memory": 7 * GIB // 2 - 1}, None, "unknown: memory"),
    ({"memory": None}, None, "unknown: memory: no memory"),
    ({"system_disk": 30 * GIB}, None, "unknown: disk: the system's file system has 30 GB"),
    ({"system_disk": None}, None, "unknown: disk"),
    ({"cores": 1}, False, "fails: cores"),
    ({"cores": None}, None, "unknown: cores"),
    ({"cpu_speed": 900, "cpu": "AMD FX(tm)-8350"}, False, "fails: speed"),
    ({"cpu_speed": None}, True, ""),
    ({"cpu_speed": 900}, True, ""),
    ({"firmware": "bios", "secure_boot": False}, None, "unknown: firmware: it starts by BIOS"),
    ({"firmware": None, "secure_boot": None}, None, "unknown: firmware"),
    ({"secure_boot": None}, None, "unknown: secure boot"),
    ({"secure_boot": True}, True, ""),
    ({"tpm": "1.2"}, None, "unknown: tpm: it has version 1.2"),
    ({"tpm": "none"}, None, "unknown: tpm: none shows"),
    ({"tpm": None}, None, "unknown: tpm"),
    ({"cpu": None}, None, "unknown: processor: cpu: no cpu"),
    (
        {"cpu": "Intel(R) Core(TM) i7-7700HQ CPU"},
        False,
        "fails: processor: Intel(R) Core(TM) i7-7700HQ CPU: Core of the 7th",
    ),
    ({"cpu": "Intel(R) Core(TM) i7-7820HQ CPU"}, None, "only on a few devices"),
    ({"cpu": "Intel(R) Core(TM) i7-7700HQ CPU", "form": "virtual"}, None, "unknown: processor"),
    ({"cpu": "Some Chip 9000"}, None, "not in the knowledge base"),
]


@pytest.mark.parametrize(("changed", "capable", "reason"), ONE_BY_ONE)
def test_each_demand_by_itself(changed: dict[str, Any], capable: bool | None, reason: str) -> None:
    found, reasons, why = asked(**changed)
    assert found is capable
    assert reason in "; ".join(reasons)
    assert bool(reasons) == bool(reason)
    assert bool(why) == (capable is None)


def test_one_failure_is_enough_whatever_else_is_not_known() -> None:
    capable, reasons, _ = asked(memory=2 * GIB, tpm=None)
    assert capable is False
    assert [each.partition(":")[0] for each in reasons] == ["fails", "unknown"]


PROCESSORS = {
    True: """Intel(R) Core(TM) i3-8100T CPU|11th Gen Intel(R) Core(TM) i5-1135G7 @ 2.40GHz|Intel(R) Core(TM) i7-1065G7 CPU
        12th Gen Intel(R) Core(TM) i5-1235U|13th Gen Intel(R) Core(TM) i9-13900K|Intel(R) Core(TM) i3-N305|Intel(R) N100
        Intel(R) Core(TM) Ultra 7 155H|Intel(R) Core(TM) 5 120U|Intel(R) Celeron(R) N4020 CPU @ 1.10GHz|Intel(R) Core(TM) m3-8100Y
        Intel(R) Pentium(R) Silver N5000 CPU|Intel(R) Pentium(R) Gold G5400 CPU|AMD Ryzen 5 PRO 3500U w/ Radeon Vega Mobile Gfx
        AMD Ryzen 7 2700X Eight-Core Processor|AMD Ryzen 7 7840HS w/ Radeon 780M Graphics|AMD Ryzen AI 9 HX 370 w/ Radeon 890M
        AMD Ryzen Threadripper 2950X 16-Core Processor|AMD Athlon Silver 3050U with Radeon Graphics|AMD EPYC 7742 64-Core
        AMD 3020e with Radeon Graphics|Snapdragon (TM) 8cx Gen 2 @ 3.0 GHz|Microsoft SQ1 @ 3.0 GHz|Snapdragon(R) X Elite - X1E""",
    False: """Intel(R) Core(TM) i5-2400S CPU @ 2.50GHz|Intel(R) Core(TM) m3-7Y30 CPU @ 1.00GHz|Intel(R) Core(TM) M-5Y10c CPU
        Intel(R) Core(TM)2 Duo CPU E8400 @ 3.00GHz|Intel(R) Core(TM) i5 CPU M 520 @ 2.40GHz|Intel(R) Core(TM) i7 CPU 920 @ 2.67GHz
        Intel(R) Celeron(R) CPU N3350 @ 1.10GHz|Intel(R) Pentium(R) CPU N4200 @ 1.10GHz|Intel(R) Atom(TM) x5-Z8350 CPU
        Intel(R) Pentium(R) CPU G4560 @ 3.50GHz|AMD Ryzen 5 2500U with Radeon Vega Mobile Gfx|AMD Ryzen 5 1600 Six-Core Processor
        AMD Ryzen 5 2400G with Radeon Vega Graphics|AMD Ryzen Threadripper 1950X 16-Core|AMD A10-9600P RADEON R5|AMD FX(tm)-8350
        AMD Athlon(tm) II X2 250 Processor|Snapdragon (TM) 835 @ 2.21 GHz""",
    None: """Intel(R) Xeon(R) E-2276M CPU|Intel(R) Core(TM) i9-7900X CPU|AMD Athlon 200GE with Radeon Vega|QEMU Virtual CPU
        Genuine Intel(R) CPU 0000 @ 2.00GHz|AMD EPYC 7551 32-Core""",
}


@pytest.mark.parametrize(
    ("cpu", "capable"),
    [(" ".join(cpu.split()), capable) for capable, text in PROCESSORS.items() for cpu in text.replace("\n", "|").split("|")],
)
def test_processors_by_their_own_names(cpu: str, capable: bool | None) -> None:
    assert asked(cpu=cpu, cpu_speed=2000)[0] is capable


def test_a_mac_is_not_judged() -> None:
    added = told("hardware", DAY, GOOD | {"vendor": "Apple"})
    assert "Mac" in added["windows11_capable"].unknown
    assert "Mac" in added["windows11_reasons"].unknown


def test_that_it_is_capable_is_not_known_for_ever() -> None:
    fact = told("hardware", "2027-01-01", GOOD)["windows11_capable"]
    assert fact.unknown.startswith("unknown since 2026-12-17: the facts on requirements are of 2026-06-19")
    assert fact.last_known is True
    assert known(told("hardware", "2027-01-01", GOOD | {"cores": 1})["windows11_capable"]) is False
