"""The stores that this database has seen: what each was made for, whether it is active, and who let it send."""

from __future__ import annotations

from collections.abc import Sequence

import pyarrow as pa
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from channelkit.database import rows
from channelkit.database.schema import arrow, stores
from channelkit.model.stores import Installation, State, StoreRecord

_NO_GOLIVE: dict[str, object] = {"golive_at": None, "golive_by": "", "golive_fingerprint": ""}


def register_store(
    connection: Connection, name: str, *, account: str, marketplace_id: str, website: str, at: int
) -> None:
    """Keep what a store is; the first sight of it stays its age for ever, and so do its website and its country.

    A store that sells through another seller account is looked at anew before it sends: its go-live no longer counts.

    Arguments:
        name: its name in the settings.
        at: milliseconds since 1970.
    """
    known = connection.execute(sa.select(stores.c.account).where(stores.c.name == name)).first()
    if known is None:
        values = {"name": name, "created_at": at, "account": account, "marketplace_id": marketplace_id}
        rows.put(connection, stores, values | {"website": website, "state": "active"}, keep=list(values))
    elif known.account != account:
        # A store that only now gets its account never had a go-live to lose.
        _update(connection, name, {"account": account} | _NO_GOLIVE)


def load_stores(connection: Connection) -> pa.Table:
    """Return the stores, the oldest first."""
    query = sa.select(*stores.c).order_by(stores.c.created_at, stores.c.name)
    return rows.read(connection, query, arrow(stores))


def load_store(connection: Connection, name: str) -> StoreRecord | None:
    """Return what is kept of a store, or None where it was never seen."""
    row = connection.execute(sa.select(*stores.c).where(stores.c.name == name)).first()
    if row is None:
        return None
    # A column that was never written is what it is by default.
    known = {name: value for name, value in row._asdict().items() if value is not None}
    return StoreRecord(**{name: known[name] for name in StoreRecord.__dataclass_fields__ if name in known})


def why_stopped(connection: Connection, name: str) -> str:
    """Return why a run that is sending must stop, or an empty text: a person may have changed their mind meanwhile."""
    row = connection.execute(sa.select(stores.c.state, stores.c.golive_at).where(stores.c.name == name)).first()
    if row is None:
        return "the store was deleted"
    if row.state != "active":
        return "the store was made inactive"
    return "" if row.golive_at is not None else "its go-live was withdrawn"


def set_state(connection: Connection, name: str, state: State) -> None:
    """Make a store active or inactive (ON-09)."""
    _update(connection, name, {"state": state})


def confirm_golive(connection: Connection, name: str, *, by: str, at: int, installation: Installation) -> None:
    """Keep that a person let a store send, and on which installation (SY-06).

    Arguments:
        by: the person.
        at: milliseconds since 1970.
    """
    _update(connection, name, {"golive_at": at, "golive_by": by, "golive_fingerprint": str(installation)})


def withdraw_golive(connection: Connection, name: str) -> None:
    """Make a store read-only again, until its go-live is confirmed anew."""
    _update(connection, name, _NO_GOLIVE)


def mark_connected(connection: Connection, name: str, *, at: int) -> None:
    """Keep when a store's account first answered for its marketplace; later answers change nothing (ON-04)."""
    query = stores.update().where(stores.c.name == name, stores.c.connected_at.is_(None))
    connection.execute(query.values(connected_at=at))


def name_store(connection: Connection, name: str, *, email: str, label: str) -> None:
    """Keep whom to write to about a store, and what people call it; all of it that may change (ON-05).

    Arguments:
        name: its name in the settings.
    """
    is_other = sa.or_(stores.c.email != email, stores.c.label != label)
    connection.execute(stores.update().where(stores.c.name == name, is_other).values(email=email, label=label))


def _update(connection: Connection, name: str, values: dict[str, object]) -> None:
    connection.execute(stores.update().where(stores.c.name == name).values(values))


def list_sharing(connection: Connection, name: str, marketplace_ids: Sequence[str]) -> list[str]:
    """Return the stores of a store's account in these marketplaces, itself among them, in their order."""
    account = sa.select(stores.c.account).where(stores.c.name == name).scalar_subquery()
    query = sa.select(stores.c.name).where(stores.c.account == account, stores.c.marketplace_id.in_(marketplace_ids))
    return sorted(connection.execute(query).scalars())
