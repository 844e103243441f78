"""Where a name may be replaced wherever it stands, and where that would spoil what a text says.

A user's name is replaced in every text as a word, in each spelling that bytes may have it in. Not so a name
that is also a word of the trade: then it stays where no name is expected, and tells nobody who that is.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Callable, Iterable
from urllib.parse import quote

LEAST = 3
"""Shorter names are replaced only where names are expected: two letters stand in too many words."""

_TRADE = """
    user users admin admins administrator administrators system service services guest test tester owner home office desk
    pc laptop desktop computer machine client server root local public default data daten files file folder temp tmp
    windows linux macos mac apple microsoft google mozilla dell hewlett packard lenovo acer asus toshiba fujitsu medion
    samsung sony huawei msi intel amd nvidia qualcomm gigabyte vmware virtualbox oracle qemu parallels
    ubuntu debian fedora redhat centos rocky alma suse opensuse arch alpine gentoo mint manjaro kali raspberry pi
    vagrant docker snap flatpak chrome chromium edge firefox opera brave vivaldi safari internet explorer tor browser
    word excel outlook powerpoint onenote access publisher teams zoom adobe java python stable beta dev canary nightly
    release enterprise professional pro education standard ultimate basic english german french spanish italian
    read absent denied failed true false none null yes and the for was not its this that with from there permission
    access error path key value name version no such directory found cannot open other
"""
TRADE = frozenset(_TRADE.split())
"""Words of the trade, in small letters: systems, makers, products, what reasons are written with."""

_WORDS = re.compile(r"[^\W_]+")
_PSEUDONYM = r"(?:user|pc)-[0-9a-f]{20}(?:~\d+)?|\bS-1-[0-9-]+"


def everywhere(names: Iterable[tuple[str, str]], sources: Iterable[str]) -> Callable[[str], str] | None:
    """A function that replaces each of ``names`` (name, pseudonym) as a word in a text; None where there is none to replace.

    ``sources`` are the places that were asked for: their words are auditor's own, and no name.
    """
    given = [pair for pair in names if len(pair[0]) >= LEAST and any(letter.isalpha() for letter in pair[0])]
    if not given:
        return None
    asked = {word.casefold() for where in set(sources) for word in _WORDS.findall(where)}
    spelled: dict[str, str] = {}
    packed: dict[str, str] = {}
    for name, pseudonym in given:
        if name.casefold() not in TRADE and name.casefold() not in asked:
            spelled |= {_folded(form): pseudonym for form in spellings(name)}
            packed[name.encode("utf-16-le", "surrogatepass").hex()] = pseudonym.encode("utf-16-le").hex()
    if not spelled:
        return None
    words = "|".join(re.escape(form) for form in sorted(spelled, key=lambda form: (-len(form), form)))
    digits = "|".join(sorted(packed, key=lambda form: (-len(form), form)))
    pattern = re.compile(rf"({_PSEUDONYM})|(?:(?<![^\W_])|(?<=%[0-9A-F]{{2}}))({words})(?![^\W_])|({digits})", re.I)

    def replaced(found: re.Match[str]) -> str:
        if found[2] is not None:
            return spelled.get(_folded(found[2]), "user")
        return found[1] if found[1] is not None else packed[found[3].lower()]

    return lambda text: pattern.sub(replaced, text)


def spellings(name: str) -> set[str]:
    """``name`` in each form in which a text may hold it: composed and decomposed, percent-encoded, escaped as JSON does."""
    forms = {form for kind in ("NFC", "NFD") for form in [unicodedata.normalize(kind, name)]} | {name}
    forms |= {json.dumps(form)[1:-1] for form in forms} | {quote(form, errors="replace") for form in forms}
    return forms


def _folded(text: str) -> str:
    return text.casefold()
