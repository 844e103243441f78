r"""Users' and PCs' names as pseudonyms: the same name is the same pseudonym, and only the key's holder can tell whose.

A pseudonym is an HMAC-SHA-256 (RFC 2104) over the name, what kind of name it is and the key's id. Nobody can
reckon it back; whoever holds the key finds a name again by trying a list of names (:func:`resolved`).

``user-`` and ``pc-`` have 20 hex digits, 80 bits: of 300 million users, three on each of 100 million PCs, two
would share a pseudonym with a probability of 4 in 100 million. A security identifier becomes another of
the same form (``S-1-5-21-1635083369-…``), with 64 bits and the number within the domain, or 96 bits in all.

Where names stand is told by two literal tables: :data:`BUILT_IN`, which names are nobody's and stay, and
``_PLACES``, where a name is expected. A name that was found at one of those is then replaced wherever
else it stands as a word, in every value, place and reason. Exempt is what describes the machine and not its users
(``_OF_THE_MACHINE``), and a name that is also a word of the trade (:mod:`auditor.privacy_words`): a user
``dell`` is replaced in ``C:\Users\dell``, and the maker ``Dell`` stays.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple
from urllib.parse import unquote

from auditor.model import Reading, Snapshot, Source, Value
from auditor.privacy_words import everywhere

DIGITS = 20
"""Hex digits of the pseudonym of a user or PC."""

BUILT_IN = frozenset(
    {
        "public", "default", "default user", "all users", "defaultapppool", "localservice", "networkservice",
        "systemprofile", "administrator", "guest", "defaultaccount", "defaultuser0", "wdagutilityaccount",
        "shared", ".localized", "root", "lost+found", "temp", "*", "", ".", "..",
    }
)  # fmt: skip
"""Names of folders and accounts that every system has, in small letters. They are nobody's and stay as they are."""

_GOES_ON = tuple(
    f"{name} {word} " for name in ("public", "default", "shared") for word in ("is", "was", "and", "or", "cannot")
)

FIRST_OF_USERS = 1000
"""Numbers within a domain below this are accounts and groups that every Windows has (500 is Administrator); they stay."""

_HIVE_FILES = re.compile(r"(?:ntuser|usrclass)\b", re.I)  # a hive that was given by itself goes by its file's name

MARK = int.from_bytes(b"audi", "big")
"""The first number of each pseudonym that has the form of a security identifier."""

_SID = re.compile(r"(?<![\w-])S-1-(5-21|12-1)((?:-\d{1,10}){3,5})(?!\d)", re.I)
_DONE = re.compile(rf"(?:user-[0-9a-f]{{{DIGITS}}}(?:~\d+)?|pc-[0-9a-f]{{{DIGITS}}})(?![0-9a-z])", re.I)
_ESCAPE = re.compile(r"\\u[0-9a-f]{4}", re.I)
_SHORT = re.compile(r"([^~. ]{1,6})(~\d{1,4})(?:\.[^.]{0,3})?")


@dataclass(frozen=True, slots=True)
class Key:
    """A secret of 32 bytes and its id, 8 hex digits that follow from it. The secret is in no text made of a key."""

    secret: bytes = field(repr=False)

    @property
    def id(self) -> str:
        """Which key it is; tells nothing of the secret."""
        return hashlib.sha256(b"auditor privacy key\n" + self.secret).hexdigest()[:8]


def user(name: str, key: Key) -> str:
    """The pseudonym of a user; the case of letters and the form of accents make no difference."""
    return f"user-{_digest('user', name, key).hex()[:DIGITS]}"


def host(name: str, key: Key) -> str:
    """The pseudonym of a PC: of its name's first part. What stands behind a dot is the organisation's domain, and stays."""
    label, dot, domain = name.strip().partition(".")
    return f"pc-{_digest('host', label, key).hex()[:DIGITS]}{dot}{domain}" if label else name


def identifier(sid: str, key: Key) -> str:
    """The pseudonym of a security identifier: one of the same form; of built-in accounts the last number stays."""
    found = _SID.fullmatch(sid)
    if not found or found[2].startswith(f"-{MARK}-"):
        return sid
    digest = _digest("identifier", sid, key)
    words = [int.from_bytes(digest[at : at + 4], "big") for at in (0, 4, 8)]
    last = int(found[2].rpartition("-")[2])
    if found[1] == "5-21":
        words[2] = last if last < FIRST_OF_USERS else max(words[2], FIRST_OF_USERS)
    return f"S-1-{found[1]}-{MARK}-" + "-".join(map(str, words))


def _digest(kind: str, name: str, key: Key) -> bytes:
    text = f"auditor privacy/1\n{key.id}\n{kind}\n{_canonical(name)}"
    return hmac.digest(key.secret, text.encode("utf-8", "surrogatepass"), "sha256")


def _canonical(name: str) -> str:
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", name.strip()).casefold())


class Found(NamedTuple):
    """The name behind a pseudonym, and the id of the key that it was made with."""

    name: str
    key: str


def resolved(pseudonyms: Iterable[str], names: Iterable[str], keys: Iterable[Key]) -> dict[str, Found]:
    r"""Pseudonym → whose it is, for those that one of ``names`` has under one of ``keys``.

    ``names`` are what a list of accounts, PCs or identifiers has: ``DOMAIN\name`` and ``name@domain``
    are also tried as the folder's name that Windows makes of them, ``name`` and ``name.DOMAIN``.
    """
    wanted = {_bare(each): each for each in pseudonyms}
    tried = list(keys)
    found: dict[str, Found] = {}
    for name in dict.fromkeys(names):
        for key in tried:
            for made in _made_of(name, key):
                if (asked := wanted.get(made)) is not None:
                    found.setdefault(asked, Found(name, key.id))
        if len(found) == len(wanted):
            break
    return found


def _bare(pseudonym: str) -> str:
    text = pseudonym.strip()
    return text.upper() if _SID.fullmatch(text) else text.partition("~")[0].partition(".")[0].lower()


def _made_of(name: str, key: Key) -> Iterable[str]:
    """Every pseudonym that a name may have, in the spelling of :func:`_bare`."""
    if _SID.fullmatch(name.strip()):
        yield identifier(name.strip(), key)
        return
    domain, slash, account = name.rpartition("\\")
    forms = {name, account, name.partition("@")[0], f"{account}.{domain}" if slash else name}
    yield from (user(form, key) for form in forms if form.strip())
    yield host(name, key).partition(".")[0]


_NAME = r'(?P<name>[^\\/:*?"<>|;,=\[\]\r\n\t]+)'
_TOPS = r"Users|Documents and Settings|Dokumente und Einstellungen|(?:(?:var|usr|export)/)?home"
_BEGINS = (
    r"(?:\b[A-Z]:[\\/]+|%SystemDrive%[\\/]+|\\\\[^\\/\s]+\\+(?:[A-Z]\$\\+)?"  # a drive, a share
    r"|(?<![\w.\\/%~$})-])(?<!http:)(?<!https:)/+|(?<=\())"  # the root, or the name of a file in brackets
)
_PLACES = (
    rf"{_BEGINS}(?:{_TOPS})[\\/]+{_NAME}",  # a home: C:\Users\NAME, /home/NAME, (Users/NAME/NTUSER.DAT)
    rf"\b(?:HKU|HKEY_USERS)\\+(?!S-1-|\.DEFAULT)(?:(?!_Classes\b)){_NAME}",  # a hive that goes by its folder's name
    r"/Library/Managed Preferences/(?P<name>(?:(?!\.plist)[^/:;\r\n\t])+)(?=/)",  # a user's policies on macOS
)
"""Where a name is expected; each is a pattern whose group ``name`` has it."""

_PROFILES = r"HKLM\SOFTWARE\Microsoft\Windows NT\CurrentVersion\ProfileList"
_HOSTS = (
    Source("host", "hostname"),
    Source("file", "/etc/hostname"),
    Source("registry", r"HKLM\SYSTEM\CurrentControlSet\Control\ComputerName\ComputerName#ComputerName"),
)
"""The readings that hold the PC's own name and nothing else."""

_OF_THE_MACHINE = (
    (("dpkg", "rpm", "host", "machine-id", "systeminfo", "command"), ""),
    (("file", "lines"), ("/proc/", "/sys/", "/usr/lib/os-release", *(f"/etc/{name}" for name in (
        "os-release", "lsb-release", "debian_version", "oracle-", "system-", "redhat-", "SuSE-", "mandriva-", "slackware-",
        "gentoo-", "alpine-", "arch-",
    )))),
    (("registry",), (
        "HKLM\\HARDWARE\\", "HKLM\\SYSTEM\\", "AMCACHE\\DeviceCensus\\",
        "HKLM\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion#",
    )),
)  # fmt: skip
"""Kinds of sources and how their places begin: their values describe the machine, and hold a name only in a path."""


def _is_of_the_machine(source: Source) -> bool:
    return any(source.kind in kinds and source.where.startswith(where) for kinds, where in _OF_THE_MACHINE)


class _Names:
    """The names of one snapshot, and how a text reads without them."""

    def __init__(self, snapshot: Snapshot, key: Key, *, users: bool, hosts: bool) -> None:
        self.key, self.users = key, users
        self.known: dict[str, str] = {}  # canonical name → pseudonym
        self._spelled: set[str] = set()
        self._parents: dict[str, None] = {}
        self._texts: dict[tuple[str, bool], str] = {}
        self._places = re.compile("|".join(f"(?:{_unnamed(place, at)})" for at, place in enumerate(_PLACES)), re.I)
        if users:
            self._find_users(snapshot)
        self.hosts = _host_names(snapshot) if hosts else []
        self._anywhere = everywhere(
            [(name, self.known[_canonical(name)]) for name in self._spelled]
            + [(name, host(name, key)) for name in self.hosts],
            (reading.source.where for reading in snapshot.readings),
        )

    def _find_users(self, snapshot: Snapshot) -> None:
        """Everybody whose name is told by a place that ends where the name does."""
        for reading in snapshot.readings:
            self._find_homes(reading)
        if self._parents:
            tops = "|".join(re.escape(parent) for parent in sorted(self._parents, key=len, reverse=True))
            self._places = re.compile(rf"(?:(?<![\w])(?:{tops})[\\/]+{_unnamed(_NAME, 9)})|{self._places.pattern}", re.I)
        for reading in snapshot.readings:
            for text in (reading.at, *_texts(reading.value)):
                if "\\" in text or "/" in text:
                    for found in self._places.finditer(text):
                        begin, end = found.span(str(found.lastgroup))
                        # what a reason says after a path is no part of the name, nor is an escape within it
                        whole = end == len(text) and found.start() == 0
                        if whole or (text[end : end + 1] in ("\\", "/") and not _ESCAPE.match(text, end)):
                            self._learn(text[begin:end])
        for short in [name for name in self._spelled if _SHORT.fullmatch(name)]:
            self._relate(short)

    def _find_homes(self, reading: Reading) -> None:
        """Where this PC keeps profiles, if that is none of the usual places."""
        homes: list[str] = []
        if reading.source.where.startswith(_PROFILES) and _SID.search(reading.at):
            homes = [text for text in _texts(reading.value) if "\\" in text]
        elif reading.source.where[:2] in ("~/", "~\\") and reading.at[:1] not in ("", "~"):
            steps = re.findall(r"[\\/]", reading.source.where.partition("#")[0])
            if len(parts := re.split(r"[\\/]", reading.at)) > len(steps) + 1:
                homes = [reading.at[: -len("/".join(["", *parts[-len(steps) :]]))]]
        for home in homes:
            parent, _, name = home.rstrip("\\/").replace("/", "\\").rpartition("\\")
            if parent and not _is_nobodys(name) and not self._places.match(home):
                self._parents[home[: len(parent)]] = None

    def _learn(self, name: str) -> None:
        plain = name.strip().rstrip("'")
        told = unquote(plain)
        if _is_nobodys(told) or _DONE.fullmatch(told):
            return
        self.known.setdefault(_canonical(told), user(told, self.key))
        self.known.setdefault(_canonical(plain), user(told, self.key))
        self._spelled |= {plain, told}

    def _relate(self, short: str) -> None:
        """``ANNAMA~1`` gets the pseudonym of ``Anna Marie``, with its own end, where one user alone can be meant."""
        found = _SHORT.fullmatch(short)
        begins = found[1].casefold() if found else ""
        longs = {
            name
            for name in self.known
            if not _SHORT.fullmatch(name) and re.sub(r"[ .]", "", name).startswith(begins) and _canonical(short) != name
        }
        if found and len({self.known[name] for name in longs}) == 1:
            self.known[_canonical(short)] = self.known[longs.pop()] + found[2]

    def without(self, text: str, *, anywhere: bool) -> str:
        """``text`` with pseudonyms in the place of names; not ``anywhere``: only where names are expected."""
        if (made := self._texts.get((text, anywhere))) is None:
            made = text
            if self.users and ("S-1-" in text or "s-1-" in text):
                made = _SID.sub(lambda found: identifier(found[0], self.key), made)
            if anywhere and self._anywhere is not None:
                made = self._anywhere(made)
            if self.users and ("\\" in text or "/" in text):
                made = self._places.sub(self._placed, made)
            self._texts[text, anywhere] = made
        return made

    def _placed(self, found: re.Match[str]) -> str:
        """What was found at a place of names, with the name replaced: the longest known one that it begins with."""
        group = str(found.lastgroup)
        name, before = found[group], found[0][: found.start(group) - found.start()]
        rest = found[0][len(before) + len(name) :]
        ends = [at for at in range(len(name), 0, -1) if at == len(name) or not name[at].isalnum()]
        for end in ends:
            if (known := self.known.get(_canonical(name[:end]))) is not None and name[:end].strip():
                return f"{before}{known}{name[end:]}{rest}"
        bare = name.rstrip(" .)'")
        if _is_nobodys(bare) or _DONE.match(bare):
            return found[0]
        return f"{before}{user(bare, self.key)}{name[len(bare) :]}{rest}"

    def value(self, value: Value, *, anywhere: bool) -> Value:
        """As :meth:`without`, for whatever a reading holds, names of keys included."""
        if isinstance(value, str):
            return self.without(value, anywhere=anywhere)
        if isinstance(value, list):
            return [self.value(each, anywhere=anywhere) for each in value]
        if isinstance(value, dict):
            return {
                self.without(name, anywhere=anywhere): self.value(each, anywhere=anywhere) for name, each in value.items()
            }
        return value


def _is_nobodys(name: str) -> bool:
    """Whether every system has the name, alone or where a reason goes on after it: ``Public is missing``."""
    plain = name.strip().casefold()
    return plain in BUILT_IN or bool(_HIVE_FILES.match(plain)) or plain.startswith(_GOES_ON)


def _unnamed(pattern: str, number: int) -> str:
    """``pattern`` with a name for its group that no other has."""
    return pattern.replace("?P<name>", f"?P<name{number}>")


def _texts(value: Value) -> Iterable[str]:
    """Every text in a value, names of keys included."""
    pending: list[Value] = [value]
    while pending:
        each = pending.pop()
        if isinstance(each, str):
            yield each
        elif isinstance(each, list):
            pending += each
        elif isinstance(each, dict):
            pending += each.keys()
            pending += each.values()


def _host_names(snapshot: Snapshot) -> list[str]:
    """The names by which the PC goes, without their domain, the longest first."""
    told = {snapshot.device.hostname}
    for reading in snapshot.readings:
        if reading.source in _HOSTS:
            told |= set(_texts(reading.value)) - {"ComputerName"}
    labels = {name.strip().partition(".")[0] for name in told}
    return sorted({name for name in labels if name and not _DONE.fullmatch(name)}, key=lambda name: (-len(name), name))


def pseudonymised(snapshot: Snapshot, key: Key, *, users: bool = True, hosts: bool = False) -> Snapshot:
    """``snapshot`` with pseudonyms in the place of its ``users``' names and identifiers, and of its own (``hosts``).

    What is understood of it stays the same, but for the names. Pseudonyms stay what they are, so doing it
    twice is the same as once. A host name is left alone without ``hosts``, even where somebody's name is in it:
    it is how lists of PCs call the PC. The device's id is a hash and stays.
    """
    if not (users or hosts):
        return snapshot
    names = _Names(snapshot, key, users=users, hosts=hosts)
    device = snapshot.device
    if hosts and device.hostname and not _DONE.match(device.hostname):
        device = device._replace(hostname=host(device.hostname, key))
    return snapshot._replace(device=device, readings=tuple(_reading(each, names, hosts) for each in snapshot.readings))


def _reading(reading: Reading, names: _Names, hosts: bool) -> Reading:
    if reading.source in _HOSTS:
        value = _renamed(reading.value, names.key) if hosts else reading.value
        return reading._replace(value=value, detail=names.without(reading.detail, anywhere=hosts))
    return Reading(
        Source(reading.source.kind, names.without(reading.source.where, anywhere=False)),
        names.without(reading.at, anywhere=True),
        reading.status,
        names.value(reading.value, anywhere=not _is_of_the_machine(reading.source)),
        names.without(reading.detail, anywhere=True),
    )


def _renamed(value: Value, key: Key) -> Value:
    """A host name, alone or as its key's only value, as its pseudonym."""
    if isinstance(value, dict):
        return {name: _renamed(each, key) for name, each in value.items()}
    return host(value, key) if isinstance(value, str) and value.strip() and not _DONE.match(value.strip()) else value
