"""What the listing rule and the settings say of products, read in passes so that a million fit into memory."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import pyarrow as pa
from sqlalchemy.engine import Connection

from channelkit.database import products
from channelkit.database.reference import load_catalog_reference
from channelkit.listings.rules.admission import admits
from channelkit.listings.rules.attributes import rule_attributes
from channelkit.listings.rules.tree import Group, codes_of
from channelkit.model.columns import Mask, one


def load_traits(
    connection: Connection,
    rule: Group | None,
    asked: Mapping[str, str],
    time_zone: str,
    skus: Sequence[str] | None = None,
    *,
    store_view: str = "",
) -> pa.Table:
    """Return what the rule and the settings say of each product, in the order of `channelkit.database.products`.

    Arguments:
        rule: the listing rule; None, and one without conditions, admits every product.
        asked: what the settings want to know, one of `channelkit.listings.subjects.TRAITS`, to the attribute's code.
        time_zone: in which a rule's dates are read.
        skus: only these products.
        store_view: whose names, prices and states the rule looks at.

    Returns:
        ``admitted`` where the rule has conditions, and a column for each thing that was asked.
    """
    columns: dict[str, pa.Array] = {}
    if asked:
        texts = products.load_texts(connection, list(asked.values()), skus=skus, store_view=store_view)
        columns = {name: one(texts[code]) for name, code in asked.items()}
    if rule is not None and rule.children:
        batches = products.iter_attributes(connection, codes_of(rule), skus=skus, store_view=store_view)
        columns["admitted"] = pa.array(_admitted(connection, rule, time_zone, batches), pa.bool_())
    return pa.table(columns)


def _admitted(connection: Connection, rule: Group, time_zone: str, batches: Iterator[pa.Table]) -> Mask:
    attributes = rule_attributes(load_catalog_reference(connection))
    answers = [admits(rule, batch, attributes, time_zone) for batch in batches]
    return np.concatenate(answers) if answers else np.zeros(0, np.bool_)
