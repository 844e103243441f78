"""Understanding by parts that were seen before gives what understanding each snapshot by itself gives, on every PC there is."""

from __future__ import annotations

import json
import os
import random
import re
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from auditor import checks, privacy
from auditor.checks import CHECKS, Check
from auditor.checks.collected import Collected
from auditor.cli import handed_in
from auditor.errors import AuditorError, SnapshotError
from auditor.estate import understanding as quick
from auditor.estate.kept import Kept
from auditor.estate.profile import profile_of
from auditor.estate.understanding import TELLING, Plainly, Understanding, Understood
from auditor.model import Detected, Device, Fact, FactSpec, Reading, Snapshot, Source, Status, Subject
from auditor.privacy_bytes import is_nobody, may_hold_names
from auditor.scan import take
from auditor.snapshot.read import decode
from auditor.snapshot.write import encode
from auditor.sources.offline import open_place
from pcs import pc
from truth import score
from truth.layout import laid_out

pytestmark = [  # the library that replays a hive's logs leaves its files to the garbage collector
    pytest.mark.filterwarnings("ignore:unclosed file:ResourceWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]

TRAPS = Path(__file__).parents[1] / "snapshots"
REAL = Path(os.environ.get("AUDITOR_REALDATA") or Path(__file__).resolve().parents[3] / "shared" / "realdata")


def signals(readings: Sequence[Reading], hostname: str) -> Mapping[str, str]:
    """Something of each reading of identity, so that none may be missing or of another PC."""
    return {f"{number}": f"{each.source.where} {each.status.value} {each.value}" for number, each in enumerate(readings)}


def machines(real: Path) -> Iterator[tuple[Mapping[str, Any], Path]]:
    for path in sorted(TRAPS.glob("*/expected.yaml")):
        yield yaml.safe_load(path.read_text(encoding="utf-8")), path.parent
    for group, label in score.labels().items():
        if (real / group).is_dir():
            yield from ((machine, real / group) for machine in label["machines"])


def snapshots(real: Path) -> Iterator[Snapshot]:
    """Every PC of the tests, and of the real data where there are any, as its scan would give it."""
    with tempfile.TemporaryDirectory() as scratch:
        for number, (machine, group) in enumerate(machines(real)):
            try:
                place = open_place(laid_out(machine, group, Path(scratch, str(number))))
                yield take(place.family, place.readers, taken_at=f"2026-11-20T09:30:{number % 60:02}Z", salt="0" * 32)
            except AuditorError:
                continue


@pytest.fixture(scope="module")
def every() -> list[bytes]:
    return [encode(each) for each in snapshots(REAL)]


@pytest.fixture(scope="module")
def plain(every: list[bytes]) -> dict[bytes, Understood]:
    understand = Plainly(signals=signals)
    return {each: understand(each) for each in every}


def new(**more: Any) -> Understanding:
    return Understanding(signals=signals, **more)


def test_every_pc_is_understood_alike_in_any_order(every: list[bytes], plain: dict[bytes, Understood]) -> None:
    understand = new()
    order = list(every)
    for seed in range(3):
        random.Random(seed).shuffle(order)
        assert [each[:120] for each in order if understand(each) != plain[each]] == []
    before = understand.quick
    assert [each for each in every if understand(each) != plain[each]] == []
    assert understand.quick - before == len(every), "with everything seen, all go the quick way"


SID = re.compile(rb"S-1-5-21-[0-9-]+")
NAMES = (b"anna", b"Anna", b"ANNA", b"j.smith", b"bob the builder", b"chrome", b"mullvad", b"Administrator", b"Public", b"x")


def people(data: bytes) -> list[bytes]:
    return list(dict.fromkeys(re.findall(rb'(?i)(?:[a-z]:\\\\users|"HKU)\\\\([A-Za-z0-9. ]+)(?=\\\\|")', data)))


def changed(data: bytes, chance: random.Random, other: bytes) -> bytes:
    """A PC that is a little different: whose it is, what it has, or what of another PC it has."""
    for _ in range(chance.randrange(4)):
        data = chance.choice(CHANGES)(data, chance, other)
    return data


def _renamed(data: bytes, chance: random.Random, other: bytes) -> bytes:
    for name in people(data):
        to = chance.choice(NAMES)
        data = re.sub(rb'(\\\\|")' + re.escape(name) + rb'(?=\\\\|")', rb"\g<1>" + to, data)
    return data


def _half_renamed(data: bytes, chance: random.Random, other: bytes) -> bytes:
    """Some of the places where a user is named name another one, who may be there or not."""
    names = [*people(data), *NAMES]
    return re.sub(
        rb'(?i)((?:users|hku)\\\\)([A-Za-z0-9. ]+)(?=\\\\|")',
        lambda found: found[1] + (chance.choice(names) if chance.random() < 0.3 else found[2]),
        data,
    )


def _other_users(data: bytes, chance: random.Random, other: bytes) -> bytes:
    numbers = [b"S-1-5-21-1-2-3-%d" % number for number in (100, 1001, 1002)]
    return SID.sub(lambda found: chance.choice([found[0], *numbers]), data)


def _readings(change: Callable[[list[Any], random.Random, list[Any]], list[Any]]) -> Callable[..., bytes]:
    def of_bytes(data: bytes, chance: random.Random, other: bytes) -> bytes:
        whole, theirs = json.loads(data), json.loads(other)
        same = whole["device"]["family"] == theirs["device"]["family"]
        whole["readings"] = change(whole["readings"], chance, theirs["readings"] if same else [])
        return json.dumps(whole, separators=(",", ":")).encode() + b"\n"

    return of_bytes


def _dropped(readings: list[Any], chance: random.Random, theirs: list[Any]) -> list[Any]:
    gone = chance.randrange(0, max(len(readings), 1))
    return readings[:gone] + readings[gone + chance.randrange(1, 5) :]


def _twice(readings: list[Any], chance: random.Random, theirs: list[Any]) -> list[Any]:
    return [*readings, *chance.sample(readings, min(len(readings), 3))]


def _mixed(readings: list[Any], chance: random.Random, theirs: list[Any]) -> list[Any]:
    known = [each for each in theirs if each["status"] == "read"]
    return [*readings, *chance.sample(known, min(len(known), 5))]


def _turned(readings: list[Any], chance: random.Random, theirs: list[Any]) -> list[Any]:
    where = chance.randrange(max(len(readings), 1))
    return readings[where:] + readings[:where]


def _refused(readings: list[Any], chance: random.Random, theirs: list[Any]) -> list[Any]:
    for each in chance.sample(readings, min(len(readings), 3)):
        each.pop("value", None)
        each |= {"status": chance.choice(["denied", "failed", "absent"]), "detail": f"so said {each['at']}"}
    return readings


def _valued(readings: list[Any], chance: random.Random, theirs: list[Any]) -> list[Any]:
    known = [each for each in readings if isinstance(each.get("value"), dict)]
    for each in chance.sample(known, min(len(known), 3)):
        each["value"] = {
            name: chance.choice([value, "1.2.3", 7, [], r"D:\Profiles\anna", r"C:\Users\Anna\x"])
            for name, value in each["value"].items()
        }
    return readings


PROGRAMS = (
    *("Google Chrome", "Google Chrome Enterprise Helper", "Mozilla Maintenance Service", "Mozilla Firefox 128.0 (x64 de)"),
    *("Microsoft Edge", "Microsoft Edge Update", "Microsoft Office Proof (German) 2016", "Microsoft Teams", "7-Zip"),
    *("Microsoft Office Professional Plus 2016", "Bloc-notes amélioré", "LibreOffice 24.2.5.2", "Vivaldi", "谷歌浏览器", ""),
)
PROGRAM_KEYS = (
    "x",
    "Google Chrome",
    "{90160000-0011-0000-0000-0000000FF1CE}",
    "Office16.PROPLUS",
    "O365ProPlusRetail - de-de",
)


def _programs(readings: list[Any], chance: random.Random, theirs: list[Any]) -> list[Any]:
    """Programs that come, go and are called otherwise."""
    listed = [each for each in readings if "Uninstall" in each["source"][1] and each["status"] == "read"]
    gone = chance.sample(listed, min(len(listed), 3))
    for each in chance.sample(listed, min(len(listed), 3)):
        each["value"] = {**each["value"], "DisplayName": chance.choice(PROGRAMS)}
    for each in chance.sample(listed, min(len(listed), 3)):
        at = f"{each['at'].rpartition(chr(92))[0]}\\{chance.choice(PROGRAM_KEYS)}"
        readings = [*readings, {**each, "at": at, "value": {**each["value"], "DisplayName": chance.choice(PROGRAMS)}}]
    return [each for each in readings if each not in gone]


def _whose(data: bytes, chance: random.Random, other: bytes) -> bytes:
    whole = json.loads(data)
    whole["device"] |= {"hostname": chance.choice(["", "anna", "PC-7"]), "site": chance.choice(["", "York"])}
    whole["device"] |= {"id": f"{chance.getrandbits(128):032x}", "tags": chance.choice([[], ["a"]])}
    return json.dumps(whole, separators=(",", ":")).encode() + b"\n"


CHANGES = (
    _renamed, _half_renamed, _other_users, _whose,
    *map(_readings, (_dropped, _twice, _mixed, _turned, _refused, _valued, _programs, _programs)),
)  # fmt: skip


@pytest.fixture(scope="module")
def warm(every: list[bytes]) -> Understanding:
    understand = new(audited=10**9)
    for each in every:
        understand(each)
    return understand


@settings(max_examples=150, suppress_health_check=list(HealthCheck))
@given(st.integers(0, 2**32))
def test_what_is_a_little_different_is_understood_alike(every: list[bytes], warm: Understanding, seed: int) -> None:
    """With what all other examples left behind, which is what a mistake would come from."""
    chance = random.Random(seed)
    understand = Plainly(signals=signals)
    for _ in range(3):
        data = changed(chance.choice(every), chance, chance.choice(every))
        assert warm(data) == understand(data)


USERS = Source("registry", next(each.where for each in checks.wants("windows") if each.where.endswith("BLBeacon#version")))


def test_users_of_one_pc_share_their_parts_with_those_of_another() -> None:
    def windows(*names: str) -> bytes:
        readings = [
            Reading(USERS, f"HKU\\{name}\\Software\\Google\\Chrome\\BLBeacon", Status.READ, {"version": f"138.0.{n}.1"})
            for n, name in enumerate(names)
        ]
        return encode(Snapshot(Device("a" * 32, "pc", "windows"), "2026-11-20T09:30:00Z", "t", "f" * 32, tuple(readings)))

    understand, one_by_one = Understanding(), Plainly()
    for name in ("ines", "otto", "olga"):
        for pc_of in (windows(name), windows(name, f"{name}2"), windows(name, name), windows(name, name.upper())):
            assert understand(pc_of) == one_by_one(pc_of)
    kept = len(understand._families["windows"].pieces._seen)
    for name in ("vera", "wim", "mia"):
        pc_of = windows(name, f"{name}2")
        assert understand(pc_of) == one_by_one(pc_of)
    assert len(understand._families["windows"].pieces._seen) == kept, "no new pieces for new names"


def fast(data: bytes) -> object:
    """What comes of bytes, or how they are refused."""
    return outcome(Understanding(handed_in.understand), data)


def outcome(understand: Callable[[bytes], Understood], data: bytes) -> object:
    try:
        return understand(data)
    except AuditorError as error:
        return type(error), error.message, error.hint


def small() -> bytes:
    source = Source("file", "/etc/os-release")
    snapshot = pc("linux", {source: "ID=debian\nNAME=Debian\nVERSION_ID=12"})
    return encode(snapshot._replace(readings=snapshot.readings[:6]))


HOSTILE = {
    "cut off": lambda data: data[:-20],
    "cut between readings": lambda data: data[: data.rindex(b"},{")],
    "two readings fewer brackets": lambda data: data.replace(b"},{", b",", 1),
    "end in the middle": lambda data: data.replace(b"},{", b"}]},{", 1),
    "whole end in the middle": lambda data: data.replace(b'},{"source":', b'}]}["a","b"],"at":"","status":"absent"},{"source":', 1),
    "something behind": lambda data: data.rstrip() + b"{}",
    "nothing but blanks behind": lambda data: data + b" \r\n\t",
    "byte order mark": lambda data: b"\xef\xbb\xbf" + data,
    "blank before": lambda data: b" " + data,
    "pretty": lambda data: json.dumps(json.loads(data), indent=1).encode(),
    "blanks between readings": lambda data: data.replace(b"},{", b"}, {"),
    "mark instead of a name": lambda data: data.replace(b'"at":"', b'"at":"\x01p1=p1\x02', 1),
    "control character": lambda data: data.replace(b"debian", b"deb\x02ian"),
    "repeated key in a reading": lambda data: data.replace(b'"at":', b'"at":"x","at":', 1),
    "repeated key in a value": lambda data: data.replace(b'"value":"ID', b'"value":{"a":1,"a":2},"detail":"ID', 1),
    "repeated key of the whole": lambda data: data.replace(b'"agent":', b'"agent":"y","agent":', 1),
    "repeated readings": lambda data: data.replace(b'"readings":', b'"readings":[],"readings":', 1),
    "readings first": lambda data: b'{"readings":[],' + data[1:],
    "key that looks repeated": lambda data: data.replace(b"ID=debian", b'\\"at\\":'),
    "unknown field": lambda data: data.replace(b'"at":', b'"new":1,"at":', 1),
    "unknown field of the whole": lambda data: data.replace(b'"agent":', b'"new":1,"agent":', 1),
    "floating point": lambda data: data.replace(b'"value":"ID', b'"value":1.5,"detail":"ID', 1),
    "long number": lambda data: data.replace(b'"value":"ID', b'"value":' + b"9" * 30 + b',"detail":"ID', 1),
    "deep": lambda data: data.replace(b'"value":"ID', b'"value":' + b"[" * 40 + b"]" * 40 + b',"detail":"ID', 1),
    "very deep": lambda data: data.replace(b'"value":"ID', b'"value":' + b"[" * 5000 + b"]" * 5000 + b',"detail":"ID', 1),
    "no value": lambda data: data.replace(b'"value":"ID', b'"detail":"ID', 1),
    "value that is none": lambda data: data.replace(b'"status":"read"', b'"status":"denied"', 1),
    "no status": lambda data: data.replace(b'"status":"read"', b'"status":"seen"', 1),
    "not UTF-8": lambda data: data.replace(b"debian", b"deb\xffian"),
    "half of a pair": lambda data: data.replace(b"debian", b"deb\\udc80ian"),
    "pair": lambda data: data.replace(b"debian", b"deb\\ud83d\\ude00ian"),
    "other letters": lambda data: data.replace(b"debian", "débian".encode()),
    "impossible day": lambda data: data.replace(b"2026-11-20T", b"2026-02-30T"),
    "no time": lambda data: data.replace(b"2026-11-20T", b"20.11.2026 "),
    "other schema": lambda data: data.replace(b"snapshot/1", b"snapshot/2", 1),
    "other family": lambda data: data.replace(b'"linux"', b'"plan9"', 1),
    "long name": lambda data: data.replace(b'"desk-7"', b'"' + b"x" * 300 + b'"', 1),
    "list": lambda data: b"[" + data.strip() + b"]",
    "empty": lambda data: b"",
    "no readings": lambda data: data[: data.index(b'"readings"')] + b'"readings":[]}',
    "not enough of a reading": lambda data: data[: data.index(b'"readings"')] + b'"readings":[{"source":}]}',
    "kit's file": lambda data: b"auditor kit 1\n" + data,
}  # fmt: skip


@pytest.mark.parametrize("how", HOSTILE)
def test_what_is_wrong_is_refused_in_the_same_words(how: str) -> None:
    data = HOSTILE[how](small())
    assert fast(data) == outcome(Plainly(handed_in.understand), data)


@pytest.mark.parametrize("how", HOSTILE)
def test_what_is_wrong_is_refused_in_the_same_words_when_its_parts_are_known(how: str) -> None:
    understand = Understanding(handed_in.understand)
    for _ in range(4):
        understand(small())
    data = HOSTILE[how](small())
    assert outcome(understand, data) == outcome(Plainly(handed_in.understand), data)
    assert understand(small()) == Plainly(handed_in.understand)(small())


def test_too_many_readings_are_refused_also_where_each_is_known() -> None:
    data = small()
    start, end = data.index(b'[{"source"') + 1, data.rindex(b"]}")
    many = data[:start] + b",".join([data[start:end]] * 9000) + data[end:]
    understand = new()
    assert understand(data) == Plainly(signals=signals)(data)
    with pytest.raises(SnapshotError) as refused:
        understand(many)
    with pytest.raises(SnapshotError) as as_before:
        Plainly()(many)
    assert refused.value.message == as_before.value.message


@settings(max_examples=200)
@given(st.integers(0, 2**32))
def test_damaged_bytes_give_the_same_or_the_same_refusal(every: list[bytes], warm: Understanding, seed: int) -> None:
    chance = random.Random(seed)
    data = bytearray(chance.choice(every[:40]))
    for _ in range(chance.randrange(1, 4)):
        at = chance.randrange(len(data))
        data[at : at + chance.randrange(3)] = chance.choice(
            (b"", b'"', b"\\", b"{", b"}", b",", b"\x01", b"\xc3", b"a", b"]")
        )
    assert outcome(warm, bytes(data)) == outcome(Plainly(signals=signals), bytes(data))


SOURCE = Source("file", "/etc/thing")


def check(detect: Callable[[Collected], Detected], *wants: Source) -> Check:
    return Check(dict.fromkeys(checks.FAMILIES, wants), detect, (FactSpec("os", "name", "text", ""),))


def by(checks_: Mapping[str, Check], **more: Any) -> tuple[Understanding, Plainly]:
    def detect(snapshot: Snapshot) -> Detected:
        collected = Collected(snapshot)
        parts = [checks.detect_by(name, each, collected) for name, each in checks_.items()]
        return Detected(
            tuple(fact for part in parts for fact in part.facts), tuple(gap for part in parts for gap in part.gaps)
        )

    return Understanding(every=checks_, **more), Plainly(detect=detect)


def with_home(name: str, **device: Any) -> bytes:
    snapshot = pc("linux", {}, rest=None, **device)
    reading = Reading(SOURCE, f"/home/{name}/thing", Status.READ, "1")
    return encode(snapshot._replace(readings=(reading, Reading(Source("file", "/x"), "/x", Status.READ, name[:2]))))


def test_a_check_that_tells_a_name_is_asked_for_each_name() -> None:
    def tell(collected: Collected) -> Detected:
        return Detected((Fact(Subject("os", "x"), "name", collected.all(SOURCE)[0].at, ()),))

    quick_way, long_way = by({"a": check(tell, SOURCE)})
    for name in ("zora", "yves", "xaver", "zora", "yves"):
        assert quick_way(with_home(name)) == long_way(with_home(name))


def test_a_check_that_tells_the_pcs_own_name_is_asked_for_each_pc() -> None:
    def tell(collected: Collected) -> Detected:
        return Detected((Fact(Subject("os", "x"), "name", collected.device.hostname, ()),))

    quick_way, long_way = by({"a": check(tell, SOURCE)})
    for name in ("pc-1", "pc-2", "pc-1"):
        assert quick_way(with_home("zora", hostname=name)) == long_way(with_home("zora", hostname=name))


def test_what_a_check_looks_at_without_saying_so_counts() -> None:
    def look(collected: Collected) -> Detected:
        return Detected((Fact(Subject("os", "x"), "name", str(collected.all(Source("file", "/x"))[0].value), ()),))

    quick_way, long_way = by({"a": check(look, SOURCE)})
    for name in ("zora", "yves", "xaver", "zora"):
        assert quick_way(with_home(name)) == long_way(with_home(name))
    assert quick_way.quick >= 2


def test_a_check_that_breaks_leaves_its_gap_here_too() -> None:
    def broken(collected: Collected) -> Detected:
        raise ValueError(collected.all(SOURCE)[0].at)

    quick_way, long_way = by({"a": check(broken, SOURCE)})
    for name in ("zora", "yves"):
        assert quick_way(with_home(name)) == long_way(with_home(name))


def test_where_both_ways_differ_the_long_one_counts_from_then_on() -> None:
    count = iter(range(100))

    def unsteady(collected: Collected) -> Detected:
        return Detected((Fact(Subject("os", "x"), "name", str(next(count)), ()),))

    quick_way, _ = by({"a": check(unsteady, SOURCE)}, audited=3)
    told = [json.loads(next(iter(quick_way(small()).profile.components.values())).facts)["name"] for _ in range(6)]
    assert quick_way.differences == 1
    assert told[0] == told[1] == "0"
    assert len(set(told)) == 5, "each is asked for since then"
    assert quick_way.quick == 3


def test_some_go_both_ways_and_do_not_differ(every: list[bytes]) -> None:
    understand = new(audited=2)
    for each in every[:40]:
        understand(each)
    assert understand.differences == 0


def test_what_is_kept_has_a_limit(every: list[bytes], plain: dict[bytes, Understood]) -> None:
    """As on an estate that never ends: whatever was forgotten is understood again."""
    limit = 300_000
    understand = new(memory=limit)
    for each in every[:120]:
        assert understand(each) == plain[each]
        for family in understand._families.values():
            pieces = family.pieces
            assert max(pieces._seen.size, pieces._runs.size, pieces._words_size) <= limit
            assert sum(len(key) for key in (*pieces._seen.young, *pieces._seen.old)) <= limit
            assert sum(len(key) for key in pieces._runs.young) <= limit
            assert sum(len(kept) for kept in family._answers) * 4 <= limit


def test_what_is_asked_for_stays_and_the_rest_goes() -> None:
    kept: Kept[str, int] = Kept(3)
    for number in range(20):
        kept.put(str(number), number)
        assert kept.get("0") == 0
        assert len(kept) <= 6
    assert kept.get("5") is None
    kept.clear()
    assert kept.get("0") is None


def test_users_by_names_of_their_pc_alone_are_counted() -> None:
    def profile(*users: str) -> int:
        return profile_of(Detected((Fact(Subject("browser", "chrome"), "default_for", [*users], ()),))).id

    assert profile("user 12345678") == profile("user 87654321") != profile("user 12345678", "user 87654321")


def test_no_signals_unless_somebody_makes_them() -> None:
    assert Understanding()(small()).signals == {} == quick.no_signals([], "")


@pytest.mark.parametrize("family", checks.FAMILIES)
def test_the_readings_of_identity_are_given_to_whoever_makes_signals(family: str) -> None:
    given_: list[Sequence[Reading]] = []

    def collect(readings: Sequence[Reading], hostname: str) -> Mapping[str, str]:
        given_.append(readings)
        return {}

    understand = Understanding(signals=collect)
    for name in ("one", "two"):
        understand(encode(pc(family, dict.fromkeys(TELLING[family], name))))
        assert [each.value for each in given_[-1]] == [name] * len(TELLING[family])
    understand(encode(pc(family, {}, rest=Status.DENIED)))
    assert {each.status for each in given_[-1]} == {Status.DENIED}
    assert len(given_[-1]) == len(TELLING[family])


def test_all_checks_are_asked() -> None:
    assert new()._checks is CHECKS
    assert replace(Plainly()(small()).profile, id=0).bundles


def without_names(data: bytes) -> bytes:
    return encode(privacy.pseudonymised(decode(data), privacy.Key(b"k" * 32)))


def test_whether_there_are_names_is_told_by_what_was_seen_before_as_by_all_bytes(every: list[bytes]) -> None:
    understand = Understanding(may_name=may_hold_names, is_nobody=is_nobody)
    some = every[::8]
    pairs = [(data, without_names(data)) for data in some]
    for _ in range(2):
        for data, kept in pairs:
            for each in (data, kept):
                assert understand(each).named or without_names(each) == each
    told = [understand(kept).named for _, kept in pairs]
    assert sum(told) <= len(told) / 2, "most of what was rid of its names is not looked at again"
