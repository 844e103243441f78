"""The tables of an estate, as literal data: every Parquet file of the store has one of these shapes.

A snapshot's *state* is what was understood of it and whose it is; a PC that says the same again
adds a row to ``snapshot`` and none to ``state``, so ``state`` is the history of changes. The state
names a *bundle* for each kind: the set of *components* of that kind (:mod:`auditor.estate.profile`).
Bundles and components are named by the hash of their content and kept once for the whole estate.

``device`` follows from the others and is kept because reports ask for it: the newest snapshot of each PC.

Moments are ISO 8601 text in UTC (``2026-11-20T12:34:56Z``), so that they compare as they stand in any
engine; SHA-256 and device ids are lower-case hex; ids are 63-bit hashes; sizes are bytes; tags are a
canonical JSON list.
"""

from __future__ import annotations

from collections.abc import Mapping

KINDS = ("app", "browser", "device", "hardware", "html5", "leftover", "office", "os")
"""Every kind of thing that a PC can have. A kind that is new is a new column, which older files lack."""

BUNDLES = tuple(f"b_{kind}" for kind in KINDS)
"""The columns with the bundle of each kind; 0 where nothing of the kind was found or may have been missed."""

_WHOSE = {"hostname": "text", "family": "text", "site": "text", "tags": "text"}
_BUNDLE_COLUMNS = dict.fromkeys(BUNDLES, "id")

TABLES: Mapping[str, Mapping[str, str]] = {
    "snapshot": {
        "sha256": "text", "device": "text", "taken_at": "text", "received_at": "text", "state": "id",
        "segment": "number", "frame": "id", "frame_length": "number", "start": "number", "size": "number",
    },
    "state": {"state": "id", "device": "text", **_WHOSE, **_BUNDLE_COLUMNS},
    "bundle": {"bundle": "id", "kind": "text", "component": "id", "count": "number"},
    "component": {"component": "id", "kind": "text", "name": "text", "facts": "text", "unknowns": "text"},
    "signal": {"device": "text", "kind": "text", "value": "text", "taken_at": "text"},
    "log": {
        "seq": "id", "received_at": "text", "name": "text", "sha256": "text", "device": "text",
        "outcome": "text", "reason": "text",
    },
    "quarantine": {
        "sha256": "text", "name": "text", "reason": "text", "received_at": "text", "size": "id", "kept": "yes-no",
    },
    "expected": {
        "name": "text", "site": "text", "tags": "text", "serial": "text", "source": "text", "row": "number",
    },
    "alias": {"device": "text", "pc": "text", "reason": "text"},
    "device": {"device": "text", "sha256": "text", "taken_at": "text", "state": "id", **_WHOSE, **_BUNDLE_COLUMNS},
}  # fmt: skip
"""Table → column → its type: text, id (64-bit whole), number (32-bit whole) or yes-no. Nothing is ever null."""

# What each column means where its name does not say it:
#   snapshot.segment, frame, frame_length: which segment file, where its compressed frame begins and how long it is;
#   snapshot.start, size: where in the unpacked frame the snapshot's own bytes are.
#   signal.value: a hash (auditor.identity.hashed); kind: machine-id, smbios-uuid, serial, hostname, domain, mac …
#   alias.pc: the device id under which a PC is counted, where several ids are one PC.
#   log.outcome: new, updated, older, unchanged, quarantined, unreadable, forgotten, thinned.
