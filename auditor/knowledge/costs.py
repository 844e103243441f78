"""Unit costs and efforts: figures to plan with. Every one is marked as what it is, and none is a quotation.

The figures that ship are assumptions, or published by somebody long ago; the organisation's own replace
them by id. A report shows which was used, of when, and that it should be replaced where it is not its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType
from typing import NamedTuple

from auditor.knowledge import shipped
from auditor.knowledge.ageing import why_stale
from auditor.knowledge.overrides import Overrides
from auditor.model import Reading, Source, Status


class Figure(NamedTuple):
    """One figure with its range. ``unit`` is a currency or hours, as written; empty for a rate.

    ``basis`` is assumption, secondary or recalled, and *own* where the organisation gave it. ``old`` is why it is
    not to be relied on any more, or empty; own figures have no age here. ``evidence`` names the row or the file.
    """

    id: str
    low: float
    value: float
    high: float
    unit: str
    basis: str
    why: str
    old: str
    evidence: Reading


def figures(own: Overrides, day: date) -> Mapping[str, Figure]:
    """Id → figure for a day: the organisation's own where it has one, else what ships."""
    found = {row["id"]: _shipped(row, day) for row in shipped.topic("costs")["assumptions"]}
    for price in own.prices:
        reading = Reading(Source("knowledge", f"overrides#{price.place}"), price.place, Status.READ, price.reason)
        found[price.id] = Figure(
            price.id, price.low, price.value, price.high, price.currency, "own", price.reason, "", reading
        )  # fmt: skip
    return MappingProxyType(found)


def _shipped(row: shipped.Row, day: date) -> Figure:
    first = shipped.origins("costs", row)[0]
    return Figure(
        row["id"], row["low"], row["value"], row["high"], row.get("currency") or row.get("unit", ""), first.basis,
        row.get("why", ""), why_stale("prices", shipped.as_of("costs", row), day),
        shipped.reading("costs", row, f"{row['low']} to {row['high']}"),
    )  # fmt: skip
