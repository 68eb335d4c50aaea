"""Overrides: which terms a person may set, how they are written down, where they do nothing, and the view of all."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc

from channelkit.actions.intent import KEEP, Keep, Refusal, Wish
from channelkit.actions.standing import Subject
from channelkit.database.connection import Database
from channelkit.database.decisions import load_decisions
from channelkit.database.listings import load
from channelkit.database.tabs import load_tabs
from channelkit.errors import UsageError
from channelkit.model.columns import one
from channelkit.model.decisions import CONDITION, HANDLING, NOTES, OVERRIDES, PRICE
from channelkit.model.marketplaces import Marketplace
from channelkit.model.money import minor_text

if TYPE_CHECKING:
    import pandas as pd

CONDITIONS = (
    *("new_new", "new_open_box", "new_oem", "refurbished_refurbished", "club_club"),
    *(
        f"{kind}_{grade}"
        for kind in ("used", "collectible")
        for grade in ("like_new", "very_good", "good", "acceptable")
    ),
)
"""Amazon's words for conditions (``condition_type``)."""

LONGEST_NOTE = 2000
LONGEST_HANDLING = 30

Term = Decimal | int | str | None | Keep
"""What is wanted of an override: a value, None to remove it, or `KEEP`."""

_TIME = pa.timestamp("ms", "UTC")
_NOT_CHOSEN, _NONE = "Not Selected", "N/A"


def read_terms(place: Marketplace, terms: Mapping[str, Term]) -> dict[str, str | None]:
    """Return the overrides that change, by kind, as decisions write them; None where one is removed (AC-04).

    Raises:
        UsageError: one is not possible, or none changes.
    """
    given = {kind: value for kind, value in terms.items() if value is not KEEP}
    if not given:
        raise UsageError("No override was given.", "Set or remove at least one of price, handling, condition, notes.")
    return {kind: None if value is None else _READERS[kind](value, place) for kind, value in given.items()}


def read_condition(value: Any) -> str:
    """Return a condition in Amazon's words, however it is written.

    >>> read_condition("Used; Like New"), read_condition("used_good"), read_condition("New")
    ('used_like_new', 'used_good', 'new_new')

    Raises:
        UsageError: it is none.
    """
    words = "_".join(part for part in str(value).lower().replace(";", " ").replace("_", " ").split() if part != "-")
    word = {"new": "new_new", "refurbished": "refurbished_refurbished", "club": "club_club"}.get(words, words)
    if word not in CONDITIONS:
        raise UsageError(f"{value!r} is no condition.", f"Conditions are: {', '.join(CONDITIONS)}.")
    return word


def wish_overrides(subject: Subject, terms: Mapping[str, str | None]) -> tuple[list[Wish], list[Refusal]]:
    """Return the decisions about one listing, and which of them do nothing there and why (AC-05, RG-02).

    What Amazon fulfils has Amazon's handling time and keeps its condition; a new article has no notes. To remove an
    override is always possible.
    """
    wishes, refused = [], []
    condition = terms.get(CONDITION) or subject.said.get(CONDITION) or subject.condition
    for kind, value in terms.items():
        reason = ""
        if value is not None and kind in (HANDLING, CONDITION) and subject.by_amazon:
            words = "handling time" if kind == HANDLING else "condition"
            reason = f"Amazon fulfils it, so its {words} is Amazon's."
        elif value is not None and kind == HANDLING and subject.decided_by:
            reason = of_elder(subject, "handling time")
        elif value is not None and kind == NOTES and condition.startswith("new_"):
            reason = "It is new, and Amazon shows no notes on new articles."
        if reason:
            refused.append(Refusal(subject.seller_sku, reason))
        elif value is not None or subject.said.get(kind) is not None:
            wishes.append(Wish(subject.seller_sku, kind, value))
    return wishes, refused


def of_elder(subject: Subject, what: str) -> str:
    """Return that an older store decides something of a shared seller SKU, and what to do (RG-02)."""
    return (
        f"Store {subject.decided_by!r} decides its {what}, because it is the oldest with this seller SKU. Decide it "
        "there, or give this store's listing a seller SKU of its own (alias)."
    )


def overrides_frame(database: Database, store: str, place: Marketplace) -> pd.DataFrame:
    """Return the view of all overrides of a store, whatever tab they are in (TB-07)."""
    import pandas as pd  # noqa: PLC0415

    with database.read() as connection:
        said = load_decisions(connection, store, kinds=OVERRIDES)
        said = said.filter(pc.is_valid(said["value"])).combine_chunks()
        skus = pc.unique(one(said["seller_sku"]))
        shown = load(connection, store, ("seller_sku", "asin", "title"), skus.to_pylist())
        sorted_as = load_tabs(connection, store, ("seller_sku", "asin", "product_sku", "tab"), skus.to_pylist())
    columns: dict[str, Any] = {"store": pa.repeat(store, len(skus)), "seller_sku": skus}
    place_in = {"shown": pc.index_in(skus, value_set=one(shown["seller_sku"]))}
    place_in["tabs"] = pc.index_in(skus, value_set=one(sorted_as["seller_sku"]))
    asin = pc.coalesce(one(shown["asin"]).take(place_in["shown"]), one(sorted_as["asin"]).take(place_in["tabs"]))
    title, product_sku = (
        one(shown["title"]).take(place_in["shown"]),
        one(sorted_as["product_sku"]).take(place_in["tabs"]),
    )
    columns |= {"asin": asin, "product": pc.coalesce(title, product_sku), "product_sku": product_sku}
    columns["tab"] = one(sorted_as["tab"]).take(place_in["tabs"])
    for kind in (CONDITION, NOTES, HANDLING, PRICE):
        its = said.filter(pc.equal(said["kind"], kind)).combine_chunks()
        value = one(its["value"])
        if kind == PRICE:
            value = minor_text(value.cast(pa.int64()), place.digits)
        columns[f"{kind}_override"] = value.take(pc.index_in(skus, value_set=one(its["seller_sku"])))
    columns["condition_override"] = pc.fill_null(columns["condition_override"], _NOT_CHOSEN)
    columns["price_override"] = pc.fill_null(columns["price_override"], _NONE)
    newest = said.sort_by([("at", "descending"), ("id", "descending")]).combine_chunks()
    last = pc.index_in(skus, value_set=one(newest["seller_sku"]))
    columns |= {"by": one(newest["by_whom"]).take(last), "since": one(newest["at"]).take(last).cast(_TIME)}
    return pa.table(columns).to_pandas(types_mapper=pd.ArrowDtype)


def _read_price(value: Any, place: Marketplace) -> str:
    try:
        amount = Decimal(str(value)).scaleb(place.digits)
    except InvalidOperation:
        raise UsageError(f"{value!r} is no price.", "Write it like 12.50, without the currency.") from None
    if not amount.is_finite() or amount != amount.to_integral_value() or not 0 < amount < 10**12:
        raise UsageError(
            f"{value} is no price in {place.currency}.",
            f"A price is above zero and has at most {place.digits} decimals.",
        )
    return str(int(amount))


def _read_handling(value: Any, _place: Marketplace) -> str:
    text = str(value)
    if not (text.isascii() and text.isdigit()) or int(text) > LONGEST_HANDLING:
        raise UsageError(f"{value!r} is no handling time.", f"It is a number of days from 0 to {LONGEST_HANDLING}.")
    return str(int(text))


def _read_notes(value: Any, _place: Marketplace) -> str:
    text = str(value).strip()
    if not text or len(text) > LONGEST_NOTE:
        raise UsageError(
            f"Notes have 1 to {LONGEST_NOTE:,} characters, not {len(text):,}.", "Remove the override to have none."
        )
    return text


_READERS = {
    PRICE: _read_price,
    HANDLING: _read_handling,
    CONDITION: lambda value, _place: read_condition(value),
    NOTES: _read_notes,
}
