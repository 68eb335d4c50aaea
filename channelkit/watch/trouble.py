"""What is wrong, from facts alone: each kind of trouble has its rule, its words and what to do."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from channelkit.database.feeds import STUCK_AFTER
from channelkit.model.troubles import Trouble, weigh
from channelkit.watch.price_trouble import CanaryFact, RallyFact, find_canary_troubles, find_rally_troubles

HOUR = 3_600_000
DAY = 24 * HOUR

SHIP_AHEAD = DAY
"""Milliseconds before an order must be shipped from which it is told that something stands in its way."""

NAMED = 3
"""Orders that a trouble names."""

AHEAD = (30, 7, 1)
"""Days before the end of a secret or consent from which it is told, each time anew."""


@dataclass(frozen=True)
class Limits:
    """From when on something is a trouble.

    Arguments:
        floor: calls of one kind that must fail in a stretch before their growing is told.
        stale: milliseconds since a side was last read.
        disk: bytes that must be free.
    """

    floor: int = 5
    stale: int = HOUR
    disk: int = 1 << 30


@dataclass(frozen=True)
class JobFact:
    """A job, as `channelkit.schedule.standing` has it; milliseconds since 1970."""

    name: str
    late_since: int | None = None
    dead_since: int | None = None


@dataclass(frozen=True)
class ErrorFact:
    """How often a call failed for one reason in the last stretch, and in the one before."""

    store: str
    system: str
    operation: str
    code: str
    now: int
    before: int
    first_at: int
    fix: str = ""


@dataclass(frozen=True)
class SilentFact:
    """A store that went live and sends nothing, and why."""

    store: str
    words: str
    since: int


@dataclass(frozen=True)
class EndFact:
    """A secret or consent that ends.

    Arguments:
        kind: secret or consent.
        name: whose: an account, a store, commerce.
        days: left; 0 or less where it has ended.
    """

    kind: str
    name: str
    days: int
    words: str
    fix: str
    store: str = ""


@dataclass(frozen=True)
class RefusalFact:
    """A side that last answered that who asks may not."""

    name: str
    code: str
    at: int
    fix: str
    store: str = ""


@dataclass(frozen=True)
class OrdersFact:
    """Orders of a store that something stands in the way of; ``first`` is when the first must be shipped."""

    store: str
    count: int
    first: int


@dataclass(frozen=True)
class UnreadFact:
    """Orders of a store that Amazon's report tells of and that cannot be read, what has waited longest first.

    Arguments:
        orders: their numbers.
        units: that they keep off offer.
        since: when the first was told of.
    """

    store: str
    orders: Sequence[str]
    units: int
    since: int


@dataclass(frozen=True)
class OversoldFact:
    """Orders of a store whose goods cannot be had; ``note`` says of one what is missing."""

    store: str
    count: int
    note: str
    since: int


@dataclass(frozen=True)
class FeedFact:
    """Bulk submissions of a store that Amazon has not answered; ``since`` when the first was handed in."""

    store: str
    count: int
    since: int


@dataclass(frozen=True)
class ResidualFact:
    """Products of a website whose count in Commerce nothing explains."""

    website: str
    count: int
    words: str
    at: int


@dataclass(frozen=True)
class AgeFact:
    """When something was last read."""

    name: str
    what: str
    at: int
    store: str = ""


@dataclass(frozen=True)
class Facts:
    """All that troubles are found from.

    Arguments:
        now: milliseconds since 1970.
        disk: bytes that are free where everything is kept; None where nobody can tell.
    """

    now: int
    jobs: Sequence[JobFact] = ()
    errors: Sequence[ErrorFact] = ()
    silent: Sequence[SilentFact] = ()
    ends: Sequence[EndFact] = ()
    refusals: Sequence[RefusalFact] = ()
    orders: Sequence[OrdersFact] = ()
    unread: Sequence[UnreadFact] = ()
    oversold: Sequence[OversoldFact] = ()
    feeds: Sequence[FeedFact] = ()
    residuals: Sequence[ResidualFact] = ()
    ages: Sequence[AgeFact] = ()
    canaries: Sequence[CanaryFact] = ()
    rallies: Sequence[RallyFact] = ()
    disk: int | None = None
    limits: Limits = field(default_factory=Limits)


def find_troubles(facts: Facts) -> list[Trouble]:
    """Return what is wrong; what only follows from something that is told is left out.

    >>> [found.key for found in find_troubles(Facts(0, jobs=[JobFact("sync", late_since=-5)]))]
    ['late/sync']
    """
    return [trouble for rule in _RULES for trouble in rule(facts)]


def _jobs(facts: Facts) -> Iterator[Trouble]:
    for job in facts.jobs:
        if job.late_since is not None:
            yield Trouble(
                f"late/{job.name}",
                "late",
                "",
                f"Job {job.name} did not run when it was due, at {_moment(job.late_since)}, nor since.",
                "See whether its scheduler works, with: channelkit schedule status. Then run it by hand, with: "
                f"channelkit run {job.name}",
                job.late_since,
            )
        elif job.dead_since is not None:
            yield Trouble(
                f"dead/{job.name}",
                "dead",
                "",
                f"Every run of job {job.name} has failed since {_moment(job.dead_since)}.",
                f"See the last one's notebook under runs/ and the errors in the report, then: channelkit doctor. Mend "
                f"that, and run it by hand, with: channelkit run {job.name}",
                job.dead_since,
            )


def _errors(facts: Facts) -> Iterator[Trouble]:
    for error in facts.errors:
        if error.now < facts.limits.floor or error.now <= 2 * error.before:
            continue
        kind = error.code or "an error without a code"
        before = f"{error.before} before" if error.before else "none before"
        yield Trouble(
            "/".join(("error", error.store or error.system, error.operation, error.code)),
            "error",
            error.store,
            f"{error.system}, {error.operation}: {kind} grows: {error.now} in the last stretch, {before}.",
            error.fix or "See what it means and what it touches, with: channelkit errors",
            error.first_at,
            weigh(error.now),
        )


def _silent(facts: Facts) -> Iterator[Trouble]:
    for store in facts.silent:
        fix = f"If that is meant, leave it so; else see: channelkit golive --store {store.store}"
        yield Trouble(f"read-only/{store.store}", "read-only", store.store, store.words, fix, store.since)


def _ends(facts: Facts) -> Iterator[Trouble]:
    for end in facts.ends:
        weight = sum(end.days <= ahead for ahead in AHEAD) + (end.days <= 0)
        if weight:
            words = f"{end.name}: {end.words}"
            since = facts.now - max(0, AHEAD[0] - end.days) * DAY
            yield Trouble(f"{end.kind}/{end.name}", end.kind, end.store, words, end.fix, since, weight)


def _refusals(facts: Facts) -> Iterator[Trouble]:
    for refused in facts.refusals:
        yield Trouble(
            f"refused/{refused.name}",
            "refused",
            refused.store,
            f"{refused.name} refuses us ({refused.code or 'no reason given'}); nothing is read or sent there.",
            refused.fix or "See what is missing, with: channelkit doctor",
            refused.at,
        )


def _orders(facts: Facts) -> Iterator[Trouble]:
    for orders in facts.orders:
        if orders.first - facts.now > SHIP_AHEAD:
            continue
        wait = "1 order is" if orders.count == 1 else f"{orders.count} orders are"
        yield Trouble(
            f"orders/{orders.store}",
            "orders",
            orders.store,
            f"{wait} blocked and must be shipped soon; the first by {_moment(orders.first)}.",
            f"See why, and what to do, with: channelkit orders blocked --store {orders.store}",
            min(facts.now, orders.first - SHIP_AHEAD),
            weigh(orders.count) + (orders.first <= facts.now),
        )


def _unread(facts: Facts) -> Iterator[Trouble]:
    for unread in facts.unread:
        is_one, first = len(unread.orders) == 1, unread.orders[0]
        named = ", ".join(unread.orders[:NAMED]) + (", ..." if len(unread.orders) > NAMED else "")
        orders = f"Order {named}" if is_one else f"{len(unread.orders)} orders ({named})"
        yield Trouble(
            f"unread/{unread.store}",
            "unread",
            unread.store,
            f"{orders} could not be read since Amazon's report told of {'it' if is_one else 'them'} at "
            f"{_moment(unread.since)}, and {'keeps' if is_one else 'keep'} {unread.units:,} off offer.",
            f"See to {'it' if is_one else 'them'} in Seller Central. Let the units of one that is over go, with: "
            f"channelkit orders release {first} --store {unread.store} --reason WHY",
            unread.since,
            weigh(len(unread.orders)),
        )


def _oversold(facts: Facts) -> Iterator[Trouble]:
    for sold in facts.oversold:
        waits = "1 order wants" if sold.count == 1 else f"{sold.count} orders want"
        yield Trouble(
            f"oversold/{sold.store}",
            "oversold",
            sold.store,
            f"{waits} units that are not there. {sold.note}".rstrip(),
            "Put stock into the website's sources in Commerce, or cancel on Amazon, with: channelkit orders cancel "
            f"--reason NoInventory. Which: channelkit orders blocked --store {sold.store}",
            sold.since,
            weigh(sold.count),
        )


def _feeds(facts: Facts) -> Iterator[Trouble]:
    for feed in facts.feeds:
        if facts.now - feed.since < STUCK_AFTER:
            continue
        wait = "A bulk submission has" if feed.count == 1 else f"{feed.count} bulk submissions have"
        yield Trouble(
            f"feed/{feed.store}",
            "feed",
            feed.store,
            f"{wait} no answer from Amazon since {_moment(feed.since)}; their listings wait.",
            "Amazon may be slow: look at it again in an hour. It is given up and planned anew by itself; if it lasts, "
            "ask Amazon's support with the feed's number from the report.",
            feed.since,
            weigh(feed.count),
        )


def _canaries(facts: Facts) -> Iterator[Trouble]:
    yield from find_canary_troubles(facts.canaries)


def _rallies(facts: Facts) -> Iterator[Trouble]:
    yield from find_rally_troubles(facts.rallies)


def _residuals(facts: Facts) -> Iterator[Trouble]:
    for left in facts.residuals:
        products = "1 product" if left.count == 1 else f"{left.count} products"
        yield Trouble(
            f"stock/{left.website}",
            "stock",
            "",
            f"Website {left.website}: what Commerce counts of {products} is not explained. {left.words}".rstrip(),
            "See which, with: channelkit orders ledger --check. Look for orders or changes of stock that were made "
            "past both systems.",
            left.at,
            weigh(left.count),
        )


def _disk(facts: Facts) -> Iterator[Trouble]:
    if facts.disk is not None and facts.disk < facts.limits.disk:
        free = f"{facts.disk / (1 << 20):,.0f} MB"
        yield Trouble(
            "disk",
            "disk",
            "",
            f"The disk is nearly full: {free} are free where channelkit keeps everything.",
            "Make room, or keep executed notebooks for fewer days: keep_days under [runs], or in jobs.toml.",
            facts.now,
            # Told again when only half of what was to be free is left, and when nothing is.
            1 + (facts.disk < facts.limits.disk // 2) + (facts.disk < facts.limits.disk // 16),
        )


def _ages(facts: Facts) -> Iterator[Trouble]:
    # Where no cycle runs, or a side lets nobody in, that is told, and all its facts grow old with it.
    if any(job.name == "sync" and (job.late_since, job.dead_since) != (None, None) for job in facts.jobs):
        return
    refused = {refusal.store or refusal.name for refusal in facts.refusals}
    for age in facts.ages:
        if facts.now - age.at > facts.limits.stale and not {age.store, age.name} & refused:
            yield Trouble(
                f"stale/{age.name}/{age.what}",
                "stale",
                age.store,
                f"{age.name}: {age.what} was last read at {_moment(age.at)}; what is decided rests on old facts.",
                "See what keeps it from being read, in the report's errors or with: channelkit doctor",
                age.at,
            )


_RULES: tuple[Callable[[Facts], Iterator[Trouble]], ...] = (
    *(_jobs, _refusals, _silent, _ends, _oversold, _orders, _unread),
    *(_canaries, _feeds, _errors, _residuals, _ages, _disk, _rallies),
)
"""What can be wrong, the weightiest first."""


def _moment(at: int) -> str:
    return f"{datetime.fromtimestamp(at / 1000, UTC):%Y-%m-%d %H:%M} UTC"
