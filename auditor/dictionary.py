"""The dictionary of facts: what the checks read on a PC, and what the knowledge base adds for a day."""

from __future__ import annotations

from auditor.checks import VOCABULARY as READ_ON_A_PC
from auditor.knowledge.enrich import FACTS as ADDED
from auditor.model import Vocabulary

VOCABULARY: Vocabulary = {**READ_ON_A_PC, **{f"{spec.kind}.{spec.name}": spec for spec in ADDED}}
"""Every fact that a rule may ask for."""
