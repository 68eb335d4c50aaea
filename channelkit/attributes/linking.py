"""Linking listings to the products that were created from them, at once (MA-08)."""

from __future__ import annotations

from collections.abc import Sequence

import pyarrow as pa
import pyarrow.compute as pc

from channelkit.apply.catalog import CatalogApplied
from channelkit.database import answers, listings
from channelkit.database.lease import hold
from channelkit.errors import LeaseError
from channelkit.parts import Parts
from channelkit.runner import hold_store

BY = "channelkit, from the listing"
"""Who linked them: nobody had to say that they are the same."""


def link_created(
    parts: Parts, store: str, seller_skus: Sequence[str], made: Sequence[str], applied: CatalogApplied
) -> None:
    """Write down that these listings are the products of their ASINs, read Commerce, and sort the store anew.

    Arguments:
        seller_skus: the listings.
        made: the ASINs that products were created for.
        applied: what became of their creation.
    """
    if not applied.confirmed:
        return
    with parts.database.write() as connection:
        known = listings.load(connection, store, ("seller_sku", "asin"))
        chosen = pc.and_(
            pc.is_in(known["seller_sku"], value_set=pa.array(list(seller_skus), pa.string())),
            pc.is_in(known["asin"], value_set=pa.array(list(made), pa.string())),
        )
        for row in known.filter(chosen).to_pylist():
            answers.store_answer(
                connection,
                store=store,
                seller_sku=row["seller_sku"],
                product_sku=row["asin"],
                answer="yes",
                asked="manual",
                by=BY,
                at=parts.now(),
            )
    try:
        with hold_store(parts, store, "match") as (cycle, _lease, _outcome):
            with hold(parts.database, "commerce", cycle.run):
                parts.commerce_reader([store], cycle.run).read()
            cycle.record(cycle.decide(), "shown")
    except LeaseError:
        # Another run reads or sorts at this moment; it, or the next one, finds the products and the answers.
        return
