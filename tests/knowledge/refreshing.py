"""Rows of feeds as a refresh keeps them, written by hand."""

from __future__ import annotations

from typing import Any

from auditor.knowledge.feeds import FEEDS
from auditor.knowledge.shelf import Known, Origin

SHA256 = "a" * 64


def cycle(name: str, released: str | None, ends: str | None, **more: Any) -> dict[str, Any]:
    """A row about the support of one thing."""
    row = {"cycle": name, "label": name, "released": released, "lts": False, "active_ends": None, "ends": ends}
    return row | {"extended_ends": None, "ended": False, "latest": None, "latest_released": None} | more


def release(channel: str, platform: str, version: str, released: str | None) -> dict[str, Any]:
    """A row about one release."""
    return {"channel": channel, "platform": platform, "version": version, "released": released}


def current(channel: str, version: str, released: str | None = None) -> dict[str, Any]:
    """A row about the present version of a channel."""
    return {"channel": channel, "version": version, "released": released}


def known(topic: str, *rows: dict[str, Any], of: str = "2026-12-10") -> Known:
    """A topic that was refreshed on a day."""
    feed = FEEDS[topic]
    return Known(topic, rows, Origin(feed.address, feed.licence, feed.basis, of, SHA256, ""))
