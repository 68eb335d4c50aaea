"""The workbench's page in a real Chromium: what is clicked and typed is what happens, and what is shown is harmless."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.desk_fixtures import ShowDesk
from tests.listing_desk import SmallDesk


def test_shots(show_desk: ShowDesk) -> None:
    for theme in ("light", "dark"):
        bench = show_desk(SmallDesk(), theme=theme)
        page = bench.page
        page.locator("tbody tr").nth(1).click()
        page.keyboard.press(" ")
        page.keyboard.press("Shift+ArrowDown")
        bench.keep(f"a-{theme}")
        page.keyboard.press("Enter")
        expect(page.locator(".ck-side")).to_be_visible()
        bench.keep(f"b-{theme}")
        page.keyboard.press("f")
        bench.keep(f"c-{theme}")
        page.keyboard.press("Escape")
        page.get_by_role("toolbar").get_by_role("button", name="End listing").click()
        bench.keep(f"d-{theme}")
        print(bench.complaints, bench.asked_elsewhere)
