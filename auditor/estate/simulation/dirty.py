"""Lines that are no snapshots, as a share that thousands write to has them: each must be refused, and each says why."""

from __future__ import annotations

import codecs
from collections.abc import Callable, Mapping

from auditor.estate.simulation.dice import Dice

SHARE = 1_000
"""How many lines of a million are none."""

KINDS: Mapping[str, Callable[[bytes], bytes]] = {
    "cut-off": lambda line: line[: len(line) // 3],
    "not-json": lambda line: b"<html><head><title>502 Bad Gateway</title></head></html>",
    "another-schema": lambda line: line.replace(b"auditor/snapshot/1", b"auditor/snapshot/9", 1),
    "another-program": lambda line: b'{"hostname":"pc","os":"Windows 10","browsers":["Chrome"]}',
    "wrong-type": lambda line: line.partition(b'"readings":')[0] + b'"readings":"none"}',
    "repeated-key": lambda line: line.replace(b'"salt":', b'"agent":"another","salt":', 1),
    "floating-point": lambda line: line.replace(b'"value":"', b'"value":1.5,"detail":"', 1),
    "utf-16": lambda line: codecs.BOM_UTF16_LE + line[:2000].decode("ascii").encode("utf-16-le"),
    "zeros": lambda line: b"\0" * 300,
}
"""What is wrong → a line that has it, made of a good one, both as they stand in a file; line ends are left out."""


def line_after(seed: int, number: int, day: int, line: bytes) -> bytes:
    """The dirty line that follows a PC's snapshot of a day; empty for most."""
    dice = Dice(seed, "dirty", number, day)
    if not dice.is_one_of(SHARE):
        return b""
    return KINDS[dice.one(tuple(KINDS))](line.rstrip(b"\n")) + b"\n"
