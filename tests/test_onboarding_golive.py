"""Going live on the sandbox: both sides are compared, what looks wrong has to be named, and a person decides."""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal

import pyarrow as pa
import pytest
import sqlalchemy as sa

from channelkit.database.schema import listings, product_scopes, products, runs
from channelkit.errors import PlanError, UsageError
from channelkit.onboarding.golive import GoLive
from channelkit.plan.comparison import Compared
from tests.kit_fixtures import Practice, RunKit


@pytest.fixture
def practice(run_kit: RunKit) -> Practice:
    """A kit whose go-live nobody has confirmed, both sides read once."""
    practice = run_kit(live=False)
    practice.kit.pull()
    return practice


def look(practice: Practice, store: str = "us") -> GoLive:
    return practice.kit.stores[store].golive()


def test_every_linked_listing_is_shown_with_stock_and_price_of_both_sides(practice: Practice) -> None:
    """SY-06: before the first outgoing change ever."""
    golive = look(practice)
    frame = golive.listings
    decided = practice.kit.stores["us"].listings()
    linked = decided[decided["listed"] & decided["product_sku"].notna() & (decided["tab"] != "Ended")]
    assert sorted(frame["sku"]) == sorted(linked["sku"])
    for sku in frame["sku"]:
        row, listing = frame[frame["sku"] == sku].iloc[0], practice.listing("us", sku)
        assert row["amazon_price"] == Decimal(listing.price or 0).scaleb(-2), sku
        if listing.channel == "DEFAULT":
            assert row["amazon_quantity"] == listing.quantity, sku
    plan = practice.kit.stores["us"].plan()
    fields = [*plan.changes["field"], *plan.held["field"]]
    new = fields.count("publish")
    assert len(fields) - new == frame["new_price"].notna().sum() + frame["new_quantity"].notna().sum() > 0
    assert golive.findings["new_listings"].startswith(f"{new} products")
    assert practice.calls("patchListingsItem") == 0


def test_confirming_is_a_decision_with_a_name_and_a_time(practice: Practice) -> None:
    """SY-06, SY-03: nothing goes before, what no guard holds goes after, and the book keeps who let it."""
    us = practice.kit.stores["us"]
    assert practice.kit.sync(["us"]).outcomes[0].verdict == "read-only"
    golive = look(practice)
    assert golive.serious, "the sandbox has listings that look wrong"
    with pytest.raises(UsageError, match=r"does not go live yet.*although="):
        golive.confirm("Ann")
    said = golive.confirm("Ann", although=golive.serious)
    assert "Ann confirmed the go-live of store 'us'" in said
    record = practice.kit.parts.record("us")
    assert (record.golive_by, record.golive_at) == ("Ann", practice.kit.parts.now())
    assert practice.kit.sync(["us"]).outcomes[0].verdict == "clear" and practice.changes("accepted")
    assert "Ann confirmed the go-live" in repr(us.golive()) and "--withdraw" in repr(us.golive())
    with practice.kit.database.read() as connection:
        told = connection.execute(sa.select(runs.c.summary).where(runs.c.job == "golive")).scalars().all()
    assert "confirmed by Ann" in told[-1] and golive.serious[0] in told[-1]


def test_each_store_and_account_goes_live_by_itself(practice: Practice) -> None:
    """RG-01: two seller accounts side by side, and one may send while the other only reads."""
    golive = look(practice, "de")
    golive.confirm("Ann", although=golive.serious)
    run = practice.kit.sync()
    assert {outcome.store: outcome.verdict for outcome in run.outcomes} == {"us": "read-only", "de": "clear"}
    assert {change["store"] for change in practice.changes("accepted")} == {"de"}
    assert set(practice.kit.listings()["store"]) == {"us", "de"}, "both are in one view"


def test_nobody_confirms_what_was_not_shown(practice: Practice) -> None:
    """SY-06: the facts have moved between the look and the decision."""
    golive = look(practice)
    sku = practice.active_skus("us")[0]
    practice.running.world.commerce.change_stock(practice.product_of("us", sku), -1)
    practice.kit.pull()
    with pytest.raises(PlanError, match=r"is now .* not .*Nothing was confirmed"):
        golive.confirm("Ann", although=golive.serious)
    assert practice.kit.parts.record("us").golive_at is None
    again = look(practice)
    assert again.fingerprint != golive.fingerprint
    again.confirm("Ann", although=again.serious)


def test_nobody_confirms_on_old_facts_or_on_none(practice: Practice, run_kit: RunKit) -> None:
    """SY-06."""
    practice.wait(3 * 60)
    golive = look(practice)
    assert "too long ago" in repr(golive) and "channelkit pull --store us" in repr(golive)
    with pytest.raises(PlanError, match="too long ago"):
        golive.confirm("Ann", although=golive.serious)
    unread = run_kit(live=False, seed=2)
    golive = look(unread)
    assert "never read" in repr(golive) and "no listing is linked" in repr(golive) and "<p>" in golive._repr_html_()
    with pytest.raises(PlanError, match="never read"):
        golive.confirm("Ann")


@pytest.mark.parametrize(
    ("by", "although", "words"),
    [(" ", [], "needs a name"), ("Ann", ["nonsense"], "no finding 'nonsense'.*The findings are")],
)
def test_a_decision_needs_a_name_and_names_only_what_is_there(
    practice: Practice, by: str, although: list[str], words: str
) -> None:
    with pytest.raises(UsageError, match=words):
        look(practice).confirm(by, although)


def test_what_looks_wrong_is_found_and_named(practice: Practice) -> None:
    """SY-06: a slip of the decimal point in Commerce, and another currency on Amazon."""
    tenfold, foreign, empty = practice.active_skus("us")[:3]
    with practice.kit.database.write() as connection:
        price = str(Decimal(practice.listing("us", tenfold).price or 0) / 10)
        for table in (products, product_scopes):
            of = table.update().where(table.c.sku == practice.product_of("us", tenfold))
            connection.execute(of.values(price=price))
        connection.execute(listings.update().where(listings.c.seller_sku == foreign).values(currency="CAD"))
    frame = look(practice).listings.set_index("sku")
    assert "tenfold" in frame.loc[tenfold, "looks_wrong"] and frame.loc[tenfold, "held"]
    assert "currency" in frame.loc[foreign, "looks_wrong"]
    assert "tenfold" not in frame.loc[empty, "looks_wrong"]
    assert {"tenfold", "currency"} <= set(look(practice).serious)


def test_other_programs_are_seen_in_commerce_on_amazon_and_in_what_moved(practice: Practice) -> None:
    """SY-06: a second program that sends prices would fight with this one without an end."""
    assert not look(practice).footprints
    settings = practice.running.world.commerce.settings
    settings.modules = (*settings.modules, "Ess_M2ePro", "Amazon_Payment")
    sku = practice.active_skus("us")[0]
    with practice.kit.database.write() as connection:
        body = json.dumps({"codisto_sync": "1"})
        connection.execute(products.update().values(attributes=body))
    practice.listing("us", sku).note = "Listed by Linnworks"
    world, price = practice.running.world, practice.listing("us", sku).price or 0
    world.amazon.set_price(practice.shelf("us"), sku, price + 1, world.clock.now())
    practice.wait(10)
    practice.kit.pull()
    golive = look(practice)
    told = {(one.where, one.what) for one in golive.footprints}
    assert ("Commerce, modules", "M2E") in told
    assert ("Amazon, listings", "Linnworks") in told
    assert ("Amazon, history", "prices moved without us") in told
    assert not [one for one in golive.footprints if "Amazon_Payment" in one.words], "it lists nothing"
    assert "integrations" in golive.serious and sku in repr(golive)


def test_modules_that_may_not_be_seen_are_told_and_stop_nothing(practice: Practice) -> None:
    practice.running.world.commerce.settings.missing_resources = frozenset({"Magento_Backend::admin"})
    golive = look(practice)
    assert [one.what for one in golive.footprints] == ["not known"]
    assert "integrations" not in golive.findings and "could not be read" in repr(golive)


def test_a_hostile_title_is_only_text_in_a_notebook(practice: Practice) -> None:
    with practice.kit.database.write() as connection:
        connection.execute(listings.update().values(title="<script>document.title='owned'</script>"))
    html = look(practice)._repr_html_()
    assert "<script>" not in html and "&lt;script&gt;" in html


def test_a_summary_is_plain_values_with_exact_money(practice: Practice) -> None:
    summary = json.loads(json.dumps(look(practice).summary()))
    assert summary["store"] == "us" and summary["linked_listings"] > 0 and summary["confirmed_at"] is None
    (dollars,) = summary["changes"]
    assert dollars["currency"] == "USD" and "." in dollars["on_offer_before"]
    assert set(summary["serious"]) <= set(summary["findings"])


def test_a_hundred_thousand_listings_are_shown_by_the_fifty_that_matter(practice: Practice) -> None:
    """SY-06: the frame has all of them, the page does not grow with them."""
    golive = look(practice)
    rows = golive.compared.rows
    many = rows.take(pa.array([number % rows.num_rows for number in range(100_000)]))
    large = replace(golive, compared=Compared(many, golive.compared.counts, 0))
    assert len(large.listings) == 100_000
    assert len(large._repr_html_()) < 100_000 and "50 of 100,000 listings shown" in repr(large)
