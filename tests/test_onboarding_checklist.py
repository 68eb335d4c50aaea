"""Tasks before going live, and the review of all settings: what is seen, what is ticked, what is missing."""

from __future__ import annotations

import msgspec
import pytest

from channelkit.database import runs
from channelkit.errors import UsageError
from channelkit.onboarding.checklist import TASKS
from channelkit.settings.sections import PeopleSettings
from tests.kit_fixtures import Practice, RunKit


def states(practice: Practice) -> dict[str, str]:
    return {item.task: item.state for item in practice.kit.checklist().items}


def run_by_schedule(practice: Practice) -> None:
    """Write down a cycle that a scheduled notebook ran."""
    kit = practice.kit
    with kit.database.write() as connection:
        run = runs.open_run(connection, "sync", at=kit.parts.now(), notebook="runs/sync.ipynb")
        runs.close_run(connection, run, state="done", at=kit.parts.now())


def test_the_eight_tasks_are_shown_and_what_can_be_seen_is_checked(run_kit: RunKit) -> None:
    """ON-01: before the first store, and again whenever somebody asks."""
    practice = run_kit()
    found = states(practice)
    assert len(found) == 8
    assert found["account"] == "checked" and found["currency"] == "checked" and found["vat"] == "not needed"
    assert {found[task] for task in ("approval", "shipping", "schedule")} == {"open"}
    assert not practice.kit.checklist().is_complete


def test_a_schedule_is_seen_by_what_it_ran_and_missed_after_ten_minutes(run_kit: RunKit) -> None:
    """ON-01."""
    practice = run_kit()
    practice.kit.sync(send=False)
    assert states(practice)["schedule"] == "open", "a cycle that a person ran is no schedule"
    run_by_schedule(practice)
    practice.wait(9)
    assert states(practice)["schedule"] == "checked"
    practice.wait(2)
    assert states(practice)["schedule"] == "open"


def test_attributes_for_identifiers_are_seen_and_the_missing_ones_named(run_kit: RunKit) -> None:
    """ON-01."""
    practice = run_kit()
    item = next(item for item in practice.kit.checklist().items if item.task == "identifiers")
    assert item.state == "open" and "gcid" in item.words and "asin" not in item.words
    practice.running.world.commerce.add_attribute("gcid", "GCID")
    assert states(practice)["identifiers"] == "checked"


def test_currencies_that_differ_are_told(run_kit: RunKit) -> None:
    practice = run_kit()
    practice.kit.add_store(
        "ca", website="us", email="a@example.com", label="Canada", marketplace="CA", store_view="us_en"
    )
    item = next(item for item in practice.kit.checklist().items if item.task == "currency")
    assert item.state == "open" and "ca: USD in Commerce, CAD on Amazon" in item.words


def test_several_conditions_ask_for_an_attribute(run_kit: RunKit) -> None:
    practice = run_kit()
    item = next(item for item in practice.kit.checklist().items if item.task == "condition")
    assert item.state == "open" and "not known" in item.words
    practice.kit.pull()
    item = next(item for item in practice.kit.checklist().items if item.task == "condition")
    assert item.state == "open" and "no attribute amazon_condition" in item.words
    practice.running.world.commerce.add_attribute("amazon_condition", "Condition", "select", options=["New", "Used"])
    assert states(practice)["condition"] == "checked"


def test_amazon_uk_asks_for_vat(run_kit: RunKit) -> None:
    practice = run_kit()
    practice.kit.add_store("uk", website="eu", email="a@example.com", label="UK", marketplace="UK")
    assert states(practice)["vat"] == "open"


def test_the_rest_is_ticked_with_who_and_when_and_can_be_taken_back(run_kit: RunKit) -> None:
    """ON-01."""
    practice = run_kit()
    practice.kit.tick("shipping", by="Ada", note="two templates")
    item = next(item for item in practice.kit.checklist().items if item.task == "shipping")
    assert item.state == "ticked" and "Ada" in item.words and "UTC" in item.words and "two templates" in item.words
    practice.kit.untick("shipping")
    assert states(practice)["shipping"] == "open"
    with pytest.raises(UsageError, match="Nobody has ticked"):
        practice.kit.untick("shipping")


@pytest.mark.parametrize(("task", "by", "words"), [("nothing", "Ada", "The tasks are"), ("vat", " ", "needs a name")])
def test_a_tick_that_says_too_little_is_refused(run_kit: RunKit, task: str, by: str, words: str) -> None:
    with pytest.raises(UsageError, match=words):
        run_kit().kit.tick(task, by)


def test_what_cannot_be_asked_now_stays_open_with_the_reason(run_kit: RunKit) -> None:
    practice = run_kit()
    practice.running.faults.add("token_revoked", "token", count=None)
    item = next(item for item in practice.kit.checklist().items if item.task == "account")
    assert item.state == "open" and "could not be looked at" in item.words
    practice.kit.tick("account", by="Ada")
    assert states(practice)["account"] == "ticked"


def test_all_tasks_can_be_done(run_kit: RunKit) -> None:
    practice = run_kit()
    for task in TASKS:
        practice.kit.tick(task.name, by="Ada")
    found = practice.kit.checklist()
    assert found.is_complete and "All 8 tasks are done." in str(found) and "every product is eligible" in str(found)


def test_the_checklist_escapes_what_people_write(run_kit: RunKit) -> None:
    practice = run_kit()
    practice.kit.tick("shipping", by="<b>Ada</b>", note="<script>")
    html = practice.kit.checklist()._repr_html_()
    assert "<b>Ada" not in html and "<script>" not in html and "&lt;script&gt;" in html


def test_a_review_shows_every_setting_and_flags_what_is_missing(run_kit: RunKit) -> None:
    """ON-08: settings, rules, and what was read, in one summary with its gaps."""
    practice = run_kit()
    review = practice.kit.review()
    rows = {(row["chapter"], row["name"]): row for row in review.rows()}
    assert rows["Store us", "largest_quantity"]["value"] == "10000"
    assert rows["Store us", "largest_quantity"]["note"] == "default"
    assert rows["Store us", "listing rules"]["note"] == "every product is eligible"
    assert rows["Store us", "orders.number_source"]["value"] == "commerce"
    customers = rows["Store us", "orders.customers"]
    assert (customers["value"], customers["note"], customers["gap"]) == ("guest", "default", "")
    assert rows["People", "key"]["value"] == "file:secrets/people.key" and not rows["People", "key"]["gap"]
    assert rows["People", "keep_days"]["value"] == "30"
    gaps = " ".join(review.gaps)
    assert "Store us, email: nobody is written to" in gaps
    assert "Store us, listings read: read it with: channelkit pull" in gaps
    rule = {"children": [{"attribute": "sku", "op": "!=", "value": "00012345"}]}
    practice.kit.stores["us"].rules.commit(rule, "All but one", "Ada")
    rows = {(row["chapter"], row["name"]): row for row in practice.kit.review().rows()}
    told = rows["Store us", "listing rules"]
    assert told["value"] == "All but one" and "00012345" in told["note"] and "by Ada" in told["note"]
    practice.kit.edit_store("us", email="us@example.com", label="United States")
    practice.kit.pull()
    gaps = " ".join(practice.kit.review().gaps)
    assert "Store us, email" not in gaps and "Store us, listings read" not in gaps and "Store de, email" in gaps


def test_a_review_shows_references_and_never_secrets(run_kit: RunKit) -> None:
    practice = run_kit()
    told = f"{practice.kit.review()} {practice.kit.review()._repr_html_()}"
    secrets = [path.read_text() for path in (practice.folder / "secrets").iterdir()]
    assert secrets and not [secret for secret in secrets if secret in told]
    assert "file:secrets/us-client_secret" in told


def test_a_review_of_nothing_says_how_to_begin(run_kit: RunKit) -> None:
    practice = run_kit()
    practice.kit.delete_store("us", "us")
    practice.kit.delete_store("de", "de")
    assert "add one with: channelkit store add NAME" in " ".join(practice.kit.review().gaps)


def test_a_review_flags_that_orders_need_a_key(run_kit: RunKit) -> None:
    practice = run_kit()
    settings = msgspec.structs.replace(practice.kit.settings, people=PeopleSettings())
    practice.kit.settings = practice.kit.parts.settings = settings
    assert "People, key: without a key no order is read" in practice.kit.review().gaps


def test_a_review_escapes_labels(run_kit: RunKit) -> None:
    practice = run_kit()
    practice.kit.edit_store("us", label="<script>")
    assert "<script>" not in practice.kit.review()._repr_html_()
