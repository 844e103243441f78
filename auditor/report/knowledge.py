"""What is known, from where and since when; what is wrong with it; and what a refresh would change."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from auditor.knowledge.holdings import Holding, licence
from auditor.knowledge.shelf import About, Change, Known
from auditor.knowledge.shipped import Origin
from auditor.report.text import clean, heading, one_line, table

MOST_CHANGES = 40
"""How many changed rows of a topic are shown."""


def shown(known: Sequence[About], today: date, width: int) -> str:
    """A line a topic: what it is about, from where, how old, and how old it may be."""
    rows = [
        (
            each.topic,
            each.about,
            one_line(each.source, 80),
            each.licence,
            f"{each.oldest} to {each.as_of}" if each.oldest else each.as_of.isoformat(),
            standing(each, today),
            each.kept,
        )
        for each in known
    ]
    return table(("topic", "about", "source", "licence", "as of", "age in days", "kept"), rows, width)


def standing(each: About, today: date) -> str:
    """``3 of 90``, or ``120 of 90: too old``."""
    age = each.age(today)
    return f"{age} of {each.limit}" + (": too old" if age > each.limit else "")


def topic(known: Known, width: int) -> str:
    """All rows of one topic, and where they come from."""
    origin = [f"{name}: {value or '–'}" for name, value in known.origin._asdict().items()]
    columns = list(known.rows[0])
    rows = [tuple("" if row[column] is None else {True: "yes", False: "no"}.get(row[column], row[column])
                  for column in columns) for row in known.rows]  # fmt: skip
    return "\n".join([heading(known.topic), *map(clean, origin), "", table(columns, rows, width)])


def holdings(each: About, rows: Sequence[Holding], sources: Mapping[str, Origin], today: date, width: int) -> str:
    """All rows of a topic that ships, and the sources that they rest on."""
    told = [(name, one.address, licence(one.address) or "–", str(one.as_of or "–"), one.basis)
            for name, one in sources.items()]  # fmt: skip
    listed = [(*row[:5], row.as_of.isoformat(), row.basis) for row in rows]
    return "\n".join(
        [
            heading(each.topic),
            clean(
                f"{each.about}. Kept: {each.kept}. As of {each.oldest} to {each.as_of}; age {standing(each, today)} days."
            ),
            "",
            table(("source", "address", "licence", "as of", "basis"), told, width),
            "",
            table(("table", "id", "what", "released", "ends", "as of", "basis"), listed, width),
        ]
    )


def too_old(each: About, today: date) -> str:
    """What is wrong with something past its limit."""
    return f"{each.topic}: as of {each.as_of}, {each.age(today)} days old; it may be relied on for {each.limit}"


def changed(name: str, changes: Sequence[Change], width: int) -> str:
    """What a refresh would change of one topic."""
    if not changes:
        return clean(f"{name}: nothing changed")
    rows = [(each.row, one_line(each.what, 200)) for each in changes[:MOST_CHANGES]]
    more = f"\nand {len(changes) - MOST_CHANGES} more" if len(changes) > MOST_CHANGES else ""
    return f"{heading(f'{name}: {len(changes)} changed')}\n{table(('row', 'what'), rows, width)}{more}"
