"""What a check sees of a reading: where two show it the same, they make no difference to what it says.

PCs differ in much that no check asks about, such as the other programs that they have. Whoever understands many
snapshots asks a check once for all PCs that show it the same. What a sight says is about readings
that have a value: what was refused, went wrong or is not there always counts.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from auditor.model import Reading, Source

Shows = Callable[[Reading], Reading | None]
"""A reading with nothing in it that makes no difference; None where it makes none at all, once its source was looked at.

Pure, of the reading alone. What stands in for a reading gives the same facts, unknown reasons and gaps, whatever
else is read, and so does any reading that makes no difference in the place of all such of its source.
"""


class Sight(NamedTuple):
    """``shows`` holds unless one of ``whole_beside`` has a value, or one of ``one_of`` has several: then all counts."""

    shows: Shows
    whole_beside: frozenset[Source] = frozenset()
    one_of: frozenset[Source] = frozenset()


def _itself(reading: Reading) -> Reading:
    return reading


ALL = Sight(_itself)
"""Everything makes a difference: it is never wrong to say so."""
