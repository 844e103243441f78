"""Lists of the PCs that an organisation expects."""

from __future__ import annotations

import csv
import io
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.errors import AuditorError, SourceError, UsageError
from auditor.estate import asset_list
from auditor.estate.asset_headings import FORMS, ROLES
from auditor.estate.asset_list import Expected, Refused
from auditor.identity import hashed
from estate.asset_lists import AD, INTUNE, REGISTER, SCCM

ENCODINGS = {
    "UTF-8 (guessed)": "utf-8",
    "UTF-8 with its mark": "utf-8-sig",
    "UTF-16 LE with its mark": "utf-16",
    "UTF-16 LE (guessed)": "utf-16-le",
    "UTF-16 BE (guessed)": "utf-16-be",
    "Windows-1252 (guessed: it is no UTF-8)": "cp1252",
}


def test_computers_of_active_directory_as_powershell_5_writes_them() -> None:
    found = asset_list.read(AD.encode("utf-16"))
    assert (found.form, found.encoding, found.delimiter, found.headings_at) == ("ad", "UTF-16 LE with its mark", "comma", 2)
    assert found.rows == (
        Expected("WARD-7", "Leeds", "[]", "", "ad", 3),
        Expected("WARD-8", "Leeds, North", "[]", "", "ad", 4),
    )
    assert found.left_out == {"a server": 1, "the account is disabled": 1}
    assert found.columns["name"] == ("Name",)
    assert "LastLogonDate" in found.unused
    assert found.refused == ()
    assert [row.name for row in asset_list.read(AD.encode(), servers=True).rows] == ["WARD-7", "WARD-8", "DC-1"]


def test_devices_of_intune() -> None:
    found = asset_list.read(INTUNE.encode("utf-8-sig"))
    assert found.form == "intune"
    assert found.rows == (Expected("WARD-7", "", '["Imaging"]', hashed("5cg1234abc"), "intune", 2),)
    assert found.left_out == {"it is disposed of, or about to be": 1, "no PC, but a telephone or tablet": 1}


def test_a_report_of_configuration_manager_with_its_title() -> None:
    found = asset_list.read(SCCM.encode(), source="SCCM November")
    assert (found.form, found.headings_at) == ("sccm", 4)
    assert found.rows == (Expected("WARD-7", "Leeds", "[]", hashed("5cg1234abc"), "SCCM November", 5),)
    assert found.refused == (Refused(7, "'UNKNOWN' names no PC in particular"),)


@pytest.mark.parametrize(("shown", "name"), ENCODINGS.items())
def test_a_register_made_by_hand_in_every_encoding(shown: str, name: str) -> None:
    found = asset_list.read(REGISTER.encode(name))
    assert (found.form, found.encoding, found.delimiter) == ("register", shown, "semicolon")
    assert found.rows == (
        Expected("ward-7", "München", '["Radiologie","Aufnahme"]', hashed("5cg1234abc"), "register", 2),
        Expected("ward-9", "Zürich", '["Labor"]', "", "register", 4),
    )
    assert found.doubles == (("ward-7", (3,)),)
    assert found.left_out == {"it is disposed of, or about to be": 1}
    assert [(each.line, each.reason[:20]) for each in found.refused] == [
        (6, "no name"),
        (7, "10.0.0.7 is an addre"),
        (8, "'der PC am Empfang' "),
        (9, "7 columns, and 5 hea"),
    ]
    told = dict(asset_list.described(found))
    assert told["encoding"] == shown
    assert told["expected PCs"] == "2"


def test_columns_can_be_named_and_tags_may_have_several() -> None:
    text = "Inventory label\tWard\tFloor\tColour\nWARD-7\tImaging\t2\tred\n"
    with pytest.raises(SourceError, match="no heading that is known for a PC's name among the first lines; there are: Inv"):
        asset_list.read(text.encode())
    found = asset_list.read(text.encode(), columns={"name": ("inventory LABEL",), "tags": ("Ward", "Floor")})
    assert found.rows == (Expected("WARD-7", "", '["Imaging","2"]', "", "register", 2),)
    assert found.delimiter == "tab"
    assert found.unused == ("Colour",)
    with pytest.raises(UsageError, match="no column is called 'nmae'; did you mean 'name'"):
        asset_list.read(text.encode(), columns={"nmae": ("Ward",)})
    with pytest.raises(SourceError, match="no headings Wing"):
        asset_list.read(text.encode(), columns={"name": ("Wing",)})


def test_excel_names_its_delimiter_and_makes_formulas_of_names() -> None:
    found = asset_list.read(b'sep=|\r\nPC|Site\r\n"=""WARD-7"""|Leeds\r\n')
    assert found.rows == (Expected("WARD-7", "Leeds", "[]", "", "register", 3),)
    assert asset_list.read(b"Hostname\r\nward-7\r\nward-8\r\n").rows[1].name == "ward-8"


def test_two_serial_numbers_under_one_name_are_two_pcs() -> None:
    text = "Name,Serial\nward-7,A1\nward-7,B2\nWARD-7,A1\nward-7,\nward-8,\nward-8,C3\n"
    found = asset_list.read(text.encode())
    assert [row.row for row in found.rows] == [2, 3, 6]
    assert found.doubles == (("ward-7", (3, 4, 5)), ("ward-8", (7,)))


def test_the_line_of_a_row_is_counted_through_texts_of_several_lines() -> None:
    found = asset_list.read(b'Name,Site,Notes\nward-7,Leeds,"one\ntwo"\nno name here,Leeds,\n')
    assert [row.row for row in found.rows] == [2]
    assert [each.line for each in found.refused] == [4]


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"PK\3\4rest", "a workbook or document, no text"),
        (b"Name\0,Site\nx,y\n", "it has zeros in it"),
        (b"", "no heading that is known"),
        (b'Name,Site\nward-7,"Leeds\n', "line 2: unexpected end of data"),
        (b"\xff\xfeN\0\xd8", "not in UTF-16 LE with its mark"),
    ],
)
def test_what_is_no_list_is_refused_with_the_way_out(data: bytes, said: str) -> None:
    with pytest.raises(SourceError) as raised:
        asset_list.read(data)
    assert said in raised.value.message
    assert raised.value.hint


def test_an_encoding_can_be_named() -> None:
    assert asset_list.read("Rechner;Standort\nward-7;München\n".encode("cp850"), encoding="cp850").rows[0].site == "München"
    with pytest.raises(SourceError, match="no encoding is called 'ebsidic'"):
        asset_list.read(b"Name\nx\n", encoding="ebsidic")
    with pytest.raises(SourceError, match="not in utf-8, as you said"):
        asset_list.read("Name\nMünchen\n".encode("cp1252"), encoding="utf-8")


@pytest.mark.parametrize(
    ("path", "site"),
    [
        ("CN=A,OU=Laptops,OU=Leeds,DC=x", "Leeds"),
        ("CN=A\\,B,OU=Imaging\\, ground floor,OU=Leeds,DC=x", "Imaging, ground floor"),
        ("CN=A,CN=Computers,DC=x", ""),
        ("clinic.example/Leeds/Workstations/A", "Leeds"),
        ("", ""),
    ],
)
def test_the_site_in_a_place_of_the_directory(path: str, site: str) -> None:
    assert asset_list.site_of(path) == site


def test_accounts_that_are_disabled_by_their_control_are_left_out() -> None:
    found = asset_list.read(b"DN,name,userAccountControl\n,ward-7,4096\n,ward-8,4098\n")
    assert [row.name for row in found.rows] == ["ward-7"]


def test_every_form_says_which_headings_each_role_has() -> None:
    assert all(set(roles) == set(ROLES) for roles in FORMS.values())


CELL = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=12)


@given(st.lists(st.lists(CELL, min_size=3, max_size=3), max_size=6), st.sampled_from(",;\t|"))
def test_every_row_is_taken_named_again_left_out_or_refused(rows: list[list[str]], delimiter: str) -> None:
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter).writerows([["Computer name", "Site", "Serial number"], *rows])
    found = asset_list.read(out.getvalue().encode(), encoding="utf-8")
    again = sum(len(lines) for _, lines in found.doubles)
    filled = [row for row in rows if any(cell.strip() for cell in row)]
    assert len(found.rows) + again + len(found.refused) + sum(found.left_out.values()) >= len(filled)
    assert {row.row for row in found.rows}.isdisjoint(each.line for each in found.refused)


@given(st.binary(max_size=300))
def test_any_bytes_are_understood_or_refused(data: bytes) -> None:
    with suppress(AuditorError):
        asset_list.read(b"Name;Site\n" + data)
