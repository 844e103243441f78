from __future__ import annotations

import json
import sys
import unicodedata
from collections import Counter
from dataclasses import replace
from typing import Any

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auditor.errors import MissingExtraError
from auditor.estate.result import STATES, Estate, Quarantined, SupplierCount
from auditor.model import Gap, Outcome
from auditor.report import csvfile, jsonfile, terminal, words
from auditor.report.formats import FORMATS
from auditor.report.text import clean
from estates import HOSTILE, SCHEMAS, device, estate, estates, finding, number, page, rows, sections, write

FEW = settings(max_examples=30)


@pytest.fixture(scope="module")
def schema() -> jsonschema.Draft202012Validator:
    content = json.loads((SCHEMAS / "report-1.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(content)
    return jsonschema.Draft202012Validator(content)


def numbers(lines: list[str], how_many: int) -> list[tuple[int, ...]]:
    """The numbers that end each row of a table."""
    body = lines[next((index for index, line in enumerate(lines) if line.startswith("---")), len(lines)) + 1 :]
    return [tuple(int(part.replace(",", "")) for part in line.split()[-how_many:]) for line in body if line.strip()]


def counted(text: str) -> dict[str, int]:
    """State → how many PCs a page's list of numbers says are in it."""
    (claims,) = [each for each in page(text).all("section") if each.attributes.get("id") == "claims"]
    found = {next(iter([*(code.text for code in row.all("code")), ""])): row for row in claims.all("tr")}
    slugs = {state: f"state={state.replace(' ', '-')}" for state in STATES}
    return {state: number(found[slug].of_class("n")[0].text) for state, slug in slugs.items() if slug in found}


@FEW
@given(estates())
def test_every_format_says_the_same_totals(of: Estate) -> None:
    expected = dict(zip(STATES, of.total.counts, strict=True))
    document = json.loads(write("json", of))
    assert document["total"] == {"total": len(of.devices), **expected}
    assert Counter(each["state"] for each in document["devices"]) == Counter({k: v for k, v in expected.items() if v})
    for form in ("csv", "csv-exact"):
        assert Counter(row["state"] for row in rows(write(form, of))) == Counter({k: v for k, v in expected.items() if v})
    html = write("html", of)
    assert counted(html) == expected
    assert len([row for row in page(html).all("tr") if (row.attributes.get("id") or "").startswith("pc-")]) == len(
        of.devices
    )
    table = write("table", of)
    assert table.startswith(clean(words.sentence(of)))
    for title in ("By site", "By operating system"):
        found = numbers(sections(table)[title], 1 + len(STATES)) if of.devices else []
        assert [sum(column) for column in zip(*found, strict=True)] == (
            [len(of.devices), *of.total.counts] if of.devices else []
        )


@FEW
@given(estates())
def test_sites_and_systems_add_up_to_the_total(of: Estate) -> None:
    document = json.loads(write("json", of))
    for groups in (document["by_site"], document["by_os"]):
        for state in ("total", *STATES):
            assert sum(group[state] for group in groups) == document["total"][state]
    for rule in (*document["by_rule"], *document["by_service"]):
        outcomes = ("pass", "fail", "unknown", "waived", "not_applicable")
        assert sum(rule[outcome] for outcome in outcomes) == document["total"]["total"] - document["total"]["stale"]


@FEW
@given(estates())
def test_the_json_is_what_its_schema_says(of: Estate) -> None:
    content = json.loads((SCHEMAS / "report-1.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator(content).validate(json.loads(write("json", of)))


@FEW
@given(estates(), st.sampled_from(sorted(FORMATS)))
def test_the_same_estate_gives_the_same_bytes(of: Estate, form: str) -> None:
    assert list(FORMATS[form](of, 100)) == list(FORMATS[form](of, 100))


@FEW
@given(estates(), st.integers(80, 200))
def test_a_terminal_report_fits_its_width_and_has_no_control_characters(of: Estate, width: int) -> None:
    text = write("table", of, width)
    tables = [line for name, lines in sections(text).items() if name for line in lines if "PCs are in --format" not in line]
    wide = [line for line in tables if sum(1 + (unicodedata.east_asian_width(char) in "WF") for char in line) > width]
    assert not [line for line in wide if line.isascii()]
    assert not {unicodedata.category(char) for char in text.replace("\n", "")} & {"Cc", "Cf", "Cs"}


@FEW
@given(estates())
def test_a_page_shows_no_control_characters_and_needs_nothing_from_elsewhere(of: Estate) -> None:
    html = write("html", of)
    assert not {unicodedata.category(char) for char in html.replace("\n", "")} & {"Cc", "Cf", "Cs"}
    tree = page(html)
    assert not {node.tag for node in tree.all()} & {"img", "iframe", "link", "object", "embed", "form", "base"}
    for node in tree.all():
        for name, value in node.attributes.items():
            assert not name.startswith("on")
            assert name not in ("src", "srcset", "action")
            if name == "href":
                assert (value or "").startswith("#")
            elif name not in ("content", "xmlns"):
                assert "://" not in (value or "")
                assert "url(" not in (value or "")
    policy = next(node for node in tree.all("meta") if node.attributes.get("http-equiv") == "Content-Security-Policy")
    assert "default-src 'none'" in (policy.attributes["content"] or "")
    assert "url(" not in next(tree.all("style")).text


@FEW
@given(estates())
def test_every_link_in_a_page_leads_somewhere_in_it(of: Estate) -> None:
    tree = page(write("html", of))
    ids = [node.attributes["id"] for node in tree.all() if "id" in node.attributes]
    assert len(ids) == len(set(ids))
    assert {(node.attributes["href"] or "")[1:] for node in tree.all("a")} <= set(ids)


@pytest.mark.parametrize("name", HOSTILE, ids=range(len(HOSTILE)))
def test_a_hostile_name_is_text_in_every_format(name: str) -> None:
    bad = finding(outcome=Outcome.FAIL, actual=name, waiver="")
    of = estate(
        device(
            1, "not ready", hostname=name, site=name, tags=(name,), findings=(bad,), gaps=(Gap("browser", "machine", name),)
        ),
        filters=(f"site {name}",),
        quarantined=(Quarantined(name, name, "2026-11-21T00:00:00Z", "a" * 64),),
    )
    assert json.loads(write("json", of))["devices"][0]["hostname"] == name
    (exact,) = rows(write("csv-exact", of))
    assert exact["hostname"] == name.encode("utf-8", "backslashreplace").decode()
    (safe,) = rows(write("csv", of))
    assert safe["hostname"].removeprefix("'") == clean(name)
    assert not {unicodedata.category(char) for char in write("csv", of).replace("\r\n", "")} & {"Cc", "Cf", "Cs"}
    assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\r", "\n")) for cell in safe.values())
    html = write("html", of)
    (row,) = [row for row in page(html).all("tr") if (row.attributes.get("id") or "").startswith("pc-")]
    assert clean(name) in row.text
    table = write("table", of, 100)
    assert not {unicodedata.category(char) for char in table.replace("\n", "")} & {"Cc", "Cf", "Cs"}
    assert clean(name)[:10] in table


def test_a_spreadsheet_gets_an_apostrophe_before_a_formula_and_a_mark_of_its_encoding() -> None:
    of = estate(device(1, hostname="=1+1", site="büro"))
    assert b"".join(FORMATS["csv"](of, 80)).startswith(b"\xef\xbb\xbfid,hostname,")
    assert rows(write("csv", of))[0]["hostname"] == "'=1+1"
    assert rows(write("csv-exact", of))[0]["hostname"] == "=1+1"
    assert rows(write("csv-exact", of))[0]["site"] == "büro"


def test_a_csv_row_says_why() -> None:
    findings = (
        finding(outcome=Outcome.FAIL),
        finding(outcome=Outcome.FAIL, name="edge"),
        finding("test/no-office", Outcome.UNKNOWN),
        finding("test/memory", Outcome.WAIVED),
    )
    of = estate(
        device(
            1,
            "not ready",
            findings=findings,
            gaps=(Gap("browser", "user", "homes"),),
            tags=("a", "b"),
            office=("x 1", "y 2"),
        )
    )
    (row,) = rows(write("csv", of))
    assert list(row) == list(csvfile.COLUMNS)
    assert (row["failed"], row["unknown"], row["waived"]) == ("test/old-browser", "test/no-office", "test/memory")
    assert (row["gaps"], row["tags"], row["office"]) == ("browser (user): homes", "a; b", "x 1; y 2")


def test_versions_are_shown_as_they_were_written() -> None:
    of = estate(device(1, "not ready", findings=(finding(),), browser_groups=("chrome 138.10",)))
    for form in FORMATS:
        assert "138.10" in write(form, of), form


def test_an_empty_estate_is_a_report_too(schema: jsonschema.Draft202012Validator) -> None:
    of = estate()
    for form in FORMATS:
        assert write(form, of)
    assert "0 of 0 PCs ready (–)" in write("table", of)
    assert sections(write("table", of))["PCs"][0] == "no PCs"
    assert sections(write("table", estate(device())))["PCs"][0] == "every PC is ready"
    assert rows(write("csv", of)) == []
    schema.validate(json.loads(write("json", of)))
    assert counted(write("html", of)) == dict.fromkeys(STATES, 0)


def test_the_schema_refuses_what_it_does_not_know(schema: jsonschema.Draft202012Validator) -> None:
    document: dict[str, Any] = jsonfile.document(
        estate(device(1, findings=(finding(),), gaps=(Gap("browser", "machine", "x"),)))
    )
    schema.validate(document)
    device_1 = document["devices"][0]
    for changed in (
        document | {"extra": 1},
        document | {"total": document["total"] | {"extra": 1}},
        document | {"total": document["total"] | {"ready": -1}},
        document | {"by_site": [document["by_site"][0] | {"extra": 1}]},
        document | {"devices": [device_1 | {"state": "fine"}]},
        document | {"devices": [device_1 | {"findings": [device_1["findings"][0] | {"outcome": "ok"}]}]},
        {key: value for key, value in document.items() if key != "heard"},
    ):
        assert not schema.is_valid(changed)


def test_a_terminal_lists_the_pcs_that_need_somebody_and_counts_the_others() -> None:
    ready = [device(number) for number in range(3)]
    bad = [device(number, "at risk", findings=(finding(),)) for number in range(100, 100 + terminal.MOST_PCS + 5)]
    text = write("table", estate(*ready, *bad))
    assert f"{len(ready) + 5} more PCs in --format csv, json and html." in text
    assert "old-browser (fail)" in text
    assert "desk-0 " not in text
    assert "other PCs" not in write("table", estate(*bad[:3]))


def test_what_a_pack_changed_and_what_suppliers_block_is_said_in_every_format_for_people(
    schema: jsonschema.Draft202012Validator,
) -> None:
    blocked = finding(outcome=Outcome.WAIVED, waiver="blocked by supplier: Example")._replace(
        blocked_by="Example: Scanner 4"
    )
    plain = estate(device(state="waived", findings=(blocked,)))
    pack = plain.packs["test"]._replace(extends=("base",), changes=(("test/old-browser", "severity medium → high"),))
    of = replace(plain, packs={"test": pack}, blocked=1, by_supplier=(SupplierCount("Example: Scanner 4", 1, "2027-01-01"),))
    for form in ("table", "html"):
        text = write(form, of)
        assert "1 PC is blocked by a supplier" in text
        assert "severity medium → high" in text
        assert "Example: Scanner 4" in text
        assert "2027-01-01" in text
        assert "extends base" in text
    document = json.loads(write("json", of))
    schema.validate(document)
    assert document["packs"]["test"]["changes"] == [{"rule": "test/old-browser", "what": "severity medium → high"}]
    assert document["by_supplier"] == [{"supplier": "Example: Scanner 4", "devices": 1, "until": "2027-01-01"}]
    assert rows(write("csv", of))[0]["blocked_by"] == "Example: Scanner 4"
    assert "Blocked by" not in write("table", plain)


def test_what_was_refused_is_listed_in_every_format_for_people() -> None:
    of = estate(device(), quarantined=(Quarantined("bad.json", "not JSON", "2026-11-21T00:00:00Z", "a" * 64),))
    assert "bad.json" in write("table", of)
    assert "not JSON" in page(write("html", of)).text
    assert json.loads(write("json", of))["quarantined"][0]["name"] == "bad.json"
    assert "nothing was refused" in write("table", estate())


def test_pcs_dated_after_the_report_are_counted_in_every_format_for_people_and_in_json() -> None:
    of = estate(device(), later=3)
    said = "3 PCs are dated after this report and are left out."
    assert said in write("table", of)
    assert said in page(write("html", of)).text
    assert json.loads(write("json", of))["later"] == 3


def test_without_jinja_the_page_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "jinja2", None)
    with pytest.raises(MissingExtraError) as caught:
        next(FORMATS["html"](estate(), 80))
    assert "Jinja2" in str(caught.value)
