"""What leaves the PC: how it is called, whose names it keeps, and where it goes. Options first, then the agent's file."""

from __future__ import annotations

import functools
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import click

from auditor import agent_file
from auditor.cli import options
from auditor.errors import AuditorError, UsageError
from auditor.model import Snapshot
from auditor.snapshot import write

NO_FILE = Path("none")
"""In the place of a configuration: use none."""

CONFIGURED = "\0"
"""The value of ``--send`` where no folder follows it."""


class Leaving(NamedTuple):
    """What was chosen. ``save`` and ``send`` are None where nothing is to be written or handed in."""

    site: str
    tags: tuple[str, ...]
    show: bool
    save: Path | None
    send: str | None
    key: Path | None
    users: bool
    hosts: bool

    def outgoing(self, snapshot: Snapshot) -> Snapshot:
        """``snapshot`` as it may leave this PC.

        :raises PrivacyError: the key cannot be used.
        """
        if not (self.users or self.hosts):
            options.note("users' names are kept in what leaves this PC")
            return snapshot
        from auditor import privacy, privacy_keys  # who only looks at this PC does not pay for it

        key = privacy_keys.load(self.key)[0] if self.key else privacy_keys.thrown_away()
        return privacy.pseudonymised(snapshot, key, users=self.users, hosts=self.hosts)

    def hand_in(self, snapshot: Snapshot) -> None:
        """Write the snapshot where it was asked for; the name in a shared folder is unique and says whose it is."""
        if self.save:
            write.write_atomically(self.save, write.encode(snapshot))
            click.echo(f"snapshot: {self.save}", err=True)
        if self.send is not None:
            if "://" in self.send:
                raise AuditorError(
                    f"{self.send}: only folders can be sent to", "Name a folder or share that the collector reads."
                )
            if not options.readable(Path(self.send)).is_dir():
                raise AuditorError(f"{self.send}: no such folder", "Name a folder or share that exists.")
            stamp = snapshot.taken_at.replace(":", "").replace("-", "")
            path = Path(self.send) / f"{snapshot.device.id}-{stamp}-{snapshot.salt[:8]}.json"
            write.write_atomically(path, write.encode(snapshot))
            click.echo(f"sent: {path}", err=True)


_DECORATORS: tuple[Any, ...] = (
    click.option(
        "--site", default="", metavar="NAME", envvar="AUDITOR_SITE", help="Where this PC stands.  [env: AUDITOR_SITE]"
    ),
    click.option("--tag", "tags", multiple=True, metavar="WORD", help="A word to find it by; can be given again."),
    click.option("--show", is_flag=True, help="Print the snapshot: all that would be sent, and nothing else."),
    click.option("--save", type=click.Path(path_type=Path), metavar="FILE", help="Write the snapshot to FILE."),
    click.option(
        "--send",
        is_flag=False,
        flag_value=CONFIGURED,
        metavar="FOLDER",
        help="Put the snapshot into FOLDER, under a name of its own. Without FOLDER: where the configuration says.",
    ),
    click.option(
        "--names",
        type=click.Choice(agent_file.CHOICES),
        default=None,
        help="Users' names in what leaves this PC.  [default: pseudonym]",
    ),
    click.option(
        "--hosts",
        type=click.Choice(agent_file.CHOICES),
        default=None,
        help="This PC's own name in what leaves it; a pseudonym needs --privacy-key.  [default: keep]",
    ),
    click.option(
        "--privacy-key",
        type=click.Path(path_type=Path),
        metavar="FILE",
        envvar="AUDITOR_PRIVACY_KEY",
        help="The key that makes pseudonyms. Without one nobody can tell whose they are.  [env: AUDITOR_PRIVACY_KEY]",
    ),
    click.option(
        "--config",
        type=click.Path(path_type=Path),
        metavar="FILE",
        envvar="AUDITOR_CONFIG",
        help=f"The agent's configuration; 'none' for none.  [env: AUDITOR_CONFIG; default: {agent_file.NAME} of this PC]",
    ),
)


def chosen(function: Callable[..., Any]) -> Callable[..., Any]:
    """The options that say what leaves the PC, given to ``function`` as one :class:`Leaving`."""

    @functools.wraps(function)
    def called(
        site: str, tags: tuple[str, ...], show: bool, save: Path | None, send: str | None, names: str | None,
        hosts: str | None, privacy_key: Path | None, config: Path | None, **more: Any,
    ) -> Any:  # fmt: skip
        agent = agent_of(config)
        key = privacy_key or agent.privacy_key
        hidden = (hosts or agent.hosts) == "pseudonym"
        if hidden and key is None:
            raise UsageError(
                "a PC's name without a key would be another each time", "Name the key with --privacy-key, or keep the name."
            )
        if send == CONFIGURED and not agent.send:
            raise UsageError("--send: no configuration says where to", "Name a folder: --send FOLDER.")
        leaving = Leaving(
            site or agent.site, tags or agent.tags, show, save, agent.send if send == CONFIGURED else send, key,
            (names or agent.names or "pseudonym") == "pseudonym", hidden,
        )  # fmt: skip
        return function(leaving=leaving, **more)

    decorated: Callable[..., Any] = called
    for decorator in reversed(_DECORATORS):
        decorated = decorator(decorated)
    return decorated


def agent_of(path: Path | None) -> agent_file.Agent:
    """The configuration in ``path``, or in this PC's own file; an empty one where there is none, or for ``none``.

    :raises AuditorError: it is not there, though it was named, or is not right.
    """
    if path == NO_FILE:
        return agent_file.Agent()
    if path is not None:
        return agent_file.load(options.readable(path))
    own = next((each for each in own_files() if os.path.lexists(each)), None)
    return agent_file.load(own) if own else agent_file.Agent()


def own_files() -> list[Path]:
    """Where this PC may have a configuration: beside a program that is one file, and in the system's folder for it."""
    beside = [Path(sys.executable).parent] if getattr(sys, "frozen", False) else []
    system = os.path.expandvars(agent_file.FOLDERS.get(sys.platform, agent_file.FOLDERS["linux"]))
    return [folder / agent_file.NAME for folder in (*beside, Path(system))]
