"""The page that asks: its parts, the features it knows, and the text that a browser gets.

All of it is ECMAScript 3, so that Internet Explorer 8 can be asked too. It needs ``eval``
to try syntax, so it is never to be sent with a policy that forbids it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path

PARTS = Path(__file__).resolve().parent / "page"
"""The folder of the page's parts."""

SCRIPTS = ("helpers.js", "waiting.js", "run.js", "features.js")
"""The scripts of the page, in the order in which they must run."""

WORKER = "postMessage(1);"
"""What the test of workers starts."""

SERVICE_WORKER = "self.addEventListener('fetch', function () {});"
"""What the test of service workers registers."""

OTHER_SITE = """<!DOCTYPE html><title>other site</title><script>
var said = '1';
try {
  localStorage.setItem('probe', '1');
  if (localStorage.getItem('probe') !== '1') { said = 'off'; }
  localStorage.removeItem('probe');
} catch (refused) { said = refused.name ? 'off:' + refused.name : 'off'; }
parent.postMessage('3p:' + said, '*');
</script>"""
"""A frame of another site in the page: whether it may keep anything."""

GUARDED = '<!DOCTYPE html><title>guarded</title><script>window.ran = 1;</script><script src="/cj/{token}"></script>'
"""A frame whose policy forbids the script inside it and allows the one beside it."""

GUARDS = "script-src 'self'"
"""The policy of :data:`GUARDED`."""

BESIDE = "parent.postMessage('csp:' + (window.ran ? '0' : '1'), '*');"
"""The script beside :data:`GUARDED`: it tells whether the other one was held back."""

_GROUP = re.compile(r'^G\(("(?:[^"\\]|\\.)*")\);$')
_FEATURE = re.compile(r'^[FA]\("([a-z0-9-]+)",("(?:[^"\\]|\\.)*"),.+\);$')


@cache
def features() -> Mapping[str, Mapping[str, str]]:
    """The features that the page asks for: group → id → what it is called, in their order."""
    groups: dict[str, dict[str, str]] = {}
    group: dict[str, str] = {}
    for line in _part("features.js").splitlines():
        if found := _GROUP.match(line):
            group = groups.setdefault(json.loads(found.group(1)), {})
        elif found := _FEATURE.match(line):
            group[found.group(1)] = json.loads(found.group(2))
    return groups


@cache
def ids() -> frozenset[str]:
    """The ids of all features that the page asks for."""
    return frozenset(name for group in features().values() for name in group)


def text(token: str, third: str, *, renderer: bool = True) -> str:
    """The page for one visit.

    ``third`` is the address of :data:`OTHER_SITE` under a name that is another site's;
    ``renderer`` whether the name of the graphics processor may be asked for.
    """
    settings = json.dumps({"token": token, "third": third, "renderer": renderer})
    scripts = "".join(_part(name) for name in SCRIPTS)
    page = _part("probe.html").replace("{{settings}}", settings).replace("{{token}}", token)
    return page.replace("{{scripts}}", scripts)


@cache
def _part(name: str) -> str:
    return (PARTS / name).read_text(encoding="utf-8")
