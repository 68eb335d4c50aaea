"""The page that a person can mail, as it is written and as a real browser shows it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from channelkit.database.connection import Database, open_database
from channelkit.database.order_schema import order_changes
from channelkit.errors import UsageError
from channelkit.report.page import write_page
from channelkit.report.period import parse_period
from tests.order_rows import DAY, FIRST, MINUTE, NOON, live
from tests.report_world import HOSTILE, NOW, SINCE, add_plan, add_store, changes, fill, send

HEADINGS = [
    *("What to do", "What is in which tab, and why", "What changed", "What is held, and what to do"),
    *("What failed", "Runs and calls"),
]

CONTRAST = """
() => {
  const parse = text => (text.match(/[\\d.]+/g) || []).map(Number);
  const luminance = ([r, g, b]) => {
    const part = value => { value /= 255; return value <= 0.03928 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4; };
    return 0.2126 * part(r) + 0.7152 * part(g) + 0.0722 * part(b);
  };
  const ground = element => {
    for (let one = element; one; one = one.parentElement) {
      const colour = parse(getComputedStyle(one).backgroundColor);
      if (colour.length === 3 || colour[3] === 1) return colour.slice(0, 3);
    }
    return [255, 255, 255];
  };
  const found = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement;
    const words = walker.currentNode.textContent.trim();
    const box = element.getBoundingClientRect();
    if (!words || !box.width || /^(SCRIPT|STYLE|NOSCRIPT)$/.test(element.tagName)) continue;
    const style = getComputedStyle(element);
    const colour = element instanceof SVGElement ? style.fill : style.color;
    const [one, other] = [luminance(parse(colour)), luminance(ground(element))];
    found.push([(Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05), words.slice(0, 40), colour]);
  }
  return found.sort((a, b) => a[0] - b[0]);
}
"""


@dataclass
class Sight:
    """What a browser made of a page: the page itself, what it asked for, and what it complained of."""

    page: Page
    requests: list[str]
    complaints: list[str]


def show(browser: Browser, path: Path, width: int = 1280) -> Sight:
    page = browser.new_page(viewport={"width": width, "height": 900})
    sight = Sight(page, [], [])
    page.on("request", lambda request: sight.requests.append(request.url))
    page.on("console", lambda message: sight.complaints.append(message.text))
    page.on("pageerror", lambda error: sight.complaints.append(str(error)))
    page.goto(path.as_uri())
    page.wait_for_load_state("networkidle")
    return sight


def write(database: Database, folder: Path, **options: Any) -> Path:
    return write_page(database, folder / "report" / "index.html", now_ms=NOW, since_ms=SINCE, **options)


@pytest.fixture(scope="module")
def full_page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page of two stores in which everything has happened."""
    folder = tmp_path_factory.mktemp("page")
    database = open_database(f"sqlite:///{folder}/channelkit.db", folder / "history")
    fill(database)
    page = write(database, folder)
    database.close()
    return page


@pytest.fixture(scope="module")
def sight(browser: Browser, full_page: Path) -> Iterator[Sight]:
    """The page in a browser; who changes what it shows takes one of their own."""
    shown = show(browser, full_page)
    yield shown
    shown.page.close()


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    opened = open_database(f"sqlite:///{tmp_path}/channelkit.db", tmp_path / "history")
    yield opened
    opened.close()


class Reader(HTMLParser):
    """Collects a page's words as a person sees them, and every tag with its attributes."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.words: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self._hidden = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self._hidden = tag if tag in ("script", "style") else ""

    def handle_endtag(self, tag: str) -> None:
        if tag == self._hidden:
            self._hidden = ""

    def handle_data(self, data: str) -> None:
        if not self._hidden and data.strip():
            self.words.append(data.strip())


def test_a_page_asks_for_nothing_outside_itself_and_complains_of_nothing(sight: Sight) -> None:
    assert [url for url in sight.requests if not url.startswith(("file:", "data:"))] == []
    assert len([url for url in sight.requests if url.startswith("file:")]) == 1
    assert sight.complaints == []


def test_every_chart_is_drawn_and_every_chart_has_words(sight: Sight) -> None:
    charts = sight.page.locator(".chart")
    assert charts.count() == 2 + 1 + 3
    for number in range(charts.count()):
        chart = charts.nth(number)
        assert "Bar chart" in (chart.get_attribute("aria-label") or "")
        bars = chart.locator(".bars .point path")
        sizes = [bars.nth(one).bounding_box() for one in range(bars.count())]
        assert any(size is not None and size["width"] > 2 and size["height"] > 2 for size in sizes)
    assert sight.page.locator(".chart").get_by_text("Active", exact=True).count() == 2


def test_charts_stay_within_their_boxes(sight: Sight) -> None:
    # A chart takes its box's width once the page has its layout.
    sight.page.wait_for_function(
        "() => [...document.querySelectorAll('.chart')].every(c => "
        "c.querySelector('svg').getBoundingClientRect().right <= c.getBoundingClientRect().right + 1)",
        timeout=10_000,
    )


@pytest.mark.parametrize("width", [390, 768, 1280])
def test_nothing_runs_over_the_side_of_the_screen(browser: Browser, full_page: Path, width: int) -> None:
    shown = show(browser, full_page, width)
    assert shown.page.evaluate("document.documentElement.scrollWidth") <= width
    assert shown.complaints == []
    shown.page.close()


@pytest.mark.parametrize("width", [390, 1280])
def test_all_words_stand_out_from_their_ground(browser: Browser, full_page: Path, width: int) -> None:
    shown = show(browser, full_page, width)
    measured = shown.page.evaluate(CONTRAST)
    shown.page.close()
    assert len(measured) > 200
    assert [words for words in measured if words[0] < 4.5] == []


def test_headings_say_what_a_person_looks_for_in_order(sight: Sight) -> None:
    assert sight.page.locator("h1").all_inner_texts() == ["44 of 90 listings are live; 31 need a person."]
    assert sight.page.locator("h2").all_inner_texts() == ["The facts are fresh", *HEADINGS]
    levels = sight.page.evaluate("() => [...document.querySelectorAll('h1,h2,h3')].map(h => +h.tagName[1])")
    assert all(after <= before + 1 for before, after in pairwise(levels))


def test_every_table_has_a_caption_headings_with_scope_and_no_ragged_row(sight: Sight) -> None:
    tables = sight.page.evaluate(
        "() => [...document.querySelectorAll('table:not(.js-plotly-plot table)')].map(t => ["
        "(t.caption || {}).innerText || '', [...t.tHead.rows[0].cells].every(c => c.scope === 'col'),"
        "[...t.tBodies[0].rows].every(r => r.cells.length === t.tHead.rows[0].cells.length)])"
    )
    assert len(tables) >= 12
    assert all(caption and scoped and even for caption, scoped, even in tables)


def test_links_within_the_page_lead_somewhere(sight: Sight) -> None:
    missing = sight.page.evaluate(
        "() => [...document.querySelectorAll('a')].map(a => a.getAttribute('href')).filter("
        "h => !h.startsWith('#') || !document.getElementById(h.slice(1)))"
    )
    assert missing == []


def test_a_hostile_title_is_text_and_nothing_else(sight: Sight) -> None:
    assert sight.page.title().startswith("44 of 90 listings are live")
    shown = sight.page.inner_text("main")
    # The first listings are those whose changes are held and newest.
    assert HOSTILE[0] in shown
    assert HOSTILE[1] in shown
    assert sight.page.locator("main img").count() == 0
    assert sight.page.locator("main style").count() == 0


def test_the_page_tells_what_is_held_what_changed_and_what_failed(full_page: Path) -> None:
    """RP-01 and RP-02: every change that left, with value, state and time; every failure with code and request id."""
    words = " ".join(Reader(full_page.read_text(encoding="utf-8")).words)
    for told in (
        "The price would fall by 90 %; the limit is 50 %.",
        "19.99 USD",
        "1.99 USD",
        "20.99 EUR",
        "Commerce's quantity",
        "2 min 3 s",
        "refused: Amazon refused it: the quantity is too large.",
        "de · The newest plan was stopped: It would change 83 % of prices.",
        "The plan was stopped for its size.",
        "channelkit apply --store de --although-stopped --approve f1",
        "Amazon throttled getListingsItem.",
        "Nothing to do: the next cycle tries again.",
        "429 QuotaExceeded",
        "req-429",
        "sync-failed.ipynb",
        "sync-died.ipynb",
        "Runs that did not finish",
        "Half of the accepted changes were seen on Amazon within 2 min.",
        "14 of 15 (93 %)",
        "12 of 21 shown",
        "2026-09-21 14:13 UTC",
        "07:13 PDT in us",
        "16:13 CEST in de",
    ):
        assert told in words, told


def test_neither_folders_nor_tokens_nor_addresses_of_people_leave_the_house(full_page: Path) -> None:
    text = full_page.read_text(encoding="utf-8")
    for secret in ("/home/anna", "anna", "sk-very-secret", "buyer@example.com", str(full_page.parent)):
        assert secret not in text
    assert "…/channelkit.toml" in text


def test_the_file_names_no_address_that_a_browser_would_fetch(full_page: Path) -> None:
    tags = Reader(full_page.read_text(encoding="utf-8")).tags
    addresses = [value for _, attributes in tags for name, value in attributes.items() if name in ("src", "href")]
    assert addresses
    assert all((address or "").startswith(("#", "data:")) for address in addresses)


def test_plotly_is_inside_once_and_the_file_can_be_mailed(full_page: Path) -> None:
    text = full_page.read_text(encoding="utf-8")
    assert len(re.findall(r"plotly\.js v\d", text)) == 1
    assert full_page.stat().st_size < 8_000_000


def test_a_printed_page_has_its_charts_and_no_navigation(browser: Browser, full_page: Path) -> None:
    printed = show(browser, full_page).page
    printed.emulate_media(media="print")
    assert not printed.locator("nav").is_visible()
    assert printed.locator(".chart svg").first.is_visible()
    # Headless Chromium prints to PDF; a page that failed to lay out would be empty.
    assert len(printed.pdf(format="A4")) > 50_000
    printed.close()


def test_an_empty_database_says_what_to_do_next(database: Database, tmp_path: Path, browser: Browser) -> None:
    shown = show(browser, write(database, tmp_path))
    words = shown.page.inner_text("body")
    shown.page.close()
    assert shown.complaints == []
    assert "No listing has been imported yet." in words
    assert "channelkit pull" in words
    for empty in ("No store has been read yet.", "Nothing was sent to Amazon", "No change is held.", "No call failed."):
        assert empty in words
    assert "Every run finished." in words
    assert "never read" in words


def test_a_store_in_which_nothing_happened_is_calm(database: Database, tmp_path: Path) -> None:
    add_store(database, "us", 4, places=[("Active", "Active", "It is for sale.", "")])
    words = " ".join(Reader(write(database, tmp_path).read_text(encoding="utf-8")).words)
    assert "4 of 4 listings are live; nothing waits for a person." in words
    assert "Nothing waits for a person." in words
    assert "Nothing was sent to Amazon since 2026-09-20 14:13 UTC." in words
    assert "Nothing moved to another tab." in words


def test_a_store_that_sends_nothing_shows_what_it_would_send(database: Database, tmp_path: Path) -> None:
    """SY-03."""
    skus = add_store(database, "us", 4)
    add_plan(database, "us", changes(skus, "quantity", 5, 0), verdict="read-only")
    words = " ".join(Reader(write(database, tmp_path).read_text(encoding="utf-8")).words)
    assert "Nothing is sent for us, which may only read as yet; 4 changes would be." in words
    assert "The store may only read as yet: channelkit plan says why." in words


def test_yen_have_no_decimals(database: Database, tmp_path: Path) -> None:
    skus = add_store(database, "jp", 4, country="JP")
    send(database, add_plan(database, "jp", changes(skus[:1], "price", 1980, 12800)), "confirmed", at=NOW - 10_000)
    words = " ".join(Reader(write(database, tmp_path).read_text(encoding="utf-8")).words)
    assert "1,980 JPY" in words
    assert "12,800 JPY" in words


def test_a_page_of_one_store_leaves_the_others_out(database: Database, tmp_path: Path) -> None:
    fill(database, 24)
    words = " ".join(Reader(write(database, tmp_path, stores=["de"]).read_text(encoding="utf-8")).words)
    assert "6 of 12 listings are live" in words
    assert "us-0000001" not in words


def test_a_store_that_is_not_there_is_named_and_nothing_is_written(database: Database, tmp_path: Path) -> None:
    add_store(database, "us", 1)
    with pytest.raises(UsageError, match=r"'uk'.*The stores are: us"):
        write(database, tmp_path, stores=["uk"])
    assert not (tmp_path / "report").exists()


def test_facts_that_are_old_are_told_first(database: Database, tmp_path: Path) -> None:
    add_store(database, "us", 3)
    later = NOW + 3 * 3_600_000
    path = write_page(database, tmp_path / "late.html", now_ms=later, since_ms=SINCE)
    words = " ".join(Reader(path.read_text(encoding="utf-8")).words)
    assert "Some facts are old; what follows may have moved on" in words
    assert "3 h 3 min old" in words


def test_a_new_page_replaces_the_old_one_and_leaves_nothing_beside_it(database: Database, tmp_path: Path) -> None:
    first = write(database, tmp_path).read_text(encoding="utf-8")
    add_store(database, "us", 3)
    second = write(database, tmp_path)
    assert second.read_text(encoding="utf-8") != first
    assert [path.name for path in second.parent.iterdir()] == ["index.html"]


def test_a_hundred_thousand_listings_still_fit_into_a_mail(
    database: Database, tmp_path: Path, browser: Browser
) -> None:
    add_store(database, "us", 100_000)
    path = write(database, tmp_path)
    assert path.stat().st_size < 8_000_000
    shown = show(browser, path)
    assert shown.page.inner_text("h1") == "50,001 of 100,000 listings are live; 33,332 need a person."
    assert "12 of 33,332 shown" in shown.page.inner_text("main")
    assert shown.complaints == []
    shown.page.close()


def test_orders_are_told_by_stage_with_what_is_blocked_due_and_how_long_it_took_and_nobody_of_them(
    database: Database, tmp_path: Path
) -> None:
    """OR-06, SY-05: the blocked ones with what to do; neither a buyer nor a pseudonym is on the page."""
    live(database)
    with database.write() as connection:
        connection.execute(order_changes.update().values(caused_at=NOON - MINUTE))
    page = write_page(database, tmp_path / "orders.html", now_ms=NOON, since_ms=NOON - DAY).read_text("utf-8")
    told = re.search(r'<section id="orders".*?</section>', page, re.DOTALL)
    assert told is not None
    words = re.sub(r"<script.*?</script>|<[^>]+>", " ", told[0], flags=re.DOTALL)
    for text in (
        *("In Commerce", "Not decided yet", "Blocked", FIRST, "2 h late", "is out of stock in Commerce."),
        *("Restock it; the next cycle tries again.", "Partially shipped", "5 h left"),
        *("Create it in Commerce", "Bring a quantity to Amazon", "1 of 1 within 5 min, as promised. Half in 2 min."),
    ):
        assert text in words, text
    assert "buyer-" not in page and "us · order is late to ship" in page and "us · order is blocked" in page


def test_a_page_without_orders_has_no_part_for_them(database: Database, tmp_path: Path) -> None:
    add_store(database, "us", 3)
    page = write_page(database, tmp_path / "none.html", now_ms=NOW, since_ms=SINCE).read_text("utf-8")
    assert 'id="orders"' not in page


def test_a_page_that_tells_of_a_period_carries_the_dashboard_and_stays_small(
    database: Database, tmp_path: Path
) -> None:
    """RP-05: what a person mails holds sales, tabs, prices and stock over time, too, and nothing else grows."""
    fill(database)
    plain = write(database, tmp_path / "plain").read_text(encoding="utf-8")
    path = write(database, tmp_path / "whole", period=parse_period("30d", "before", NOW, "UTC"))
    text = path.read_text(encoding="utf-8")
    parts = r'<section id="([a-z-]+)"'
    first, *rest = re.findall(parts, plain)
    assert re.findall(parts, text) == [first, "dashboard", *rest]
    ids = re.findall(r'<[a-z0-9]+[^>]* id="([^"]+)"', text.partition("<body>")[2].partition("<script>")[0])
    assert len(ids) == len(set(ids)) and "dashboard-sales" in ids
    assert path.stat().st_size < 8_000_000
