"""Where the rule packs and the collecting kits are: beside the package, or in the checkout."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def rules_folder() -> Path:
    """The folder of the rule packs that come with auditor."""
    return _shipped("packs", "rules")


def schemas_folder() -> Path:
    """The folder of the published schemas, which only a checkout has."""
    return _shipped("schemas", "schemas")


def kits_folder() -> Path:
    """The folder of the kits for PCs without Python."""
    return _shipped("kits", "collect")


def _shipped(installed: str, in_checkout: str) -> Path:
    """A wheel carries the folder inside the package, a checkout beside it."""
    inside = _PACKAGE / installed
    return inside if inside.is_dir() else _PACKAGE.parent / in_checkout
