"""What was written to Commerce, and what a reading says became of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from channelkit.apply.catalog_reading import CatalogReader
from channelkit.attributes.writing import hold_commerce
from channelkit.database import catalog_journal
from channelkit.errors import UsageError
from channelkit.model.changes import STATES
from channelkit.parts import Parts

if TYPE_CHECKING:
    import pandas as pd

_SHOWN = (
    *("id", "plan", "sku", "action", "attribute", "scope", "before", "after", "because", "state", "note", "code"),
    *("undoes", "store", "planned_at", "closed_at"),
)


def confirm_changes(parts: Parts) -> int:
    """Read back what Commerce had not shown yet, and return how many changes that closed.

    Raises:
        LeaseError: another run is writing to Commerce.
    """
    with hold_commerce(parts, "confirm", "") as (_lease, account):
        reader = CatalogReader(parts.database, parts.commerce, parts.clock, {}, parts.progress)
        closed = reader.confirm()
        account["closed"] = closed
        return closed


def list_changes(parts: Parts, states: Sequence[str] = ()) -> pd.DataFrame:
    """Return the journal towards Commerce, the newest first.

    Raises:
        UsageError: there is no such state.
    """
    unknown = [state for state in states if state not in STATES]
    if unknown:
        raise UsageError(f"There is no state {unknown[0]!r}.", f"The states are: {', '.join(STATES)}.")
    with parts.database.read() as connection:
        found = catalog_journal.load_changes(connection).select(list(_SHOWN))
    if states:
        found = found.filter(pc.is_in(found["state"], value_set=pa.array(list(states))))
    for name in ("planned_at", "closed_at"):
        moment = found[name].cast(pa.timestamp("ms", "UTC"))
        found = found.set_column(found.column_names.index(name), name, moment)
    return found.sort_by([("id", "descending")]).to_pandas()
