"""Reading orders on both sides: once for each seller account, and once of Commerce, for all stores of a run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

from channelkit.database import failures
from channelkit.database.lease import hold
from channelkit.database.unread_orders import find_unread
from channelkit.errors import AuthError, ChannelkitError, LeaseError
from channelkit.order_parts import (
    backfill_reader,
    by_account,
    completeness_check,
    ledger_keeper,
    order_keeper,
    order_reader,
    orders_report_reader,
    returns_reader,
    sales_reader,
    stock_checker,
)
from channelkit.parts import Parts
from channelkit.pull.orders import OrderReader
from channelkit.pull.reading import Reading
from channelkit.pull.sales import LedgerKeeper

UNREAD_AT_ONCE = 50
"""Orders that are read one by one at once: more than the quota has saved up for."""


@dataclass
class OrdersRead:
    """What reading orders brought.

    Arguments:
        ledger: writes down what orders do to stock.
        by_account: of Amazon, by seller account.
        of_commerce: what Commerce has of them.
        closed: why people's data cannot be kept, so that no order was read; None where it can.
    """

    ledger: LedgerKeeper
    by_account: dict[str, Reading] = field(default_factory=dict)
    of_commerce: Reading = field(default_factory=Reading)
    closed: ChannelkitError | None = None

    def is_fresh(self, account: str) -> bool:
        """Tell whether something may be done about an account's orders.

        What Commerce has of them must be known. Orders of Amazon's that could not be read yet keep none back that
        were: each is looked for on its own before anything is made of it.
        """
        return self.closed is None and self.of_commerce.is_complete and account in self.by_account


def read_orders(
    parts: Parts, run: str, names: Sequence[str], asked: Mapping[str, Reading] = MappingProxyType({})
) -> OrdersRead:
    """Read the orders of these stores' seller accounts, then what Commerce has of them.

    What cannot be read is written down; prices and quantities go on without it.

    Arguments:
        asked: what went wrong when the report was asked for, by seller account.
    """
    read = OrdersRead(ledger_keeper(parts), closed=parts.vault.why_closed())
    if read.closed is not None:
        parts.progress(str(read.closed))
    for account, stores in by_account(parts, names).items():
        if read.closed is not None:
            read.by_account[account] = Reading(errors=[read.closed])
            continue
        try:
            with hold(parts.database, f"orders/{account}", run):
                read.by_account[account] = _read_account(parts, run, account, stores, read.ledger)
        except LeaseError:
            # Another run reads them this moment; what it has kept so far is as good as what was kept before.
            read.by_account[account] = Reading()
        if account in asked:
            _put_before(read.by_account[account], asked[account])
        for store in stores:
            _link(parts, read.ledger, store)
    try:
        read.of_commerce = sales_reader(parts, run, read.ledger).read()
    except AuthError as error:
        read.of_commerce.errors.append(error)
    return read


def ask_for_orders(parts: Parts, run: str, names: Sequence[str]) -> dict[str, Reading]:
    """Ask Amazon for its report on orders where searching does not keep up; making it takes a while.

    Returns:
        What went wrong with that, by seller account, for `read_orders` to tell of.
    """
    asked: dict[str, Reading] = {}
    if parts.vault.why_closed() is not None:
        return asked
    ledger = ledger_keeper(parts)
    for account, stores in by_account(parts, names).items():
        try:
            with hold(parts.database, f"orders/{account}", run):
                asked[account] = Reading()
                for store in stores:
                    orders_report_reader(parts, store, run, ledger).ask(asked[account])
        except (AuthError, LeaseError):
            continue  # the first is kept, and reading will meet it again; of the second another run takes care
    return asked


def _put_before(reading: Reading, asked: Reading) -> None:
    """Tell of what went wrong earlier, but once where reading met the same again."""
    told = {str(error) for error in reading.errors}
    reading.errors[:0] = [error for error in asked.errors if str(error) not in told]


def _read_account(parts: Parts, run: str, account: str, stores: Sequence[str], ledger: LedgerKeeper) -> Reading:
    """Read an account's orders, and where searching does not keep up what Amazon's report tells of the rest."""
    reader = order_reader(parts, account, run, order_keeper(parts, account, ledger))
    reading = reader.read()
    try:
        for store in stores:
            orders_report_reader(parts, store, run, ledger).read(reading)
        _read_unread(parts, reader, stores, reading)
    except AuthError:
        # It is written down; what is not known of orders holds nothing else up.
        parts.progress("Amazon's report on orders may not be read")
    return reading


def read_on(parts: Parts, run: str, names: Sequence[str], read: OrdersRead) -> None:
    """Read more of the orders that only the report told of, as far as the quota has come back meanwhile."""
    for account, stores in by_account(parts, names).items():
        if account not in read.by_account or read.closed is not None or not _list_unread(parts, stores):
            continue
        reader = order_reader(parts, account, run, order_keeper(parts, account, read.ledger))
        try:
            with hold(parts.database, f"orders/{account}", run):
                _read_unread(parts, reader, stores, read.by_account[account])
        except (AuthError, LeaseError):
            continue  # the first is written down; of the second another run takes care


def _read_unread(parts: Parts, reader: OrderReader, stores: Sequence[str], reading: Reading) -> None:
    unread = _list_unread(parts, stores)
    if unread:
        reader.read_named(reading, unread)


def _list_unread(parts: Parts, stores: Sequence[str]) -> list[str]:
    with parts.database.read() as connection:
        return find_unread(connection, stores, UNREAD_AT_ONCE)


def look_further(parts: Parts, run: str, store: str, read: OrdersRead) -> Reading:
    """Read what takes its time: returns, earlier orders that a person asked for, what Amazon and Commerce count."""
    reading, account = Reading(), parts.settings.stores[store].account
    if read.closed is not None:
        return reading
    keeper = order_keeper(parts, account, read.ledger)
    checker = stock_checker(parts, store, run)

    def check_stock() -> Reading:
        if checker is not None and checker.is_due():
            checker.check()
        return Reading()

    for look in (
        returns_reader(parts, store, run).read,
        backfill_reader(parts, account, run, keeper).read,
        completeness_check(parts, account, run, keeper).read,
        check_stock,
    ):
        try:
            reading.include(look())
        except AuthError:
            return reading  # it is written down, and no other call can work
        except ChannelkitError as error:
            reading.errors.append(error)
            with parts.database.write() as connection:
                failures.record_failure(connection, error, store=store, run=run, at=parts.now())
    return reading


def _link(parts: Parts, ledger: LedgerKeeper, store: str) -> None:
    with parts.database.write() as connection:
        ledger.link(connection, store)
