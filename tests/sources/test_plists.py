"""Property lists: the wanted keys as text, whatever the encoding, and a reason for what is none."""

from __future__ import annotations

import plistlib
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from auditor.model import Reading, Source, Status
from auditor.sources import collect, files, plists

APP = {"CFBundleShortVersionString": "17.4", "CFBundleVersion": "19618.1.15", "LSMinimumSystemVersion": "14.0"}


def read(root: Path, data: bytes, keys: str = "CFBundleShortVersionString,None") -> Reading:
    (root / "Info.plist").write_bytes(data)
    [reading] = collect([Source("plist", f"/Info.plist#{keys}")], plists.readers(files.Root(str(root))))
    return reading


@pytest.mark.parametrize("kind", [plistlib.FMT_XML, plistlib.FMT_BINARY])
def test_only_the_wanted_keys_are_given(tmp_path: Path, kind: plistlib.PlistFormat) -> None:
    assert read(tmp_path, plistlib.dumps(APP, fmt=kind)).value == {"CFBundleShortVersionString": "17.4"}


@pytest.mark.parametrize("kind", [plistlib.FMT_XML, plistlib.FMT_BINARY])
def test_every_plain_value_is_text(tmp_path: Path, kind: plistlib.PlistFormat) -> None:
    content = {"a": 1, "b": True, "c": 1.5, "d": datetime(2026, 1, 2), "e": "ü", "f": [1], "g": {"x": 1}, "h": b"\0"}  # noqa: DTZ001
    assert read(tmp_path, plistlib.dumps(content, fmt=kind), "a,b,c,d,e,f,g,h").value == {
        "a": "1", "b": "True", "c": "1.5", "d": "2026-01-02 00:00:00", "e": "ü", "f": "(list)", "g": "(dict)", "h": "b'\\x00'",
    }  # fmt: skip


def test_a_byte_order_mark_is_no_hindrance(tmp_path: Path) -> None:
    assert read(tmp_path, b"\xef\xbb\xbf" + plistlib.dumps(APP)).status is Status.READ
    text = plistlib.dumps(APP).decode().replace("UTF-8", "UTF-16")
    assert read(tmp_path, text.encode("utf-16")).status is Status.READ


@pytest.mark.parametrize("kind", [plistlib.FMT_XML, plistlib.FMT_BINARY])
def test_no_cut_of_a_property_list_is_misread(tmp_path: Path, kind: plistlib.PlistFormat) -> None:
    data = plistlib.dumps(APP, fmt=kind)
    for end in range(len(data.rstrip())):
        reading = read(tmp_path, data[:end])
        assert reading.status is Status.FAILED, end
        assert reading.detail


def _nested_xml(depth: int) -> bytes:
    inside = b"<array>" * depth + b"</array>" * depth
    return b"<plist><dict><key>CFBundleShortVersionString</key>" + inside + b"</dict></plist>"


def _unfolding_binary() -> bytes:
    """Forty lists, each of which names the next one ten times: a few bytes that unfold to 10^40."""
    inside: list[Any] = ["lol"]
    for _ in range(40):
        inside = [inside] * 10
    return plistlib.dumps({"CFBundleShortVersionString": inside}, fmt=plistlib.FMT_BINARY)


LAUGHS = b"""<?xml version="1.0"?><!DOCTYPE plist [<!ENTITY a "lol"><!ENTITY b "&a;&a;&a;&a;">]>
<plist version="1.0"><dict><key>CFBundleShortVersionString</key><string>&b;</string></dict></plist>"""


@pytest.mark.parametrize(
    ("data", "detail"),
    [
        (b"", "not a property list"),
        (b"\0" * 100, "not a property list"),
        (b"just text", "not a property list"),
        (b"<html></html>", "not a property list"),
        (LAUGHS, "entity declarations are not supported"),
        (plistlib.dumps(["a list"]), "the property list is not a dictionary"),
        (b"<plist><dict><key>a</key><date>soon</date></dict></plist>", "not a property list: AttributeError"),
        (b"<plist><dict><key>a</key><integer>x</integer></dict></plist>", "not a property list: ValueError"),
        (b'<?xml version="1.0" encoding="klingon"?><plist/>', "not a property list: "),
    ],
)
def test_what_is_no_property_list_says_why(tmp_path: Path, data: bytes, detail: str) -> None:
    reading = read(tmp_path, data)
    assert reading.status is Status.FAILED
    assert detail in reading.detail


@pytest.mark.parametrize("data", [_nested_xml(30_000), _unfolding_binary()], ids=["nested", "unfolding"])
def test_a_bomb_does_not_go_off(tmp_path: Path, data: bytes) -> None:
    reading = read(tmp_path, data)
    assert (reading.status, reading.value) == (Status.READ, {"CFBundleShortVersionString": "(list)"})


def test_one_broken_app_costs_no_other(tmp_path: Path) -> None:
    for name, data in {"Bad": b"x", "Good": plistlib.dumps(APP)}.items():
        place = tmp_path / "Applications" / f"{name}.app" / "Contents"
        place.mkdir(parents=True)
        (place / "Info.plist").write_bytes(data)
    where = "/Applications/*.app/Contents/Info.plist#CFBundleVersion"
    readings = collect([Source("plist", where)], plists.readers(files.Root(str(tmp_path))))
    assert [(reading.at, reading.status) for reading in readings] == [
        ("/Applications/Bad.app/Contents/Info.plist", Status.FAILED),
        ("/Applications/Good.app/Contents/Info.plist", Status.READ),
    ]


def test_real_property_lists_have_their_versions(realdata: Path) -> None:
    for path in sorted((realdata / "macos-systemversion-plists").glob("*.plist")):
        source = Source("plist", f"/{path.name}#ProductName,ProductVersion")
        [reading] = collect([source], plists.readers(files.Root(str(path.parent))))
        assert isinstance(reading.value, dict), path.name
        assert set(reading.value) == {"ProductName", "ProductVersion"}


HANDLERS = [
    {"LSHandlerContentType": "public.html", "LSHandlerRoleAll": "com.apple.safari"},
    {"LSHandlerURLScheme": "HTTPS", "LSHandlerRoleAll": "com.google.chrome"},
    {"LSHandlerURLScheme": "https", "LSHandlerRoleAll": "org.mozilla.firefox"},
]
HTTPS = "LSHandlers[LSHandlerURLScheme=https].LSHandlerRoleAll"


@pytest.mark.parametrize("kind", [plistlib.FMT_XML, plistlib.FMT_BINARY])
def test_one_item_of_a_list_can_be_asked_for(tmp_path: Path, kind: plistlib.PlistFormat) -> None:
    reading = read(tmp_path, plistlib.dumps({"LSHandlers": HANDLERS}, fmt=kind), HTTPS)
    assert reading.value == {HTTPS: "com.google.chrome"}


@pytest.mark.parametrize(
    "content", [{}, {"LSHandlers": "x"}, {"LSHandlers": [1, "https", {"LSHandlerURLScheme": ["https"]}, []]}]
)
def test_an_item_that_is_not_in_the_list_is_not_given(tmp_path: Path, content: dict[str, Any]) -> None:
    assert read(tmp_path, plistlib.dumps(content), HTTPS).value == {}
    assert read(tmp_path, plistlib.dumps(content), "LSHandlers[broken").value == {}


@pytest.mark.parametrize("kind", [plistlib.FMT_XML, plistlib.FMT_BINARY])
def test_what_is_in_dictionaries_can_be_asked_for(tmp_path: Path, kind: plistlib.PlistFormat) -> None:
    content = {
        "updatePolicies": {"global": {"UpdateDefault": 3, "secret": "x"}, "list": [{"UpdateDefault": 1}]},
        "plain": "p",
    }
    keys = (
        "updatePolicies/global/UpdateDefault,updatePolicies/list/UpdateDefault,updatePolicies/none/x,plain/x,updatePolicies"
    )
    assert read(tmp_path, plistlib.dumps(content, fmt=kind), keys).value == {
        "updatePolicies/global/UpdateDefault": "3",
        "updatePolicies": "(dict)",
    }
