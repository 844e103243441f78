"""Collected facts turned into the tables of the knowledge base. Pure: what a file of facts says becomes rows.

A row has an ``id`` that is unique in its file and ``src``, the ids of its sources: the first is what it mainly rests on.
Dates are ISO texts or null; where the facts have a remark behind a date, the date alone is kept.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from typing import Any

from auditor.knowledge.releases import releases

Facts = Mapping[str, Any]
Row = dict[str, Any]

BASES = ("read", "secondary", "recalled", "assumption")
"""How a source was come by, the best first."""

_DAY = re.compile(r"(?<![0-9])([12][0-9]{3})(?:-([01][0-9]))?(?:-([0-3][0-9]))?(?![0-9])")


def day(said: Any) -> str | None:
    """The date that a text begins with; None where it does not begin with a whole one."""
    found = re.match(r"[12][0-9]{3}-[01][0-9]-[0-3][0-9]", str(said or ""))
    return date.fromisoformat(found.group()).isoformat() if found else None


def as_of(said: Any) -> str | None:
    """The earliest day that a loose date may mean: ``2025`` is 2025-01-01; None where it names no year."""
    found = _DAY.search(str(said))
    return f"{found[1]}-{found[2] or '01'}-{found[3] or '01'}" if found else None


def sources_of(facts: Facts) -> dict[str, Row]:
    """Id → address, as-of and basis of each source; as-of is null for an undated one."""
    kept = {}
    for name, each in facts["sources"].items():
        if each["basis"] not in BASES:
            raise ValueError(f"{name}: basis {each['basis']!r}")
        kept[name] = {"address": each["address"], "as_of": as_of(each["as_of"]), "basis": each["basis"]}
        kept[name] |= {"note": each["note"]} if "note" in each else {}
    return kept


def _src(names: Iterable[str], facts: Facts) -> list[str]:
    """The sources of a row in the facts' own order: the first is what it mainly rests on."""
    missing = [name for name in names if name not in facts["sources"]]
    if missing:
        raise ValueError(f"no such source: {missing[0]}")
    return list(names)


def _slug(*parts: object) -> str:
    return "-".join(re.findall(r"[a-z0-9.]+", " ".join(map(str, parts)).lower()))


def _row(**values: Any) -> Row:
    return {key: value for key, value in values.items() if value not in (None, [], {}, "") or key in ("ends", "released")}


# --- operating systems -----------------------------------------------------------------------------------------------


def systems(facts: Facts) -> dict[str, list[Row]]:
    """Lifecycles of operating systems, and the newest known build of each release."""
    rows = [
        *_old_windows(facts),
        *_windows(facts, "10"),
        *_windows(facts, "11"),
        *_servers(facts),
        *_macos(facts),
        *_linux(facts),
    ]
    return {"lifecycles": rows, "builds": [*_windows_builds(facts), *_mac_builds(facts)]}


def _old_windows(facts: Facts) -> Iterator[Row]:
    for each in facts["windows_client_before_10"]:
        first, *paid = each["support"]
        packs = re.match(r"SP([0-9]) \((.*)\)", first.get("requires", ""))
        years = {key: value for entry in paid for key, value in entry.items() if key.startswith("esu_year")}
        yield _row(
            id=_slug(each["name"]), family="windows", name=each["name"], type="client",
            build=[int(found) for found in re.findall(r"(?<![0-9])[0-9]{4}(?![0-9])", str(each["build"]))],
            editions="all", service_pack=int(packs[1]) if packs else None,
            released=each["release_date"], mainstream=first.get("mainstream_end"), ends=first["extended_end"],
            extended=[{"name": f"ESU year {key[8]}", "ends": value} for key, value in sorted(years.items())],
            src=_src(each["src"], facts),
        )  # fmt: skip


def _windows(facts: Facts, number: str) -> Iterator[Row]:
    block = facts[f"windows_{number}"]
    src = _src(block["src"], facts)
    esu = block.get("esu", {})
    years = [{"name": f"ESU year {each['year']}", "ends": each["end"]} for each in esu.get("commercial_years", ())]
    said = str(esu.get("consumer_end", ""))
    consumer = [
        {"name": "consumer ESU", "ends": each} for each in sorted(re.findall(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", said)[:2])
    ]
    for each in block["releases"]:
        if each["release_date"] is None:
            continue
        for group in ("home_pro", "ent_edu"):
            last = str(each["build"]) in esu.get("applies_to", "")
            yield _row(
                id=_slug("windows", number, each["version"], group), family="windows", name=f"Windows {number}",
                type="client", build=[each["build"]], release=each["version"], editions=group,
                released=each["release_date"], ends=each[f"end_{group}"], src=src,
                extended=[*years, *(consumer if group == "home_pro" else ())] if last else None,
            )  # fmt: skip
    for each in block["ltsc"]:
        iot = each["name"].startswith("IoT")
        yield _row(
            id=_slug("windows", number, each["name"]), family="windows", name=f"Windows {number}", type="client",
            build=[each["build"]], release=each["version"], editions="iot_ltsc" if iot else "ltsc", edition=each["name"],
            released=each["release_date"], mainstream=each["mainstream_end"], ends=each["extended_end"], src=src,
        )  # fmt: skip


def _servers(facts: Facts) -> Iterator[Row]:
    block = facts["windows_server"]
    for each in block["releases"]:
        name = re.sub(r" (?:SP[0-9]|\(.*\)).*", "", each["name"])
        builds = [int(found) for found in re.findall(r"(?<![0-9])[0-9]{4,5}(?![0-9])", each["build"])]
        paid = day(each["esu_end"])
        channel = "Annual Channel" in each["name"]
        packs = re.search(r" SP([0-9])", each["name"])
        yield _row(
            id=_slug("windows", name), family="windows",
            name=f"Windows Server, version {name.split()[1]}" if channel else f"Windows {name}", type="server", build=builds,
            editions="all", service_pack=int(packs[1]) if packs else None, released=each["release_date"],
            mainstream=each["mainstream_end"], ends=each["extended_end"],
            extended=[{"name": "ESU", "ends": paid}] if paid else None, src=_src(block["src"], facts),
        )  # fmt: skip


def _macos(facts: Facts) -> Iterator[Row]:
    block = facts["macos"]
    for each in block["releases"]:
        yield _row(
            id=_slug("macos", each["version"]), family="macos", name="macOS", version=each["version"],
            codename=each["name"], released=each["release_date"], ends=each["last_security_or_end"],
            basis="assumption" if each.get("release_date_basis") == "inferred" else None,
            src=_src(block["src"], facts),
        )  # fmt: skip


_LINES: Mapping[str, tuple[str, str, str, str]] = {
    "ubuntu": ("ubuntu", "standard_end", "esm_end", "Ubuntu Pro"),
    "debian": ("debian", "lts_end", "", ""),
    "rhel": ("rhel", "maintenance_end", "els_end", "Extended Life Cycle Support"),
    "fedora": ("fedora", "end", "", ""),
    "sles_as_proxy_for_sled": ("sles", "general_end", "ltss_end", "Long Term Service Pack Support"),
    "opensuse_leap": ("leap", "end", "", ""),
    "linux_mint": ("mint", "end", "", ""),
}
"""Key in the facts → our id, the field with the end for everybody, that of those who pay, and what they pay for."""

_FIRST_ENDS = {"debian": "security_end", "rhel": "full_support_end"}


def _linux(facts: Facts) -> Iterator[Row]:
    for key, (line, ends, paid, name) in _LINES.items():
        block = facts["linux"][key]
        for each in block["releases"]:
            version, of = each["version"], line
            if version.startswith("lmde"):
                version, of = version.removeprefix("lmde"), "lmde"
            extended = [{"name": name, "ends": each[paid]}] if each.get(paid) else []
            other = {"ends": each.get(f"{ends}_endoflife_date"), "extended": each.get(f"{paid}_endoflife_date")}
            extended += [{"name": f"{name} with Legacy", "ends": each["legacy_end"]}] if each.get("legacy_end") else []
            yield _row(
                id=_slug(of, version), family="linux", line=of, version=version, codename=each.get("codename"),
                released=each["release_date"], mainstream=each.get(_FIRST_ENDS.get(line, "")), ends=each[ends],
                extended=extended, src=_src(block["src"], facts),
                other={key: value for key, value in other.items() if value},
            )  # fmt: skip


def _windows_builds(facts: Facts) -> Iterator[Row]:
    for number in ("10", "11"):
        block = facts[f"windows_{number}"]
        free = block.get("esu", {}).get("last_free_build", {})
        for each in block["releases"]:
            if not each.get("last_ubr_seen"):
                continue
            is_free = str(free.get("build", "")).startswith(f"{each['build']}.")
            yield _row(
                id=f"windows-{each['build']}", kind="windows", build=each["build"], newest=each["last_ubr_seen"],
                released=each["last_ubr_date"], kb=each["last_kb"],
                last_free=int(free["build"].split(".")[1]) if is_free else None,
                last_free_date=free["date"] if is_free else None,
                src=_src(("dfg", "msbuild"), facts),
            )  # fmt: skip


def _mac_builds(facts: Facts) -> Iterator[Row]:
    for each in facts["macos"]["releases"]:
        if each["latest"]:
            yield _row(
                id=_slug("macos", each["version"], "newest"), kind="macos", version=each["version"],
                newest=str(each["latest"]), released=each["latest_date"], src=["sofa"],
            )  # fmt: skip


# --- browsers --------------------------------------------------------------------------------------------------------


def browsers(facts: Facts) -> dict[str, list[Row]]:
    """Cadence, Firefox's lines of extended support, the last version on each system, and what the newest need.

    The dates of releases are not among them: ``data/html5/releases.json`` has them from the same
    source, and :func:`releases_of` is what the two are compared by.
    """
    return {
        "cadence": [
            _row(id=_slug(each["browser"]), says=each["rule"], supported=each.get("supported"),
                 extended=each.get("extended_stable") or each.get("esr"), src=_src(each["src"], facts))
            for each in facts["cadence"]
        ],
        "esr": [_esr(each, facts) for each in facts["firefox_esr"]],
        "last": [
            _row(id=_slug(each["os"], each["browser"]), os=each["os"], browser=each["browser"],
                 version=str(each["last_version"]), released=day(each["released"]),
                 ends=day(each["security_support_end"]), ends_said=each["security_support_end"], note=each.get("note"),
                 src=_src(each["src"], facts))
            for each in facts["last_version_per_os"]
        ],
        "differences": list(_differences(facts)),
        "needs": [
            {"id": _slug(each["browser"])} | {key: value for key, value in each.items() if key not in ("browser", "src")}
            | {"src": _src(each["src"], facts)}
            for each in facts["minimum_os_for_current"]
        ],
    }  # fmt: skip


def _esr(each: Row, facts: Facts) -> Row:
    said = str(each["end"] or "")
    elsewhere = re.search(r"elsewhere ended ([0-9-]+)", said)
    return _row(
        id=f"firefox-esr-{each['esr']}", line=int(each["esr"]), released=each["base_released"],
        ends=day(said) or as_of(said), basis="recalled" if "recalled" in said else None,
        elsewhere=as_of(elsewhere[1]) if elsewhere else None, src=_src(each["src"], facts),
    )  # fmt: skip


def _differences(facts: Facts) -> Iterator[Row]:
    """Releases whose day is not the one that the table of releases has."""
    for browser, found in releases_of(facts).items():
        known = {each.version: each.date for each in releases(browser)}
        for version, said in found.items():
            if (ours := known.get(version)) is None or ours.isoformat() != said:
                yield _row(id=f"{browser}-{version}", says=said, table=ours.isoformat() if ours else None, src=["bcd"])


def releases_of(facts: Facts) -> dict[str, dict[str, str]]:
    """Browser → version → the day it came out, as the facts have it; for comparing with the table of releases."""
    names = {"edge_chromium": "edge", "edge_html": "edgehtml"}
    return {
        names.get(browser, browser): {each["v"]: each["released"] for each in rows if each["released"]}
        for browser, rows in facts["versions"].items()
    }


# --- Office ----------------------------------------------------------------------------------------------------------

_CHANNELS = {"cc": "current", "mec": "monthly enterprise", "saec": "semi-annual enterprise",
             "saec_preview": "semi-annual enterprise preview"}  # fmt: skip
"""The facts' short names of the channels of Microsoft 365 Apps → auditor's."""


def office(facts: Facts) -> dict[str, list[Row]]:
    """Lifecycles of suites, versions and builds of Microsoft 365 Apps by channel, and what Windows they need."""
    apps = facts["microsoft_365_apps"]
    return {
        "suites": [*_suites(facts, "windows_suites", "windows"), *_suites(facts, "mac_suites", "macos")],
        "builds": [
            _row(id=f"m365-{each['version']}", release=each["version"], build=each["build_prefix"],
                 channels={name: each[key] for key, name in _CHANNELS.items() if key in each},
                 src=_src(apps["build_table"]["src"], facts))
            for each in apps["build_table"]["rows"]
        ],
        "channels": [
            _row(id=_CHANNELS.get(each["id"], each["id"]), name=each["name"], cdn_guid=each["cdn_guid"],
                 says=each.get("supported_version"), state=each.get("state"), src=_src(each["src"], facts))
            for each in apps["channels"]
        ],
        "windows": [
            _row(id=f"m365-windows-{each['windows']}", windows=f"Windows {each['windows']}",
                 ends=day(each.get("security_until")) or as_of(each.get("until")),
                 last=each.get("last") or each.get("last_features"), src=_src(each["src"], facts))
            for each in apps["windows_limits"]
        ],
        "libreoffice": [
            _row(id=f"libreoffice-{each['series']}", series=each["series"], released=each["released"], ends=each["end"],
                 newest=str(each["latest"]), newest_released=each["latest_date"], src=["eold"])
            for each in facts["libreoffice"]["releases"]
        ],
        "components": [
            _row(id=_slug(each["name"]), name=each["name"], ends=day(each.get("end")) or as_of(each.get("end")),
                 says=each.get("end") or each.get("state") or each.get("follows"), src=_src(each["src"], facts))
            for each in facts["components"]
        ],
    }  # fmt: skip


def _suites(facts: Facts, key: str, family: str) -> Iterator[Row]:
    for each in facts[key]["suites"]:
        years = re.findall(r"20[0-9]{2}", each["name"])
        released = re.findall(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", str(each.get("released", "")))
        connects = each.get("m365_services_until")
        pack = re.search(r"\(SP([0-9])\)", each["name"])
        yield _row(
            id=_slug(each["name"]), family=family, name=each["name"], generation=years[0],
            service_pack=int(pack[1]) if pack else None, released=min(released, default=None),
            mainstream=each.get("mainstream_end"), ends=each["extended_end"],
            connects_until=min(day(connects), each["extended_end"]) if connects else None,
            needs=each.get("needs_windows"), basis=each.get("basis"), src=_src(facts[key]["src"], facts),
        )  # fmt: skip


# --- Windows 11, money, services -------------------------------------------------------------------------------------


def windows11(facts: Facts) -> dict[str, list[Row]]:
    """What Windows 11 asks of the hardware, in words; the curated layer has what is compared with."""
    return {
        "requirements": [
            _row(id=_slug(each["item"]), says=each["minimum"], note=each.get("note"), src=_src(each["src"], facts))
            for each in facts["requirements"]
        ],
        "families": [
            _row(id=_slug(each["vendor"]), vendor=each["vendor"], ok=each["ok"], not_ok=each["not_ok"],
                 src=_src(facts["processor_families"]["src"], facts))
            for each in facts["processor_families"]["summary"]
        ],
    }  # fmt: skip


def costs(facts: Facts) -> dict[str, list[Row]]:
    """Published prices, and the figures that stand in where no price is known, marked as what they are."""
    return {
        "published": [
            {key: value for key, value in each.items() if key != "src"} | {"src": _src(each["src"], facts)}
            for each in facts["published"]
        ],
        "assumptions": [_assumption(each, facts) for each in facts["default_assumptions"]],
        "conventions": [dict(each) | {"src": [each["src"]]} for each in facts["appraisal_conventions"]],
        "formulas": [
            _row(id=f"formula-{number}", says=text, src=["none"]) for number, text in enumerate(facts["formulas"], 1)
        ],
    }


def _assumption(each: Row, facts: Facts) -> Row:
    low, high = each.get("range", (each["value"], each["value"]))
    basis = each["basis"] if each["basis"] in BASES else facts["sources"][each["src"]]["basis"]
    return _row(
        id=each["id"], low=low, value=each["value"], high=high, currency=each.get("currency"), unit=each.get("unit"),
        basis=basis, why=each.get("why") or each.get("note"), src=[each["src"]],
    )  # fmt: skip


def services(facts: Facts) -> dict[str, list[Row]]:
    """What services say of the browsers and systems they work with, in words; ``rules/services`` judges."""
    return {
        "services": [
            {"id": _slug(each["name"])} | {key: value for key, value in each.items() if key != "src"}
            | {"src": _src(each["src"], facts)}
            for each in facts["services"]
        ]
    }  # fmt: skip


TOPICS: Mapping[str, tuple[str, Callable[[Facts], dict[str, Any]]]] = {
    "systems": ("os.yaml", systems),
    "browsers": ("browsers.yaml", browsers),
    "office": ("office.yaml", office),
    "windows11": ("windows11.yaml", windows11),
    "costs": ("costs.yaml", costs),
    "services": ("services.yaml", services),
}
"""Topic, which is the name of the file that is written → the file of facts, and what makes tables of it."""
