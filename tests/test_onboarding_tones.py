"""What onboarding shows in a notebook can be read on light ground and on dark, in JupyterLab and on a page."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from channelkit.onboarding.checklist import Checklist, Item
from channelkit.onboarding.finding import Finding, Report
from channelkit.onboarding.review import Chapter, Line, Review
from tests.test_report_page import CONTRAST

GROUNDS = {
    "jupyterlab-light": ("light", "true", "#ffffff", "--jp-ui-font-color1:rgba(0,0,0,.87);--jp-ui-font-color2:#616161"),
    "jupyterlab-dark": ("light", "false", "#111111", "--jp-ui-font-color1:#fff;--jp-ui-font-color2:#c0c0c0"),
    "page-light": ("light", "", "#ffffff", ""),
    "page-dark": ("dark", "", "#191c1f", ""),
}
"""The screen's scheme, JupyterLab's mark, the ground, and JupyterLab's variables."""


@pytest.fixture(scope="module")
def page(browser: Browser) -> Iterator[Page]:
    page = browser.new_page(viewport={"width": 900, "height": 700})
    yield page
    page.close()


def shown() -> list[str]:
    items = [
        Item("account", "An account", state, "", "Do it.") for state in ("checked", "ticked", "not needed", "open")
    ]
    findings = [Finding("Amazon", level, "It answers.") for level in ("ok", "warn", "fail")]
    review = Review([Chapter("Commerce", [Line("auth", "oauth1", "default", "nothing holds it")])])
    return [each._repr_html_() for each in (Checklist(items), Report("Doctor", findings), review)]


@pytest.mark.parametrize("where", GROUNDS)
def test_every_word_stands_out_from_its_ground(page: Page, where: str) -> None:
    scheme, mark, ground, variables = GROUNDS[where]
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    ink = "#111" if ground == "#ffffff" else "#eee"
    theme = f'data-jp-theme-light="{mark}"' if mark else ""
    page.set_content(f'<body {theme} style="background:{ground};color:{ink};{variables}">{"".join(shown())}</body>')
    measured = page.evaluate(CONTRAST)
    assert len(measured) > 20 and len({colour for _, _, colour in measured}) >= 4
    assert [words for words in measured if words[0] < 4.5] == []


def test_colours_stand_in_the_style_alone() -> None:
    for html in shown():
        assert "color:#" not in html.partition("</style>")[2].replace(" ", "")
