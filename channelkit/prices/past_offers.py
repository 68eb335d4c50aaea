"""What others wanted for our listings' items at the end of each past day, and what our own prices were.

Of each listing the history follows the landed price of the featured offer, whether that was ours, and the lowest landed
price of somebody else, with how that seller was rated and how worn his goods were. Older histories do not tell the
latter two, and none tells who else there was. Of today, all offers are known.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from channelkit.database import history
from channelkit.database.competition import SUBJECT
from channelkit.database.connection import Database
from channelkit.model.columns import one
from channelkit.model.competition import condition_of
from channelkit.model.days import day_of, end_of, shift
from channelkit.pricing.terms import OFFERS

# Of each day, listing and field the last change before the day's end; days on which nothing was known are left out.
_OFFERS = """
with days as (select unnest(?::varchar[]) as day, unnest(?::bigint[]) as ends),
changes as (
  select sku, field, before, after, epoch_ms(seen_at) as at, place,
    coalesce(try_cast(after as bigint) * 5 < try_cast(before as bigint) * 4, true) as fell
  from history
  where store = ? and subject = ?
    and field in ('featured_seller', 'featured_landed', 'lowest_landed', 'lowest_rating', 'lowest_wear')
),
last as (
  select days.day, days.ends, changes.sku, changes.field,
    -- What was told to be nothing last is nothing.
    arg_max_null(changes.after, (changes.at, changes.place)) as value,
    -- The last time that it came from nothing, or fell by more than a fifth.
    max(changes.at) filter (fell) as since,
    arg_max_null(changes.before, (changes.at, changes.place)) filter (fell) as was
  from days join changes on changes.at < days.ends group by all
)
select day, ends, sku,
  max(case when field = 'featured_seller' then value end) = 'yes' as ours,
  cast(max(case when field = 'featured_landed' then value end) as bigint) as featured,
  cast(max(case when field = 'lowest_landed' then value end) as bigint) as lowest,
  max(case when field = 'featured_landed' then since end) as featured_since,
  cast(max(case when field = 'featured_landed' then was end) as bigint) as featured_was,
  max(case when field = 'lowest_landed' then since end) as lowest_since,
  cast(max(case when field = 'lowest_landed' then was end) as bigint) as lowest_was,
  max(case when field = 'lowest_rating' then value end) as rating,
  max(case when field = 'lowest_wear' then value end) as wear
from last group by all order by day, sku
"""

# A price is what it was before its next change; where none followed, what it is now.
_PRICES = """
with days as (select unnest(?::varchar[]) as day, unnest(?::bigint[]) as ends),
changes as (
  select sku, cast(before as bigint) as price, epoch_ms(seen_at) as at, place from history
  where store = ? and subject = 'listing' and field = 'price'
)
select days.day, changes.sku, arg_min_null(changes.price, (changes.at, changes.place)) as price
from days join changes on changes.at >= days.ends group by all
"""

PAST = pa.schema(
    [
        ("day", pa.string()),
        ("ends", pa.int64()),
        ("sku", pa.string()),
        ("ours", pa.bool_()),
        *((name, pa.int64()) for name in ("featured", "lowest")),
        *((f"{name}_{told}", pa.int64()) for name in ("featured", "lowest") for told in ("since", "was")),
        *((name, pa.string()) for name in ("rating", "wear")),
    ]
)
"""What was known at the end of a day, in milliseconds since 1970: landed prices in minor units, null for none.

Each with the moment at which it last came from nothing or fell by more than a fifth, and what it was before: by the
same measure each offer of today is known (`channelkit.database.offer_ages`), though here of whoever was the lowest.
``rating`` and ``wear`` are of the lowest, as the history has them; null where it does not follow them yet.
"""


@dataclass(frozen=True)
class Past:
    """Some past days.

    Arguments:
        days: their names, the first one first.
        offers: columns of `PAST`.
        prices: ``day, sku, price``: own prices where they changed since; null where there was none.
    """

    days: tuple[str, ...]
    offers: pa.Table
    prices: pa.Table


def read_past(database: Database, store: str, zone: str, now: int, days: int) -> Past:
    """Return what was known at the end of each of the last days; of today, what is known now.

    Arguments:
        zone: the marketplace's.
        now: milliseconds since 1970.
        days: how many, today among them.
    """
    today = day_of(now, zone)
    names = [shift(today, step - days + 1) for step in range(days)]
    # Of today counts what is known by now.
    ends = [min(end_of(name, zone), now + 1) for name in names]
    with history.asking(database, own=True) as ask:
        offers = ask(_OFFERS, [names, ends, store, SUBJECT])
        prices = ask(_PRICES, [names, ends, store])
    return Past(tuple(names), offers.cast(PAST), prices)


def count_rated(past: pa.Table) -> tuple[int, int]:
    """Return of how many listing-days the history knows how the lowest one was rated, and how many have one.

    Arguments:
        past: columns of `PAST`.
    """
    there = past.filter(pc.is_valid(past["lowest"]))
    return there.num_rows - there["rating"].null_count, there.num_rows


def rivals_of(past: pa.Table, standing: pa.Table) -> pa.Table:
    """Return a day's offers as prices are made from them, each listing as an item of its own.

    Arguments:
        past: columns of `PAST`, of one day.
        standing: columns of `channelkit.prices.standing.STANDING`, with the seller SKU as ``asin``.
    """
    place = pc.index_in(one(past["sku"]), value_set=one(standing["seller_sku"]))
    known = past.filter(pc.is_valid(place)).combine_chunks()
    words = one(standing["condition"]).take(place.drop_null())
    featured = known.filter(pc.is_valid(known["featured"])).combine_chunks()
    lowest = known.filter(pc.is_valid(known["lowest"])).combine_chunks()
    of_featured = words.filter(pc.is_valid(known["featured"]))
    of_lowest = words.filter(pc.is_valid(known["lowest"]))
    nobody = known.filter(pc.and_(pc.is_null(known["featured"]), pc.is_null(known["lowest"]))).combine_chunks()
    parts = [
        _offers(featured, "featured", of_featured, one(featured["ours"])),
        _offers(lowest, "lowest", of_lowest, pa.repeat(False, lowest.num_rows)),
        _offers(nobody, "lowest", pa.nulls(nobody.num_rows, pa.string()), pa.repeat(False, nobody.num_rows)),
    ]
    return pa.concat_tables(parts)


def _offers(rows: pa.Table, name: str, words: pa.Array, ours: pa.Array) -> pa.Table:
    """Return offers of our own condition, by sellers that no filter leaves out, as far as nothing else is known."""
    known = pc.unique(words)
    place = pc.index_in(words, value_set=known)
    conditions, worn = zip(*[_offer_words(word) for word in known.to_pylist()], strict=True) if len(known) else ((), ())
    count = rows.num_rows
    wear = pa.array(worn, pa.string()).take(place)
    feedback, ratings = (pa.repeat(pa.scalar(each, pa.int64()), count) for each in (100, _MANY))
    if name == "lowest":
        wear = pc.coalesce(one(rows["wear"]), wear)
        is_told = pc.is_valid(one(rows["rating"]))
        read = pc.extract_regex(one(rows["rating"]), _RATED)
        feedback, ratings = (
            pc.if_else(is_told, pc.struct_field(read, part).cast(pa.int64()), usual)
            for part, usual in (("feedback", feedback), ("ratings", ratings))
        )
    columns = {
        "asin": one(rows["sku"]),
        "condition": pa.array(conditions, pa.string()).take(place),
        "subcondition": wear,
        "price": one(rows[name]),
        "shipping": pa.repeat(pa.scalar(0, pa.int64()), count),
        "points": pa.repeat(pa.scalar(0, pa.int64()), count),
        "feedback": feedback,
        "ratings": ratings,
        "featured": pa.repeat(name == "featured", count),
        "ours": pc.fill_null(ours, False),
        "asked_at": one(rows["ends"]),
        "since": one(rows[f"{name}_since"]),
        "was": one(rows[f"{name}_was"]),
    }
    return pa.table({name: columns[name] for name in OFFERS.names}, schema=OFFERS)


_MANY = 1_000_000_000
_RATED = r"^(?P<feedback>\d+) % of (?P<ratings>\d+)$"
_WORN = {"like_new": "Mint", "very_good": "VeryGood", "good": "Good", "acceptable": "Acceptable"}
_NEW = {"new": "New", "open_box": "OpenBox", "oem": "OEM", "refurbished": "Refurbished", "club": "Club"}


def _offer_words(word: str | None) -> tuple[str, str]:
    """Return a listing's condition in the words of offers.

    >>> _offer_words("used_very_good"), _offer_words(None)
    (('Used', 'VeryGood'), ('New', 'New'))
    """
    grade = (word or "new_new").partition("_")[2]
    return condition_of(word), {**_WORN, **_NEW}.get(grade, "")


def rivals_now(offers: pa.Table, now: int, fresh: int) -> pa.Table:
    """Return the offers of today; those that were read too long ago to be acted on as they stood all the time.

    Arguments:
        offers: columns of `channelkit.pricing.terms.OFFERS`.
        now: milliseconds since 1970.
        fresh: milliseconds for which what was read is acted on.
    """
    asked = one(offers["asked_at"])
    stands = pc.if_else(pc.less(asked, now - fresh), pa.scalar(now, pa.int64()), asked)
    return offers.set_column(offers.column_names.index("asked_at"), "asked_at", stands)


def own_shipping(standing: pa.Table, offers: pa.Table) -> pa.Array:
    """Return what we ask for shipping, as our own offers for the same item and condition tell; null where none does.

    Arguments:
        offers: columns of `channelkit.pricing.terms.OFFERS`.
    """
    ours = offers.filter(pc.and_(pc.fill_null(offers["ours"], False), pc.is_valid(offers["shipping"])))
    encoded = pc.fill_null(one(standing["condition"]), "").dictionary_encode()
    families = pa.array([condition_of(word) for word in encoded.dictionary.to_pylist()], pa.string())
    keys = pc.binary_join_element_wise(one(standing["asin"]), families.take(encoded.indices), "\x1f")
    own = pc.binary_join_element_wise(one(ours["asin"]), one(ours["condition"]), "\x1f")
    return one(ours["shipping"]).take(pc.index_in(keys, value_set=own, skip_nulls=True))


def prices_then(past: Past, day: str, skus: pa.Array, now: pa.Array) -> pa.Array:
    """Return our own price of each listing at the end of a day.

    Arguments:
        skus: seller SKUs.
        now: what they are now, in the same order.
    """
    of_day = past.prices.filter(pc.equal(past.prices["day"], day)).combine_chunks()
    place = pc.index_in(skus, value_set=one(of_day["sku"]))
    then = one(of_day["price"]).take(place)
    return pc.if_else(pc.is_valid(place), then, now)


def listed_in(past: Past) -> Sequence[str]:
    """Return the seller SKUs of which anything is known."""
    found: list[str] = pc.unique(past.offers["sku"]).to_pylist()
    return found
