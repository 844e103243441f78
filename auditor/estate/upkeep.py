"""Looking after an estate: whether it is whole, many small files into few, and what must be forgotten."""

from __future__ import annotations

from auditor.estate.checking import Checked, check
from auditor.estate.compacting import Compacted, compact
from auditor.estate.forgetting import Forgotten, forget

__all__ = ["Checked", "Compacted", "Forgotten", "check", "compact", "forget"]
