"""How many calls a cycle makes, how long they take, and whether that fits five minutes; plain arithmetic."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import ceil

from channelkit.amazon.operations import (
    CREATE_REPORT,
    GET_COMPETITIVE_SUMMARY,
    GET_EXPECTED_PRICES,
    GET_FEES,
    GET_ITEM_OFFERS,
    GET_REPORT,
    GET_REPORT_DOCUMENT,
    PATCH_LISTING,
    SEARCH_CATALOG,
    SEARCH_LISTINGS,
    SEARCH_ORDERS,
)
from channelkit.commerce.operations import (
    EXPORT_SALABLE,
    LIST_CREDIT_MEMOS,
    LIST_ORDERS,
    LIST_PRODUCTS,
    LIST_SHIPMENTS,
)
from channelkit.model.calls import Operation

CYCLE = 300.0
"""Seconds from one cycle to the next."""

CYCLES_A_DAY = 288
DAY = 86_400.0
CHUNK = 100
"""Products in one question for stock."""

POLLS = 10
"""Looks at a report until it is ready: Amazon takes minutes, and each cycle looks once."""

MOST = 10_000_000
"""Listings beyond which nobody asks."""


@dataclass(frozen=True)
class Shape:
    """What one seller account's cycle has to do.

    Arguments:
        listings, products: of each store, and of the website it sells.
        stores: stores of the account that share its quotas.
        views, websites: store views and websites that are read.
        page_size: products a page.
        product_ms: milliseconds that Commerce takes for a product on such a page.
        amazon_ms: milliseconds that Amazon takes for a call.
        fee_calls: batches of listings that are asked about Amazon's fees; 0 where no cost is known.
        changing: the share of listings that change from one cycle to the next.
    """

    listings: int
    products: int
    stores: int = 1
    views: int = 1
    websites: int = 1
    page_size: int = 100
    product_ms: float = 10.0
    amazon_ms: float = 250.0
    sweep_calls: int = 25
    catalog_calls: int = 60
    competition_calls: int = 2
    fee_calls: int = 0
    report_hours: int = 24
    changing: float = 0.005


@dataclass(frozen=True)
class Load:
    """What one operation costs.

    Arguments:
        cycle, day: calls.
        seconds: of one cycle, by its quota or by how long the answers take, whichever is longer.
    """

    system: str
    operation: str
    cycle: float
    day: float
    seconds: float
    allowed: float

    @property
    def share(self) -> float:
        """The share of what the quota allows in a day."""
        return self.day / self.allowed

    def row(self) -> dict[str, object]:
        """Return the load as a flat row."""
        return {
            "system": self.system,
            "operation": self.operation,
            "calls_per_cycle": round(self.cycle, 2),
            "calls_per_day": round(self.day),
            "allowed_per_day": round(self.allowed),
            "seconds_per_cycle": round(self.seconds, 1),
        }


@dataclass(frozen=True)
class Forecast:
    """What is to be expected of an account with so many listings."""

    shape: Shape
    loads: tuple[Load, ...]
    most: int

    @property
    def seconds(self) -> float:
        """Seconds of one cycle, its calls one after the other."""
        return sum(load.seconds for load in self.loads)

    @property
    def fits(self) -> bool:
        """The cycle ends before the next one begins, and no quota is used up within a day."""
        return self.seconds <= CYCLE and all(load.share <= 1 for load in self.loads)

    def words(self) -> str:
        """Return in words whether the listings fit five minutes, and what takes longest."""
        shape, longest = self.shape, max(self.loads, key=lambda load: load.seconds)
        calls = {
            system: sum(load.cycle for load in self.loads if load.system == system) for system in ("Amazon", "Commerce")
        }
        days = {
            system: sum(load.day for load in self.loads if load.system == system) for system in ("Amazon", "Commerce")
        }
        made = " and ".join(f"{ceil(calls[name]):,} of {name} ({days[name]:,.0f} a day)" for name in calls)
        verdict = "fit five minutes" if self.fits else "do not fit five minutes"
        used_up = ", ".join(load.operation for load in self.loads if load.share > 1)
        return (
            f"{shape.listings:,} listings of {shape.products:,} products {verdict}: a cycle makes about {made} calls "
            f"and takes about {self.seconds:,.0f} of {CYCLE:.0f} s; longest is {longest.operation} with "
            f"{longest.seconds:,.0f} s. About {self.most:,} listings would just fit, where {shape.changing:.1%} of "
            f"them change from cycle to cycle.{f' The quota of {used_up} would be used up.' if used_up else ''}"
        )


def forecast(shape: Shape) -> Forecast:
    """Count an account's calls and seconds, and find how many listings would just fit.

    >>> small = forecast(Shape(listings=10_000, products=10_000))
    >>> small.fits, forecast(Shape(listings=1_000_000, products=1_000_000)).fits
    (True, False)
    """
    return Forecast(shape, _loads(shape), _most(shape))


def _loads(shape: Shape) -> tuple[Load, ...]:
    changes = shape.changing * shape.listings
    # The one of listings, and the one of returns once a day.
    reports = (24 / shape.report_hours + 1) * shape.stores
    readings = shape.views + 1
    pages = ceil(shape.products / shape.page_size)
    every = CYCLES_A_DAY
    searches = (1 + ceil(changes / 20) + shape.sweep_calls) * shape.stores
    # Nobody waits for these: what a cycle's quota does not give is asked by a later one.
    batches = shape.competition_calls * shape.stores
    catalog, patches = shape.catalog_calls * shape.stores, changes * shape.stores
    stock = shape.websites * ceil(shape.products / CHUNK)
    # Products are read as they change, and all of them once a day.
    changed = readings * (1 + shape.changing * shape.products // shape.page_size)
    page_ms = shape.product_ms * shape.page_size
    return (
        _load("Amazon", SEARCH_LISTINGS, searches, searches * every, shape.amazon_ms),
        _load("Amazon", PATCH_LISTING, patches, patches * every, shape.amazon_ms),
        _load("Amazon", SEARCH_CATALOG, catalog, catalog * every, shape.amazon_ms),
        # One search finds what was touched in all of the account's marketplaces.
        _load("Amazon", SEARCH_ORDERS, 1, every, shape.amazon_ms),
        *(
            _load("Amazon", each, given, given * every, shape.amazon_ms)
            for each, asked in (
                *((each, batches) for each in (GET_COMPETITIVE_SUMMARY, GET_ITEM_OFFERS, GET_EXPECTED_PRICES)),
                (GET_FEES, shape.fee_calls * shape.stores),
            )
            if (given := min(asked, each.rate * CYCLE))
        ),
        _load("Amazon", CREATE_REPORT, reports / every, reports, shape.amazon_ms),
        _load("Amazon", GET_REPORT, POLLS * reports / every, POLLS * reports, shape.amazon_ms),
        _load("Amazon", GET_REPORT_DOCUMENT, reports / every, reports, shape.amazon_ms),
        _load("Commerce", LIST_PRODUCTS, changed, changed * every + readings * pages, page_ms),
        _load("Commerce", EXPORT_SALABLE, stock, stock * every, shape.product_ms * min(CHUNK, shape.products)),
        *(
            _load("Commerce", each, 1, every, shape.product_ms)
            for each in (LIST_ORDERS, LIST_SHIPMENTS, LIST_CREDIT_MEMOS)
        ),
    )


def _load(system: str, operation: Operation, cycle: float, day: float, answer_ms: float) -> Load:
    waiting = max(0.0, cycle - operation.burst) / operation.rate if operation.waits else 0.0
    seconds = max(waiting, cycle * answer_ms / 1000)
    return Load(system, operation.name, cycle, day, seconds, operation.rate * DAY + operation.burst)


def _most(shape: Shape) -> int:
    """Return how many listings just fit, with as many products for each as now."""
    each = shape.products / max(shape.listings, 1)
    low, high = 0, MOST
    while high - low > max(1, low // 100):
        middle = (low + high) // 2
        tried = replace(shape, listings=middle, products=max(1, round(middle * each)))
        loads = _loads(tried)
        if sum(load.seconds for load in loads) <= CYCLE and all(load.share <= 1 for load in loads):
            low = middle
        else:
            high = middle
    return low
