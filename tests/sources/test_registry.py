r"""Walking any registry: wildcards, case, presence without the value, and what was not given at all."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest

from auditor.model import Reading, Source, Status, Value
from auditor.sources import registry
from auditor.sources.registry import Mount


class DictKey:
    """A key in a nested dict: dicts are keys, ``(type, data)`` values."""

    def __init__(self, tree: dict[str, Any]) -> None:
        self.tree = tree

    def subkeys(self) -> Iterable[str]:
        return [name for name, below in self.tree.items() if isinstance(below, dict)]

    def child(self, name: str) -> DictKey | None:
        return next((DictKey(self.tree[each]) for each in self.subkeys() if each.casefold() == name.casefold()), None)

    def values(self) -> Iterable[tuple[str, str, Value]]:
        return [(name, *data) for name, data in self.tree.items() if not isinstance(data, dict)]


SOFTWARE = {
    "Mozilla": {"Mozilla Firefox": {"CurrentVersion": ("REG_SZ", "140.0 (x64 en-GB)"), "": ("REG_SZ", "140.0")}},
    "WOW6432Node": {"Mozilla": {"Mozilla Firefox": {"CurrentVersion": ("REG_SZ", "52.0")}}},
    "Uninstall": {
        "A [1]": {"DisplayName": ("REG_SZ", "A"), "Size": ("REG_DWORD", 5), "Key": ("REG_BINARY", "00ff")},
        "a2": {"displayname": ("REG_SZ", "a2"), "DigitalProductId": ("REG_BINARY", "5ec2e7")},
        "B": {"Path": ("REG_EXPAND_SZ", "%x%"), "All": ("REG_MULTI_SZ", ["x"])},
    },
}


def read(where: str, *mounts: Mount) -> list[Reading]:
    given = mounts or (Mount(r"HKLM\SOFTWARE", DictKey(SOFTWARE), "SOFTWARE"),)
    return list(registry.read(Source("registry", where), given, "not in what was given (x)"))


def values(where: str, *mounts: Mount) -> list[Value]:
    return [reading.value for reading in read(where, *mounts)]


def test_wanted_values_are_given_by_the_names_that_were_asked_for() -> None:
    [reading] = read(r"HKLM\SOFTWARE\Mozilla\Mozilla Firefox#currentversion")
    assert reading.at == r"HKLM\SOFTWARE\Mozilla\Mozilla Firefox (SOFTWARE)"
    assert (reading.status, reading.value) == (Status.READ, {"currentversion": "140.0 (x64 en-GB)"})


def test_keys_are_found_in_any_case() -> None:
    assert values(r"hklm\software\MOZILLA\mozilla firefox#CurrentVersion") == [{"CurrentVersion": "140.0 (x64 en-GB)"}]


def test_the_32_bit_view_is_a_key_of_its_own() -> None:
    assert values(r"HKLM\SOFTWARE\Wow6432Node\Mozilla\*#CurrentVersion") == [{"CurrentVersion": "52.0"}]


def test_the_default_value_has_an_empty_name() -> None:
    assert values(r"HKLM\SOFTWARE\Mozilla\Mozilla Firefox#,CurrentVersion") == [
        {"": "140.0", "CurrentVersion": "140.0 (x64 en-GB)"}
    ]
    assert values(r"HKLM\SOFTWARE\Mozilla\Mozilla Firefox#?,None") == [{"": {"present": True}}]


def test_a_wildcard_leads_to_every_key_that_has_a_wanted_value() -> None:
    assert [(reading.at, reading.value) for reading in read(r"HKLM\SOFTWARE\Uninstall\*#DisplayName")] == [
        (r"HKLM\SOFTWARE\Uninstall\A [1] (SOFTWARE)", {"DisplayName": "A"}),
        (r"HKLM\SOFTWARE\Uninstall\a2 (SOFTWARE)", {"DisplayName": "a2"}),
    ]
    assert len(values(r"HKLM\SOFTWARE\Uninstall\a*")) == 2
    assert [reading.at for reading in read(r"HKLM\SOFTWARE\*\*\*#CurrentVersion")] == [
        r"HKLM\SOFTWARE\WOW6432Node\Mozilla\Mozilla Firefox (SOFTWARE)"
    ]


def test_without_names_all_values_are_given_with_the_types_that_text_cannot_show() -> None:
    assert values(r"HKLM\SOFTWARE\Uninstall\B") == [{"Path": {"REG_EXPAND_SZ": "%x%"}, "All": ["x"]}]
    assert values(r"HKLM\SOFTWARE\Uninstall\A [1]") == [{"DisplayName": "A", "Size": 5, "Key": {"REG_BINARY": "00ff"}}]
    assert values(r"HKLM\SOFTWARE\Uninstall") == [{}]


def test_a_question_mark_tells_presence_and_never_the_value() -> None:
    [reading] = read(r"HKLM\SOFTWARE\Uninstall\*#?DigitalProductId")
    assert reading.value == {"DigitalProductId": {"present": True}}
    assert "5ec2e7" not in str(reading)


@pytest.mark.parametrize("where", [r"HKLM\SOFTWARE\None", r"HKLM\SOFTWARE\None\*", r"HKLM\SOFTWARE\Mozilla#None"])
def test_what_a_given_hive_does_not_have_is_absent(where: str) -> None:
    [reading] = read(where)
    assert (reading.status, reading.detail) == (Status.ABSENT, "no such key or value")


@pytest.mark.parametrize("where", [r"HKLM\SYSTEM\Select", r"HKU\*\Software", r"HKLM", "AMCACHE"])
def test_what_no_hive_covers_is_failed_not_absent(where: str) -> None:
    [reading] = read(where)
    assert (reading.status, reading.detail) == (Status.FAILED, "not in what was given (x)")


def test_every_user_whose_hive_is_here_answers() -> None:
    tree = {"Software": {"X": {"v": ("REG_SZ", "1")}}}
    mounts = [Mount(rf"HKU\{name}", DictKey(tree)) for name in ("ada", "bob")]
    assert [reading.at for reading in read(r"HKU\*\Software\X#v", *mounts)] == [
        r"HKU\ada\Software\X", r"HKU\bob\Software\X",
    ]  # fmt: skip
    [none] = read(r"HKU\*\Software\Y", *mounts)
    assert none.status is Status.ABSENT


SERVICES = (".DEFAULT", "S-1-5-18", "S-1-5-19", "S-1-5-20", "S-1-5-80-3880718306-3832830129-1677859214-2598158968-1052248003",
            "S-1-5-18_Classes")  # fmt: skip


@pytest.mark.parametrize("service", SERVICES)
def test_windows_own_accounts_are_no_users(service: str) -> None:
    """Run as the system, "the current user" is the system: what is in its hive is nobody's."""
    tree = {"Software": {"X": {"v": ("REG_SZ", "1")}}}
    ada = Mount(r"HKU\S-1-5-21-1-2-3-1001", DictKey(tree))
    assert [each.at for each in read(r"HKU\*\Software\X#v", Mount(rf"HKU\{service}", DictKey(tree)), ada)] == [
        r"HKU\S-1-5-21-1-2-3-1001\Software\X"
    ]
    whole = Mount("HKU", DictKey({service: tree, "S-1-12-1-1-2-3-4": tree}))
    assert [each.at for each in read(r"HKU\*\Software\X#v", whole)] == [r"HKU\S-1-12-1-1-2-3-4\Software\X"]
    [none] = read(r"HKU\*\Software\X#v", Mount(rf"HKU\{service}", DictKey(tree)))
    assert none.status is Status.FAILED


def test_a_wildcard_of_which_only_a_part_was_given_says_so() -> None:
    part = Mount(r"HKLM\SOFTWARE\Uninstall\B", DictKey(SOFTWARE["Uninstall"]["B"]), "b.reg")
    gap, found = read(r"HKLM\SOFTWARE\Uninstall\*#All", part)
    assert (gap.status, gap.detail) == (Status.FAILED, "only a part of it was given: not in what was given (x)")
    assert found.value == {"All": ["x"]}
    [nothing] = read(r"HKLM\SOFTWARE\Uninstall\*#DisplayName", part)
    assert nothing.status is Status.FAILED
    whole = Mount(r"HKLM\SOFTWARE", DictKey(SOFTWARE), "SOFTWARE")
    assert {reading.status for reading in read(r"HKLM\SOFTWARE\Uninstall\*#All", part, whole)} == {Status.READ}


def test_a_damaged_key_costs_no_other() -> None:
    class Broken(DictKey):
        def values(self) -> Iterable[tuple[str, str, Value]]:
            raise OSError(5, "damaged here")

        def child(self, name: str) -> DictKey | None:
            return Broken({"v": ("REG_SZ", "1")}) if name == "bad" else super().child(name)

    mount = Mount("HKLM", Broken({"bad": {}, "good": {"v": ("REG_SZ", "1")}}))
    bad, good = read(r"HKLM\*#v", mount)
    assert (bad.status, bad.at, bad.detail) == (Status.FAILED, r"HKLM\bad", "damaged here")
    assert good.value == {"v": "1"}


def test_more_keys_than_are_given_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry, "MAX_KEYS", 1)
    first, last = read(r"HKLM\SOFTWARE\Uninstall\*")
    assert (first.status, last.status, last.detail) == (Status.READ, Status.FAILED, "more than 1 keys")


def test_a_mark_without_a_name_asks_for_the_default_value() -> None:
    assert values(r"HKLM\SOFTWARE\Mozilla\Mozilla Firefox#") == [{"": "140.0"}]
    assert [reading.status for reading in read(r"HKLM\SOFTWARE\WOW6432Node\Mozilla\Mozilla Firefox#")] == [Status.ABSENT]


POLICIES = {
    "Disable3DAPIs": ("REG_DWORD", 1),
    "Target{A}": ("REG_SZ", "138."),
    "EnrollmentToken": ("REG_SZ", "5ec2e7"),
    "": ("REG_SZ", "5ec2e7"),
}


@pytest.mark.parametrize(
    ("asked", "values"),
    [
        (
            "?*,disable3dapis",
            {
                "disable3dapis": 1,
                "Target{A}": {"present": True},
                "EnrollmentToken": {"present": True},
                "": {"present": True},
            },
        ),
        ("target*", {"Target{A}": "138."}),
        (
            "?*,target*",
            {
                "Disable3DAPIs": {"present": True},
                "Target{A}": "138.",
                "EnrollmentToken": {"present": True},
                "": {"present": True},
            },
        ),
        ("?*", {name: {"present": True} for name in POLICIES}),
        ("*", {name: data for name, (_, data) in POLICIES.items()}),
    ],
)
def test_names_may_be_asked_for_without_their_data(asked: str, values: dict[str, Any]) -> None:
    [reading] = read(rf"HKLM\SOFTWARE#{asked}", Mount(r"HKLM\SOFTWARE", DictKey(POLICIES)))
    assert reading.value == values
