"""What is in the store already, as sorted arrays in memory: 16 bytes a key, and what is known of it.

A key is the first 128 bits of a hash (or a 63-bit id). Two different SHA-256 that agree in these cannot be made
with what computers there are, and do not happen by chance.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from auditor.errors import MissingExtraError

try:
    import numpy as np
except ImportError as missing:
    raise MissingExtraError("the estate needs numpy", "pip install 'estate-auditor[estate]'") from missing

_DIGITS = 32


class Keys(NamedTuple):
    """Keys of 128 bits, as two arrays of their halves."""

    high: Any
    low: Any


def hex_keys(texts: Sequence[str]) -> Keys:
    """The keys of hashes in hexadecimal digits, 32 or more."""
    digits = "".join([text[:_DIGITS] for text in texts])
    try:
        raw = bytes.fromhex(digits) if len(digits) == _DIGITS * len(texts) else b""
    except ValueError:
        raw = b""
    if len(raw) * 2 != _DIGITS * len(texts):
        raw = b"".join(hashlib.sha256(text.encode("utf-8", "backslashreplace")).digest()[:16] for text in texts)
    halves = np.frombuffer(raw, ">u8").astype(np.uint64).reshape(-1, 2)
    return Keys(np.ascontiguousarray(halves[:, 0]), np.ascontiguousarray(halves[:, 1]))


def id_keys(ids: Iterable[int]) -> Keys:
    """The keys of ids."""
    high = np.ascontiguousarray(ids) if isinstance(ids, np.ndarray) else np.fromiter(ids, np.uint64)
    return Keys(high, np.zeros(len(high), np.uint64))


def joined(parts: Iterable[Keys]) -> Keys:
    """All keys of ``parts``."""
    nothing = Keys(np.zeros(0, np.uint64), np.zeros(0, np.uint64))
    return Keys(*(np.concatenate(halves) for halves in zip(nothing, *parts, strict=True)))


class Index:
    """Keys, each with the greatest value it was ever added with, where ``width`` (bytes of a value) is given.

    Sorted runs, each more than twice as long as the next, so that adding costs little and finding less.
    """

    def __init__(self, width: int = 0) -> None:
        self._type = f"S{width}" if width else "?"
        self._runs: list[tuple[Keys, Any]] = []

    def add(self, keys: Keys, values: Any = None) -> None:
        """Add ``keys`` with their ``values`` (bytes)."""
        if not len(keys.high):
            return
        if values is None:
            values = np.ones(len(keys.high), bool)
        run = _sorted(keys, np.asarray(values, self._type))
        while self._runs and len(self._runs[-1][1]) < 2 * len(run[1]):
            run = _merged(self._runs.pop(), run)
        self._runs.append(run)

    def find(self, keys: Keys) -> Any:
        """For each of ``keys`` its greatest value, or zero (no bytes, False) where it was never added."""
        best = np.zeros(len(keys.high), self._type)
        for (high, low), values in self._runs:
            at = np.searchsorted(high, keys.high)
            at[at == len(high)] = 0
            alike = high[at] == keys.high
            hit = alike & (low[at] == keys.low)
            for place in np.flatnonzero(alike & ~hit):  # hashes that agree in 64 bits: next to never
                step = int(at[place])
                while step < len(high) and high[step] == keys.high[place] and not hit[place]:
                    hit[place], at[place] = low[step] == keys.low[place], step
                    step += 1
            better = hit & (values[at] > best)
            best[better] = values[at][better]
        return best


def _sorted(keys: Keys, values: Any) -> tuple[Keys, Any]:
    """One run: each key once, with its greatest value."""
    order = np.lexsort((values, keys.low, keys.high))
    high, low, values = keys.high[order], keys.low[order], values[order]
    last = np.append((high[1:] != high[:-1]) | (low[1:] != low[:-1]), True)
    return Keys(high[last], low[last]), values[last]


def _merged(one: tuple[Keys, Any], other: tuple[Keys, Any]) -> tuple[Keys, Any]:
    keys = Keys(*(np.concatenate(pair) for pair in zip(one[0], other[0], strict=True)))
    return _sorted(keys, np.concatenate((one[1], other[1])))
