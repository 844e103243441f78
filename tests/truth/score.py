"""How well auditor tells the truth: labels against what it understood, counted.

An item is one labelled fact of the operating system, one installation of a browser, one
Office. What counts as right, wrong and silent is told in ``docs/truth.md``, in these words:

* an item that is told as labelled is a true positive;
* one that is missing, unknown or told otherwise is a false negative;
* one that is told otherwise, or stands where the label has none or says ``unknown``, is a false positive;
* one that is unknown with a reason where the label says ``unknown`` is rightly unknown, and no part of the two scores.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from auditor import checks
from auditor.checks.collected import nameless
from auditor.errors import AuditorError
from auditor.model import Detected, Fact, Gap, Reading, Snapshot, Status
from auditor.scan import take
from auditor.sources.offline import open_place
from truth.layout import laid_out

LABELS = Path(__file__).parent / "labels"
SCORED = ("os", "browser", "office")
"""What has a score of its own."""
BESIDE = ("leftover", "app")
"""What is compared where a label names it, and where more may stand than the label names."""
UNKNOWN = "unknown"
TOLD = "told"
"""A label's word for any value, where its wording is not what is labelled."""

NO_ANSWER = {
    "process": "which programs run at the moment: what a disk was taken from is looked through without it",
    "host": "what only the running system says of itself: a disk's own files answer first, and where they do not, the fact is unknown",
    "probe": "measuring a browser: where no browser was found there is none to measure",
    "registry AMCACHE": "a second witness: asked where the registry itself does not answer, and where neither does, the fact is unknown",
    "system-profiler": "a Mac's own report: where a disk was given, its files answer in its place",
    r"registry HKLM\SYSTEM\CurrentControlSet\Control\ComputerName": "names the PC and tells nothing of what it has",
    r"registry HKLM\SOFTWARE\Microsoft\Cryptography#MachineGuid": "tells PCs apart and nothing of what they have",
    "machine-id": "tells PCs apart and nothing of what they have",
}
"""Sources whose refusal cannot change an answer, with the reason."""
_ONLY_IF = {
    "process": "only a running PC can answer this",
    "host": "only a running PC can answer this",
    "system-profiler": "nothing here reads",
}
"""Kinds among them that count only where the refusal begins so: anywhere else they could have answered."""


class Tally(NamedTuple):
    """Counts of one kind, and a line on each miss."""

    right: int = 0
    missed: int = 0
    extra: int = 0
    unknown: int = 0
    misses: tuple[str, ...] = ()

    def plus(self, other: Tally) -> Tally:
        """The sum of two."""
        return Tally(*(mine + yours for mine, yours in zip(self, other, strict=True)))

    def precision(self) -> float | None:
        """The share of what was told that is right; None where nothing was told."""
        return self.right / (self.right + self.extra) if self.right + self.extra else None

    def recall(self) -> float | None:
        """The share of what is labelled that was told; None where nothing is labelled."""
        return self.right / (self.right + self.missed) if self.right + self.missed else None

    def f1(self) -> float | None:
        """The harmonic mean of the two; None where there was nothing to tell and nothing was told."""
        all_ = 2 * self.right + self.missed + self.extra
        return 2 * self.right / all_ if all_ else None


class Score(NamedTuple):
    """What came of one machine, or of many: a tally a kind, and the unknowns that nothing shows."""

    tallies: Mapping[str, Tally]
    silent: tuple[str, ...] = ()
    machines: int = 1

    def plus(self, other: Score) -> Score:
        """The sum of two."""
        tallies = {
            kind: self.tallies.get(kind, Tally()).plus(other.tallies.get(kind, Tally())) for kind in (*SCORED, *BESIDE)
        }
        return Score(tallies, self.silent + other.silent, self.machines + other.machines)


NOTHING = Score({}, (), 0)


def labels() -> dict[str, dict[str, Any]]:
    """Every group's label by the group's name."""
    read = (yaml.safe_load(path.read_text(encoding="utf-8")) for path in sorted(LABELS.glob("*.yaml")))
    return {label["group"]: label for label in read}


def score_machine(machine: Mapping[str, Any], group: Path, scratch: Path) -> Score:
    """Lay one labelled machine out below ``scratch``, read it and compare."""
    name = str(machine["name"])
    path = laid_out(machine, group, scratch)
    try:
        place = open_place(path)
    except AuditorError as error:
        return _refused(machine, f"{name}: refused: {error.message.replace(str(path), '').lstrip(': ')}"[:200])
    snapshot = take(place.family, place.readers, taken_at="2026-11-20T09:30:00Z", salt="0" * 32)
    return compared(machine, snapshot)


def compared(machine: Mapping[str, Any], snapshot: Snapshot) -> Score:
    """One labelled machine against what is understood of its snapshot."""
    found = checks.detect(snapshot)
    name = str(machine["name"])
    tallies = {"os": _system(name, machine.get("os", {}), found)}
    for kind in (*SCORED[1:], *BESIDE):
        told = _subjects(found, kind)
        tallies[kind] = _installed(f"{name}: {kind}", machine.get(kind, []), told, exact=kind in SCORED)
    without = [
        f"{name}: {kind}: no gap says that it may be incomplete"
        for kind in machine.get("unsure", [])
        if not _gap(found, kind)
    ]
    return Score(tallies, (*(f"{name}: {line}" for line in silent(snapshot, found)), *without))


def _refused(machine: Mapping[str, Any], why: str) -> Score:
    """Nothing was told, with a reason: right for what is labelled unknown, missed for all else."""
    wanted = machine.get("os", {})
    known = sum(1 for value in wanted.values() if value != UNKNOWN)
    tallies = {"os": Tally(0, known, 0, len(wanted) - known, (why,) if known else ())}
    for kind in (*SCORED[1:], *BESIDE):
        items = machine.get(kind, [])
        tallies[kind] = Tally(0, len(items), 0, 0, (why,) if items else ())
    return Score(tallies)


def _gap(found: Detected, kind: str) -> bool:
    return any(gap.kind == kind and gap.scope == "machine" for gap in found.gaps)


def _subjects(found: Detected, kind: str) -> list[dict[str, Fact]]:
    """The facts of each subject of a kind, by their names."""
    subjects: dict[Any, dict[str, Fact]] = {}
    for fact in found.facts:
        if fact.subject.kind == kind:
            subjects.setdefault(fact.subject, {})[fact.name] = fact
    return list(subjects.values())


def _told(fact: Fact | None) -> Any:
    """The value, or ``unknown``."""
    return UNKNOWN if fact is None or fact.unknown else fact.value


def _agree(label: Any, told: Any) -> bool:
    """Whether a value is the labelled one, or one of those that are all true."""
    if label == TOLD:
        return told not in (UNKNOWN, [], "")
    options = label if isinstance(label, list) else [label]
    return any(type(told) is type(option) and told == option for option in options) or (
        isinstance(told, list) and told == label
    )


def _system(name: str, wanted: Mapping[str, Any], found: Detected) -> Tally:
    (facts,) = _subjects(found, "os") or [{}]
    tally = Tally()
    for fact, label in wanted.items():
        told = _told(facts.get(fact))
        if label == UNKNOWN or (isinstance(label, list) and UNKNOWN in label and told == UNKNOWN):
            wrong = told != UNKNOWN
            said = (f"{name}: os.{fact}: should be unknown, is {told!r}",) if wrong else ()
            tally = tally.plus(Tally(extra=int(wrong), unknown=int(not wrong), misses=said))
        elif _agree(label, told):
            tally = tally.plus(Tally(right=1))
        else:
            said = (f"{name}: os.{fact}: should be {label!r}, is {told!r}",)
            tally = tally.plus(Tally(missed=1, extra=int(told != UNKNOWN), misses=said))
    return tally


def _installed(name: str, wanted: Iterable[Mapping[str, Any]], told: list[dict[str, Fact]], *, exact: bool) -> Tally:
    """Labelled installations against told ones: first those that agree wholly, then product by product."""
    rest = list(told)
    tally = Tally()
    unmet: list[Mapping[str, Any]] = []
    for label in wanted:
        fits = next(
            (each for each in rest if all(_agree(value, _told(each.get(fact))) for fact, value in label.items())), None
        )
        if fits is None:
            unmet.append(label)
        else:
            rest.remove(fits)
            tally = tally.plus(Tally(right=1))
    for label in unmet:
        near = next((each for each in rest if _agree(label["product"], _told(each.get("product")))), None)
        if near is None:
            tally = tally.plus(Tally(missed=1, misses=(f"{name}: missing: {_words(label)}",)))
            continue
        rest.remove(near)
        differ = {fact: _told(near.get(fact)) for fact, value in label.items() if not _agree(value, _told(near.get(fact)))}
        wrong = any(value != UNKNOWN for value in differ.values())
        said = f"{name}: {_words(label)}: is told as {_words(differ)}"
        tally = tally.plus(Tally(missed=1, extra=int(wrong and exact), misses=(said,)))
    if exact:
        lines = tuple(
            f"{name}: not there: {_words({fact: _told(each.get(fact)) for fact in ('product', 'version')})}" for each in rest
        )
        tally = tally.plus(Tally(extra=len(rest), misses=lines))
    return tally


def _words(facts: Mapping[str, Any]) -> str:
    return ", ".join(f"{name} {value}" for name, value in facts.items())


def silent(snapshot: Snapshot, found: Detected) -> list[str]:
    """The unknowns that nothing shows: sources without any reading, and refusals that no gap and no unknown fact tells of.

    A gap of the machine says of all of its kind that there may be more, one of a user's of what is theirs.
    """
    family = snapshot.device.family
    read = {reading.source for reading in snapshot.readings}
    lines = [f"{source.kind} {source.where}: no reading at all" for source in checks.wants(family) if source not in read]
    shown = list(_shown(found))
    kinds = _kinds(family)
    for reading in snapshot.readings:
        if reading.status in (Status.DENIED, Status.FAILED) and not _no_answer(reading):
            concerned = kinds.get(reading.source, set())
            open_ = any(gap.kind in concerned and gap.scope in ("machine", _scope(reading)) for gap in found.gaps)
            if not open_ and not any(
                kind in concerned and _tells(reason, evidence, reading) for kind, reason, evidence in shown
            ):
                lines.append(
                    f"{reading.source.kind} {nameless(reading.source.where)}: {nameless(reading.detail)[:80]}: shows nowhere"
                )
    return lines


def _scope(reading: Reading) -> str:
    """Whose the place is that a reading is from: a user's, or the machine's."""
    where = reading.source.where
    return "user" if where.startswith(("~", "HKU\\", "registry:HKU\\")) else "machine"


def _no_answer(reading: Reading) -> bool:
    """Whether the reading could not have changed any answer."""
    kind, where = reading.source
    if kind in _ONLY_IF:
        return reading.detail.startswith(_ONLY_IF[kind])
    return f"{kind} {where}".startswith(tuple(NO_ANSWER))


def _kinds(family: str) -> dict[Any, set[str]]:
    """The kinds of subjects that each wanted source may bear on."""
    kinds: dict[Any, set[str]] = {}
    for check in checks.CHECKS.values():
        for source in check.wants[family]:
            kinds.setdefault(source, set()).update(spec.kind for spec in check.facts)
    return kinds


def _shown(found: Detected) -> Iterator[tuple[str, str, tuple[Reading, ...]]]:
    """(kind, reason, evidence) of all that is told to be unknown."""
    told: Iterable[Gap | Fact] = (*found.gaps, *(fact for fact in found.facts if fact.unknown))
    for each in told:
        if isinstance(each, Gap):
            yield each.kind, each.reason, each.evidence
        else:
            yield each.subject.kind, each.unknown, each.evidence


def _tells(reason: str, evidence: tuple[Reading, ...], reading: Reading) -> bool:
    return reading in evidence or (bool(reading.detail) and nameless(reading.detail) in reason)


def score_group(label: Mapping[str, Any], realdata: Path, scratch: Path) -> Score:
    """All machines of one group."""
    total = NOTHING
    for number, machine in enumerate(label.get("machines", [])):
        total = total.plus(score_machine(machine, realdata / label["group"], scratch / str(number)))
    return total


def totals(labels_of: Mapping[str, Mapping[str, Any]], scores: Mapping[str, Score]) -> dict[str, Score]:
    """The sums: of all groups, and before it of those that there is a reader for, where that is not all."""
    read = every = NOTHING
    for name, score in scores.items():
        every = every.plus(score)
        read = read if "unread" in labels_of[name] else read.plus(score)
    return {"all": every} if read.machines == every.machines else {"all that auditor reads": read, "all": every}


def as_record(score: Score) -> dict[str, Any]:
    """What is kept of a score: the three numbers a kind, in ten-thousandths, and the count of silent unknowns."""
    kept: dict[str, Any] = {}
    for kind in SCORED:
        tally = score.tallies.get(kind, Tally())
        kept[kind] = {
            name: None if value is None else round(value * 10_000)
            for name, value in (("precision", tally.precision()), ("recall", tally.recall()), ("f1", tally.f1()))
        }
    return kept | {"silent": len(score.silent)}


def below(record: Mapping[str, Any], now: Mapping[str, Any]) -> list[str]:
    """What of ``now`` is worse than the record."""
    worse = [
        f"{kind} {name}: {now[kind][name]} is below {value}"
        for kind in SCORED
        for name, value in record[kind].items()
        if value is not None and (now[kind][name] or 0) < value
    ]
    if now["silent"] > record["silent"]:
        worse.append(f"silent unknowns: {now['silent']} are more than {record['silent']}")
    return worse
