"""Reading a PC: the impure edge. The only place that touches files, commands and registries.

:func:`collect` asks a reader for every wanted source and never raises: whatever goes
wrong becomes a reading with a status and a reason. Readers come in two sets with the
same kinds: :func:`auditor.sources.live.readers` for the PC this runs on and
:func:`auditor.sources.offline.open_place` for a folder that was taken from one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from auditor.model import Reading, Source, Status

Reader = Callable[[Source], Iterable[Reading]]
"""Reads one source: at least one reading for each, several where it has wildcards."""

MAX_TEXT = 256 * 1024
"""Most that is kept of one place, in bytes; more is FAILED, never cut silently."""


def collect(
    wanted: Iterable[Source], readers: Mapping[str, Reader], tick: Callable[[], None] = lambda: None
) -> tuple[Reading, ...]:
    """One reading or more for every source in ``wanted``, in their order, without doubles.

    ``tick`` is called once a source, for whoever shows progress.
    """
    readings: list[Reading] = []
    for source in dict.fromkeys(wanted):
        readings.extend(_read(source, readers))
        tick()
    return tuple(readings)


def _read(source: Source, readers: Mapping[str, Reader]) -> list[Reading]:
    reader = readers.get(source.kind)
    if reader is None:
        return [Reading(source, source.where, Status.FAILED, detail=f"nothing here reads {source.kind!r} sources")]
    try:
        readings = list(reader(source))
    except OSError as error:
        return [failure(source, source.where, error)]
    except Exception as error:  # noqa: BLE001  one reader's fault must not cost the other readings
        return [Reading(source, source.where, Status.FAILED, detail=f"{type(error).__name__}: {error}"[:300])]
    return readings or [Reading(source, source.where, Status.FAILED, detail="the reader gave no answer")]


def failure(source: Source, at: str, error: OSError) -> Reading:
    """The reading for a refusal or fault of the operating system."""
    if isinstance(error, FileNotFoundError | NotADirectoryError):
        return Reading(source, at, Status.ABSENT, detail="no such file")
    denied = isinstance(error, PermissionError)
    return Reading(source, at, Status.DENIED if denied else Status.FAILED, detail=error.strerror or str(error))
