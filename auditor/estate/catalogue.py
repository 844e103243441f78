"""The catalogue of an estate: what is known of every snapshot, in one DuckDB file.

======================  ==================================================================
``snapshot``            one row each: device, moment, profile, address of the raw bytes
``device``              the newest snapshot of each PC
``history``             changes only: from when to when a PC was what
``profile``             profile id → bundle id of each kind
``bundle``              bundle id → component ids and how often
``component``           each distinct thing or gap once, as canonical JSON
``log``                 intake, each row with the hash of the one before
``quarantine``          what was handed in and could not be taken
======================  ==================================================================

``device`` and ``history`` follow from ``snapshot``: in whatever order snapshots come in,
the same snapshots give the same rows. One process may write, or several may read.
"""

from __future__ import annotations

import contextlib
import uuid
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from auditor.errors import EstateError, MissingExtraError
from auditor.estate.profile import Bundle, Component, Profile

try:
    import duckdb
except ImportError as missing:
    raise MissingExtraError("the estate needs DuckDB", "pip install 'estate-auditor[estate]'") from missing

TABLES = (
    """snapshot (sha256 VARCHAR, device_id VARCHAR, taken_at VARCHAR, received_at VARCHAR,
        hostname VARCHAR, family VARCHAR, site VARCHAR, tags VARCHAR[], profile_id BIGINT,
        segment INTEGER, frame_offset BIGINT, frame_length INTEGER, size INTEGER)""",
    """device (device_id VARCHAR, snapshot_sha256 VARCHAR, taken_at VARCHAR, received_at VARCHAR,
        hostname VARCHAR, family VARCHAR, site VARCHAR, tags VARCHAR[], profile_id BIGINT)""",
    """history (device_id VARCHAR, valid_from VARCHAR, valid_to VARCHAR, snapshot_sha256 VARCHAR,
        hostname VARCHAR, family VARCHAR, site VARCHAR, tags VARCHAR[], profile_id BIGINT)""",
    "profile (profile_id BIGINT, kind VARCHAR, bundle_id BIGINT)",
    "bundle (bundle_id BIGINT, kind VARCHAR, component_id BIGINT, count INTEGER)",
    "component (component_id BIGINT, kind VARCHAR, name VARCHAR, facts VARCHAR, unknowns VARCHAR)",
    """log (seq BIGINT, received_at VARCHAR, name VARCHAR, sha256 VARCHAR, device_id VARCHAR,
        outcome VARCHAR, reason VARCHAR, before VARCHAR, own VARCHAR)""",
    "quarantine (sha256 VARCHAR, name VARCHAR, reason VARCHAR, received_at VARCHAR, size BIGINT, kept BOOLEAN)",
)
"""Every table with its columns; moments are ISO 8601 in UTC, sizes bytes."""

_TYPES = {
    "snapshot": ("VARCHAR", "VARCHAR", "VARCHAR", "VARCHAR", "VARCHAR", "VARCHAR", "VARCHAR", "VARCHAR[]", "BIGINT",
                 "INTEGER", "BIGINT", "INTEGER", "INTEGER"),
    "profile": ("BIGINT", "VARCHAR", "BIGINT"),
    "bundle": ("BIGINT", "VARCHAR", "BIGINT", "INTEGER"),
    "component": ("BIGINT", "VARCHAR", "VARCHAR", "VARCHAR", "VARCHAR"),
    "log": ("BIGINT", *["VARCHAR"] * 8),
    "quarantine": ("VARCHAR", "VARCHAR", "VARCHAR", "VARCHAR", "BIGINT", "BOOLEAN"),
}  # fmt: skip

_TOUCH = """
    CREATE OR REPLACE TEMP TABLE touched AS
    SELECT * FROM snapshot WHERE device_id IN (SELECT unnest($1::VARCHAR[]))"""
_REFRESH = (
    "DELETE FROM device WHERE device_id IN (SELECT device_id FROM touched)",
    """INSERT INTO device
    SELECT device_id, sha256, taken_at, received_at, hostname, family, site, tags, profile_id FROM touched
    QUALIFY row_number() OVER (PARTITION BY device_id ORDER BY taken_at DESC, sha256 DESC) = 1""",
    "DELETE FROM history WHERE device_id IN (SELECT device_id FROM touched)",
    """INSERT INTO history
    WITH states AS (SELECT *, row(hostname, family, site, tags, profile_id) AS state FROM touched),
    changes AS (
        SELECT * FROM states
        QUALIFY state IS DISTINCT FROM lag(state) OVER (PARTITION BY device_id ORDER BY taken_at, sha256)
    )
    SELECT device_id, taken_at, lead(taken_at) OVER (PARTITION BY device_id ORDER BY taken_at, sha256), sha256,
        hostname, family, site, tags, profile_id
    FROM changes""",
)
"""``device`` and ``history`` of the PCs that are touched, made anew from ``snapshot``."""

_STANDING = """
    WITH seen AS (
        SELECT * FROM log WHERE received_at[:10] <= $1 AND name IN (SELECT name FROM quarantine)
    ),
    taken AS (
        SELECT name, max(seq) AS seq FROM seen WHERE outcome IN ('new', 'updated', 'older', 'unchanged') GROUP BY name
    ),
    refused AS (SELECT name, sha256, max(seq) AS seq FROM seen WHERE outcome = 'quarantined' GROUP BY ALL)
    SELECT name, q.reason, q.received_at, sha256
    FROM quarantine q JOIN refused USING (name, sha256) LEFT JOIN taken USING (name)
    WHERE refused.seq > coalesce(taken.seq, 0) ORDER BY ALL"""
"""What is in quarantine, without what was taken under the same name since."""

REMEMBERED = 200_000
"""Most content ids that a writer remembers to be stored already."""


class DeviceRecord(NamedTuple):
    """A PC as one snapshot shows it."""

    id: str
    sha256: str
    taken_at: str
    hostname: str
    family: str
    site: str
    tags: tuple[str, ...]
    profile_id: int


class Catalogue:
    """A connection to the catalogue file, and every statement that is ever run on it.

    Use as a context manager. All methods raise :class:`EstateError` for what goes wrong below.
    """

    def __init__(self, path: Path, *, write: bool) -> None:
        """Open ``path``; to write, tables that are not there yet are made.

        :raises EstateError: it is locked by somebody else, damaged, or cannot be written.
        """
        self.path = path
        self._stored: set[int] = set()
        # A name of its own for each writer: DuckDB would let two of one process share the file.
        config = {"custom_user_agent": f"auditor/{uuid.uuid4().hex}"} if write else {}
        with self._errors():
            self._connection = duckdb.connect(
                str(path), read_only=not write, config={"autoinstall_known_extensions": "false", **config}
            )
        if write:
            with self.transaction():
                for table in TABLES:
                    self._run(f"CREATE TABLE IF NOT EXISTS {table}")

    def close(self) -> None:
        """Release the file. What was committed is safe even if tidying up fails here."""
        with contextlib.suppress(duckdb.Error):
            self._connection.close()

    @contextlib.contextmanager
    def _errors(self) -> Iterator[None]:
        try:
            yield
        except duckdb.Error as error:
            raise _explained(self.path, error) from error

    @contextlib.contextmanager
    def transaction(self) -> Iterator[None]:
        """All that is run inside happens, or none of it."""
        self._run("BEGIN")
        try:
            yield
            self._run("COMMIT")
        except BaseException:
            with contextlib.suppress(duckdb.Error):
                self._connection.rollback()
            self._stored.clear()
            raise

    def _run(self, sql: str, *values: Any) -> list[tuple[Any, ...]]:
        with self._errors():
            return self._connection.execute(sql, list(values)).fetchall()

    def insert(self, table: str, rows: Sequence[tuple[Any, ...]], unless: str = "") -> None:
        """Add ``rows`` to ``table``; with ``unless`` (a condition over ``t`` and ``new``), those not there yet."""
        if not rows:
            return
        columns = ", ".join(f"unnest(${number}::{kind}[]) AS c{number}" for number, kind in enumerate(_TYPES[table], 1))
        missing = f" WHERE NOT EXISTS (SELECT 1 FROM {table} t WHERE {unless})" if unless else ""  # noqa: S608  names of this module
        sql = f"INSERT INTO {table} SELECT * FROM (SELECT {columns}) new{missing}"  # noqa: S608  the same
        self._run(sql, *map(list, zip(*rows, strict=True)))

    def store_profiles(self, profiles: Iterable[Profile]) -> None:
        """Add what is new of ``profiles``, their bundles and components."""
        if len(self._stored) > REMEMBERED:
            self._stored.clear()
        new: dict[int, Profile] = {each.id: each for each in profiles if each.id not in self._stored}
        bundles: dict[int, Bundle] = {}
        components: dict[int, Component] = {}
        for profile in new.values():
            bundles.update((each.id, each) for each in profile.bundles if each.id not in self._stored)
            components.update((each.id, each) for each in profile.components.values() if each.id not in self._stored)
        links = [(each.id, bundle.kind, bundle.id) for each in new.values() for bundle in each.bundles]
        members = [(each.id, each.kind, *member) for each in bundles.values() for member in each.members]
        self.insert("profile", links, "t.profile_id = new.c1")
        self.insert("bundle", members, "t.bundle_id = new.c1")
        self.insert("component", list(components.values()), "t.component_id = new.c1")
        self._stored.update(new, bundles, components)

    def refresh(self, devices: Iterable[str]) -> None:
        """Bring ``device`` and ``history`` of these PCs into line with ``snapshot``."""
        self._run(_TOUCH, list(devices))
        for statement in _REFRESH:
            self._run(statement)

    def known(self, sha256s: Iterable[str]) -> frozenset[str]:
        """Those of ``sha256s`` that are snapshots of this estate."""
        rows = self._run("SELECT sha256 FROM snapshot WHERE sha256 IN (SELECT unnest($1::VARCHAR[]))", list(sha256s))
        return frozenset(sha256 for (sha256,) in rows)

    def newest(self, devices: Iterable[str]) -> dict[str, tuple[str, str]]:
        """Device id → (taken_at, SHA-256) of the current snapshot, for those that have one."""
        sql = "SELECT device_id, taken_at, snapshot_sha256 FROM device WHERE device_id IN (SELECT unnest($1::VARCHAR[]))"
        return {device: (taken_at, sha256) for device, taken_at, sha256 in self._run(sql, list(devices))}

    def address(self, sha256: str) -> tuple[int, int, int, int] | None:
        """Segment, offset, length and unpacked size of a snapshot; None where there is no such."""
        sql = "SELECT segment, frame_offset, frame_length, size FROM snapshot WHERE sha256 = $1"
        return next(((row[0], row[1], row[2], row[3]) for row in self._run(sql, sha256)), None)

    def beginning(self, digits: str) -> list[str]:
        """The SHA-256 of every snapshot whose SHA-256 begins with ``digits``, in order."""
        rows = self._run("SELECT sha256 FROM snapshot WHERE starts_with(sha256, $1) ORDER BY ALL", digits)
        return [sha256 for (sha256,) in rows]

    def devices(self, as_of: str) -> list[DeviceRecord]:
        """Every PC by its newest snapshot that was taken on or before the day ``as_of``."""
        if self._run("SELECT 1 FROM device WHERE taken_at[:10] > $1 LIMIT 1", as_of):
            rows = self._run(
                """SELECT device_id, sha256, taken_at, hostname, family, site, tags, profile_id
                FROM snapshot WHERE taken_at[:10] <= $1
                QUALIFY row_number() OVER (PARTITION BY device_id ORDER BY taken_at DESC, sha256 DESC) = 1""",
                as_of,
            )
        else:
            rows = self._run(
                "SELECT device_id, snapshot_sha256, taken_at, hostname, family, site, tags, profile_id FROM device"
            )
        return [DeviceRecord._make((*row[:6], tuple(row[6]), row[7])) for row in rows]

    def device_count(self) -> int:
        """How many PCs have a snapshot of any date."""
        return int(self._run("SELECT count(*) FROM device")[0][0])

    def history(self, device: str) -> list[tuple[Any, ...]]:
        """The changes of one PC: valid_from, valid_to (None: still so), SHA-256, host name, family, site, tags, profile."""
        return self._run(
            """SELECT valid_from, valid_to, snapshot_sha256, hostname, family, site, tags, profile_id
            FROM history WHERE device_id = $1 ORDER BY ALL""",
            device,
        )

    def links(self, profiles: Iterable[int]) -> list[tuple[int, str, int]]:
        """(profile, kind, bundle) of these profiles."""
        sql = "SELECT profile_id, kind, bundle_id FROM profile WHERE profile_id IN (SELECT unnest($1::BIGINT[]))"
        return self._run(sql, list(profiles))

    def members(self, bundles: Iterable[int]) -> list[tuple[int, int, int]]:
        """(bundle, component, count) of these bundles."""
        sql = "SELECT bundle_id, component_id, count FROM bundle WHERE bundle_id IN (SELECT unnest($1::BIGINT[]))"
        return self._run(sql, list(bundles))

    def components(self, ids: Iterable[int]) -> list[Component]:
        """These components."""
        sql = "SELECT * FROM component WHERE component_id IN (SELECT unnest($1::BIGINT[]))"
        return [Component(*row) for row in self._run(sql, list(ids))]

    def log(self, after: int = 0) -> list[tuple[Any, ...]]:
        """Rows of the intake log behind number ``after``, in order, with the columns of the table."""
        return self._run("SELECT * FROM log WHERE seq > $1 ORDER BY seq", after)

    def log_end(self) -> tuple[int, str]:
        """Number and hash of the last row of the log; (0, "") when it is empty."""
        rows = self._run("SELECT seq, own FROM log ORDER BY seq DESC LIMIT 1")
        return (rows[0][0], rows[0][1]) if rows else (0, "")

    def quarantine(self, as_of: str) -> list[tuple[str, str, str, str]]:
        """Name, reason, received_at and SHA-256 of what stood in quarantine at the end of the day ``as_of``, by name.

        An entry stands until something of its name is taken, and again when it is handed in again.
        """
        return self._run(_STANDING, as_of)

    def quarantine_bytes(self) -> int:
        """How much the kept files of the quarantine take, in bytes."""
        sql = "SELECT coalesce(sum(size), 0)::BIGINT FROM (SELECT DISTINCT sha256, size FROM quarantine WHERE kept)"
        return int(self._run(sql)[0][0])


def _explained(path: Path, error: Exception) -> EstateError:
    """DuckDB's complaint as one line for a person."""
    text = str(error)
    first = text.partition("\n")[0]
    if "lock" in text or "different configuration" in text:
        return EstateError(f"{path}: another auditor is using this estate", "Wait until it has finished, then try again.")
    if "No space" in text or "Could not write" in text:
        return EstateError(f"{path}: cannot be written: {first}", "Free some space; nothing that was ingested is lost.")
    return EstateError(f"{path}: cannot be used: {first}", "Check the folder and its permissions.")
