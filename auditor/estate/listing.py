"""The PCs of a report, worst first: streamed, so that a million of them are never in memory at once."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from auditor.estate import plan
from auditor.estate.circumstances import tags_of
from auditor.estate.days import OF_DEVICE
from auditor.estate.explaining import Explaining
from auditor.estate.judging import Judging
from auditor.estate.labels import NOTHING, Shown, shown
from auditor.estate.profile import rebuild
from auditor.estate.result import STATES, DeviceRow, Tally
from auditor.estate.sections import Section
from auditor.estate.surrounding import Members
from auditor.estate.tables import BUNDLES, KINDS
from auditor.model import Device, Finding, Outcome

MOST_EXPLAINED = 2_000
"""Of how many PCs the findings are put into words; of all others the outcomes are known, and the rest by a filter."""

MOST_SHOWN = 50_000
"""How many bundles' texts are remembered."""

_MARGIN = 8
"""So many times as many names are looked through as would do if chance put PCs of each state among them."""

_WIDTH = 4
_BITS = {"P": Outcome.PASS, "F": Outcome.FAIL, "U": Outcome.UNKNOWN, "W": Outcome.WAIVED}


class Listing:
    """Every PC of a report as a :class:`DeviceRow`, in order; iterate while store and engine are open.

    The first :data:`MOST_EXPLAINED` have their findings, which are put into words when they are asked for.
    """

    def __init__(self, judging: Judging, total: Tally, where: Sequence[str], rule_order: Mapping[str, int]) -> None:
        """``total`` is how many PCs of each state there are, ``where`` the conditions of filters by outcome and state."""
        self._judging = judging
        self._total = total
        self._where = tuple(where)
        self._rule_order = rule_order
        self._shown: dict[int, Shown] = {0: NOTHING}

    def __len__(self) -> int:
        return self._total.total

    def __iter__(self) -> Iterator[DeviceRow]:
        return self.rows()

    def rows(self, limit: int | None = None, *, but_ready: bool = False) -> Iterator[DeviceRow]:
        """The first ``limit`` rows, or all; ``but_ready`` leaves out the PCs that are ready."""
        left = MOST_EXPLAINED
        for batch in self._batches(limit, but_ready=but_ready):
            members = self._learn(batch)
            explained = batch[: max(left, 0)]
            explaining = self._explaining(explained, members) if explained else None
            for number, row in enumerate(batch):
                yield self._row(row, explaining if number < len(explained) else None)
            left -= len(batch)

    def _batches(self, limit: int | None, *, but_ready: bool) -> Iterator[list[tuple[Any, ...]]]:
        """One question for all; for the first few one a state, so that no more is sorted than must be."""
        if limit is None and not but_ready:
            yield from self._judging.engine.rows(self._listing(self._judging.listed(), self._where))
            return
        left = self._total.total if limit is None else limit
        for state in plan.WORST_FIRST:
            number = min(self._total.of(state), left)
            if number > 0 and not (but_ready and state == "ready"):
                yield from self._first(state, number)
                left -= number

    def _first(self, state: str, number: int) -> Iterator[list[tuple[Any, ...]]]:
        """The first ``number`` PCs by name of a state: looked for among the first names of all, more of these if need be."""
        judging = self._judging
        where = (*self._where, f"state = {plan.STATE_NUMBERS[state]}")
        every: int = judging.engine.ask(plan.size_of("now"))[0][0]
        early = _MARGIN * number * every // self._total.of(state)
        while early < every:
            judging.engine.table("early", plan.first("now", early))
            among = judging.listed("n.device IN (SELECT device FROM early)")
            found = list(judging.engine.rows(self._listing(among, where, number)))
            if sum(map(len, found)) == number:
                yield from found
                return
            early *= _MARGIN
        yield from judging.engine.rows(self._listing(judging.listed(), where, number))

    def _listing(self, listed: str, where: Sequence[str], limit: int | None = None) -> str:
        return plan.listing(self._judging.sections, len(self._judging.by.suppliers), listed, where, limit)

    def _learn(self, batch: Sequence[tuple[Any, ...]]) -> dict[int, Members]:
        """Read what the bundles of ``batch`` hold that are not remembered."""
        if len(self._shown) > MOST_SHOWN:
            self._shown = {0: NOTHING}
        start = OF_DEVICE.index(BUNDLES[0])
        new = {bundle for row in batch for bundle in row[start : start + len(BUNDLES)]} - self._shown.keys()
        members = self._judging.members(new)
        for bundle in new:
            self._shown[bundle] = shown(rebuild(members.get(bundle, ())))
        return members

    def _explaining(self, batch: Sequence[tuple[Any, ...]], members: dict[int, Members]) -> Explaining:
        start = OF_DEVICE.index(BUNDLES[0])
        bundles = {bundle for row in batch for bundle in row[start : start + len(BUNDLES)]}
        missing = bundles - members.keys()
        return Explaining(self._judging.by, self._judging.known, {**self._judging.members(missing), **members})

    def _row(self, row: tuple[Any, ...], explaining: Explaining | None) -> DeviceRow:
        (device, sha256, taken_at, hostname, family, site, tags), rest = row[:7], row[7:]
        bundles = dict(zip(KINDS, rest, strict=False))
        system, circ, on_list, state, blocked, *masks = rest[len(BUNDLES) :]
        whose = Device(device, hostname, family, site, tags_of(tags))
        look = NOTHING
        for kind in sorted(bundles):
            look = look.joined(self._shown[bundles[kind]])
        os_label, *os_names = self._judging.labels.systems[system]
        why: Callable[[], tuple[Finding, ...]] = tuple
        if explaining:
            why = lambda: explaining.findings(whose, bundles, circ)  # noqa: E731  one line that says what it is
        return DeviceRow(
            device, hostname, site, whose.tags, taken_at, os_label,
            STATES[state], look.browsers, look.browser_groups, look.office, look.gaps, sha256,
            self._outcomes(masks), suppliers_in(self._judging.by.suppliers, blocked), explaining is not None,
            on_list == 1 if self._judging.has_list else None, why,
            tuple(filter(None, os_names)), tuple(rest[: len(BUNDLES)]),
        )  # fmt: skip

    def _outcomes(self, masks: Sequence[int]) -> dict[str, Outcome]:
        """Rule → outcome of one PC, in the order of the rules."""
        found: dict[str, Outcome] = {}
        for number, section in enumerate(self._judging.sections):
            for column, mask in zip(_BITS, masks[number * _WIDTH : (number + 1) * _WIDTH], strict=True):
                found.update((rule, _BITS[column]) for rule in _rules_in(section, mask))
        return dict(sorted(found.items(), key=lambda pair: self._rule_order[pair[0]]))


def suppliers_in(suppliers: Sequence[str], bits: int) -> tuple[str, ...]:
    """The suppliers whose bits are set."""
    return tuple(name for number, name in enumerate(suppliers) if bits >> number & 1)


def _rules_in(section: Section, mask: int) -> Iterator[str]:
    while mask:
        lowest = mask & -mask
        yield section.rules[lowest.bit_length() - 1].id
        mask ^= lowest
