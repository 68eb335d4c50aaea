"""The notebook of listings in a real JupyterLab and a real Chromium: what is confirmed happens, and is seen to have."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from channelkit.demo import write_settings
from channelkit.kit import Kit
from channelkit.settings.reader import read_settings
from tests.conftest import RunSandbox
from tests.desk_fixtures import keep
from tests.kit_fixtures import let_send
from tests.lab_fixtures import Lab, RunLab, copy_notebook, run_all

NOTEBOOK = Path(__file__).parent.parent / "notebooks" / "04_listings.ipynb"


@pytest.fixture
def kit(run_sandbox: RunSandbox, tmp_path: Path) -> Any:
    """Return a kit whose stores may send, in the folder where the notebook lies; an hour of the sandbox is a minute."""
    running = run_sandbox(speed=60, products=50, quiet=True)
    with Kit(read_settings(write_settings(tmp_path, running.ready), {})) as kit:
        let_send(kit)
        yield kit


def test_three_listings_are_ended_in_the_notebook_and_are_ended(kit: Kit, tmp_path: Path, run_lab: RunLab) -> None:
    """TB-01, TB-06, AC-02, AC-09: tab, filter, selection by key, plan, confirmation, and the next cycle."""
    kit.pull(["us"])
    lab: Lab = run_lab(tmp_path)
    page = lab.open(copy_notebook(NOTEBOOK, tmp_path, store="us", by="anna"))
    run_all(page)
    desk = page.locator(".ck-desk")
    desk.locator("tbody tr").first.wait_for()
    expect(desk).to_have_attribute("aria-busy", "false")
    cells = page.locator(".jp-Cell").count()
    desk.scroll_into_view_if_needed()

    expect(desk.get_by_role("tab", selected=True)).to_contain_text("Active")
    ended = desk.locator('[data-tab="Ended"] .ck-count')
    before = int(ended.inner_text())
    desk.locator("[data-tab=Inactive]").click()
    expect(desk.locator("[data-tab=Inactive]")).to_have_attribute("aria-selected", "true")
    desk.locator("[data-tab=Active]").click()
    page.keyboard.press("/")
    page.keyboard.type("status = Active and quantity >= 1")
    page.keyboard.press("Enter")
    expect(desk.locator(".ck-words")).to_contain_text("that match")
    keep(page, "lab-filtered")

    desk.locator("tbody tr").first.focus()
    page.keyboard.press(" ")
    page.keyboard.press("Shift+ArrowDown")
    page.keyboard.press("Shift+ArrowDown")
    expect(desk.locator(".ck-selection")).to_contain_text("3 selected")
    chosen = desk.locator('tbody tr[aria-selected="true"] td.ck-at-seller_sku').all_inner_texts()
    assert len(chosen) == 3
    page.keyboard.press("Enter")
    expect(desk.locator(".ck-side")).to_contain_text(chosen[2])
    keep(page, "lab-details")
    page.keyboard.press("Escape")
    desk.get_by_role("toolbar").get_by_role("button", name="End listing").click()
    plan = desk.locator(".ck-plan")
    for sku in chosen:
        expect(plan).to_contain_text(sku)
    keep(page, "lab-plan")
    plan.get_by_role("button", name="Confirm").click()
    expect(desk.locator(".ck-said")).to_contain_text("Done: end 3 rows.")
    expect(ended).to_have_text(f"{before + 3}")

    kit.sync(["us"])
    desk.locator("[data-tab=Ended]").click()
    page.keyboard.press("r")
    for sku in chosen:
        expect(desk.locator("tbody")).to_contain_text(sku)
    keep(page, "lab-ended")
    frame = kit.stores["us"].listings("Ended")
    assert set(chosen) <= set(frame["sku"])
    assert page.locator(".jp-Cell").count() == cells
    # Amazon's own pictures of what is opened are all that is loaded from elsewhere.
    assert [address for address in lab.asked_elsewhere if "/pictures/" not in address] == []
    assert lab.complaints == []
