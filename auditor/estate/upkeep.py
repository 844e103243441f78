"""Looking after an estate: whether it is whole, many small files into few, what must be forgotten, what need not be kept."""

from __future__ import annotations

from auditor.estate.checking import Checked, check
from auditor.estate.compacting import Compacted, compact
from auditor.estate.forgetting import Forgotten, forget
from auditor.estate.keeping import Thinned, first_kept, keep, no_longer_kept

__all__ = [
    "Checked",
    "Compacted",
    "Forgotten",
    "Thinned",
    "check",
    "compact",
    "first_kept",
    "forget",
    "keep",
    "no_longer_kept",
]
