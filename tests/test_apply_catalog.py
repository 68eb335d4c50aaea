"""Writing to Commerce in every weather: a queue that works, fails, stands still or is not there, and lost answers."""

from __future__ import annotations

import pytest

from channelkit.attributes.catalog_plan import CatalogPlan
from channelkit.attributes.writing import LEASE
from channelkit.database.lease import hold
from channelkit.errors import AuthError, LeaseError
from tests.kit_fixtures import Practice, RunKit


@pytest.fixture
def practice(run_kit: RunKit) -> Practice:
    """A kit whose plan would write one attribute of each matched product."""
    practice = run_kit()
    practice.kit.pull(["us"])
    practice.kit.attributes.map("US", "manufacturer", "manufacturer_name")
    practice.kit.attributes.pull(["us"])
    return practice


def states(practice: Practice) -> dict[str, int]:
    counted = practice.kit.attributes.changes()["state"].value_counts()
    return {str(state): int(count) for state, count in counted.items()}


def strike(practice: Practice, kind: str, operation: str, count: int | None = 1) -> None:
    practice.running.faults.add(kind, operation, count=count)


def test_values_leave_in_bulk_and_are_confirmed_by_a_reading(practice: Practice) -> None:
    """AT-04."""
    plan = practice.kit.attributes.plan()
    assert plan.apply().is_complete and states(practice) == {"confirmed": len(plan.changes)}
    assert practice.calls("bulkPutV1ProductsSku") == 1 and practice.calls("PutV1ProductsSku") == 0


def test_without_a_queue_products_are_written_one_by_one(practice: Practice) -> None:
    practice.running.world.commerce.settings.has_bulk = False
    plan = practice.kit.attributes.plan()
    assert plan.apply().is_complete and practice.calls("PutV1ProductsSku") > 10


def test_a_queue_that_stands_still_is_gone_around(practice: Practice) -> None:
    practice.running.world.commerce.settings.consumers = False
    plan = practice.kit.attributes.plan()
    assert plan.apply().confirmed == len(plan.changes)


def test_a_slow_queue_is_waited_for(practice: Practice) -> None:
    practice.running.world.commerce.settings.consumer_delay = 30.0
    plan = practice.kit.attributes.plan()
    assert plan.apply().is_complete


@pytest.mark.parametrize("kind", ["failed_row", "rejected_row"])
def test_a_row_that_the_queue_refuses_is_refused_with_its_words_and_no_other(practice: Practice, kind: str) -> None:
    operation = "bulkPutV1ProductsSku"
    strike(practice, kind, operation)
    plan = practice.kit.attributes.plan()
    applied = plan.apply()
    assert (applied.refused, applied.confirmed) == (1, len(plan.changes) - 1) and not applied.is_complete
    refused = practice.kit.attributes.changes(["refused"]).iloc[0]
    assert refused["note"]
    left = practice.kit.attributes.values(imported=False)
    assert left["sku"].tolist() == [refused["sku"]] and "Commerce, the last time" in left["reason"].iloc[0]
    assert practice.kit.attributes.plan().changes["sku"].tolist() == [refused["sku"]], "the next plan tries again"


def test_what_was_accepted_and_never_took_effect_expires(practice: Practice) -> None:
    """Nothing counts as done until it was read back: Commerce drops what a product's set has no place for."""
    commerce = practice.running.world.commerce
    group = next(each for each in commerce.attributes.sets.default.groups if "manufacturer_name" in each.codes)
    group.codes.remove("manufacturer_name")
    plan = practice.kit.attributes.plan()
    sku = plan.held["sku"].iloc[0]
    applied = plan.apply(release_held=[sku])
    assert applied.row() == {"confirmed": 0, "waiting": 0, "refused": 0, "expired": 1, "dropped": 0}
    assert "does not show it" in practice.kit.attributes.changes(["expired"])["note"].iloc[0]


def test_an_answer_that_was_lost_is_settled_by_reading(practice: Practice) -> None:
    strike(practice, "lost_answer", "bulkPutV1ProductsSku", count=1)
    plan = practice.kit.attributes.plan()
    assert plan.apply().confirmed == len(plan.changes)


def test_a_commerce_that_is_down_gets_nothing_more_and_is_asked_again_later(practice: Practice) -> None:
    plan = practice.kit.attributes.plan()
    strike(practice, "html_503", "bulkPutV1ProductsSku", count=None)
    applied = plan.apply()
    assert applied.confirmed == 0 and applied.errors and applied.waiting == len(plan.changes)
    practice.wait(31)
    practice.kit.attributes.confirm()
    assert states(practice) == {"expired": len(plan.changes)}


def test_a_refused_option_drops_its_change_and_no_other(practice: Practice) -> None:
    kit = practice.kit
    kit.attributes.create("amazon_color", "Color", input="select").apply()
    kit.attributes.map("US", "color", "amazon_color")
    strike(practice, "forbidden", "PostV1ProductsAttributesAttributeCodeOptions")
    plan = kit.attributes.plan()
    with pytest.raises(AuthError):
        plan.apply()
    assert states(practice) == {"planned": len(plan.changes)}
    assert kit.attributes.plan().apply().is_complete
    assert states(practice) == {"dropped": len(plan.changes), "confirmed": len(plan.changes)}


def test_two_cannot_write_at_once(practice: Practice) -> None:
    plan: CatalogPlan = practice.kit.attributes.plan()
    with hold(practice.kit.database, LEASE, "another run"), pytest.raises(LeaseError, match="another run"):
        plan.apply()
    assert states(practice) == {}


def test_an_empty_plan_writes_nothing(practice: Practice) -> None:
    practice.kit.attributes.plan().apply()
    calls = practice.calls("bulkPutV1ProductsSku")
    assert practice.kit.attributes.plan().apply().is_complete
    assert practice.calls("bulkPutV1ProductsSku") == calls


def test_what_an_earlier_plan_left_open_is_read_by_its_own_kind(practice: Practice) -> None:
    """A choice is compared by its label, also where the plan that is sent next has no choices."""
    kit, commerce = practice.kit, practice.running.world.commerce
    kit.attributes.create("amazon_color", "Color", input="select").apply()
    row = kit.attributes.map("US", "color", "amazon_color")
    kit.attributes.deactivate(1)
    strike(practice, "html_503", "bulkPutV1ProductsSku", count=None)
    plan = kit.attributes.plan()
    assert plan.apply().waiting == len(plan.changes)
    # It had arrived after all.
    for sku, label in zip(plan.changes["sku"], plan.changes["after"], strict=True):
        commerce.set_value(sku, "amazon_color", label)
    kit.attributes.deactivate(row.id)
    kit.attributes.change(1, active=True)
    practice.running.faults.clear()
    assert kit.attributes.plan().apply().is_complete
    assert set(states(practice)) == {"confirmed"}
