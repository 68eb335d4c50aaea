"""Every page of a report can be read by everybody: seen in Chromium, light and dark, wide and narrow, and on paper."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

from channelkit.report import charts, dark
from tests.chart_sight import LETTERS
from tests.report_site import ARTIFACTS, Sight, pages_of, seen, written
from tests.test_report_charts import contrast
from tests.test_report_page import CONTRAST

SCREENS = (("light", 1400), ("light", 600), ("dark", 390), ("dark", 1400))
PICTURES = (("light", 1400), ("dark", 390))

PARTS = """() => {
  const all = selector => [...document.querySelectorAll(selector)].filter(e => !e.closest('.js-plotly-plot'));
  const ids = [...document.querySelectorAll('[id]')].map(e => e.id);
  return {
    lang: document.documentElement.lang,
    levels: all('h1,h2,h3,h4').map(h => +h.tagName[1]),
    empty: all('h1,h2,h3,h4,a,caption,th').filter(e => !e.textContent.trim()).map(e => e.outerHTML),
    landmarks: ['header', 'main#content', 'footer'].map(each => all(each).length),
    navs: all('nav').map(nav => nav.getAttribute('aria-label') || ''),
    first: document.querySelector('a, button, [tabindex]').getAttribute('href'),
    twice: ids.filter((id, at) => ids.indexOf(id) !== at && !id.startsWith('clip')),
    named: all('[aria-labelledby]').filter(e => !document.getElementById(e.getAttribute('aria-labelledby'))).length,
    scrolling: all('.scroll').filter(e => e.tabIndex !== 0 || !e.getAttribute('aria-label')).length,
    tables: all('table').map(t => [
      (t.caption || {}).innerText || '', [...t.tHead.rows[0].cells].every(c => c.scope === 'col'),
      [...t.tBodies[0].rows].every(r => r.cells.length === t.tHead.rows[0].cells.length)]),
    charts: all('.chart').map(c => [
      c.getAttribute('role'), c.getAttribute('aria-label') || '', !!c.closest('section').querySelector('table')]),
    missing: all('a[href^="#"]').map(a => a.getAttribute('href')).filter(h => !document.getElementById(h.slice(1))),
  };
}"""

BLANK = """() => [...document.querySelectorAll('.chart')].filter(chart => ![...chart.querySelectorAll(
  '.point path, .scatterlayer path, .heatmaplayer image, .slice path, .boxlayer path')].some(
  mark => { const box = mark.getBoundingClientRect(); return box.width > 1 || box.height > 1; }))
  .map(chart => chart.getAttribute('aria-label'))"""
"""Charts on which nothing is drawn."""

FOCUS = """() => { const e = document.activeElement, s = getComputedStyle(e), box = e.getBoundingClientRect();
  return [e.tagName, parseFloat(s.outlineWidth) >= 2 && s.outlineStyle !== 'none',
          box.width > 0 && box.left >= 0 && box.left < innerWidth]; }"""


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return written(tmp_path_factory.getbasetemp())


@pytest.fixture(scope="module")
def first(browser: Browser, report: Path) -> Iterator[Sight]:
    with seen(browser, report / "index.html") as sight:
        yield sight


@pytest.fixture(scope="module")
def looks(browser: Browser, report: Path) -> dict[str, list[dict[str, Any]]]:
    """Return what is seen of each page on each screen; every page is opened once, on the screen of the last one."""
    ARTIFACTS.mkdir(parents=True, exist_ok=True)
    found: dict[str, list[dict[str, Any]]] = {}
    with seen(browser) as sight:
        screens = list(SCREENS)
        for path in pages_of(report):
            sight.page.goto(path.as_uri())
            found[path.name] = [look(sight, path.stem, scheme, width) for scheme, width in screens]
            screens.reverse()
            faults = {"elsewhere": list(sight.elsewhere), "complaints": list(sight.complaints)}
            found[path.name].append({"screen": "any", "parts": sight.page.evaluate(PARTS), **faults})
    return found


def look(sight: Sight, name: str, scheme: str, width: int) -> dict[str, Any]:
    """Return what is wrong with a page on a screen, and leave a picture of it."""
    sight.turn(scheme=scheme, width=width)
    if (scheme, width) in PICTURES:
        sight.keep(ARTIFACTS / f"{name}-{scheme}-{width}.png")
    return {
        "screen": f"{scheme} {width}",
        "over": sight.page.evaluate("document.documentElement.scrollWidth") - width,
        "faint": sight.find_faint(CONTRAST),
        "blank": sight.page.evaluate(BLANK),
        "letters": sight.page.evaluate(LETTERS),
    }


def on_screens(looks: dict[str, list[dict[str, Any]]], what: str) -> list[tuple[str, str, Any]]:
    """Return where something was found that should not be: page, screen and what it is."""
    return [(name, look["screen"], look[what]) for name, each in looks.items() for look in each if look.get(what)]


def test_pages_ask_nobody_for_anything_and_complain_of_nothing(looks: dict[str, list[dict[str, Any]]]) -> None:
    assert on_screens(looks, "elsewhere") == []
    assert on_screens(looks, "complaints") == []


def test_nothing_runs_over_the_side_of_any_screen(looks: dict[str, list[dict[str, Any]]]) -> None:
    assert [found for found in on_screens(looks, "over") if found[2] > 0] == []


def test_all_words_stand_out_from_their_ground_in_light_and_in_dark(looks: dict[str, list[dict[str, Any]]]) -> None:
    assert on_screens(looks, "faint") == []


def test_no_letters_of_a_chart_are_cut_off_or_lie_upon_others(looks: dict[str, list[dict[str, Any]]]) -> None:
    assert on_screens(looks, "letters") == []


def test_no_chart_is_blank(looks: dict[str, list[dict[str, Any]]]) -> None:
    assert on_screens(looks, "blank") == []
    assert sum(len(each[-1]["parts"]["charts"]) for each in looks.values()) >= 8


def test_every_page_has_its_parts_in_order(looks: dict[str, list[dict[str, Any]]]) -> None:
    for name, each in looks.items():
        parts = each[-1]["parts"]
        assert parts["lang"] == "en", name
        assert parts["levels"][0] == 1 and parts["levels"].count(1) == 1, name
        assert all(after <= before + 1 for before, after in pairwise(parts["levels"])), (name, parts["levels"])
        assert parts["landmarks"] == [1, 1, 1], name
        assert parts["navs"] and all(parts["navs"]) and len(set(parts["navs"])) == len(parts["navs"]), name
        assert parts["first"] == "#content", name
        for fault in ("empty", "twice", "missing"):
            assert parts[fault] == [], (name, fault)
        assert parts["named"] == 0 and parts["scrolling"] == 0, name


def test_every_table_has_a_caption_and_every_chart_has_words_and_a_table(
    looks: dict[str, list[dict[str, Any]]],
) -> None:
    for name, each in looks.items():
        parts = each[-1]["parts"]
        assert all(caption and scoped and even for caption, scoped, even in parts["tables"]), (name, parts["tables"])
        for role, words, has_table in parts["charts"]:
            assert role == "img" and len(words) > 20 and has_table, (name, words)


def test_whoever_has_only_a_keyboard_sees_where_he_is(first: Sight) -> None:
    first.page.evaluate("document.activeElement.blur()")
    for _ in range(12):
        first.page.keyboard.press("Tab")
        tag, is_ringed, is_seen = first.page.evaluate(FOCUS)
        assert tag in ("A", "DIV") and is_ringed and is_seen


def test_paper_is_light_whole_and_says_where_links_lead(first: Sight) -> None:
    first.page.emulate_media(media="print", color_scheme="dark")
    assert first.page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert not first.page.locator("nav").first.is_visible()
    cut = "[...document.querySelectorAll('.scroll')].filter(e => getComputedStyle(e).overflowX !== 'visible').length"
    assert first.page.evaluate(cut) == 0
    link = "getComputedStyle(document.querySelector('.todo a'), '::after').content"
    assert "cause-" in first.page.evaluate(link)
    assert [words for words in first.page.evaluate(CONTRAST) if words[0] < 4.5] == []
    assert len(first.page.pdf(format="A4")) > 30_000
    first.page.emulate_media(media="screen", color_scheme="light")


@pytest.mark.parametrize("colour", [code for code in dark.PARTNERS if code not in (charts.LINE, "#FFFFFF", "#F6F7F8")])
def test_every_colour_of_a_chart_can_be_read_in_light_and_in_dark(colour: str) -> None:
    assert contrast(colour) >= 4.5
    assert contrast(dark.PARTNERS[colour], dark.PAPER) >= 4.5


def test_a_dark_page_has_the_ground_that_the_charts_colours_were_chosen_for() -> None:
    style = (Path(charts.__file__).parent / "page.css").read_text(encoding="utf-8")
    screen = style.partition("prefers-color-scheme: dark")[2]
    assert f"--paper: {dark.PAPER.lower()}" in screen.lower()
