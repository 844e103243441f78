"""YAML without its surprises, read from the parser's events.

Refused, each with its line: anchors and aliases (a few lines can unfold to gigabytes),
tags, repeated keys (the last one silently wins elsewhere), nesting beyond a dozen
levels, more than one document. Every value keeps the line it stands on, so that
whoever reads the result can name it.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from auditor.errors import RuleError

MAX_BYTES = 256 * 1024
"""Largest YAML file that is read."""
MAX_DEPTH = 12
"""Deepest nesting that is read."""
TOO_DEEP = f"nested deeper than {MAX_DEPTH} levels"

Lines = dict[tuple[str | int, ...], int]
"""Path to a value (keys and list positions) → the line it stands on, counted from 1."""

_WRITE_SO = "Write name: value on lines of their own, and texts with : # [ ] { } or quotation marks in 'single quotes'."
_WAYS_OUT = {
    "mapping values are not allowed": "A text with a colon must be in quotation marks: title: 'Windows: too old'.",
    "cannot start any token": "Indent with spaces, not tabs; a text that begins with @, ` or % must be in quotation marks.",
    "tab character": "Indent with spaces, not tabs.",
    "unexpected end of stream": "A quotation mark or bracket that was opened is not closed.",
    "did not find expected ',' or": "Part what stands in brackets by commas, and close the bracket.",
    "did not find expected key": "Lines that belong together begin in the same column.",
    "flow": "Part what stands in brackets by commas, and close the bracket.",
}
"""Part of what the parser says of text that is not YAML → what people then mostly did."""

_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_SCALARS: dict[str, Callable[[str], Any]] = {
    "tag:yaml.org,2002:null": lambda _: None,
    "tag:yaml.org,2002:bool": lambda text: text.lower() in ("yes", "true", "on"),
    "tag:yaml.org,2002:str": str,
}


def read(path: Path) -> tuple[dict[str, Any], Lines]:
    """The mapping that ``path`` holds, and the line of each value.

    :raises RuleError: it cannot be read, or is not a plain mapping.
    """
    return parse(read_plain(path, MAX_BYTES), str(path))


def read_plain(path: Path, limit: int) -> bytes:
    """The bytes of a plain file of at most ``limit`` bytes; a pipe is not waited for.

    :raises RuleError: it cannot be read, is no plain file, or is larger.
    """
    try:
        with open(path, "rb", opener=_without_waiting) as file:
            if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                raise OSError(22, "not a plain file")
            data = file.read(limit + 1)
    except OSError as error:
        raise RuleError(f"{path}: cannot be read: {error.strerror or error}", "Name a file that you may read.") from error
    if len(data) > limit:
        raise RuleError(f"{path}: larger than {limit // 1024} KB", "Split it into several files.")
    return data


def _without_waiting(path: str, flags: int) -> int:
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))


def parse(data: bytes, name: str) -> tuple[dict[str, Any], Lines]:
    """As :func:`read`, from bytes; ``name`` is what errors call them.

    :raises RuleError: not UTF-8, not YAML, or not a plain mapping.
    """
    lines: Lines = {}
    try:
        loader = _Loader(data.decode("utf-8-sig"))
        try:
            tree = _document(_Events(loader, name, lines))
        finally:
            loader.dispose()
    except UnicodeDecodeError as error:
        raise RuleError(f"{name}: not UTF-8 (byte {error.start})", "Save the file as UTF-8.") from error
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = f", line {mark.line + 1}" if mark else ""
        problem = getattr(error, "problem", None) or str(error)
        # libyaml has a limit of its own, and may look far enough ahead to reach it first.
        if problem == "exceeded maximum nesting depth":
            raise RuleError(f"{name}{line}: {TOO_DEEP}", _WRITE_SO) from error
        said = f"{problem} {getattr(error, 'context', '')}"
        hint = next((way for sign, way in _WAYS_OUT.items() if sign in said), _WRITE_SO)
        raise RuleError(f"{name}{line}: not YAML: {problem}", hint) from error
    if not isinstance(tree, dict):
        raise RuleError(f"{name}: must be a map (name: value), not {_kind(tree)}", _WRITE_SO)
    return tree, lines


class _Events:
    """The parser's events with the place they are about; turns each mistake into an error."""

    def __init__(self, loader: Any, name: str, lines: Lines) -> None:
        self.loader, self.name, self.lines = loader, name, lines

    def __iter__(self) -> Iterator[Any]:
        while self.loader.check_event():
            yield self.loader.get_event()

    def error(self, event: Any, what: str, hint: str = "") -> RuleError:
        return RuleError(f"{self.name}, line {event.start_mark.line + 1}: {what}", hint)

    def scalar(self, event: Any) -> Any:
        tag = self.loader.resolve(yaml.ScalarNode, event.value, event.implicit)
        if tag in _SCALARS:
            return _SCALARS[tag](event.value)
        return _number_or_date(tag, event.value)


def _number_or_date(tag: str, text: str) -> Any:
    """Whole numbers and dates as themselves; all else as the text that was written."""
    try:
        if tag.endswith(":int") and len(text) <= 18:
            return int(text)
        if tag.endswith(":timestamp"):
            return date.fromisoformat(text)
        if tag.endswith(":float"):
            return float(text)
    except ValueError:
        return text
    return text


def _document(events: _Events) -> Any:
    """Build the one document. A stack of [container, pending key], no recursion."""
    root: list[Any] = []
    stack: list[tuple[Any, list[Any]]] = []
    documents = 0
    for event in events:
        match event:
            case yaml.DocumentStartEvent():
                documents += 1
                if documents > 1:
                    raise events.error(
                        event, "a second document: one file holds one", "Put what stands behind --- into a file of its own."
                    )
            case yaml.AliasEvent():
                raise events.error(event, f"alias *{event.anchor} is not allowed", "Write the value out.")
            case yaml.ScalarEvent() | yaml.MappingStartEvent() | yaml.SequenceStartEvent():
                _open(event, events, root, stack)
            case yaml.MappingEndEvent() | yaml.SequenceEndEvent():
                stack.pop()
    return root[0] if root else None


def _open(event: Any, events: _Events, root: list[Any], stack: list[tuple[Any, list[Any]]]) -> None:
    """Place one value (or key) where the stack says it belongs."""
    if event.anchor:
        raise events.error(event, f"anchor &{event.anchor} is not allowed", "Write the value out where it is used.")
    if event.tag is not None:
        raise events.error(event, f"tag {event.tag} is not allowed", "Write the value alone.")
    scalar = isinstance(event, yaml.ScalarEvent)
    value: Any = events.scalar(event) if scalar else {} if isinstance(event, yaml.MappingStartEvent) else []
    path: list[Any] = [key for _, pending in stack for key in pending]
    if not stack:
        root.append(value)
    elif isinstance(container := stack[-1][0], list):
        stack[-1][1][:] = [len(container)]
        path = [key for _, pending in stack for key in pending]
        container.append(value)
    elif not stack[-1][1] or stack[-1][1][0] in container:
        if not scalar:
            raise events.error(event, "a key must be plain text", _WRITE_SO)
        if event.value in container:
            raise events.error(event, f"key {event.value!r} stands here twice", "Keep one of them.")
        stack[-1][1][:] = [event.value]
        events.lines[(*(key for _, pending in stack[:-1] for key in pending), event.value)] = event.start_mark.line + 1
        return
    else:
        container[stack[-1][1][0]] = value
    events.lines.setdefault(tuple(path), event.start_mark.line + 1)
    if not scalar:
        if len(stack) >= MAX_DEPTH:
            raise events.error(event, TOO_DEEP, _WRITE_SO)
        stack.append((value, []))


def _kind(value: Any) -> str:
    return "empty" if value is None else "a list" if isinstance(value, list) else f"the single value {str(value)[:40]!r}"
