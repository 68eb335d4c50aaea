"""The facts that a decision rests on, one line each, with the time of the reading that brought them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from channelkit.listings.freshness import Freshness
from channelkit.listings.terms import Terms
from channelkit.model.money import minor_text

DatedFact = tuple[str, str, int | None]
"""What it is, what it says, and when that was read or decided (milliseconds; None where no time is known)."""


def date_facts(
    subject: pa.Table, terms: Terms, freshness: Freshness, decisions: pa.Table | None, pending: pa.Table
) -> list[DatedFact]:
    """Return what is known of one subject, what people decided about it, and what is on its way.

    What is not known is left out.

    Arguments:
        subject: one row, as `channelkit.listings.situation.look` gave it.
    """
    row = subject.to_pylist()[0]
    facts = list(_of_commerce(row, freshness))
    if row["listed"]:
        facts = [*_of_amazon(row, terms), *facts]
    if row.get("elder_store"):
        told = f"{row['elder_store']}: {row['elder_tab']}, {row['elder_status']}"
        facts.append(("The older store that decides", told, None))
    facts += list(_of_people(row["seller_sku"], decisions, terms))
    facts += list(_on_its_way(row["seller_sku"], pending))
    return [(label, text, at) for label, text, at in facts if text]


def _of_amazon(row: dict[str, Any], terms: Terms) -> Iterator[DatedFact]:
    seen = row["observed_at"]
    price = None if row["price"] is None else f"{minor_text(pa.array([row['price']]), terms.digits)[0]}"
    yield "On Amazon", "yes" if row["missing_since"] is None else "looked for and not found", _last(row)
    yield "ASIN", _text(row["asin"]), seen
    yield "Amazon's report says", _text(row["status"]), seen
    yield "People can buy it", _flag(row["buyable"]), seen
    yield "Amazon's complaints", _text(row["issue_words"]), seen
    yield "Price on Amazon", " ".join(filter(None, [price, row["currency"]])) if price else "", seen
    yield "Units on Amazon", _text(row["quantity"]), seen
    yield "Fulfilled by", _text(row["fulfilled_by"]), seen
    yield "Condition", _text(row["condition"]), seen
    yield "Handling days", _text(row["handling_days"]), seen
    found = ", ".join(filter(None, [row["method"], row["evidence"]]))
    yield (
        "Product",
        f"{row['product_sku']} ({found})" if row["product_sku"] and found else _text(row["product_sku"]),
        None,
    )


def _of_commerce(row: dict[str, Any], freshness: Freshness) -> Iterator[DatedFact]:
    if row["product_sku"] is None:
        return
    read, counted = freshness.products_read, freshness.stock_read
    if not row["listed"]:
        yield "Product", _text(row["product_sku"]), read
        yield "Seller SKU it would have", _text(row["seller_sku"]), read
        yield "ASIN", _text(row["wanted_asin"]), None
    yield "Product type", _text(row["product_type"]), read
    yield "Product is in Commerce", "no longer" if row["product_gone_since"] else "yes", read
    yield "On the store's website", _flag(row["on_website"]), read
    yield "Product is enabled", _flag(row["product_enabled"]), read
    yield "Price in Commerce", _text(row["product_price"]), read
    excluded = row.get("excluded")
    yield "Listing rules admit it", "" if excluded is None else _flag(not excluded), read
    yield "First day of sale", _text(row.get("sale_starts")), read
    yield "Last day of sale", _text(row.get("sale_ends")), read
    yield "It lacks, as Amazon's definition says", _text(row.get("lacking")), read
    yield "Condition in Commerce", _text(row.get("condition_choice")), read
    yield "Fulfilment in Commerce", _text(row.get("fulfillment_choice")), read
    held = row.get("held")
    yield "Commerce can sell", _text(row["salable_before"] if held else row["salable"]), counted
    if held:
        yield "Held for orders on Amazon", _text(held), row["held_at"]
        yield "Left to offer on Amazon", _text(row["salable"]), counted
    yield "Commerce counts its stock", _flag(row["managed"]), counted
    yield "In stock", _flag(row["in_stock"]), counted


def _of_people(seller_sku: str, decisions: pa.Table | None, terms: Terms) -> Iterator[DatedFact]:
    if decisions is None:
        return
    for row in decisions.filter(pc.equal(decisions["seller_sku"], seller_sku)).to_pylist():
        value, kind = row["value"], row["kind"]
        if kind == "price" and value and value.isdigit():
            value = f"{minor_text(pa.array([int(value)]), terms.digits)[0]} {terms.currency}"
        told = "no override any more" if value is None else value
        yield f"A person decided: {kind}", f"{told}, by {row['by_whom'] or 'a person'}", row["at"]


def _on_its_way(seller_sku: str, pending: pa.Table) -> Iterator[DatedFact]:
    for row in pending.filter(pc.equal(pending["seller_sku"], seller_sku)).to_pylist():
        after = row["after"] if row["after"] is not None else row.get("after_text")
        yield f"On its way: {row['field']}", f"{after} ({row['state']})", row["sent_at"]


def _last(row: dict[str, Any]) -> int | None:
    moment: int | None = row["observed_at"] if row["missing_last"] is None else row["missing_last"]
    return moment


def _text(value: object) -> str:
    return "" if value is None else str(value)


def _flag(value: bool | None) -> str:
    return "" if value is None else "yes" if value else "no"
