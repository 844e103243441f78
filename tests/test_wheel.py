"""What is installed works without the checkout, from any folder."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with what the wheel of this checkout holds."""
    folder = tmp_path_factory.mktemp("wheel")
    source = folder / "source"
    listed = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    for name in listed.stdout.splitlines():
        if (ROOT / name).is_file():
            (source / name).parent.mkdir(parents=True, exist_ok=True)
            (source / name).write_bytes((ROOT / name).read_bytes())
    build = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), str(source)]
    done = subprocess.run(build, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    with zipfile.ZipFile(next(folder.glob("*.whl"))) as wheel:
        wheel.extractall(folder / "site")
    return folder / "site"


def run(installed: Path, folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "HOME": str(folder), "XDG_CONFIG_HOME": str(folder)}
    script = f"import sys; sys.path.insert(0, {str(installed)!r}); from auditor.cli import main; main(sys.argv[1:])"
    return subprocess.run(
        [sys.executable, "-c", script, *words], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )


def test_the_rules_are_found_from_any_folder(installed: Path, tmp_path: Path) -> None:
    done = run(installed, tmp_path, "rules", "test")
    assert done.returncode == 0, done.stderr
    assert "all as they say" in done.stdout


def test_this_pc_can_be_scanned_and_reported(installed: Path, tmp_path: Path) -> None:
    assert run(installed, tmp_path, "scan", "--save", "s.json", "--fail-on", "never").returncode == 0
    assert "1 accepted" in run(installed, tmp_path, "ingest", "s.json").stdout
    assert "<!DOCTYPE html>" in run(installed, tmp_path, "report", "--format", "html").stdout


def test_the_kits_folder_ships(installed: Path) -> None:
    assert (installed / "auditor" / "kits" / "wants.json").is_file()


def test_the_knowledge_base_ships(installed: Path, tmp_path: Path) -> None:
    folder = installed / "auditor" / "knowledge" / "data" / "support"
    assert {path.stem for path in folder.iterdir()} == {
        "systems", "browsers", "office", "windows11", "costs", "services", "curated",
    }  # fmt: skip
    script = (
        f"import sys; sys.path.insert(0, {str(installed)!r}); from auditor.knowledge import shipped\n"
        "print(shipped.__file__, len(shipped.lifecycles('windows')) > 50)"
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert done.stdout.split() == [str(installed / "auditor" / "knowledge" / "shipped.py"), "True"]


def test_the_tables_of_html5_support_ship_without_what_they_are_made_of(installed: Path, tmp_path: Path) -> None:
    shipped = sorted(path.name for path in (installed / "auditor" / "knowledge" / "data" / "html5").iterdir())
    assert shipped == ["baseline.json", "compat.json", "releases.json"]
    script = (
        f"import sys; sys.path.insert(0, {str(installed)!r}); from auditor.knowledge import html5\n"
        "print(html5.__file__, len(html5.derive('firefox', '140.1', 'gecko', '140.1', 'linux').states))"
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert done.stdout.split() == [str(installed / "auditor" / "knowledge" / "html5.py"), "196"]


def test_the_page_of_the_probe_ships(installed: Path, tmp_path: Path) -> None:
    script = f"import sys; sys.path.insert(0, {str(installed)!r}); from auditor.probe import page; print(len(page.ids()), len(page.text('t', '')))"
    done = subprocess.run([sys.executable, "-c", script], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    features, size = done.stdout.split()
    assert int(features) > 100
    assert int(size) > 20_000


def test_the_pages_of_the_pdf_and_their_fonts_ship_with_the_licence(installed: Path, tmp_path: Path) -> None:
    fonts = installed / "auditor" / "report" / "fonts"
    assert {path.name for path in fonts.iterdir()} == {"LiberationSans-Regular.ttf", "LiberationSans-Bold.ttf", "OFL.txt"}
    script = (
        f"import sys; sys.path.insert(0, {str(installed)!r}); from auditor.report import pdf\n"
        "from auditor.report.document import Document\n"
        "print(pdf.__file__, pdf.write(Document('Report', '2026-11-27', '', (), ()))[:5])"
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert done.stdout.split() == [str(installed / "auditor" / "report" / "pdf.py"), "b'%PDF-'"]
