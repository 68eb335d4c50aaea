"""Actions about one listing or product: supply what it lacks, list it once more, make it another item's."""

from __future__ import annotations

from sqlalchemy.engine import Connection

from channelkit.actions.intent import Choice, Intent, Link, Refusal, Wish
from channelkit.actions.items import Item, find_item
from channelkit.actions.overrides import read_condition
from channelkit.actions.possible import allowed
from channelkit.actions.standing import Subject, look
from channelkit.cycle import Cycle
from channelkit.database import catalog_items
from channelkit.database.seller_skus import find_holder
from channelkit.errors import UsageError
from channelkit.model.decisions import ALIAS, ASIN, CONDITION, LISTED, NO, YES

UPDATE = ("Update Required Info",)
NEW_ALIAS = ("Create Alias Seller SKU",)

LONGEST_SKU = 40
"""Characters that Amazon takes in a seller SKU."""


def complete(cycle: Cycle, sku: str, by: str, asin: str | None, condition: str | None) -> Intent:
    """Return the action that supplies what a product lacks (AC-03).

    Raises:
        UsageError: neither is given or one is not possible; of a parent the variants are named.
    """
    if not asin and not condition:
        raise UsageError("Nothing was given.", "Give the ASIN, the condition, or both.")
    subjects, refused = allowed(look(cycle, [sku]), [sku], UPDATE)
    intent = Intent(verb="update required information", by=by, skus=(sku,), refused=tuple(refused))
    for subject in subjects:
        if condition:
            wish = Wish(subject.seller_sku, CONDITION, read_condition(condition))
            earlier = wish._replace(value=subject.said.get(CONDITION))
            intent = intent.also(wishes=[wish], back=[earlier])
        if asin and subject.listed:
            reason = "It is on Amazon already; another ASIN is assigned to a listing, not to its product."
            intent = intent.also(refused=[Refusal(subject.seller_sku, reason)])
        elif asin:
            intent = _with_item(cycle, intent, subject, find_item(cycle, asin))
    return intent


def _with_item(cycle: Cycle, intent: Intent, subject: Subject, item: Item) -> Intent:
    """Return an action that also says which item a product is; a further listing of a product has one of its own."""
    words = f"Product {subject.product_sku} is {item.asin}: {item.title or 'no title'}."
    if subject.said.get(ALIAS):
        wish = Wish(subject.seller_sku, ASIN, item.asin)
        return intent.also(wishes=[wish], back=[wish._replace(value=subject.said.get(ASIN))], words=words)
    with cycle.database.read() as connection:
        before = _chosen(connection, cycle.store.name, subject.product_sku)
    choices = [Choice(subject.product_sku, item.asin)]
    return intent.also(choices=choices, back_choices=[Choice(subject.product_sku, before)], words=words)


def list_again(cycle: Cycle, sku: str, new_sku: str, by: str, *, asin: str, remove_existing: bool) -> Intent:
    """Return the action that lists a product once more under another seller SKU (AC-06).

    Raises:
        UsageError: the seller SKU is taken or not possible, or Amazon has no such item to sell.
    """
    _demand_free(cycle, new_sku)
    subjects, refused = allowed(look(cycle, [sku]), [sku], NEW_ALIAS)
    intent = Intent(verb=f"list {sku} as {new_sku}, too", by=by, skus=(sku, new_sku), refused=tuple(refused))
    for subject in subjects:
        item = find_item(cycle, asin) if asin else None
        its = item.asin if item else subject.asin
        wishes = [Wish(new_sku, ALIAS, subject.product_sku), Wish(new_sku, LISTED, YES)]
        back = [Wish(new_sku, ALIAS, None), Wish(new_sku, LISTED, NO)]
        if its:
            wishes.append(Wish(new_sku, ASIN, its))
            back.append(Wish(new_sku, ASIN, None))
        if _differs(subject, cycle.store.terms.condition):
            wishes.append(Wish(new_sku, CONDITION, subject.condition))
            back.append(Wish(new_sku, CONDITION, None))
        if remove_existing and subject.listed:
            wishes.append(Wish(subject.seller_sku, LISTED, NO))
            back.append(Wish(subject.seller_sku, LISTED, YES))
        title = f" It is {item.title}." if item and item.title else ""
        intent = intent.also(
            wishes=wishes,
            back=back,
            skus=[subject.product_sku],
            links=[Link(new_sku, subject.product_sku)],
            words=f"Product {subject.product_sku} is listed as {new_sku}, too, with {its or 'the ASIN it has'}.{title}",
        )
    return intent


def _differs(subject: Subject, condition: str) -> bool:
    """Tell whether the listing that is there has another condition than a new one would get."""
    return bool(subject.condition) and subject.condition != condition


def _demand_free(cycle: Cycle, seller_sku: str) -> None:
    """Make sure that a new listing may have this seller SKU.

    Raises:
        UsageError: it is taken, or Amazon does not take it.
    """
    if not seller_sku.strip() or seller_sku != seller_sku.strip() or len(seller_sku) > LONGEST_SKU:
        raise UsageError(
            f"{seller_sku!r} is no seller SKU.",
            f"It has 1 to {LONGEST_SKU} characters, and neither begins nor ends with a space.",
        )
    with cycle.database.read() as connection:
        holder = find_holder(connection, cycle.store.name, seller_sku)
    if holder:
        raise UsageError(f"Seller SKU {seller_sku!r} is taken: {holder} has it.", "Choose one that nothing has yet.")


def _chosen(connection: Connection, store: str, product_sku: str) -> str | None:
    """Return the ASIN that a person chose for a product before."""
    chosen = catalog_items.load_asins(connection, store).to_pylist()
    return next((row["asin"] for row in chosen if row["product_sku"] == product_sku), None)
