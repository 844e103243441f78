"""The snapshot format ``auditor/snapshot/1``: what a PC hands in, as bytes.

:mod:`auditor.snapshot.write` makes it (the agent's side, nothing but the standard
library), :mod:`auditor.snapshot.read` checks and decodes it. ``schemas/snapshot-1.json``
is the published contract. The bytes as they came are the evidence; decoding never
changes them.
"""

SCHEMA = "auditor/snapshot/1"
"""The name and version that every snapshot of this format begins with."""

MAX_BYTES = 16 * 1024 * 1024
"""Largest snapshot that is read, in bytes."""

MAX_READINGS = 50_000
"""Most readings in one snapshot."""

MAX_NAME = 255
"""Longest host name, site, tag and agent, in characters."""

MAX_TAGS = 64
"""Most tags of one PC."""
