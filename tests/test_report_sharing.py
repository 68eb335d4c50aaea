"""Nothing of a person and no secret leaves the house in a report, and nothing from outside is more than text in it."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from playwright.sync_api import Browser
from pyarrow import parquet

from tests.report_site import pages_of, seen, written
from tests.sixty_days import SCRIPT, SECRETS

OWN_SCRIPTS = {"partners", "config", ""}


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return written(tmp_path_factory.getbasetemp())


def files_of(report: Path) -> list[Path]:
    return [path for path in report.rglob("*") if path.is_file() and path.name != "plotly.min.js"]


def text_of(path: Path) -> str:
    """Return all that a file says; of a Parquet file its cells."""
    if path.suffix == ".parquet":
        table = parquet.read_table(path)
        return "\n".join(str(value) for column in table.columns for value in column.to_pylist())
    return path.read_text(encoding="utf-8-sig")


class Elements(HTMLParser):
    """Collects every element of a page with its attributes."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


@pytest.mark.parametrize("secret", SECRETS, ids=["name", "surname", "token", "part of the token", "mailbox"])
def test_no_file_of_a_report_holds_a_buyers_data_or_a_token(report: Path, secret: str) -> None:
    assert len(files_of(report)) > 40
    assert [path.name for path in files_of(report) if secret.lower() in text_of(path).lower()] == []
    assert [path.name for path in files_of(report) if secret.encode() in path.read_bytes()] == []


def test_no_file_names_a_folder_of_the_machine_that_made_it(report: Path) -> None:
    assert [path.name for path in files_of(report) if str(report.parent) in text_of(path)] == []


def test_a_script_in_a_title_is_an_element_in_no_file_whatever_opens_it(report: Path) -> None:
    assert [path.name for path in files_of(report) if SCRIPT in text_of(path)] == []
    told = [path.suffix for path in files_of(report) if "document.title='owned'" in text_of(path).replace("&#39;", "'")]
    assert {".html", ".csv", ".parquet"} <= set(told), "the title is told, as text"


def test_a_page_holds_no_element_that_it_was_not_written_with(report: Path) -> None:
    for path in pages_of(report):
        elements = Elements(path.read_text(encoding="utf-8")).found
        assert not [tag for tag, _ in elements if tag in ("img", "iframe", "object", "embed", "form", "base")], (
            path.name
        )
        for tag, attributes in elements:
            assert not [name for name in attributes if name.startswith("on")], (path.name, tag)
            if tag == "script":
                is_chart = (attributes.get("data-chart") or "").startswith("chart-")
                assert is_chart or (attributes.get("id") or "") in OWN_SCRIPTS, (path.name, attributes)


def test_pages_fetch_nothing_and_their_policy_says_so(report: Path) -> None:
    for path in pages_of(report):
        elements = Elements(path.read_text(encoding="utf-8")).found
        for tag, attributes in elements:
            for name in ("src", "href", "action", "poster", "srcset"):
                address = attributes.get(name) or ""
                assert not re.match(r"[a-z]+:|//", address) or address == "data:,", (path.name, tag, address)
        policy = next(each["content"] or "" for tag, each in elements if each.get("http-equiv"))
        assert "default-src 'none'" in policy and "connect-src" not in policy and "http" not in policy


def test_a_hostile_title_stays_a_title_in_a_browser(browser: Browser, report: Path) -> None:
    for name in ("changes.html", "store-us.html", "dashboard.html"):
        with seen(browser, report / name) as sight:
            assert "owned" not in sight.page.title()
            assert sight.elsewhere == []


def test_a_picture_holds_no_script_and_nothing_to_fetch(report: Path) -> None:
    for path in (report / "charts").glob("*.svg"):
        text = path.read_text(encoding="utf-8")
        assert "<script" not in text and "<foreignObject" not in text
        assert not re.search(r'(?:href|src)="(?!#|data:)', text), path.name


def test_no_cell_of_a_csv_begins_what_a_spreadsheet_computes(report: Path) -> None:
    for path in (report / "figures").glob("*.csv"):
        text = path.read_text(encoding="utf-8-sig")
        assert not re.search(r'(?m)(?:^|,)"\s*[=+@]', text), path.name
    changes = (report / "figures" / "sightings.csv").read_text(encoding="utf-8-sig")
    assert changes.startswith('"store"')
