"""Tokens of what checks see: equal exactly where a check is shown the same."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest

from auditor.checks.sight import ALL, Sight
from auditor.estate.particulars import Odd, Particulars
from auditor.estate.pieces import _reading
from auditor.estate.views import Views
from auditor.model import Reading, Source

THING, LIST, FILE = Source("file", "/thing"), Source("file", "/list"), Source("file", "/file")


@dataclass
class Piece:
    number: int
    tokens: tuple[bytes, ...]
    shown: int
    parts: list[Piece] = field(default_factory=list)


def shows(reading: Reading) -> Reading | None:
    """Of things their first letter; nothing at all of what is called other."""
    if reading.value == "broken":
        raise ValueError
    if str(reading.value).startswith("other"):
        return None
    return reading._replace(value=str(reading.value)[:1]) if reading.source == THING else reading


class Snapshots:
    """Makes keys of snapshots; the first check sees all, the second what it is shown."""

    def __init__(self, sight: Sight) -> None:
        self.views = Views([ALL, sight])
        self.pieces: dict[bytes, Piece] = {}

    def key(self, *values: tuple[Source, str], status: str = "read") -> tuple[bytes, ...]:
        found = [self.piece(*each, status) for each in values]
        tokens = tuple(b"".join(column) for column in zip(*[each.tokens for each in found], strict=True))
        return self.views.keys(tokens, found)

    def piece(self, source: Source, value: str, status: str) -> Piece:
        names = Particulars(set())
        said = f'"value":"{value}"' if status == "read" else f'"detail":"{value}"'
        piece = f'["file","{source.where}"],"at":"{source.where}","status":"{status}",{said}'.encode()
        if piece not in self.pieces:
            number = len(self.pieces) + 1
            self.pieces[piece] = Piece(number, *self.views.of(_reading(piece), piece, number, [True, True], names))
        return self.pieces[piece]


def test_what_is_shown_the_same_has_one_key() -> None:
    made = Snapshots(Sight(shows))
    one, two = made.key((THING, "apple")), made.key((THING, "avocado"))
    assert one[0] != two[0]
    assert one[1] == two[1] != made.key((THING, "banana"))[1]


def test_what_is_not_shown_leaves_that_its_source_was_looked_at() -> None:
    made = Snapshots(Sight(shows))
    made.key((LIST, "other"), (FILE, "other"))
    assert made.key((LIST, "x"), (LIST, "other 1"))[1] == made.key((LIST, "other 2"), (LIST, "x"), (LIST, "other 3"))[1]
    assert made.key((LIST, "x"))[1] != made.key((LIST, "x"), (LIST, "other"))[1] != made.key((LIST, "x"), (FILE, "other"))[1]


def test_an_answer_that_another_check_leaves_out_is_no_value() -> None:
    """One check sees that a list was not there, and no value of it; another does not even see that."""
    gone = Sight(lambda reading: None if reading.value else reading)
    views, names = Views([gone, Sight(lambda reading: None)]), Particulars(set())
    pieces = [b'["file","/list"],"at":"/list","status":"absent"', b'["file","/list"],"at":"/l","status":"read","value":"x"']
    absent, value = (Piece(n, *views.of(_reading(each), each, n, [True, True], names)) for n, each in enumerate(pieces, 1))
    alone = views.keys(absent.tokens, [absent])
    both = views.keys(tuple(map(bytes.__add__, absent.tokens, value.tokens)), [absent, value])
    assert alone[0] != both[0]


def test_beside_some_sources_everything_counts() -> None:
    made = Snapshots(Sight(shows, whole_beside=frozenset((FILE,))))
    assert made.key((LIST, "other 1"), (FILE, "x"))[1] != made.key((LIST, "other 2"), (FILE, "x"))[1]
    assert made.key((LIST, "other 1"), (THING, "x"))[1] == made.key((LIST, "other 2"), (THING, "x"))[1]


def test_several_of_what_counts_less_when_alone_count_wholly() -> None:
    made = Snapshots(Sight(shows, one_of=frozenset((THING,))))
    assert made.key((THING, "apple"))[1] == made.key((THING, "avocado"))[1]
    assert made.key((THING, "apple"), (THING, "banana"))[1] != made.key((THING, "avocado"), (THING, "banana"))[1]


def test_what_breaks_a_sight_is_looked_at_the_long_way() -> None:
    with pytest.raises(Odd):
        Snapshots(Sight(shows)).key((THING, "broken"))


def test_a_name_in_what_is_shown_is_a_mark() -> None:
    views = Views([Sight(lambda reading: reading._replace(value="x"))])
    tokens = []
    for number, name in enumerate(("zora", "yves")):
        piece = f'["file","/thing"],"at":"/home/{name}/thing","status":"read","value":"{number}"'.encode()
        tokens.append(views.of(_reading(piece), piece, number, [True], Particulars(set()))[0])
    assert tokens[0] == tokens[1]


def test_a_sight_that_depends_on_a_name_is_not_believed() -> None:
    views = Views([Sight(lambda reading: None if "zora" in reading.at else reading)])
    piece = b'["file","/thing"],"at":"/home/zora/thing","status":"read","value":"1"'
    assert views.of(_reading(piece), piece, 7, [True], Particulars(set()))[0] == ((7).to_bytes(4, "big"),)
