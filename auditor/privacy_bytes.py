"""Whether the bytes of a snapshot may hold names, told without decoding them: most of an estate's hold none any more."""

from __future__ import annotations

import re

from auditor.privacy import DIGITS, MARK

_PSEUDONYM = b"(?:user-[0-9a-f]{%d}(?:~[0-9]+)?)" % DIGITS
_NOBODYS = _PSEUDONYM + rb"[\\/\"]|\*|(?:public|default|shared|all users|default user)[\\/\"]"
_SIGNS = (
    (b"users", rb"users(?:[^\\/]|[\\/]+(?:" + _NOBODYS + rb"|s-1-|\.default))"),
    (b"/home/", b"/home/+(?:" + _NOBODYS + b")"),
    (b"/home\\", b"(?!)"),
    (b" and settings", rb" and settings(?:[^\\/]|[\\/]+(?:" + _NOBODYS + b"))"),
    (b" und einstellungen", rb" und einstellungen(?:[^\\/]|[\\/]+(?:" + _NOBODYS + b"))"),
    (b"/managed preferences/", b"/managed preferences/(?:" + _NOBODYS + rb"|[^/\"]*\.plist)"),
    (b"hku\\", rb"hku\\+(?:\*|s-1-|\.default|" + _PSEUDONYM + b")"),
    (b"s-1-5-21-", b"s-1-5-21-%d-" % MARK),
    (b"s-1-12-1-", b"s-1-12-1-%d-" % MARK),
    (
        b'profileimagepath":',
        rb'profileimagepath":(?:\{"reg_[a-z_]+":)?"[^"]*\\(?:' + _PSEUDONYM + b'|[a-z]+(?:profile|service))"',
    ),
    (
        b',"~',
        (
            rb',"~(?:mhz":|[^"]*"\],"at":"(?:~|/(?:home|users|root)[/"]'
            rb"|[a-z]:\\\\(?:users|documents and settings|dokumente und einstellungen)\\\\))"
        ),
    ),
)
"""What stands before a name, in small letters, and how it goes on where it is nobody's or a pseudonym already."""

_TRIED = tuple((sign, re.compile(harmless)) for sign, harmless in _SIGNS)

_NOBODY = re.compile(rb"user-[0-9a-f]{%d}(?:~[0-9]+)?|%d(?:-[0-9]+)+|\{[0-9A-Fa-f-]{36}\}|[0-9A-Fa-f]{40}" % (DIGITS, MARK))


def is_nobody(name: bytes) -> bool:
    """Whether what stands in a place of names (behind ``S-1-5-21-`` the rest alone) is a pseudonym, or a thing's number."""
    return bool(_NOBODY.fullmatch(name))


def may_hold_names(data: bytes, *, hosts: bool = False) -> bool:
    """Whether the bytes of a snapshot may hold a user's name (or are to be rid of the PC's), by what names stand beside.

    Costs some millionths of a second for each kilobyte, and errs on the side of yes: what it calls free of names
    is what :func:`pseudonymised` would not change. It is not meant for the files of kits.
    """
    small = data.lower()
    if hosts or b"\\u00" in small:  # letters that are written as escapes are not looked through
        return True
    for sign, harmless in _TRIED:
        at = small.find(sign)
        while at >= 0:
            if not harmless.match(small, at):
                return True
            at = small.find(sign, at + len(sign))
    return False
