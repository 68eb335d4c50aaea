"""What Amazon said of all offers for our items: the newest of each item and condition; the history follows the rest."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from typing import Any

import msgspec
import pyarrow as pa
import pyarrow.compute as pc
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from channelkit.database import history, rows
from channelkit.database.difference import Tally
from channelkit.database.history import Origin
from channelkit.database.offer_ages import find_ages, read_aged
from channelkit.database.schema import listings
from channelkit.database.trend_schema import competition
from channelkit.model.columns import one
from channelkit.model.competition import Compared, Offer, condition_of

SUBJECT = "competition"
"""What the history calls it; each row is about one of our listings, by its seller SKU."""

FOLLOWED = ("featured_seller", "featured_landed", "lowest_landed", "lowest_rating", "lowest_wear")
"""The fields that the history follows; ``featured_seller`` there is only whether it is ours: yes or no.

Of the lowest offer of somebody else, ``lowest_rating`` is how its seller was rated, as ``97 % of 1200`` or `UNRATED`,
and ``lowest_wear`` Amazon's word for how worn it was.
"""

UNRATED = "not known"
"""What the history says of the ratings of a seller of whom Amazon told none."""

FRESH = 86_400_000
"""Milliseconds for which it counts as known whose offer is featured (TB-06)."""

NEWEST = pa.schema(
    [
        *((name, pa.string()) for name in ("asin", "condition", "featured_seller")),
        *((name, pa.int64()) for name in ("featured_landed", "lowest_landed", "expected")),
        *((name, pa.string()) for name in ("currency", "offers")),
        ("asked_at", pa.int64()),
    ]
)
"""What `load_newest` returns, before ``won`` is added to it."""

_WON, _LOST = '{"won":true', '{"won":false'
"""How the document of the offers begins, so that whether it is ours is known without reading on."""


class _Body(msgspec.Struct):
    won: bool | None
    offers: list[Offer]


def store_compared(connection: Connection, found: Sequence[Compared], currency: str, origin: Origin) -> Tally:
    """Keep what Amazon said, in place of what it said before, and let the history follow what changed.

    Arguments:
        found: each item and condition once; where it is not known which offer is featured, an older answer stays.
    """
    store, at = origin.store, origin.at
    before = {(row["asin"], row["condition"]): row for row in load_newest(connection, store, _asins(found)).to_pylist()}
    found = [each for each in found if each.is_known or before.get((each.asin, each.condition), {}).get("won") is None]
    documents = {pair: row["offers"] for pair, row in before.items()}
    told = [_row(store, each, currency, at, documents.get((each.asin, each.condition))) for each in found]
    rows.upsert(connection, competition, pa.Table.from_pylist(told, schema=_stored()))
    ours = _our_skus(connection, store, _asins(found))
    skus, old, new = list[str](), list[dict[str, Any]](), list[dict[str, Any]]()
    for each in found:
        known = before.get((each.asin, each.condition))
        for sku in ours.get((each.asin, each.condition), ()) if each.is_known else ():
            skus.append(sku)
            old.append(_followed_before(known) if known else {})
            new.append(_followed(each.won, *_landed(each), each.lowest))
    tables = [_history_table(skus, each) for each in (old, new)]
    changes = history.changes_between(tables[0], tables[1], key="sku", fields=FOLLOWED, subject=SUBJECT, origin=origin)
    history.append(connection, changes, at)
    fresh = sum((each.asin, each.condition) not in before for each in found)
    changed = sum(
        known is not None
        and (known["won"], known["featured_landed"], known["lowest_landed"]) != (each.won, *_landed(each))
        for each in found
        for known in (before.get((each.asin, each.condition)),)
    )
    return Tally(fresh, changed, len(found) - fresh - changed)


def store_unanswered(connection: Connection, store: str, pairs: Iterable[tuple[str, str]], *, at: int) -> None:
    """Keep that Amazon has no answer for these items and conditions, so that others are asked about first.

    What it answered before is forgotten: the item is not there any more, or never was.
    """
    for asin, condition in pairs:
        values = {"store": store, "asin": asin, "condition": condition, "offers": _encode(None, ()), "asked_at": at}
        empty = {"featured_seller": "", "featured_landed": None, "lowest_landed": None, "expected": None}
        rows.put(connection, competition, values | empty | {"currency": ""})


def load_newest(connection: Connection, store: str, asins: Sequence[str] | None = None) -> pa.Table:
    """Return the columns of `NEWEST`, and ``won``: the featured offer is ours; null where it is not known whose it is.

    Arguments:
        asins: only those of these items.
    """
    query = sa.select(*(competition.c[name] for name in NEWEST.names)).where(competition.c.store == store)
    query = query.order_by(competition.c.asin, competition.c.condition)
    if asins is None:
        found = rows.read(connection, query, NEWEST)
    else:
        found = rows.read_keys(connection, query, competition.c.asin, asins, NEWEST)
    offers = one(found["offers"])
    is_won, is_lost = (pc.starts_with(offers, prefix) for prefix in (_WON, _LOST))
    won = pc.if_else(pc.or_(is_won, is_lost), is_won, pa.scalar(None, pa.bool_()))
    return found.append_column("won", won)


def load_won(connection: Connection, store: str, now: int, *, fresh: int = FRESH) -> pa.Table:
    """Return ``asin, condition, won, asked_at`` of what is known and not older than a day (TB-06).

    Arguments:
        now: milliseconds since 1970.
        fresh: milliseconds for which it counts.
    """
    prefix = sa.func.substr(competition.c.offers, 1, len(_LOST))
    query = sa.select(competition.c.asin, competition.c.condition, prefix, competition.c.asked_at)
    query = query.where(competition.c.store == store, competition.c.asked_at > now - fresh)
    schema = pa.schema([*((name, pa.string()) for name in ("asin", "condition", "won")), ("asked_at", pa.int64())])
    found = rows.read(connection, query, schema)
    is_won, is_lost = pc.starts_with(found["won"], _WON), pc.starts_with(found["won"], _LOST)
    found = found.set_column(2, "won", is_won)
    return found.filter(pc.or_(is_won, is_lost))


def load_offers(connection: Connection, store: str, asins: Sequence[str]) -> dict[tuple[str, str], list[Offer]]:
    """Return the offers of items by ASIN and condition, the lowest landed price first."""
    found = load_newest(connection, store, asins)
    return {
        (asin, condition): read_offers(body)
        for asin, condition, body in zip(
            *(found[name].to_pylist() for name in ("asin", "condition", "offers")), strict=True
        )
    }


def read_offers(body: str) -> list[Offer]:
    """Return the offers that a row of `NEWEST` holds."""
    return msgspec.json.decode(body, type=_Body).offers


def _our_skus(connection: Connection, store: str, asins: Sequence[str]) -> Mapping[tuple[str, str], list[str]]:
    query = sa.select(listings.c.seller_sku, listings.c.asin, listings.c.condition)
    query = query.where(listings.c.store == store)
    schema = pa.schema([(name, pa.string()) for name in ("seller_sku", "asin", "condition")])
    found: dict[tuple[str, str], list[str]] = {}
    # Not in the database's order: for that it would walk along all listings of the store.
    for row in rows.read_keys(connection, query, listings.c.asin, asins, schema).sort_by("seller_sku").to_pylist():
        found.setdefault((row["asin"], condition_of(row["condition"])), []).append(row["seller_sku"])
    return found


def _asins(found: Sequence[Compared]) -> list[str]:
    return sorted({each.asin for each in found})


def _landed(compared: Compared) -> tuple[int | None, int | None]:
    featured, lowest = compared.featured, compared.lowest
    return None if featured is None else featured.landed, None if lowest is None else lowest.landed


def _row(store: str, compared: Compared, currency: str, at: int, known: str | None) -> dict[str, Any]:
    featured, (featured_landed, lowest_landed) = compared.featured, _landed(compared)
    ages = find_ages([] if known is None else read_aged(known), compared.offers, at)
    return {
        "store": store,
        "asin": compared.asin,
        "condition": compared.condition,
        "offers": _encode(compared.won, compared.offers, ages),
        "featured_seller": featured.seller_id if featured else "",
        "featured_landed": featured_landed,
        "lowest_landed": lowest_landed,
        "expected": compared.expected,
        "currency": currency,
        "asked_at": at,
    }


def _encode(won: bool | None, offers: Sequence[Offer], ages: Sequence[tuple[int | None, int | None]] = ()) -> str:
    told = [asdict(offer) | {"since": since, "was": was} for offer, (since, was) in zip(offers, ages, strict=True)]
    return msgspec.json.encode({"won": won, "offers": told}).decode()


def _followed_before(known: Mapping[str, Any]) -> dict[str, Any]:
    offers = tuple(read_offers(known["offers"]))
    lowest = Compared(known["asin"], known["condition"], offers, True).lowest
    return _followed(known["won"], known["featured_landed"], known["lowest_landed"], lowest)


def _followed(won: bool | None, featured: int | None, lowest: int | None, offer: Offer | None) -> dict[str, Any]:
    named = None if won is None else "yes" if won else "no"
    told = {"featured_seller": named, "featured_landed": featured, "lowest_landed": lowest}
    return told | {
        "lowest_rating": None if offer is None else _rating(offer),
        "lowest_wear": None if offer is None else offer.subcondition or None,
    }


def _rating(offer: Offer) -> str:
    """Return how a seller is rated, in words.

    >>> _rating(Offer("A2", "New", feedback=97, ratings=1234)), _rating(Offer("A2", "New"))
    ('97 % of 1200', 'not known')
    """
    if offer.feedback is None or offer.ratings is None:
        return UNRATED
    # Two digits are enough to tell who qualifies, and do not change with every buyer.
    step = 10 ** max(0, len(str(offer.ratings)) - 2)
    return f"{offer.feedback} % of {offer.ratings // step * step}"


def _history_table(skus: Sequence[str], values: Sequence[Mapping[str, Any]]) -> pa.Table:
    kinds = {name: pa.int64() if name.endswith("_landed") else pa.string() for name in FOLLOWED}
    columns = {name: pa.array([each.get(name) for each in values], kind) for name, kind in kinds.items()}
    return pa.table({"sku": pa.array(skus, pa.string()), **columns})


def _stored() -> pa.Schema:
    names = competition.columns.keys()
    whole = ("featured_landed", "lowest_landed", "expected", "asked_at")
    return pa.schema([(name, pa.int64() if name in whole else pa.string()) for name in names])
