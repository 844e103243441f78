"""The file with the keys of pseudonyms: one line a key, its id and its secret as 64 hex digits.

The first key makes pseudonyms. Those below it are older ones, kept so that what they made can be
resolved. The file is worth what it protects: only its owner may read it, and no secret of it is ever shown.
"""

from __future__ import annotations

import os
import re
import secrets
import stat
from pathlib import Path

from auditor.errors import PrivacyError
from auditor.privacy import Key
from auditor.snapshot.write import write_atomically

MAX_BYTES = 64 * 1024
"""Largest file of keys that is read."""

_SECRET_BYTES = 32
_HEAD = (
    "# Keys of auditor's pseudonyms. Whoever reads this can find out whose they are: keep it where only IT may read it.\n"
    "# The first key makes pseudonyms; those below it resolve older ones.\n"
)
_LINE = re.compile(r"([0-9a-f]{8}) ([0-9a-f]{64})")
_NEW = "Make one with auditor privacy key --new FILE."


def load(path: Path) -> tuple[Key, ...]:
    """The keys in ``path``, the present one first.

    :raises PrivacyError: it cannot be read, others may read it too (not asked on Windows), or it is no file of keys.
    """
    keys: dict[str, Key] = {}
    for number, line in enumerate(_text(path).splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        found = _LINE.fullmatch(line.strip())
        key = Key(bytes.fromhex(found[2])) if found else None
        if not found or not key or key.id != found[1]:
            raise PrivacyError(f"{path}, line {number}: not a key, or one that was changed", f"Restore the file. {_NEW}")
        keys.setdefault(key.id, key)
    if not keys:
        raise PrivacyError(f"{path}: holds no key", _NEW)
    return tuple(keys.values())


def _text(path: Path) -> str:
    try:
        with open(path, "rb", opener=_without_waiting) as file:
            state = os.fstat(file.fileno())
            if not stat.S_ISREG(state.st_mode):
                raise OSError(22, "not a plain file")
            data = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise PrivacyError(f"{path}: cannot be read: {error.strerror or error}", f"Name a file of keys. {_NEW}") from error
    if os.name == "posix" and state.st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        mode = stat.S_IMODE(state.st_mode)
        raise PrivacyError(f"{path}: others than its owner may use it (mode {mode:04o})", f"chmod 600 {path}")
    if len(data) > MAX_BYTES:
        raise PrivacyError(f"{path}: larger than {MAX_BYTES // 1024} KB: no file of keys", _NEW)
    return data.decode("utf-8-sig", "replace")


def _without_waiting(path: str, flags: int) -> int:
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))


def make(path: Path) -> Key:
    """Write a new file with one random key, which only its owner may read.

    :raises PrivacyError: there is such a file already, or it cannot be written.
    """
    key = Key(secrets.token_bytes(_SECRET_BYTES))
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
    try:
        with os.fdopen(os.open(path, flags, 0o600), "wb") as file:
            file.write(_bytes([key]))
            file.flush()
            os.fsync(file.fileno())
    except FileExistsError:
        raise PrivacyError(f"{path}: is there already", "Name a new file, or put a new key into it with --rotate.") from None
    except OSError as error:
        raise PrivacyError(f"{path}: cannot be written: {error.strerror}", "Name a folder that you may write to.") from error
    return key


def rotate(path: Path) -> Key:
    """Put a new random key before those of ``path``, which stay for what they made.

    :raises PrivacyError: it is no file of keys that may be used.
    :raises AuditorError: it cannot be written; then it stays as it was.
    """
    key = Key(secrets.token_bytes(_SECRET_BYTES))
    write_atomically(path, _bytes([key, *load(path)]))
    return key


def thrown_away() -> Key:
    """A random key that is kept nowhere: nobody can ever resolve what it makes."""
    return Key(secrets.token_bytes(_SECRET_BYTES))


def _bytes(keys: list[Key]) -> bytes:
    return (_HEAD + "".join(f"{key.id} {key.secret.hex()}\n" for key in keys)).encode("ascii")
