"""One call tells the whole story: an oversell, a suppressed listing, a stuck bulk submission, a revoked token.

The same life also fills the logs that people read: errors, changes, suggestions, and the log file.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Browser, Request
from typer.testing import CliRunner

from channelkit.cli import app
from channelkit.database.listing_schema import feeds
from channelkit.database.schema import changes
from channelkit.errors import UsageError
from channelkit.report.incident import render_incident
from channelkit.report.logs import change_log_section, errors_section, improvements_section
from channelkit.report.period import parse_period
from channelkit.sandbox.amazon.listings import Issue
from channelkit.settings.reader import FILE
from tests.order_practice import BUYER, HOMES, OrderPractice, order_practice

HOSTILE = "</style><script>document.title='owned'</script> Lamp"
SHUT = Issue(
    code="18299",
    message="Brand approval needed; write to seller-help@example.com.",
    categories=("QUALIFICATION_REQUIRED",),
    actions=("LISTING_SUPPRESSED",),
)
HINT = Issue("99300", "Add more bullet points to help buyers.", "WARNING", ("MISSING_ATTRIBUTE",), ("bullet_point",))
FEED = "50000123"
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")


@dataclass
class Troubled:
    """A practice in which everything has gone wrong, and the names of what it went wrong with."""

    practice: OrderPractice
    oversold: str
    order: str
    suppressed: str
    stuck: str
    hinted: str


@pytest.fixture(scope="module")
def troubled(openapi_folder: Path | None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Troubled]:
    folder = tmp_path_factory.mktemp("incident")
    with order_practice(openapi_folder, folder, products=50) as practice:
        oversold, suppressed, stuck, hinted = (practice.pick("us") for _ in range(4))
        practice.listing("us", suppressed).issues = (SHUT,)
        practice.listing("us", suppressed).title = HOSTILE
        practice.listing("us", hinted).issues = (HINT,)
        # More is left than is taken off sale for being the last, so that it is the order that takes it off.
        sold = practice.order("us", oversold, units=5)
        product = practice.product_of("us", oversold)
        practice.shop.change_stock(product, 3 - practice.salable("us", oversold), "reno")
        practice.cycles(2)
        stick(practice, stuck)
        for kind, operation in (("token_revoked", "token"), ("token_expired", "*")):
            practice.running.faults.add(kind, operation, count=None)
        practice.cycles(2, minutes=70)
        let_commands_see(practice)
        yield Troubled(practice, oversold, sold.order_id, suppressed, stuck, hinted)


def let_commands_see(practice: OrderPractice) -> None:
    """Let the settings' clock, which commands go by, be no earlier than the practice's."""
    path = practice.folder / FILE
    text = re.sub(r"(?m)^epoch = .*$", f"epoch = {practice.now!r}", path.read_text(encoding="utf-8"))
    path.write_text(text, encoding="utf-8")


def stick(practice: OrderPractice, sku: str) -> None:
    """Leave a change in a bulk submission that Amazon never answers."""
    now = practice.kit.parts.now()
    feed = {"feed_id": FEED, "store": "us", "state": "submitted", "document_id": "d", "messages": 412}
    change = {
        "plan": "p",
        "run": "r",
        "store": "us",
        "seller_sku": sku,
        "field": "price",
        "before": 1000,
        "after": 1100,
    }
    change |= {"because": "Commerce's price", "state": "sent", "planned_at": now, "sent_at": now, "feed": FEED}
    with practice.kit.database.write() as connection:
        connection.execute(feeds.insert().values(**feed, submitted_at=now))
        connection.execute(changes.insert().values(**change))


def private(practice: OrderPractice) -> list[str]:
    """Return what must be in no output: who bought, and what signs in."""
    home = HOMES["us"]
    account = practice.kit.settings.accounts[practice.kit.settings.stores["us"].account]
    people = [BUYER.name, BUYER.email, "Quillington", "7 Feather Lane", "775-555-0123", home.name]
    return [*people, account.refresh_token.reveal(), account.client_secret.reveal(), "seller-help@example.com"]


def note(asked: list[str], request: Request) -> None:
    asked.append(request.url)


def told_of(words: str, secrets: list[str]) -> list[str]:
    return [secret for secret in secrets if secret.casefold() in words.casefold()]


def test_an_oversell_is_told_with_its_stock_its_orders_and_its_delays(troubled: Troubled) -> None:
    """RP-06: what was sold, what was there, when stock fell, and how long the quantity took to Amazon."""
    told = troubled.practice.kit.incident(troubled.oversold)
    assert told.likely[0].key == "oversold"
    assert told.headline == "Oversold: Amazon sold 2 units more than there are."
    words = told.likely[0].words
    assert f"5 units are to be sent for order {troubled.order}; Commerce can sell 3" in words
    assert "was wanted at" in words
    assert "seen on Amazon after" in words
    assert f"channelkit orders cancel {troubled.order} --store us --reason NoInventory" in told.next_step
    happened = [event.what for event in told.timeline.events]
    assert f"Order {troubled.order}" in happened
    assert {"Can be sold", "Quantity on Amazon", "Quantity for Amazon", "Tab"} <= set(happened)
    assert any(what.startswith("Units set aside for an order") for what in happened)


def test_an_order_is_found_by_its_number_and_tells_what_stands_in_its_way(troubled: Troubled) -> None:
    """RP-06: an order's own story, with the stock and the changes of what was ordered."""
    told = troubled.practice.kit.incident(troubled.order)
    assert (told.found.kind, told.found.store) == ("order", "us")
    assert told.likely[0].key == "oversold"
    assert told.order is not None
    assert "Can be sold" in {event.what for event in told.timeline.events}
    assert told.to_dict()["orders"][0]["blocker"] == "out_of_stock"


def test_a_suppressed_listing_is_told_in_amazons_words_and_in_plain_ones(troubled: Troubled) -> None:
    """RP-06: the item is looked for by its ASIN, and the listing with the gravest trouble is told."""
    practice = troubled.practice
    item = practice.listing("us", troubled.suppressed).item
    assert item is not None
    told = practice.kit.incident(item.asin)
    assert (told.found.store, told.found.name) == ("us", troubled.suppressed)
    found = next(each for each in told.likely if each.key == "suppressed")
    assert "asks for an approval" in found.title
    assert "Brand approval needed" in found.words
    assert "Apply for it in Seller Central" in found.fix


def test_a_revoked_token_explains_all_that_concerns_the_store(troubled: Troubled) -> None:
    """RP-06: the failed calls are counted, and the fix is the first thing to do where nothing of its own is wrong."""
    told = troubled.practice.kit.incident(troubled.hinted, store="us")
    assert told.likely[0].key == "shut out"
    assert "The seller's consent is gone" in told.headline
    assert "Authorize the application in Seller Central again" in told.next_step
    assert "token failed (invalid_grant)" in {event.what for event in told.timeline.events}


def test_a_stuck_bulk_submission_is_told_with_its_number_and_its_age(troubled: Troubled) -> None:
    """RP-06: the change in it waits, and says since when."""
    told = troubled.practice.kit.incident(troubled.stuck, store="us")
    found = {each.key: each for each in told.likely}
    assert f"Bulk submission {FEED} with 412 messages" in found["stuck"].words
    assert found["unseen"].title == "The price was accepted and never seen."


def test_what_nobody_knows_is_refused_with_what_can_be_asked(troubled: Troubled) -> None:
    with pytest.raises(UsageError, match="Name a seller SKU, the SKU of a product, an ASIN or an order's number"):
        troubled.practice.kit.incident("nowhere")


def test_nothing_private_is_in_any_form_of_an_incident_and_titles_are_text(troubled: Troubled) -> None:
    """RP-06: a planted customer, token and script are searched in text, card, page and plain values."""
    kit, secrets = troubled.practice.kit, private(troubled.practice)
    for what in (troubled.oversold, troubled.order, troubled.suppressed, troubled.stuck):
        told = kit.incident(what)
        forms = [str(told), told._repr_html_(), render_incident(told), json.dumps(told.to_dict(), ensure_ascii=False)]
        assert not [secret for form in forms for secret in told_of(form, secrets)]
        assert "<script" not in forms[1] + forms[2]
        assert len(forms[2]) < 500_000


def test_the_page_shows_all_of_it_in_a_browser_wide_and_narrow_light_and_dark(
    troubled: Troubled, browser: Browser, tmp_path: Path
) -> None:
    page_file = tmp_path / "incident.html"
    page_file.write_text(troubled.practice.kit.incident(troubled.suppressed, store="us").page(), encoding="utf-8")
    page = browser.new_page()
    asked: list[str] = []
    page.on("request", partial(note, asked))
    page.goto(page_file.as_uri())
    for width in (1300, 390):
        for scheme in SCHEMES:
            page.set_viewport_size({"width": width, "height": 900})
            page.emulate_media(color_scheme=scheme)
            assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
            assert page.inner_text("h1") == HOSTILE
            assert "owned" not in page.title().split(" – ")[0]
            page.screenshot(path=str(tmp_path / f"incident-{width}-{scheme}.png"), full_page=True)
    assert [url for url in asked if not url.startswith(("file:", "data:"))] == []
    page.close()


def test_rp_02_errors_are_grouped_with_what_they_touch_and_each_has_a_next_step(troubled: Troubled) -> None:
    """RP-02, pain 23: code, message, store, time; grouped; every failed row says what brings the next attempt."""
    frame = troubled.practice.kit.errors("7d")
    revoked = frame[(frame["code"] == "invalid_grant") & (frame["store"] == "us")].iloc[0]
    assert revoked["open"] == revoked["affected"] == 1
    assert revoked["listings"] > 30
    assert revoked["trend"] == "new"
    assert revoked["request_id"]
    assert revoked["at_stake"] > 0
    shut = frame[frame["code"] == "18299"].iloc[0]
    assert json.loads(shut["examples"]) == [troubled.suppressed]
    assert "…" in shut["said"]
    assert "FeedStuck" in set(frame["code"])
    assert all(frame["fix"].str.len() > 10)
    assert all(frame["next_attempt"].str.len() > 10)


def test_rp_01_pain_04_the_log_of_changes_tells_each_change_and_what_was_never_seen(troubled: Troubled) -> None:
    """RP-01, pain 4: action, value, time wanted, sent, accepted and seen; filtered by SKU, field, state."""
    kit = troubled.practice.kit
    lowered = kit.change_log("7d", skus=[troubled.oversold], fields=["quantity"]).iloc[0]
    assert (lowered["after"], lowered["state"]) == ("0", "confirmed")
    assert lowered["wanted_at"] <= lowered["sent_at"] <= lowered["accepted_at"] < lowered["seen_at"]
    assert "held for orders on Amazon" in lowered["because"]
    late = kit.change_log("7d", states=["late", "expired"])
    assert list(late["sku"]) == [troubled.stuck]
    assert (late["before"].iloc[0], late["after"].iloc[0]) == ("10.00 USD", "11.00 USD")
    period = parse_period("7d", "before", kit.parts.now())
    section = change_log_section(kit.database, ["us", "de"], period)
    assert "1 refused or never seen" in section.title


def test_rp_04_suggestions_that_do_not_block_are_listed_with_what_to_do(troubled: Troubled) -> None:
    """RP-04: Amazon's suggestions per SKU; what blocks a sale is not among them."""
    practice = troubled.practice
    frame = practice.kit.stores["us"].improvements()
    assert list(frame["seller_sku"]) == [troubled.hinted]
    assert frame["said"].iloc[0] == HINT.message
    assert "bullet_point" in frame["attributes"].iloc[0]
    assert "Commerce" in frame["fix"].iloc[0]
    period = parse_period("30d", "none", practice.kit.parts.now())
    section = improvements_section(practice.kit.database, ["us"], period)
    assert section.title == "Amazon suggests 1 improvement of 1 listing; none blocks a sale."


def test_the_sections_hold_nothing_private(troubled: Troubled) -> None:
    kit, secrets = troubled.practice.kit, private(troubled.practice)
    period = parse_period("30d", "before", kit.parts.now())
    for make in (change_log_section, errors_section, improvements_section):
        section = make(kit.database, ["us", "de"], period)
        shown = json.dumps([section.title, section.words, section.next_step, [grid.rows for grid in section.grids]])
        assert not told_of(shown, secrets[:-1])


def test_sy_04_the_log_file_tells_of_runs_and_the_doctor_reads_it(troubled: Troubled) -> None:
    """SY-04: JSON lines with run, store, system, operation, status and code; nobody's name and no token in any."""
    practice = troubled.practice
    path = practice.folder / "logs" / "channelkit.log"
    lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    failed = [line for line in lines if line.get("code") == "invalid_grant" and line["level"] == "warning"]
    assert failed
    assert {"time", "run", "store", "what", "system", "operation", "status", "request_id"} <= set(failed[-1])
    ended = [line["state"] for line in lines if line["what"] == "a run ended"]
    assert ended[-2:] == ["failed", "failed"]
    assert not told_of(path.read_text(encoding="utf-8"), private(practice))
    report = practice.kit.doctor()
    of_log = [finding for finding in report.findings if finding.subject.startswith("log")]
    assert any("runs failed" in finding.words for finding in of_log)
    assert any("The seller's consent is gone" in finding.words for finding in of_log)


def test_the_command_line_tells_errors_changes_suggestions_and_incidents(troubled: Troubled, tmp_path: Path) -> None:
    """RP-01, RP-02, RP-04: the verbs print for a person and as JSON."""
    settings = ["--settings", str(troubled.practice.folder / "channelkit.toml")]
    runner = CliRunner()

    def run(*words: str) -> str:
        result = runner.invoke(app, [*words, *settings])
        assert result.exit_code == 0, result.output
        return result.output

    assert "Next attempt:" in run("errors", "--period", "lifetime")
    assert json.loads(run("errors", "--period", "lifetime", "--json"))
    changed = json.loads(run("log", "--field", "quantity", "--period", "lifetime", "--json"))
    assert {change["field"] for change in changed} == {"quantity"}
    suggested = json.loads(run("improvements", "--store", "us", "--json"))
    assert suggested[0]["seller_sku"] == troubled.hinted
    page = tmp_path / "told" / "incident.html"
    assert "Oversold" in run("incident", troubled.oversold, "--out", str(page))
    assert page.read_text(encoding="utf-8").startswith("<!DOCTYPE html>")
