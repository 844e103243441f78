"""What a console program of Windows wrote into a file: text in whichever of its code pages.

``program > file`` gives the OEM code page in cmd, UTF-16 with a mark in PowerShell, and
UTF-8 or the ANSI code page from an editor. The file does not say which, but an output of
systeminfo names the PC's own locale in plain letters, and the wrong code page puts signs
where letters belong.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

_LOCALE = re.compile(rb":[ \t]+([a-z]{2,3})(-[A-Za-z]{2,4})?(?:-[A-Za-z]{2})?;")
_WESTERN = ("cp850", "cp1252")
_PAGES: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(("pl", "cs", "sk", "hu", "ro", "hr", "sl", "sq", "bs"), ("cp852", "cp1250")),
    **dict.fromkeys(("ru", "uk", "be", "bg", "mk", "sr", "kk"), ("cp866", "cp1251")),
    **dict.fromkeys(("ar", "fa", "ur"), ("cp720", "cp1256")),
    **dict.fromkeys(("lt", "lv", "et"), ("cp775", "cp1257")),
    "el": ("cp737", "cp1253"), "tr": ("cp857", "cp1254"), "he": ("cp862", "cp1255"),
    "th": ("cp874",), "vi": ("cp1258",), "ja": ("cp932",), "ko": ("cp949",),
    "zh": ("gbk",), "zh-tw": ("cp950",), "zh-hk": ("cp950",), "zh-mo": ("cp950",),
}  # fmt: skip
_FREQUENT = "\xa0®äöüéèàçñóíß"
"""What two of the code pages have in different places, and texts of Western Europe more often than what stands there."""
_UNTOLD = (*_WESTERN, "cp866", "cp1251", "gbk")
"""Tried where no locale is named."""


def decode(data: bytes) -> str:
    """The text; a byte that no code page explains becomes U+FFFD. Never raises."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return data.decode("utf-16", "replace")
    if data[:3] == b"\xef\xbb\xbf":
        return data[3:].decode("utf-8", "replace")
    if data[1:200:2].count(0) > len(data[:200]) // 4:
        return data.decode("utf-16-le", "replace")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        if error.start >= len(data) - 3 and error.reason == "unexpected end of data":
            return data[: error.start].decode("utf-8")
    texts = [text for page in _pages(data) if (text := _decoded(data, page)) is not None]
    return max(texts, key=_likelihood, default=data.decode("cp850", "replace"))


def _pages(data: bytes) -> Iterable[str]:
    """The code pages that the PC's locale may mean, the likelier first."""
    found = _LOCALE.search(data)
    if found is None:
        return _UNTOLD
    language, region = found.group(1).decode(), (found.group(2) or b"").decode().lower()
    return _PAGES.get(language + region) or _PAGES.get(language) or _WESTERN


def _decoded(data: bytes, page: str) -> str | None:
    """``data`` in a code page; a character that was cut in two at the end is left out. None where it is not in that page."""
    for cut in (0, 1):
        try:
            return data[: len(data) - cut].decode(page)
        except UnicodeDecodeError:
            continue
    return None


def _likelihood(text: str) -> int:
    """How many of the characters beyond ASCII stand where such characters do, in thousandths."""
    beyond = [at for at, letter in enumerate(text) if letter > "\x7f"]
    return 1000 * sum(_fits(text, at) for at in beyond) // (len(beyond) or 1)


def _fits(text: str, at: int) -> int:
    """Whether a letter stands among letters of its case; a no-break space, a trade mark and the like stand anywhere."""
    letter, before, after = text[at], text[at - 1 : at], text[at + 1 : at + 2]
    if letter in _FREQUENT:
        return 2
    return int(letter.isalpha() and not (before + after).isdigit() and not (letter.isupper() and before.islower()))
