"""The page in a real Chromium: it asks for nothing, complains of nothing, filters, sorts, and keeps to its policy."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

import chromium
from auditor.estate.result import STATES, Estate
from auditor.model import Outcome
from auditor.report import htmlpage
from chromium import Page
from documents import sample
from estates import HOSTILE, device, estate, finding, missing
from filter_cases import CASES, PCS

pytestmark = pytest.mark.skipif(chromium.PROGRAM is None, reason="no chromium here to open the page in")

SHOWN = "Array.prototype.map.call(document.querySelectorAll('#pcs-rows > tr[id]'), function (row) { return row.id; })"
COUNT = "document.getElementById('pcs-count').textContent"


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    with chromium.opened(tmp_path_factory.mktemp("chromium")) as page:
        yield page


@pytest.fixture
def quiet(browser: Page) -> Iterator[Page]:
    """A page that asks for one file, and complains of nothing, whatever a test does with it."""
    yield browser
    assert browser.errors == []
    assert len(browser.requests) == 1


def many(number: int = 120) -> Estate:
    found = (finding(outcome=Outcome.FAIL), finding("test/tickets", Outcome.UNKNOWN))
    sites = ("Leeds", "New York", "Marks & Spencer")
    pcs = (
        device(each, STATES[each % 6], site=sites[each % 3], hostname=f"desk-{each:03d}", findings=found if each % 2 else ())
        for each in range(number)
    )
    return estate(*pcs, never=[missing(1)], trend=True)


def laid(folder: Path, content: bytes) -> str:
    file = folder / "report.html"
    file.write_bytes(content)
    return file.as_uri()


def of(folder: Path, content: Estate) -> str:
    return laid(folder, b"".join(htmlpage.write(content, 80)))


def click(page: Page, selector: str) -> None:
    page.run(f"document.querySelector({json.dumps(selector)}).click()")


def test_a_number_leads_to_its_pcs(quiet: Page, tmp_path: Path) -> None:
    content = many()
    quiet.open(of(tmp_path, content))
    assert quiet.run(COUNT) == "120 of 120 PCs; these are 1 to 50."
    click(quiet, ".tiles .not-ready b a")
    quiet.until(f"{COUNT} === '20 of 120 PCs.'")
    assert quiet.run("document.activeElement.id") == "pcs-title"
    assert quiet.run(SHOWN) == [f"pc-{pc.id}" for pc in content.devices if pc.state == "not ready"]
    assert quiet.run("document.getElementById('by-state').value") == "not-ready"
    assert "--filter 'state=not-ready'" in quiet.run("document.getElementById('pcs-command').textContent")


def test_every_number_of_the_page_leads_to_as_many_pcs(quiet: Page, tmp_path: Path) -> None:
    quiet.open(of(tmp_path, many()))
    wrong = quiet.run("""(async function () {
      var links = document.querySelectorAll('main section:not(#claims) a[href^="#pcs"]'), wrong = [], seen = 0;
      for (var i = 0; i < links.length; i++) {
        if (!/^[0-9,]+$/.test(links[i].textContent)) { continue; }
        location.hash = links[i].getAttribute('href');
        await new Promise(function (done) { setTimeout(done, 5); });
        var count = document.getElementById('pcs-count').textContent;
        seen++;
        if (count.split(' ')[0] !== links[i].textContent) { wrong.push(links[i].getAttribute('href') + ' ' + count); }
      }
      return seen > 20 ? wrong : ['only ' + seen];
    }())""")
    assert wrong == []


def test_the_address_means_what_the_command_line_means(quiet: Page, tmp_path: Path) -> None:
    quiet.open(of(tmp_path, estate(*PCS)))
    for texts, expected in CASES.items():
        parts = "&".join(f"{key}{equals}' + encodeURIComponent({json.dumps(value)}) + '" for key, equals, value in
                         (each.partition("=") for each in texts))  # fmt: skip
        quiet.run(f"location.hash = '#none'; location.hash = '#pcs?{parts}'")
        quiet.run("new Promise(function (done) { setTimeout(done, 20); })")
        shown = [int(each[3:], 16) for each in quiet.run(SHOWN)]
        assert shown == list(expected or ()), texts
        assert ("not understood" in quiet.run(COUNT)) is (expected is None), texts


def test_the_controls_filter_and_write_the_address(quiet: Page, tmp_path: Path) -> None:
    quiet.open(of(tmp_path, many()))
    for control, value in (("by-site", "New York"), ("by-rule", "test/tickets"), ("by-outcome", "unknown")):
        quiet.run(
            f"var box = document.getElementById('{control}'); box.value = '{value}'; box.dispatchEvent(new Event('change'))"
        )
    assert quiet.run("location.hash") == "#pcs?site=New%20York&rule=test/tickets:unknown"
    expected = [pc for pc in many().devices if pc.site == "New York" and pc.outcomes and pc.state != "stale"]
    assert quiet.run(COUNT) == f"{len(expected)} of 120 PCs."
    quiet.run(
        "var box = document.getElementById('by-name'); box.focus(); box.value = 'K-00'; box.dispatchEvent(new Event('input'))"
    )
    quiet.until("location.hash.indexOf('device=*K-00*') > 0")
    assert quiet.run("document.activeElement.id") == "by-name"
    assert quiet.run(SHOWN) == [f"pc-{pc.id}" for pc in expected if "k-00" in pc.hostname]
    click(quiet, "#pcs-all")
    assert quiet.run(COUNT) == "120 of 120 PCs; these are 1 to 50."
    click(quiet, "#pcs-on")
    assert quiet.run(COUNT) == "120 of 120 PCs; these are 51 to 100."


def test_heads_sort_and_say_so(quiet: Page, tmp_path: Path) -> None:
    quiet.open(of(tmp_path, many(40)))
    names = (
        "Array.prototype.map.call(document.querySelectorAll('#pcs-rows th'), function (each) { return each.textContent; })"
    )
    for expected in ("ascending", "descending"):
        click(quiet, "th[data-sort=names] button")
        assert quiet.run("document.querySelector('[aria-sort]').getAttribute('aria-sort')") == expected
        found = quiet.run(names)
        assert found == sorted(found, reverse=expected == "descending")


def test_a_row_opens_by_keyboard_to_its_findings_and_its_proof(quiet: Page, tmp_path: Path) -> None:
    pc = device(1, "not ready", findings=(finding(),), tags=("ward",), office=("x 1",))
    quiet.open(of(tmp_path, estate(pc)))
    quiet.run("document.querySelector('#pcs-rows button').focus()")
    for kind in ("keyDown", "keyUp"):
        quiet.ask("Input.dispatchKeyEvent", type=kind, key="Enter", code="Enter", windowsVirtualKeyCode=13, text="\r")
    text = quiet.run("document.querySelector('#pcs-rows td[colspan]').textContent")
    for part in (
        "fail: test/old-browser, chrome: version 138.10",
        pc.snapshot,
        f"auditor raw {pc.snapshot[:12]}",
        "ward",
        "x 1",
    ):
        assert part in text
    click(quiet, "#pcs-rows button")
    assert quiet.run("document.querySelectorAll('#pcs-rows td[colspan]').length") == 0


def test_without_words_a_row_opens_to_its_outcomes(quiet: Page, tmp_path: Path) -> None:
    quiet.open(of(tmp_path, estate(device(1, "not ready", outcomes={"test/memory": Outcome.FAIL}, explained=False))))
    click(quiet, "#pcs-rows button")
    assert "Failstest/memory" in quiet.run("document.querySelector('#pcs-rows td[colspan]').textContent")


def test_names_of_harm_are_text_and_a_foreign_script_does_not_run(browser: Page, tmp_path: Path) -> None:
    pcs = [device(each, hostname=name, site=name[:50], tags=(name[:50],)) for each, name in enumerate(HOSTILE)]
    browser.open(of(tmp_path, estate(*pcs)))
    assert browser.errors == []
    assert browser.run("document.querySelectorAll('img').length") == 0
    assert HOSTILE[3] in browser.run("document.getElementById('pcs-rows').textContent")
    page = b"".join(htmlpage.write(estate(device()), 80)).replace(
        b"</main>", b"<script>document.title = 'mine'</script></main>"
    )
    browser.open(laid(tmp_path, page))
    assert browser.run("document.title") != "mine"
    assert any("Content Security Policy" in each for each in browser.errors)
    assert browser.run(COUNT) == "1 of 1 PC."


@pytest.mark.parametrize("width", [320, 1200])
def test_nothing_runs_off_the_side(quiet: Page, tmp_path: Path, width: int) -> None:
    quiet.size(width)
    quiet.open(of(tmp_path, many()))
    quiet.run("document.querySelectorAll('details').forEach(function (each) { each.open = true; })")
    click(quiet, "#pcs-rows button")
    assert quiet.run("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    quiet.size(1200)


def test_on_paper_fold_outs_are_open_and_all_rows_of_a_small_estate_there(quiet: Page, tmp_path: Path) -> None:
    quiet.open(of(tmp_path, many()))
    quiet.run("window.dispatchEvent(new Event('beforeprint'))")
    assert quiet.run("document.querySelectorAll('main details:not([open])').length") == 0
    assert len(quiet.run(SHOWN)) == 120
    quiet.run("window.dispatchEvent(new Event('afterprint'))")
    assert quiet.run("document.querySelectorAll('main details[open]').length") == 0
    assert len(quiet.run(SHOWN)) == 50


def test_without_javascript_all_but_the_list_is_there(browser: Page, tmp_path: Path) -> None:
    browser.ask("Emulation.setScriptExecutionDisabled", value=True)
    try:
        browser.open(of(tmp_path, many()))
        assert browser.errors == []
        tree = browser.ask("DOM.getDocument", depth=-1)
        assert tree["root"]
        shown = browser.ask("DOM.querySelectorAll", nodeId=tree["root"]["nodeId"], selector="#pcs-rows > tr[id]")
        assert len(shown["nodeIds"]) == 120
    finally:
        browser.ask("Emulation.setScriptExecutionDisabled", value=False)


@pytest.fixture(scope="session")
def axe(tmp_path_factory: pytest.TempPathFactory) -> str:
    """axe-core, from the file that AUDITOR_AXE names, or from npm."""
    named = os.environ.get("AUDITOR_AXE")
    if named:
        return Path(named).read_text(encoding="utf-8")
    npm = shutil.which("npm")
    if npm is None:
        pytest.skip("neither AUDITOR_AXE, the path of axe.min.js, nor npm is here to get axe-core by")
    folder = tmp_path_factory.mktemp("axe")
    words = [npm, "install", "--ignore-scripts", "--prefer-offline", "--no-audit", "--no-fund", "axe-core@4"]
    try:
        subprocess.run(words, cwd=folder, capture_output=True, check=True, timeout=120)
    except (subprocess.SubprocessError, OSError) as error:
        pytest.skip(f"npm could not get axe-core: {error}")
    return (folder / "node_modules" / "axe-core" / "axe.min.js").read_text(encoding="utf-8")


@pytest.mark.parametrize("which", ["report", "document", "no-script"])
def test_axe_finds_nothing(browser: Page, tmp_path: Path, axe: str, which: str) -> None:
    content = b"".join(htmlpage.page(sample(), many()) if which == "document" else htmlpage.write(many(), 80))
    if which == "no-script":
        content = content[: content.rindex(b"<script>")] + b"</body></html>"
    browser.open(laid(tmp_path, content))
    browser.run("document.querySelectorAll('details').forEach(function (each) { each.open = true; })")
    if which != "no-script":
        browser.run("location.hash = '#pcs?site=Leeds'")
        browser.until(f"{COUNT}.indexOf('40 of') === 0")
        click(browser, "#pcs-rows button")
        click(browser, "th[data-sort=site] button")
    browser.run(axe)
    found = browser.run("""axe.run(document, {resultTypes: ['violations']}).then(function (told) {
      return told.violations.map(function (each) { return each.id + ': ' + each.nodes[0].html + ' ' + each.nodes[0].failureSummary; }); })""")
    assert found == []
