"""Where PCs stand: by list, by what they say, by host name, by folder; in that order, with reasons, or an error that names its place."""

from __future__ import annotations

from pathlib import Path

import pytest

from auditor.errors import RuleError
from auditor.estate import sites
from auditor.estate.sites import Placed, Sites
from auditor.model import Device

EXAMPLE = (sites.__doc__ or "").partition("::\n")[2].partition("\n\nThe first")[0]
ID = "0123456789abcdef0123456789abcdef"


def pc(hostname: str = "", site: str = "", tags: tuple[str, ...] = (), device_id: str = ID) -> Device:
    return Device(device_id, hostname, "windows", site, tags)


def load(folder: Path, text: str, listed: bytes | str = "host,site,tags\ndesk-1,York,imaging lab\n") -> Sites:
    (folder / "pcs.csv").write_bytes(listed if isinstance(listed, bytes) else listed.encode())
    (folder / "sites.yaml").write_text(text, encoding="utf-8")
    return sites.load(folder / "sites.yaml")


def test_the_example_of_the_documentation_places_pcs(tmp_path: Path) -> None:
    known = load(tmp_path, EXAMPLE)
    told = {
        "list": known.assign("x.json", pc("DESK-1.clinic.example")),
        "agent": known.assign("share/snapshots/Hull/x.json", pc("other", "Bath", ("mine",))),
        "host": known.assign("x.json", pc("lds-7")),
        "captured": known.assign("x.json", pc("MCH-ward-7")),
        "folder": known.assign("share/snapshots/Hull/x.json", pc("other")),
        "tagged": known.assign("share\\wards\\imaging\\x.ndjson:12", pc("other")),
        "nothing": known.assign("x.json", pc("other")),
    }
    assert {way: (each.site, each.tags) for way, each in told.items()} == {
        "list": ("York", ("imaging", "lab")),
        "agent": ("Bath", ("mine",)),
        "host": ("Leeds", ("north",)),
        "captured": ("Manchester", ("ward",)),
        "folder": ("Hull", ()),
        "tagged": ("Leeds", ("imaging",)),
        "nothing": ("", ()),
    }
    assert told["list"].why == (
        "site: York, since line 2 of pcs.csv says so",
        "tags: imaging, lab, since line 2 of pcs.csv says so",
    )
    assert told["agent"].why[0] == "site: Bath, since the PC says so"
    assert told["host"].why[0] == "site: Leeds, since hosts says LDS-* (line 9)"
    assert told["nothing"].why == ()


def test_the_first_way_gives_the_site_and_all_give_tags(tmp_path: Path) -> None:
    text = "hosts: [{match: 'LDS-*', site: Leeds, tags: [north, a]}]\nfolders: ['{site}/{tag}/*']\n"
    device = pc("LDS-1", "Bath", ("a", "b"))
    assert load(tmp_path, text).assign("Hull/c/x.json", device)[:2] == ("Bath", ("a", "b", "north", "c"))
    assert load(tmp_path, f"order: [folder, host]\n{text}").assign("Hull/c/x.json", device)[:2] == (
        "Hull",
        ("c", "north", "a"),
    )


FOLDERS = [
    ("snapshots/{site}/*", "/mnt/share/snapshots/Leeds/a.json", "Leeds"),
    ("snapshots/{site}/*", "snapshots/Leeds/a.json:7", "Leeds"),
    ("snapshots/{site}/*", r"\\share\SNAPSHOTS\Leeds\a.json", "Leeds"),
    ("snapshots/{site}/*", "snapshots/Leeds/2026/a.json", ""),
    ("snapshots/{site}/*", "oldsnapshots/Leeds/a.json", ""),
    ("snapshots/{site}/**", "x/snapshots/Leeds/2026/11/a.json", "Leeds"),
    ("{site}-pcs/*/*.json", "Leeds-pcs/11/a.json", "Leeds"),
    ("{site}/*", "a.json", ""),
    ("{site}/*", "Leeds/a.json", "Leeds"),
]


@pytest.mark.parametrize(("pattern", "name", "site"), FOLDERS)
def test_a_pattern_of_folders_alone(pattern: str, name: str, site: str) -> None:
    assert sites.from_folder(pattern).assign(name, pc("x")).site == site
    assert sites.from_folder(pattern).assign(name, pc("x", "Bath")).site == "Bath", "what the PC says goes first"


HOSTS = [
    ("LDS-*", "lds-1", True), ("LDS-*", "xlds-1", False), ("*a*b*", "xxaxxbxx", True), ("*a*b", "abab", True), ("p?-1", "pc-1", True),
    ("p?-1", "p-1", False), ("a.b", "axb", False), ("*?b", "xxb", True), ("*a?*c", "aabac", True), ("*", "anything", True), ("*", "x" * 101, False), ("*" * 9, "x", True),
]  # fmt: skip


@pytest.mark.parametrize(("pattern", "host", "fits"), HOSTS)
def test_a_pattern_of_host_names(tmp_path: Path, pattern: str, host: str, fits: bool) -> None:
    known = load(tmp_path, f"hosts: [{{match: '{pattern}', site: Leeds}}]\n")
    assert (known.assign("x", pc(host)).site == "Leeds") is fits


def test_a_name_made_to_be_searched_for_long_is_answered(tmp_path: Path) -> None:
    known = load(tmp_path, f"hosts: [{{match: '{'*a' * 30}b', site: x}}, '{{site}}a{{tag}}a*b']\n")
    assert known.assign("x", pc("a" * 100)) == Placed("", (), ())


def test_a_list_is_read_in_any_encoding_and_by_id(tmp_path: Path) -> None:
    text = f"Device ID;Computer Name;Standort;Tags\n{ID};;Köln;\n;DESK-2;Zürich;a;b\n;;nobody;\n"
    for encoding in ("utf-8-sig", "utf-16", "cp1252"):
        known = load(tmp_path, "list: pcs.csv\n", text.encode(encoding))
        assert known.assign("x", pc("any")).site == "Köln"
        assert known.assign("x", pc("desk-2", device_id="f" * 32)) == Placed(
            "Zürich", ("a",), ("site: Zürich, since line 3 of pcs.csv says so", "tags: a, since line 3 of pcs.csv says so")
        )


WRONG = [
    ("sites: []", "line 1, sites: unknown field"),
    ("order: [lists]", "line 1, order: no way is called 'lists'; did you mean 'list'?"),
    ("order: [list, list]", "line 1, order: list: it stands there twice"),
    ("order: list", "line 1, order: must be a list"),
    ("list: [a]", "list: must be the name of a CSV file"),
    ("list: nothing.csv", "nothing.csv: cannot be read"),
    ("names: [a]", "names: must be a map"),
    ("hosts: LDS", "hosts: must be a list"),
    ("hosts:\n  - 7", "line 2, hosts: must be a pattern"),
    ("hosts:\n  - site: x", "line 2, hosts.match: must be a pattern"),
    ("hosts:\n  - match: a\n    sites: x", "line 3, hosts.sites: unknown field; did you mean 'site'?"),
    ("hosts:\n  - match: a\n    site: [x]", "line 3, hosts.site: must be text"),
    ("hosts:\n  - match: a\n    tags: x", "line 3, hosts.tags: must be a list"),
    ("hosts:\n  - LDS-*", "line 2, hosts: gives neither a site nor a tag"),
    ("hosts:\n  - match: '{site}-1'\n    site: x", "line 3, hosts.site: the pattern captures {site} already"),
    ("hosts:\n  - '{sites}-*'", "line 2, hosts: '{sites}-*' has {sites}; did you mean 'site'?"),
    ("hosts:\n  - '{site}-{site}'", "has {site} twice"),
    ("hosts:\n  - '{site}{tag}{tag}**'", "more than 4"),
    ("folders:\n  - '{site}'", "line 2, folders: '{site}' names no folder"),
]


@pytest.mark.parametrize(("text", "said"), WRONG)
def test_a_mistake_is_named_with_its_place(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(RuleError) as caught:
        load(tmp_path, text + "\n")
    assert said in caught.value.message
    assert caught.value.hint


LISTS = [
    ("", "its first line has"),
    ("a,b\n1,2\n", "a column host or id"),
    ("host\nx\n", "one of site and tags"),
    ("host,site\nx,Leeds\nX,York\n", "line 3: x stands there twice, and differently"),
    ('host,site\n"x' + "y" * 200_000, "not CSV"),
]


@pytest.mark.parametrize(("text", "said"), LISTS)
def test_a_list_that_cannot_be_used_is_refused(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(RuleError) as caught:
        load(tmp_path, "list: pcs.csv\n", text)
    assert said in caught.value.message
