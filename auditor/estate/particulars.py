r"""What in a reading is one PC's own: who uses it, and the numbers that were given to it.

Users' names, security identifiers and a few keys' names differ on every PC, and the checks only
ask whether two of them are the same. So in bytes that are to be recognised, each stands as a *mark*
that says of which sort it is, the how-many-eth of this PC, with which other it is the same but for
capitals, and whether it has any. Two readings of one user have one mark, of two users two.

A mark may take a name's place only where no check can read the name itself: it stands where names of
that sort stand, and nowhere in anything else that was ever read is it a word. ``Public`` is no
name, and neither is that of somebody who is called like a program's folder.
"""

from __future__ import annotations

import re
from functools import partial

MARKS = b"\x01"
"""What every mark begins with. It is no part of any JSON."""
MOST = 64
"""Most marks in one snapshot; a PC that has more is looked at without any."""

_NAME = rb"[A-Za-z0-9._-]+(?: [A-Za-z0-9._-]+)*"
_GUID = rb"\{[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}\}"
_PEOPLE, _MACHINES, _MEMBERSHIPS = b"p", b"m", b"j"
_PLACES = tuple(
    (sort, re.compile(pattern))
    for sort, pattern in (
        (_PEOPLE, rb"S-1-(?:5-21|12-1)-(?P<name>[0-9]+(?:-[0-9]+)+)"),
        (_PEOPLE, rb":\\\\(?i:Users|Documents and Settings)\\\\(?P<name>" + _NAME + rb")(?=\\\\|\")"),
        (_PEOPLE, rb"HK(?:U|EY_USERS)\\\\(?!S-1-)(?P<name>" + _NAME + rb")(?=\\\\|\")"),
        (_PEOPLE, rb"/(?<=[\" ('].)(?:home|Users|Library/Managed Preferences)/(?P<name>" + _NAME + rb")(?=[/\":;])"),
        (_MACHINES, rb"\\HardwareConfig\\\\(?P<name>" + _GUID + rb")"),
        (_MACHINES, rb"\"LastConfig\":\"(?P<name>" + _GUID + rb")\""),
        (_MEMBERSHIPS, rb"\\(?:Enrollments|JoinInfo)\\\\(?P<name>" + _GUID + rb"|[0-9A-Fa-f]{40})(?=[ \\\"])"),
    )
)
r"""Where such a name stands in the JSON of a reading, whose backslashes are doubled. Each begins with what is rare there."""

_NOBODYS = (
    *(b"public", b"default", b"all users", b"default user", b"shared", b"guest", b".default"),
    *(b"systemprofile", b"localservice", b"networkservice"),
)
"""Names of folders and hives that are on every PC."""
_TELLING = re.compile(rb"mullvad|parallels|vmware|caches|chrome apps")
"""What a check looks for anywhere in a path; whoever has it in their name keeps the name."""
_WORD = re.compile(rb"[a-z0-9._-]+")


def words_of(text: str) -> frozenset[bytes]:
    """The words of a text, as names are compared with them."""
    return frozenset(_WORD.findall(text.lower().encode()))


class Odd(Exception):  # noqa: N818  nothing went wrong: the quick way ends here
    """This snapshot has to be looked at the long way."""


class Particulars:
    """The names that were found in one snapshot so far.

    ``marks`` are the pairs (name, mark), the longest name first. ``words`` are those of
    everything that was ever read with its names taken out: it is added to here.
    """

    __slots__ = ("_by_small", "_counts", "_known", "marks", "words")

    def __init__(self, words: set[bytes]) -> None:
        self.words = words
        self.marks: list[tuple[bytes, bytes]] = []
        self._known: dict[bytes, bytes] = {}
        self._by_small: dict[bytes, bytes] = {}
        self._counts: dict[bytes, int] = {}

    @property
    def names(self) -> tuple[bytes, ...]:
        """The names that have a mark, in the order in which they were found."""
        return tuple(self._known)

    def concealed(self, piece: bytes) -> bytes:
        """``piece`` with a mark in the place of each name.

        :raises Odd: there are more names than may be.
        """
        for sort, place in _PLACES:
            if place.search(piece):
                piece = place.sub(partial(self._marked, sort), piece)
        return piece

    def _marked(self, sort: bytes, found: re.Match[bytes]) -> bytes:
        """What was found, with a mark for its name where that may have one."""
        name = found["name"]
        mark = self._known.get(name) or self._new(name, sort)
        if not mark:
            return found[0]
        before, after = found.start("name") - found.start(), found.end("name") - found.start()
        return found[0][:before] + mark + found[0][after:]

    def _new(self, name: bytes, sort: bytes) -> bytes:
        small = name.lower()
        if small in _NOBODYS or _TELLING.search(small) or self._is_said(small):
            return b""
        if len(self.marks) == MOST:
            raise Odd
        number = self._counts[sort] = self._counts.get(sort, 0) + 1
        same = self._by_small.setdefault(small, b"%s%d" % (sort, number))
        mark = b"\x01%s%d=%s%s\x02" % (sort, number, same, b"" if small == name else b"^")
        self._known[name] = mark
        self.marks.append((name, mark))
        self.marks.sort(key=lambda pair: -len(pair[0]))
        return mark

    def _is_said(self, small: bytes) -> bool:
        """Whether all words of a name were read somewhere where they are no name."""
        return all(word in self.words for word in _WORD.findall(small))

    def heard(self, concealed: bytes) -> None:
        """Take note of the words of a reading that was not seen before.

        :raises Odd: one of them is a name here, so it should not have been taken for one.
        """
        self.words.update(_WORD.findall(_ANY_MARK.sub(b"", concealed).lower()))
        if any(self._is_said(name.lower()) for name in self._known):
            raise Odd

    def renamed(self, piece: bytes) -> bytes:
        """``piece`` with other names of the same kind: two that were the same are still."""
        return _ANY_MARK.sub(_other, self.concealed(piece))


def without_marks(concealed: bytes) -> bytes:
    """``concealed`` with a pseudonym in the place of each mark: what is left of names is in no place of theirs."""
    return _ANY_MARK.sub(b"user-00000000000000000000", _SID_MARK.sub(rb"\g<1>1635083369-1-1-1001", concealed))


_SID_MARK = re.compile(rb"(S-1-(?:5-21|12-1)-)\x01[^\x02]*\x02")
_ANY_MARK = re.compile(rb"\x01([a-z][0-9]+)=([a-z][0-9]+)(\^?)\x02")


def _other(mark: re.Match[bytes]) -> bytes:
    sort, number = mark[2][:1], int(mark[2][1:])
    name = b"{%08x-0000-4000-8000-%012x}" % (number, number) if sort != _PEOPLE else b"zq%dq" % number
    if not mark[3]:
        return name
    place = int(mark[1][1:]) % 2  # two spellings of one name differ in their capitals
    return name.upper() if place or sort != _PEOPLE else name.capitalize()
