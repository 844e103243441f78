"""What browsers say of themselves, told apart."""

from __future__ import annotations

import pytest

from auditor.probe.agent import Visitor, visitor

CHROME = "AppleWebKit/537.36 (KHTML, like Gecko) Chrome/157.0.0.0 Safari/537.36"
KNOWN = [
    (f"Mozilla/5.0 (Windows NT 10.0; Win64; x64) {CHROME}", "157.0.8100.12", ("chrome", "157.0.8100.12", "blink", "157.0.0.0", "windows", "")),
    (f"Mozilla/5.0 (Windows NT 10.0; Win64; x64) {CHROME} Edg/157.0.3900.2", "", ("edge", "157.0.3900.2", "blink", "157.0.0.0", "windows", "")),
    (f"Mozilla/5.0 (X11; Linux x86_64) {CHROME} OPR/140.0.0.0", "", ("opera", "140.0.0.0", "blink", "157.0.0.0", "linux", "")),
    ("Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/156.0.0.0 Safari/537.36", "", ("chrome", "156.0.0.0", "blink", "156.0.0.0", "linux", "")),
    ("Mozilla/5.0 (X11; Linux x86_64; rv:153.0) Gecko/20100101 Firefox/153.0", "", ("firefox", "153.0", "gecko", "", "linux", "")),
    ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/27.1 Safari/605.1.15", "", ("safari", "27.1", "webkit", "", "macos", "")),
    ("Mozilla/5.0 (Windows NT 6.1; WOW64; Trident/7.0; rv:11.0) like Gecko", "", ("ie", "11.0", "trident", "", "windows", "Windows 7")),
    ("Mozilla/4.0 (compatible; MSIE 7.0; Windows NT 6.1; Trident/7.0; .NET4.0C)", "", ("ie", "11.0", "trident", "", "windows", "Windows 7")),
    ("Mozilla/4.0 (compatible; MSIE 8.0; Windows NT 5.1; Trident/4.0)", "", ("ie", "8.0", "trident", "", "windows", "Windows XP")),
    ("Mozilla/4.0 (compatible; MSIE 6.0; Windows NT 5.1)", "", ("ie", "6.0", "trident", "", "windows", "Windows XP")),
    ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/70.0.3538.102 Safari/537.36 Edge/18.19041", "", ("edge-legacy", "18.19041", "edgehtml", "", "windows", "")),
    ("curl/8.0", "", ("", "", "", "", "", "")),
    ("", "", ("", "", "", "", "", "")),
]  # fmt: skip


@pytest.mark.parametrize(("agent", "full", "told"), KNOWN)
def test_a_visitor_is_told_by_what_only_it_says(agent: str, full: str, told: tuple[str, ...]) -> None:
    assert visitor(agent, full) == Visitor(*told)


def test_a_whole_version_of_another_browser_is_not_taken() -> None:
    assert visitor(f"Mozilla/5.0 (X11; Linux x86_64) {CHROME}", "99.1").version == "157.0.0.0"
