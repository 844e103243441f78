r"""The agent's configuration, from a YAML file: what ``auditor scan`` does on this PC unless an option says otherwise.

::

    site: Leeds                        # where the PC stands
    tags: [imaging, ward-7]
    send: \\share\snapshots            # where --send without a folder hands in
    privacy_key: privacy.key           # from auditor privacy key; beside this file, unless a full path
    names: pseudonym                   # or keep: users' names
    hosts: keep                        # or pseudonym: the PC's own name, which needs a privacy_key

Nothing is sent because of this file: it says where to, and ``--send`` says that.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple

from auditor import strict_yaml
from auditor.errors import RuleError, suggest

NAME = "agent.yaml"
"""What the file is called."""

CHOICES = ("pseudonym", "keep")
"""What may become of names."""

FOLDERS = {
    "win32": r"%ProgramData%\auditor",
    "darwin": "/Library/Application Support/auditor",
    "linux": "/etc/auditor",
}
"""System, as Python calls it → the folder where the file is looked for; variables as Windows writes them."""

_FIELDS = ("site", "tags", "send", "privacy_key", "names", "hosts")
_HINT = "docs/privacy.md shows the agent's configuration."


class Agent(NamedTuple):
    """What the file says; empty texts and tuples where it says nothing. ``privacy_key`` is a full path, if any."""

    site: str = ""
    tags: tuple[str, ...] = ()
    send: str = ""
    privacy_key: Path | None = None
    names: str = ""
    hosts: str = ""


def load(path: Path) -> Agent:
    """The configuration in ``path``.

    :raises RuleError: the file, or one field of it, is not right; the message names file, line and field.
    """
    data, lines = strict_yaml.read(path)

    def wrong(name: str, what: str) -> RuleError:
        return RuleError(f"{path}, line {lines.get((name,), 1)}, {name}: {what}", _HINT)

    if unknown := sorted(data.keys() - set(_FIELDS)):
        raise wrong(unknown[0], f"unknown field{suggest(unknown[0], _FIELDS)}")
    for name in ("site", "send", "privacy_key"):
        if name in data and not _is_text(data[name]):
            raise wrong(name, "must be text")
    tags = data.get("tags", [])
    if not isinstance(tags, list) or not all(_is_text(tag) for tag in tags):
        raise wrong("tags", "must be a list of texts")
    for name in ("names", "hosts"):
        if name in data and data[name] not in CHOICES:
            near = suggest(str(data[name]), CHOICES)
            raise wrong(name, f"is never {str(data[name])[:40]!r}{near}")
    key = path.parent / data["privacy_key"] if "privacy_key" in data else None
    return Agent(
        data.get("site", "").strip(), tuple(tag.strip() for tag in tags), data.get("send", ""), key,
        data.get("names", ""), data.get("hosts", ""),
    )  # fmt: skip


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and bool(value.strip())
