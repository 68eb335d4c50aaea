"""Reading earlier orders that a person asked for: a window at a time, some pages with each cycle."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime

from channelkit.amazon.client import Amazon
from channelkit.amazon.orders import OrderPage, search_query
from channelkit.database import backfills
from channelkit.database.backfills import Backfill
from channelkit.database.progress import move_watermark, moved_at, read_watermark
from channelkit.errors import AuthError, RefusedError
from channelkit.pull.order_keeping import OrderKeeper
from channelkit.pull.order_pages import Place, Walk, frozen, read_place, write_place
from channelkit.pull.orders import TOKEN_LIFE
from channelkit.pull.reading import MINUTE, Puller, Reading

LAG = 3 * MINUTE
"""Amazon wants the end of a window to be two minutes past."""


@dataclass(frozen=True)
class BackfillReader:
    """Reads the backfills of one seller account's stores.

    Arguments:
        keeper: keeps the orders, and knows the stores.
        budget_pages: pages that one reading asks for; the next reading goes on from there.
    """

    puller: Puller
    amazon: Amazon
    keeper: OrderKeeper
    budget_pages: int = 5

    def read(self) -> Reading:
        """Read on in the oldest backfill of each store; what goes wrong is written down."""
        reading, left = Reading(), self.budget_pages
        for marketplace_id, share in self.keeper.stores.items():
            with self.puller.database.read() as connection:
                waiting = backfills.load_backfills(connection, share.name, open_only=True)
            for backfill in waiting:
                if left <= 0 or backfill.until > self.puller.now() - LAG:
                    continue
                walk = Walk(self.amazon, left, _Pages(self, reading, backfill).keep)
                left = self._go(reading, walk, backfill, marketplace_id)
        return reading

    def _go(self, reading: Reading, walk: Walk, backfill: Backfill, marketplace_id: str) -> int:
        """Walk on through a backfill, and return how many pages may still be asked for."""

        def step() -> None:
            self.puller.progress(f"{backfill.store}: reading earlier orders")
            try:
                walk.go(self._place(backfill, marketplace_id))
            except RefusedError:
                # Its token may be what is refused; the window is read from its beginning next time.
                with self.puller.database.write() as connection:
                    move_watermark(connection, _mark(backfill), "", at=self.puller.now())
                raise

        try:
            self.puller.attempt(reading, backfill.store, step)
        except AuthError:
            return 0
        return walk.left

    def _place(self, backfill: Backfill, marketplace_id: str) -> Place:
        with self.puller.database.read() as connection:
            place = read_place(read_watermark(connection, _mark(backfill)))
            moved = moved_at(connection, _mark(backfill))
        if place is not None and moved is not None and self.puller.now() - moved <= TOKEN_LIFE:
            return place
        window = {"created_after": _written(backfill.since), "created_before": _written(backfill.until)}
        return Place(frozen(search_query([marketplace_id], **window)))


@dataclass(frozen=True)
class _Pages:
    """Keeps the pages of one backfill."""

    reader: BackfillReader
    reading: Reading
    backfill: Backfill

    def keep(self, page: OrderPage, following: Place | None) -> None:
        puller, now = self.reader.puller, self.reader.puller.now()
        window = (self.backfill.since, self.backfill.until)
        stores = {
            place: replace(share, windows=(*share.windows, window)) if share.name == self.backfill.store else share
            for place, share in self.reader.keeper.stores.items()
        }
        keeper = replace(self.reader.keeper, stores=stores)
        is_sure = following is not None and not following.doubtful
        with puller.database.write() as connection:
            tallies = keeper.keep(connection, page.orders, at=now, run=puller.run)
            kept = write_place(following) if following is not None and is_sure else ""
            move_watermark(connection, _mark(self.backfill), kept, at=now)
            if following is None:
                backfills.close_backfill(connection, self.backfill.id, at=now)
        for kind, tally in tallies.items():
            self.reading.add(kind, tally)


def _mark(backfill: Backfill) -> str:
    return f"backfill-page/{backfill.id}"


def _written(at: int) -> str:
    return datetime.fromtimestamp(at / 1000, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
