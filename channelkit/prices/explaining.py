"""Why a price is what it is: one listing's price made anew, with every step written down."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from sqlalchemy.engine import Connection

from channelkit.database.competition import load_newest
from channelkit.database.fees import load_fees
from channelkit.database.sent_prices import find_last_sent
from channelkit.listings.tabs import READY
from channelkit.model.columns import one
from channelkit.model.competition import condition_of
from channelkit.model.offer_terms import read_business, read_sale
from channelkit.parts import Parts
from channelkit.plan.margins import keeps
from channelkit.plan.prices import PricePast
from channelkit.price_past import load_rallies
from channelkit.prices.looking import make_basis
from channelkit.prices.moves import Measures, Sold, tabulate_moves
from channelkit.prices.standing import PRICED_TABS
from channelkit.prices.trying import Ground, load_ground
from channelkit.pricing.recorder import Step
from channelkit.pricing.rules import PriceRule
from channelkit.pricing.terms import PriceTerms
from channelkit.pricing.waterfall import trace
from channelkit.report.price_moves import HELD, RESTS
from channelkit.report.subject import Subject, find_subject
from channelkit.report.waterfall import Economy, Waterfall
from channelkit.report.wording import duration, moment, money

_NOTHING_SOLD = pa.schema([("seller_sku", pa.string()), ("units", pa.int64())])


def explain_price(parts: Parts, store: str, rules: Sequence[PriceRule], sku: str) -> Waterfall:
    """Return how one listing's price comes about, from the facts as they are.

    Arguments:
        rules: all that are in force.
        sku: a seller SKU, or the SKU of a product.

    Raises:
        UsageError: neither side has that SKU.
    """
    described, database, now = parts.cycle(store).store, parts.database, parts.now()
    terms = described.prices
    subject = find_subject(database, store, sku, described.store_view)
    keys = sorted({subject.sku, subject.seller_sku, *([subject.product_sku] if subject.product_sku else [])})
    with database.read() as connection:
        ground = load_ground(connection, described, rules, now, keys, everywhere=True)
        ground = _only(ground, subject)
        if not ground.standing.num_rows:
            return _unpriced(subject)
        skus = ground.standing["seller_sku"].to_pylist()
        fees = load_fees(connection, store, skus)
        past = PricePast(rallies=load_rallies(connection, store, now, terms.damping, skus), damping=terms.damping)
        facts = tuple(_facts(connection, store, ground, now))
        priced = ground.prices()
        basis = make_basis(connection, described, ground, priced, fees)
    steps = trace(ground.standing, ground.facts, ground.rules, ground.applies, terms, now=now)
    measures = Measures(described.limits, basis, 1, fees, Sold(_NOTHING_SOLD.empty_table()), past)
    move = tabulate_moves(ground, priced, measures)[0].to_pylist()[0]
    made, left_alone = priced.to_pylist()[0], _tab_words(subject)
    damped = move["damped"] if not left_alone else ""
    return Waterfall(
        store=store,
        seller_sku=move["seller_sku"],
        product_sku=subject.product_sku or "",
        title=subject.title,
        currency=terms.currency,
        steps=(*steps, *([_sent(move)] if damped else [])),
        price=made["price"],
        note=" ".join(part for part in (made["note"] or "", left_alone) if part),
        on_amazon=(subject.listing or {}).get("price"),
        held=move["guard"],
        sent=move["sent"] if not left_alone else None,
        damped=damped,
        economy=_economy(ground, priced, fees),
        facts=(*_beside(made, terms), *facts),
    )


def _sent(move: Mapping[str, Any]) -> Step:
    """Return the step from what is wanted to what there is once the next cycle is through, where a war is damped.

    Arguments:
        move: a row of `channelkit.prices.moves.MOVES`.
    """
    goes = move["sent"] if move["sent"] is not None else move["before"]
    words = f"{move['damped']} A guard holds it for a person." if move["part"] == HELD else move["damped"]
    return Step("sent", "Stays" if move["part"] in {RESTS, HELD} else "Sent", "", move["after"], goes, words)


def _only(ground: Ground, subject: Subject) -> Ground:
    """Return the ground with the one row that is asked about, and the masks of its product."""
    skus, listed = one(ground.standing["seller_sku"]), one(ground.standing["listed"])
    wanted = subject.sku if subject.listed else subject.seller_sku
    is_it = pc.and_(pc.equal(skus, wanted), pc.equal(listed, subject.listed))
    standing = ground.standing.filter(is_it).slice(0, 1).combine_chunks()
    return Ground(standing, ground.facts, ground.terms, ground.rules, ground.applies, ground.now)


def _unpriced(subject: Subject) -> Waterfall:
    """Return what is said of what has no product, or was never sorted: no price is made of it."""
    if subject.product_sku is None:
        note = "No price is made of it: it is linked to no product of Commerce."
    else:
        note = "No price is made of it yet: no cycle has decided about it."
    return Waterfall(
        store=subject.store,
        seller_sku=subject.seller_sku,
        product_sku=subject.product_sku or "",
        title=subject.title,
        currency=subject.currency,
        steps=(),
        price=None,
        note=note,
        on_amazon=(subject.listing or {}).get("price"),
    )


def _tab_words(subject: Subject) -> str:
    """Return why a wanted price is not sent, where that is the tab's doing; else an empty text."""
    tab = (subject.tab or {}).get("tab")
    if tab in (*PRICED_TABS, READY):
        return ""
    where = f"in {tab}" if tab else "in no tab"
    return f"It is {where}, where a price is left as it is; this is what it would be."


def _economy(ground: Ground, priced: pa.Table, fees: pa.Table) -> Economy | None:
    """Return what is left of the price; None where there is none."""
    price = one(priced["price"])
    made = price[0].as_py()
    if made is None:
        return None
    place = pc.index_in(one(ground.standing["seller_sku"]), value_set=one(fees["seller_sku"]))
    known = pa.table({name: one(fees[name]).take(place) for name in fees.column_names})
    nothing = pa.table({name: pa.nulls(1, fees.schema.field(name).type) for name in fees.column_names})
    net = keeps(price, nothing, ground.terms.vat)[0].as_py()
    left = keeps(price, known, ground.terms.vat)[0].as_py()
    has_fees = known["referral"][0].is_valid
    cost = priced["cost"][0].as_py()
    return Economy(price=made, vat=made - net, fees=net - left if has_fees else None, cost=cost)


def _beside(made: dict[str, object], terms: PriceTerms) -> Iterator[tuple[str, str]]:
    """Yield what goes with the price: list price, business price, sale."""
    currency = terms.currency
    if isinstance(made["list_price"], int):
        yield "List price", f"{money(made['list_price'], currency)} (MSRP), shown struck through."
    if isinstance(made["business"], str) and made["business"]:
        business = read_business(made["business"])
        tiers = "".join(
            f"; from {count} on {off if off.endswith('%') else money(int(off), currency)}{' off' if '%' in off else ''}"
            for count, off in business.tiers
        )
        yield "Business", f"{money(business.price, currency)}{tiers}."
    if isinstance(made["sale"], str) and made["sale"]:
        sale = read_sale(made["sale"])
        days = " ".join(
            part
            for part in (
                f"from {sale.first_day}" if sale.first_day else "",
                f"until {sale.last_day}" if sale.last_day else "",
            )
            if part
        )
        yield "Sale", f"{money(sale.price, currency)} {days}".rstrip() + "."


def _facts(connection: Connection, store: str, ground: Ground, now: int) -> Iterator[tuple[str, str]]:
    """Yield what else is known: what others want and since when, and what was sent last."""
    row = ground.standing.to_pylist()[0]
    asins = [row["asin"]] if row["asin"] else []
    family = condition_of(row["condition"])
    known = [each for each in load_newest(connection, store, asins).to_pylist() if each["condition"] == family]
    for each in known[:1]:
        age = duration(max(0, now - each["asked_at"]) / 1000)
        currency = each["currency"] or ground.terms.currency
        yield (
            "Others",
            f"featured {money(each['featured_landed'], currency)}, lowest {money(each['lowest_landed'], currency)} "
            f"with shipping, read {age} ago.",
        )
    sent = find_last_sent(connection, store, row["seller_sku"])
    if sent is not None:
        yield "Sent last", f"{money(sent.price, ground.terms.currency)}, {moment(sent.sent_at)}, {sent.state}."
