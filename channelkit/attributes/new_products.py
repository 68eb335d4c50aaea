"""Creating Commerce products from listings that no product matches, one or many with the same settings (MA-08)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from functools import partial
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from channelkit.apply.new_products import NewProduct, written
from channelkit.attributes.catalog_plan import CatalogPlan, Decided
from channelkit.attributes.linking import link_created
from channelkit.attributes.product_form import VISIBILITIES, ProductForm
from channelkit.attributes.recommended import choose_sets
from channelkit.commerce.attribute_sets import list_set_attributes
from channelkit.commerce.source_items import read_sources
from channelkit.commerce.stores import Website, read_store_configs, read_websites
from channelkit.commerce.writes import read_values
from channelkit.database import listings, tabs
from channelkit.errors import UsageError
from channelkit.model.attributes import ALL_VIEWS, CATALOG_CHANGES, CREATE, LONGEST_TEXT
from channelkit.model.marketplaces import currency_digits
from channelkit.parts import Parts
from channelkit.plan.guards import Guarded

__all__ = ["ProductForm", "plan_products"]

_READ = ("seller_sku", "asin", "title", "price", "currency", "quantity", "fulfillment_channel")
MERCHANT = "DEFAULT"


def plan_products(parts: Parts, store: str, seller_skus: Sequence[str], form: ProductForm) -> CatalogPlan:
    """Return the plan that creates a product for each listing, and links the two once the product is there.

    SKU and ASIN are the same; name, price and quantity are the listing's. A product that Commerce has already under
    that SKU is not created: match it.

    Arguments:
        store: the store's name.
        seller_skus: listings that no product matches.

    Raises:
        UsageError: the form is not possible, a listing is not known, or its currency is not the websites' own.
    """
    chosen = list(dict.fromkeys(seller_skus))
    if not chosen:
        raise UsageError("No listing was chosen.", "Name seller SKUs of the tab New Third Party.")
    decide = partial(_decide, parts, store, chosen, form)
    decided = decide()
    made = decided.guarded.going["sku"].to_pylist()
    return CatalogPlan(parts, decided, decide, partial(link_created, parts, store, chosen, made))


def _decide(parts: Parts, store: str, seller_skus: Sequence[str], form: ProductForm) -> Decided:
    rows = _rows(parts, store, seller_skus)
    shared, currency = _shared(parts, form)
    for row in rows:
        if row["currency"] and row["currency"] != currency:
            raise UsageError(
                f"The listing {row['seller_sku']!r} is priced in {row['currency']}, the websites in {currency}.",
                "Prices are not converted: choose websites of that currency, or create the product by hand.",
            )
    there = _existing(parts, [row["asin"] for row in rows if row["asin"]])
    seen: set[str] = set()
    told = [(row, _why_not(row, there, seen)) for row in rows]
    changes = [_change(store, row, shared, currency, note) for row, note in told]
    table = pa.Table.from_pylist(changes, schema=_SCHEMA)
    is_left, held = pc.is_valid(table["note"]), table.slice(0, 0)
    going = table.filter(pc.invert(is_left)).drop_columns(["note"]).combine_chunks()
    return Decided(Guarded(going, held, "", going), table.filter(is_left), {}, f"{len(rows):,} listings looked at")


def _rows(parts: Parts, store: str, seller_skus: Sequence[str]) -> list[dict[str, Any]]:
    """Return the listings with the product that each is linked to.

    Raises:
        UsageError: the store has no such listing.
    """
    with parts.database.read() as connection:
        known = {row["seller_sku"]: row for row in listings.load(connection, store, _READ).to_pylist()}
        decided = tabs.load_tabs(connection, store, ("listed", "sku", "product_sku")).to_pylist()
    linked = {row["sku"]: row["product_sku"] for row in decided if row["listed"]}
    unknown = [sku for sku in seller_skus if sku not in known]
    if unknown:
        raise UsageError(f"Store {store!r} has no listing {unknown[0]!r}.", "store.listings() lists them.")
    return [known[sku] | {"product_sku": linked.get(sku)} for sku in seller_skus]


def _shared(parts: Parts, form: ProductForm) -> tuple[dict[str, Any], str]:
    """Return what all products of a batch share, in Commerce's numbers, and the currency of their prices."""
    if form.visibility not in VISIBILITIES:
        raise UsageError(f"There is no visibility {form.visibility!r}.", f"Use one of: {', '.join(VISIBILITIES)}.")
    websites = list(_websites(parts, form.websites))
    numbers = {website.id for website in websites}
    configs = read_store_configs(parts.commerce)
    currencies = sorted({config.base_currency_code for config in configs if config.website_id in numbers})
    if len(currencies) != 1:
        raise UsageError(
            f"The websites' prices are in {' and '.join(currencies) or 'no currency'}; a product has one price.",
            "Choose websites of one base currency.",
        )
    attribute_set = choose_sets(parts, [form.attribute_set])[0]
    held = {attribute.code for attribute in list_set_attributes(parts.commerce, attribute_set.id)}
    codes = {name: code for name, code in parts.settings.commerce.attributes.codes.items() if code in held}
    shared = {
        "source": form.source or _source(parts, form.websites),
        "enabled": form.enabled,
        "websites": tuple(sorted(numbers)),
        "attribute_set": attribute_set.id,
        "visibility": VISIBILITIES[form.visibility],
        "tax_class": form.tax_class,
        "categories": tuple(form.categories),
        "codes": codes,
    }
    return shared, currencies[0]


def _websites(parts: Parts, codes: Sequence[str]) -> Iterator[Website]:
    known = {website.code: website for website in read_websites(parts.commerce)}
    if not codes:
        raise UsageError("No website was chosen.", f"Commerce's websites are: {', '.join(known)}.")
    for code in codes:
        if code not in known:
            raise UsageError(f"Commerce has no website {code!r}.", f"Its websites are: {', '.join(known)}.")
        yield known[code]


def _source(parts: Parts, websites: Sequence[str]) -> str:
    sources = list(dict.fromkeys(source for code in websites for source in read_sources(parts.commerce, code)))
    if len(sources) == 1:
        return sources[0]
    raise UsageError(
        f"The websites' stock comes from {len(sources)} sources: {', '.join(sources) or 'none'}.",
        "Say which one gets the quantity: ProductForm(source=…).",
    )


def _existing(parts: Parts, skus: Sequence[str]) -> set[str]:
    """Return which SKUs Commerce has already, in small letters: it makes no difference between cases."""
    found = read_values(parts.commerce, list(dict.fromkeys(skus)), ["name"], ALL_VIEWS)
    return {sku.lower() for sku in found["sku"].to_pylist()}


def _why_not(row: Mapping[str, Any], there: set[str], seen: set[str]) -> str | None:
    """Return why no product is created for a listing; None where one is."""
    asin, title = row["asin"] or "", row["title"] or ""
    match_it = f"store.matches.assign({row['seller_sku']!r}, {asin!r})"
    reasons = (
        (bool(row["product_sku"]), f"It is matched to {row['product_sku']} already."),
        (not asin, "Amazon names no ASIN for it."),
        (asin.lower() in there, f"Commerce has a product with this SKU: match it, {match_it}."),
        (asin in seen, "Another chosen listing is the same item; both are linked to the one product."),
        (not title, "Amazon tells no title, and a product needs a name."),
        (len(title) > LONGEST_TEXT or "<" in title, "Its title is too long for a name, or holds HTML."),
        ((row["price"] or 0) <= 0 or not row["currency"], "Amazon shows no price, and a product needs one."),
    )
    why = next((words for is_so, words in reasons if is_so), None)
    if why is None:
        seen.add(asin)
    return why


def _change(
    store: str, row: Mapping[str, Any], shared: Mapping[str, Any], currency: str, note: str | None
) -> dict[str, Any]:
    after = None
    if note is None:
        codes = shared["codes"]
        own = {"asin": row["asin"], "seller_sku": row["seller_sku"]}
        attributes = {codes[name]: value for name, value in own.items() if name in codes}
        after = written(
            NewProduct(
                name=row["title"],
                price=f"{Decimal(row['price']).scaleb(-currency_digits(currency)):f}",
                currency=currency,
                quantity=row["quantity"] if row["fulfillment_channel"] == MERCHANT else None,
                attributes=attributes,
                **{name: value for name, value in shared.items() if name != "codes"},
            )
        )
    return {
        "store": store,
        "sku": row["asin"] or row["seller_sku"],
        "action": CREATE,
        "attribute": "",
        "scope": ALL_VIEWS,
        "before": None,
        "after": after,
        "because": f"Listing {row['seller_sku']} of store {store} has no product.",
        "note": note,
    }


_SCHEMA = CATALOG_CHANGES.schema().append(pa.field("note", pa.string()))
