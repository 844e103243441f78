from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auditor.errors import AuditorError, UsageError
from auditor.estate.filters import exactly, parse_filters, parted
from auditor.estate.result import STATES, Estate
from auditor.model import Outcome
from auditor.report import claims, contents
from auditor.report.document import Claim, Claims
from estates import HOSTILE, device, estate, estates, finding, rows, workbook, write

FEW = settings(max_examples=30)
FILE = claims.FILE


def claim(where: str, value: int = 0) -> Claim:
    return Claim("C-001", "PCs", value, None, "", FILE, where)


def counted(where: str, of: Estate) -> int:
    ((_, number),) = claims.recount([claim(where)], rows(write("csv-exact", of)))
    return number


def every_count(of: Estate) -> Claims:
    """A claim for every count of a report that is of PCs."""
    found = Claims()
    found.cell("PCs", of.total.total)
    for state, number in zip(STATES, of.total.counts, strict=True):
        found.cell(f"PCs that are {state}", number, f"state={state}")
    for key, groups in (("site", of.by_site), ("os", of.by_os), ("browser", of.by_browser)):
        for group in groups:
            where = exactly(key, group.name)
            found.cell(f"PCs of {key} {group.name}", group.tally.total, where)
            for state in STATES:
                found.cell(f"{state} of {key} {group.name}", group.tally.of(state), f"{where} and state={state}")
    for rule in (*of.by_rule, *of.by_service):
        outcomes = {
            "fail": rule.failed, "unknown": rule.unknown, "waived": rule.waived, "pass": rule.passed, "not-applicable": rule.not_applicable,
        }  # fmt: skip
        for outcome, number in outcomes.items():
            found.cell(f"{rule.rule} {outcome}", number, f"rule={rule.rule}:{outcome}")
    return found


@FEW
@given(estates())
def test_every_count_of_a_report_can_be_counted_again_from_devices_csv(of: Estate) -> None:
    made = list(every_count(of))
    again = dict(claims.recount(made, rows(write("csv-exact", of))))
    assert {each: each.value for each in made} == again


@FEW
@given(estates())
def test_every_claim_of_the_report_that_names_devices_csv_is_true(of: Estate) -> None:
    said = contents.document(of).claims
    again = dict(claims.recount(said, rows(write("csv-exact", of))))
    assert {each: each.value for each in said if each.file == FILE} == again


@FEW
@given(estates())
def test_the_file_of_claims_is_read_back_and_counts_the_same(of: Estate) -> None:
    read = list(claims.read(rows(write("claims", of))))
    assert [each[2:4] for each in read] == [each[2:4] for each in contents.document(of).claims]
    assert all(each.value == number for each, number in claims.recount(read, rows(write("csv-exact", of))))
    sheet = workbook_claims(of)
    assert [row[0] for row in sheet] == [each.id for each in read]
    assert [row[2] for row in sheet] == [each.value for each in read]


def workbook_claims(of: Estate) -> list[tuple[object, ...]]:
    from auditor.report.formats import FORMATS

    return workbook(b"".join(FORMATS["xlsx"](of, 80)))["Claims"][1:]


@FEW
@given(estates(), st.data())
def test_a_claim_with_another_value_is_found(of: Estate, data: st.DataObject) -> None:
    made = list(every_count(of))
    at = data.draw(st.integers(0, len(made) - 1))
    made[at] = made[at]._replace(value=made[at].value + data.draw(st.sampled_from([-1, 1, 7])))
    wrong = [each for each, number in claims.recount(made, rows(write("csv-exact", of))) if number != each.value]
    assert wrong == [made[at]]


@FEW
@given(estates(), st.data())
def test_a_row_that_was_changed_or_left_out_is_found(of: Estate, data: st.DataObject) -> None:
    pcs = rows(write("csv-exact", of))
    if not pcs:
        return
    at = data.draw(st.integers(0, len(pcs) - 1))
    if data.draw(st.booleans()):
        del pcs[at]
    else:
        pcs[at]["state"] = next(state for state in STATES if state != pcs[at]["state"])
    assert any(number != each.value for each, number in claims.recount(every_count(of), pcs))


@pytest.mark.parametrize(
    ("where", "number"),
    [
        ("", 5),
        ("state=not-ready", 2),
        ("state=not ready and site=Leeds", 1),
        ("site=leeds*", 3),
        ('site="Leeds*"', 1),
        ('site="leeds"', 0),
        ("site=(no site)", 1),
        ("site=and and state=ready", 0),
        ('site="x and state=ready"', 1),
        ("tag=ward", 2),
        ("tag=*", 2),
        ("os=windows 11*", 5),
        ("os=windows", 0),
        ("device=desk-1", 1),
        (f"device={1:032x}", 1),
        ("browser=chrome", 5),
        ("browser=chrome 138", 5),
        ("browser=chrome 138.10", 5),
        ("browser=firefox", 0),
        ("rule=test/old-browser:fail", 2),
        ("rule=test/*:fail", 3),
        ("rule=test/tickets:fail", 1),
        ("rule=test/old-browser:not-applicable", 2),
        ("rule=test/tickets:not-applicable", 3),
    ],
)
def test_a_filter_counts_what_it_means_in_a_report(where: str, number: int) -> None:
    of = estate(
        device(1, "not ready", findings=(finding(),), tags=("ward", "x")),
        device(2, "not ready", findings=(finding(),), site="Leeds*"),
        device(3, "stale", findings=(finding(),), site="", tags=("ward",)),
        device(4, "ready", findings=(finding("test/tickets"),), site="x and state=ready"),
        device(5, "ready", site="leeds-2"),
    )
    assert counted(where, of) == number


@pytest.mark.parametrize(
    "name", [*HOSTILE, "a*", 'say "x"', " and state=ready", '"', '""', " x "], ids=range(len(HOSTILE) + 6)
)
def test_whatever_a_site_is_called_its_claim_is_about_it_alone(name: str) -> None:
    of = estate(
        device(1, site=name), device(2, site="Leeds"), device(3, site=name.upper() + "x"), device(4, "stale", site=name)
    )
    made = list(every_count(of))
    assert all(each.value == number for each, number in claims.recount(made, rows(write("csv-exact", of))))


@given(st.lists(st.tuples(st.sampled_from(["site", "os", "tag", "browser", "device"]), st.text(min_size=1)), max_size=4))
def test_filters_that_were_joined_are_parted_again(conditions: list[tuple[str, str]]) -> None:
    texts = [exactly(key, value) for key, value in conditions]
    assert parted(" and ".join(texts)) == tuple(texts)
    assert [(each.key, each.pattern) for each in parse_filters(texts, None)] == conditions


def test_what_cannot_be_counted_is_refused() -> None:
    of = estate(device(1, findings=(finding(),)))
    pcs = rows(write("csv-exact", of))
    for where, said in (
        ("nonsense", "cannot be parted"),
        ("rule=test/*:not-applicable", "no list of all rules"),
        ("state=fine", "no state"),
        ("rule=x", "the outcome is missing"),
    ):
        with pytest.raises(UsageError, match=said):
            list(claims.recount([claim(where)], pcs))
    with pytest.raises(AuditorError, match=r"no column 'operating_system'"):
        list(claims.recount([claim("os=x")], [{"id": "1"}]))
    with pytest.raises(AuditorError, match="no list of claims"):
        list(claims.read([{"id": "C-1"}]))
    with pytest.raises(AuditorError, match="no list of claims"):
        list(claims.read([{"id": "C-1", "says": "", "value": "many", "base": "", "of": "", "file": "", "where": ""}]))


def test_a_claim_that_the_file_cannot_tell_is_not_counted() -> None:
    other = Claim("C-001", "expected PCs", 3, None, "", "", "auditor estate missing")
    assert list(claims.recount([other], [])) == []


def test_a_claim_cannot_act_in_a_spreadsheet() -> None:
    of = estate(device(1, site="=1+1", findings=(finding("test/memory", Outcome.FAIL),)), device(2, site="\x1b[2J"))
    text = write("claims", of)
    assert "\x1b" not in text
    assert not [cell for row in rows(text) for cell in row.values() if cell.startswith(("=", "+", "-", "@", "\t"))]
