"""The identifiers of the catalog that cannot be used, for a person to correct."""

from __future__ import annotations

from typing import TYPE_CHECKING

from channelkit.database.connection import Database
from channelkit.database.products import load_products
from channelkit.model.identifier_problems import COLUMNS, examine

if TYPE_CHECKING:
    import pandas as pd


def identifier_problems_frame(database: Database) -> pd.DataFrame:
    """Return every identifier that Commerce holds and that cannot be used, or that contradicts others (MA-10)."""
    import pandas as pd  # noqa: PLC0415 - half a second that a cycle need not spend

    with database.read() as connection:
        products = load_products(connection, ("sku", *COLUMNS))
    return examine(products).to_pandas(types_mapper=pd.ArrowDtype)
