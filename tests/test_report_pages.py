"""A report of several pages: each trouble is two clicks away, sections have their numbers, earlier ones are kept."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pyarrow as pa
import pytest
from pyarrow import parquet

from channelkit.database.connection import Database, open_database
from channelkit.database.order_schema import order_lines
from channelkit.errors import UsageError
from channelkit.jobs import run_job
from channelkit.report import archive, pictures
from channelkit.report.asking import asked_period, report_at
from channelkit.report.figures import shareable_rows, to_csv, write_figures
from channelkit.report.group import below, slug
from channelkit.report.notebook_page import write_notebook_page
from channelkit.report.section import Section
from tests.kit_fixtures import RunKit
from tests.order_rows import FIRST, add_order, add_stand
from tests.report_site import written
from tests.report_world import DAY, NOW, add_store, fill
from tests.sixty_days import SUPPRESSED

MEGABYTES = 8_000_000


class Links(HTMLParser):
    """Collects where a page leads, with the words of each link, and all that is said on it."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.links: list[tuple[str, str]] = []
        self.ids: set[str] = set()
        self.words: list[str] = []
        self._hidden = ""
        self._href: str | None = None
        self._said: list[str] = []
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = dict(attrs)
        self.ids.add(told.get("id") or "")
        self._hidden = tag if tag in ("script", "style") else self._hidden
        if tag == "a":
            self._href, self._said = told.get("href") or "", []

    def handle_endtag(self, tag: str) -> None:
        self._hidden = "" if tag == self._hidden else self._hidden
        if tag == "a" and self._href is not None:
            self.links.append((self._href, " ".join(self._said)))
            self._href = None

    def handle_data(self, data: str) -> None:
        if not self._hidden and data.strip():
            self.words.append(data.strip())
            self._said.append(data.strip())

    @property
    def text(self) -> str:
        return " ".join(self.words)


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The report of sixty days."""
    return written(tmp_path_factory.getbasetemp())


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """Two stores in which everything has happened."""
    folder = tmp_path_factory.mktemp("world")
    opened = open_database(f"sqlite:///{folder}/channelkit.db", folder / "history")
    fill(opened)
    yield opened
    opened.close()


def find_link(page: Links, words: str) -> str:
    return next(href for href, said in page.links if words in said)


@pytest.mark.parametrize(
    ("trouble", "cause", "step"),
    [
        ("oversold", "902-7777777-0000001", "cancel the order on Amazon"),
        (f"{SUPPRESSED}: Listing Suppressed", "the main image is missing", "Replace the main image"),
        ("Amazon refuses the credentials of de", "invalid_grant", "Authorize the application anew"),
        ("a bulk submission is stuck", "feed-50001", "Look in Seller Central"),
    ],
    ids=["oversell", "suppressed brand", "revoked token", "stuck feed"],
)
def test_a_newcomer_comes_from_the_first_page_to_each_planted_cause_in_two_clicks(
    report: Path, trouble: str, cause: str, step: str
) -> None:
    """RP-06: the first page names it, the first click shows since when, what it concerns, and what to do."""
    first = Links(report / "index.html")
    page = Links(report / find_link(first, trouble))
    assert cause in page.text
    assert step in page.text
    assert "What is known" in page.text


def test_the_story_of_what_was_oversold_tells_when_its_stock_ended(report: Path) -> None:
    page = Links(report / find_link(Links(report / "index.html"), "oversold"))
    assert "Can be sold: 9 → 0" in page.text


def test_the_most_pressing_comes_first(report: Path) -> None:
    causes = [said for href, said in Links(report / "index.html").links if "cause-" in href or "#" in href[1:]]
    assert causes[0] == "Amazon refuses the credentials of de"
    assert next(n for n, said in enumerate(causes) if "oversold" in said) < next(
        n for n, said in enumerate(causes) if "held" in said
    )


def test_no_link_leads_nowhere_and_every_page_leads_back(report: Path) -> None:
    pages = {path.name: Links(path) for path in report.glob("*.html")}
    for name, page in pages.items():
        for href, _ in page.links:
            file, _, anchor = href.partition("#")
            target = (report / (file or name)).resolve()
            assert target.is_file(), (name, href)
            if anchor:
                assert anchor in pages[file or name].ids, (name, href)
        assert "index.html" in {href for href, _ in page.links}, name


def test_there_is_a_page_for_each_part_and_each_store(report: Path) -> None:
    names = {path.name for path in report.glob("*.html")}
    parts = ["index", "dashboard", "listings", "changes", "errors", "failures", "orders"]
    parts += ["improvements", "competition", "quality"]
    assert {f"{name}.html" for name in (*parts, "store-us", "store-de")} <= names
    first = Links(report / "index.html")
    assert names - {"index.html"} <= {href.partition("#")[0] for href, _ in first.links}


def test_stores_period_comparison_and_the_datas_time_stand_on_every_page(report: Path) -> None:
    for path in report.glob("*.html"):
        text = Links(path).text
        for told in ("de and us", "the last 30 days, 2026-08-23 to 2026-09-21", "the 30 days before"):
            assert told in text, (path.name, told)
        assert "Data of 2026-09-21 14:13 UTC" in text, path.name


def test_a_report_holds_its_size_and_carries_the_charts_script_once(report: Path) -> None:
    assert sum(path.stat().st_size for path in report.rglob("*") if path.is_file()) < MEGABYTES
    scripts = [path for path in report.rglob("*") if path.is_file() and b"plotly.js v" in path.read_bytes()[:300]]
    assert [path.name for path in scripts] == ["plotly.min.js"]


def test_the_numbers_of_every_section_lie_beneath_it_as_csv_and_parquet(report: Path) -> None:
    for path in report.glob("*.html"):
        page = Links(path)
        linked = {href for href, _ in page.links if href.startswith("figures/")}
        charts = re.findall(r'data-chart="chart-([a-z0-9-]+)"', path.read_text(encoding="utf-8"))
        for key in charts:
            assert {f"figures/{key}.csv", f"figures/{key}.parquet"} <= linked, (path.name, key)
    told = parquet.read_table(report / "figures" / "tabs-us.parquet")
    assert sum(told["rows"].to_pylist()) == 40


def test_each_chart_is_a_file_that_says_what_it_shows_where_there_is_a_browser(report: Path) -> None:
    if pictures.find_browser() is None:
        pytest.skip("No browser is installed, so charts are on the pages alone.")
    drawn = sorted((report / "charts").glob("*.svg"))
    assert len(drawn) >= 8
    text = (report / "charts" / "tabs-us.svg").read_text(encoding="utf-8")
    assert text.startswith("<svg") and "us: " in text and "Active" in text
    linked = {href for path in report.glob("*.html") for href, _ in Links(path).links}
    assert {f"charts/{path.name}" for path in drawn} <= linked


def test_runs_are_listed_and_lead_to_their_notebook_where_it_was_made_a_page(report: Path) -> None:
    first = Links(report / "index.html")
    assert find_link(first, "sync-0.ipynb") == "../runs/2026/09/00/sync-0.html"
    assert "sync-1.ipynb" in first.text and "sync-1.ipynb" not in {said for _, said in first.links}


def test_the_report_of_an_earlier_day_is_kept_and_listed_and_the_same_day_is_replaced(
    database: Database, tmp_path: Path
) -> None:
    report_at(database, tmp_path, now_ms=NOW - DAY)
    report_at(database, tmp_path, now_ms=NOW, stores=["us"])
    assert (tmp_path / "store-us.html").is_file() and not (tmp_path / "store-de.html").exists()
    report_at(database, tmp_path, now_ms=NOW + 60_000, stores=["de"])
    assert not (tmp_path / "store-us.html").exists() and not (tmp_path / "figures" / "tabs-us.csv").exists()
    earlier = tmp_path / "archive" / "2026-09-20"
    assert [path.name for path in (tmp_path / "archive").iterdir()] == ["2026-09-20"]
    assert find_link(Links(tmp_path / "index.html"), "2026-09-20") == "archive/2026-09-20/index.html"
    page = Links(earlier / "store-us.html")
    assert "This is an earlier report of 2026-09-20." in page.text
    assert find_link(page, "To the newest report") == "../../index.html"
    assert 'src="../../assets/plotly.min.js"' in (earlier / "listings.html").read_text(encoding="utf-8")
    days = [each["day"] for each in json.loads((tmp_path / "reports.json").read_text(encoding="utf-8"))["reports"]]
    assert days == ["2026-09-21", "2026-09-20"]
    assert not list(tmp_path.rglob("*.part"))


def test_what_others_put_into_the_folder_stays(database: Database, tmp_path: Path) -> None:
    notes = tmp_path / "notes.html"
    notes.write_text("mine", encoding="utf-8")
    (tmp_path / "reports.json").write_text(
        json.dumps({"reports": [{"day": "2026-09-20", "made": "", "headline": "", "asked": "", "folder": "../..",
                                 "files": ["../notes.html"]}]}),
        encoding="utf-8",
    )  # fmt: skip
    assert archive.read_entries(tmp_path) == []
    report_at(database, tmp_path, now_ms=NOW)
    assert notes.read_text(encoding="utf-8") == "mine"


@pytest.mark.parametrize("text", ["", "{", "[]", '{"reports": 3}', '{"reports": [{"day": 1}]}'])
def test_a_list_of_reports_that_cannot_be_read_is_begun_anew(tmp_path: Path, text: str) -> None:
    (tmp_path / "reports.json").write_text(text, encoding="utf-8")
    assert archive.read_entries(tmp_path) == []


def test_a_path_of_a_page_means_its_folder_and_any_other_name_one_page_to_mail(
    database: Database, tmp_path: Path
) -> None:
    first = report_at(database, tmp_path / "report" / "index.html", now_ms=NOW)
    assert first == tmp_path / "report" / "index.html" and (first.parent / "listings.html").is_file()
    mail = report_at(database, tmp_path / "mail" / "today.html", now_ms=NOW)
    assert [path.name for path in mail.parent.iterdir()] == ["today.html"]
    assert "plotly.js v" in mail.read_text(encoding="utf-8")


def test_a_period_is_in_the_days_of_the_marketplace(database: Database) -> None:
    assert asked_period(database, NOW, "7d", "none", ["us"]).zone == "America/Los_Angeles"
    assert asked_period(database, NOW, "7d", "none", []).zone == "UTC"


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"stores": ["uk"]}, "'uk'"),
        ({"period": "soon"}, "'soon'"),
        ({"compare": "me"}, "'me'"),
        ({"charts": "gif"}, "'gif'"),
    ],
    ids=["store", "period", "comparison", "picture"],
)
def test_what_cannot_be_asked_for_is_refused_before_anything_is_written(
    database: Database, tmp_path: Path, wrong: dict[str, object], told: str
) -> None:
    with pytest.raises(UsageError, match=told):
        report_at(database, tmp_path / "report", now_ms=NOW, **wrong)  # type: ignore[arg-type]
    assert not (tmp_path / "report").exists()


def test_a_report_of_nothing_says_what_to_do_next(tmp_path: Path) -> None:
    empty = open_database(f"sqlite:///{tmp_path}/channelkit.db", tmp_path / "history")
    page = Links(report_at(empty, tmp_path / "report", now_ms=NOW))
    empty.close()
    assert "No listing has been imported yet." in page.text and "channelkit pull" in page.text


def test_a_calm_store_has_nothing_to_do(tmp_path: Path) -> None:
    calm = open_database(f"sqlite:///{tmp_path}/channelkit.db", tmp_path / "history")
    add_store(calm, "us", 4, places=[("Active", "Active", "It is for sale.", "")])
    page = Links(report_at(calm, tmp_path / "report", now_ms=NOW))
    calm.close()
    assert "Nothing waits for a person." in page.text


def test_without_a_browser_a_report_says_that_its_charts_are_on_the_pages_alone(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pictures, "find_browser", lambda: None)
    first = report_at(database, tmp_path, now_ms=NOW, charts="svg")
    assert "no Chromium, Chrome or Edge is installed" in Links(first).text
    assert not (tmp_path / "charts").exists()


def test_a_browser_that_hangs_is_ended_and_the_report_does_without_its_pictures(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sleeper = tmp_path / "browser"
    sleeper.write_text("#!/bin/sh\nsleep 60\n", encoding="utf-8")
    sleeper.chmod(0o755)
    monkeypatch.setattr(pictures, "find_browser", lambda: str(sleeper))
    chart: dict[str, object] = {"data": [], "layout": {}}
    drawn, why = pictures.draw_pictures({"a": chart}, tmp_path, "svg", tmp_path / "plotly.js", patience=0.2)
    assert drawn == {} and "did not draw them within 0.2 s" in why


def test_csv_holds_nothing_that_a_spreadsheet_computes_and_ids_stay_as_they_are(tmp_path: Path) -> None:
    rows = pa.table(
        {
            "sku": ["007", "<b>", "a@b"],
            "title": ["=1+1", " @SUM(A1)", "<img src=x>"],
            "said": ["ask anna@example.com", "token=sk-1", "5 < 6"],
            "codes": [["a"], None, []],
            "price": pa.array([1999, None, 5], pa.int64()),
        }
    )
    csv, kept = write_figures(Section("wild", "", "", rows), tmp_path)
    lines = csv.read_bytes().decode("utf-8-sig").splitlines()
    assert lines == [
        '"sku","title","said","codes","price"',
        '"007","\'=1+1","ask …","[""a""]",1999',
        '"<b>","\' @SUM(A1)","token=…",,',
        '"a@b","&lt;img src=x>","5 < 6","[]",5',
    ]
    assert parquet.read_table(kept)["sku"].to_pylist() == ["007", "<b>", "a@b"]
    assert parquet.read_table(kept)["title"].to_pylist()[0] == "=1+1"
    assert shareable_rows(rows)["price"].type == pa.int64()
    assert to_csv(pa.table({"=x": pa.array([], pa.string())})).startswith(b"\xef\xbb\xbf")


def test_sections_without_a_column_have_no_files(tmp_path: Path) -> None:
    assert write_figures(Section("none", "", "", pa.table({})), tmp_path) == []
    assert slug("Ärger / mit: Zeichen") == "rger-mit-zeichen" and below([]) == ()


def test_a_folder_can_be_moved_and_its_pages_still_find_each_other(report: Path, tmp_path: Path) -> None:
    moved = tmp_path / "else where"
    shutil.copytree(report, moved)
    hrefs = [href.partition("#")[0] for href, _ in Links(moved / "index.html").links]
    assert all((moved / href).is_file() for href in hrefs if href and not href.startswith("../runs"))


def test_the_kit_tells_the_whole_story_of_an_order_that_wants_more_than_there_is(
    run_kit: RunKit, tmp_path: Path
) -> None:
    """RP-05, RP-06: from a kit the page of a cause tells the order's whole story, not its listing's alone."""
    practice = run_kit()
    practice.kit.pull()
    add_order(practice.kit.database, FIRST)
    with practice.kit.database.write() as connection:
        listed = {"seller_sku": practice.active_skus("us")[0], "product_sku": None}
        connection.execute(order_lines.update().values(listed))
    add_stand(practice.kit.database, FIRST, "blocked", blocker="out_of_stock", note="It is out of stock in Commerce.")
    first = practice.kit.report(tmp_path / "report", stores=["us"], period="7d", compare="none")
    page = first.parent / find_link(Links(first), "oversold")
    assert 'class="ck-card ck-incident"' in page.read_text(encoding="utf-8")
    assert FIRST in Links(page).text
    assert not (first.parent / "store-de.html").exists()


def test_the_notebook_of_the_night_keeps_the_days_tests_the_data_and_writes_the_report(
    run_kit: RunKit, tmp_path: Path
) -> None:
    """RP-07: what the schedule runs, with its parameters; the executed notebook names no folder of this machine."""
    practice = run_kit()
    practice.kit.pull()
    settings = practice.kit.settings
    given = {"period": "7d", "compare": "none", "charts": "none", "stores": "us"}
    assert run_job(settings, practice.kit.database, "report", given) == 0
    first = settings.folder / "report" / "index.html"
    assert "the last 7 days" in Links(first).text and not (first.parent / "store-de.html").exists()
    (notebook,) = settings.runs_folder.glob("2*/*/*/report-*.ipynb")
    text = notebook.read_text(encoding="utf-8")
    assert "Written: index.html in the folder report" in text and str(settings.folder) not in text
    page = write_notebook_page(notebook)
    assert "how are the stores doing" in page.read_text(encoding="utf-8")
