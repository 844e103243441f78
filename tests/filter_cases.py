"""What filters choose, by those of the command line and by those in a page's address: the same PCs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from auditor.estate.filters import NOT_APPLICABLE, Filter
from auditor.estate.result import DeviceRow
from auditor.model import Outcome
from auditor.report.device_list import products
from estates import device, finding

PCS = (
    device(
        1, "not ready", hostname="DESK-1", site="Leeds", tags=("ward 7", "till"), os="Windows 10 22H2", os_names=("Windows 10", "windows"),
        browsers=("chrome 109.0.5414", "firefox (version unknown)"), browser_groups=("chrome 109", "firefox (version unknown)"),
        findings=(finding(outcome=Outcome.FAIL), finding("test/memory", Outcome.PASS)),
    ),
    device(
        2, "at risk", hostname="büro-straße", site="Leeds & Bradford", os="Windows 11 23H2", os_names=("Windows 11", "windows"),
        findings=(finding("test/no-office", Outcome.UNKNOWN), finding("test/tickets", Outcome.FAIL)),
    ),
    device(
        3, "ready", hostname="", site="", os="Debian GNU/Linux 12", os_names=("Debian GNU/Linux", "linux"), tags=("WARD 8",),
        browsers=("firefox 140.12.0",), browser_groups=("firefox 140",), findings=(finding(outcome=Outcome.PASS),),
    ),
    device(4, "waived", hostname="a[1]?*b", site="York=1", os="unknown", browsers=(), browser_groups=(), findings=(finding(outcome=Outcome.WAIVED),)),
    device(5, "stale", hostname="ОФИС-5", site="Leeds", os="Windows 11 23H2", os_names=("Windows 11", "windows"), findings=(finding(outcome=Outcome.FAIL),)),
)  # fmt: skip
"""Few PCs with everything that a filter may trip over."""

CASES: Mapping[tuple[str, ...], Sequence[int] | None] = {
    (): (1, 2, 3, 4, 5),
    ("site=Leeds",): (1, 5),
    ("site=leeds*",): (1, 2, 5),
    ("site= Leeds & Bradford ",): (2,),
    ("site=York=1",): (4,),
    ("site=(no site)",): (3,),
    ("site=*",): (1, 2, 3, 4, 5),
    ("site=Leeds", "site=*Bradford"): (),
    ("site=Leed",): (),
    ('site="Leeds"',): (1, 5),
    ('site="leeds"',): (),
    ('site="Leeds & Bradford"', "state=at-risk"): (2,),
    ('site="(no site)"',): (3,),
    ('site="Leeds',): (),
    ('tag="till"',): (1,),
    ('os="Windows 11"',): (2, 5),
    ('os="Windows 1*"',): (),
    ('browser="chrome 109"',): (1,),
    ('device="DESK-1"',): (1,),
    ('device="desk-1"',): (),
    ("tag=ward*",): (1, 3),
    ("tag=till", "state=not-ready"): (1,),
    ("os=windows",): (1, 2, 5),
    ("os=Windows 11",): (2, 5),
    ("os=windows 10 22h2",): (1,),
    ("os=unknown",): (4,),
    ("os=debian*",): (3,),
    ("device=desk-1",): (1,),
    ("device=BÜRO-STRASSE",): (2,),
    ("device=офис*",): (5,),
    (f"device={3:032x}",): (3,),
    ("device=*3",): (3,),
    ("device=a[1]?*b",): (4,),
    ("device=a?1*b",): (),
    ("device=.*",): (),
    ("browser=chrome",): (1, 2, 5),
    ("browser=chrome 109",): (1,),
    ("browser=chrome 138.10",): (2, 5),
    ("browser=firefox",): (1, 3),
    ("browser=firefox (version unknown)",): (1,),
    ("browser=firefox 14*",): (3,),
    ("state=ready",): (3,),
    ("state=Not-Ready",): (1,),
    ("state=at risk",): (2,),
    ("state=*ready",): (1, 3),
    ("rule=test/old-browser:fail",): (1,),
    ("rule=test/old-browser:waived",): (4,),
    ("rule=test/old-browser:not-applicable",): (2,),
    ("rule=*:fail",): (1, 2),
    ("rule=test/memory:pass",): (1,),
    ("rule=TEST/tickets:not-applicable",): (1, 3, 4),
    ("rule=test/no-office:unknown", "os=windows"): (2,),
    ("sight=Leeds",): None,
    ("site",): None,
    ("site=",): None,
    ("state=fine",): None,
    ("rule=test/memory",): None,
    ("rule=test/memory:ok",): None,
    ("rule=test/none:fail",): None,
}
"""Filters → the numbers of the PCs that they leave; None where one is not understood."""


def left(of: DeviceRow, wanted: Filter) -> bool:
    """Whether a filter leaves a PC, by what a report says of it."""
    if wanted.key == "rule":
        rules = {"test/old-browser", "test/no-office", "test/memory", "test/tickets"}
        outcome = {rule: of.outcomes[rule].value if rule in of.outcomes else NOT_APPLICABLE for rule in rules}
        return of.state != "stale" and any(wanted.accepts(rule) and outcome[rule] == wanted.outcome for rule in rules)
    texts = {
        "site": (of.site_name,), "tag": of.tags, "os": (of.os, *of.os_names), "device": (of.hostname, of.id),
        "browser": (*of.browsers, *of.browser_groups, *products(of)), "state": (of.state,),
    }  # fmt: skip
    return wanted.accepts(*texts[wanted.key])
