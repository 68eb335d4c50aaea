"""Who has a seller SKU: it may be given to a new listing only where nothing else has it or would get it."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from channelkit.database.listing_schema import decisions
from channelkit.database.schema import listings, products, stores
from channelkit.model.decisions import ALIAS


def find_holder(connection: Connection, store: str, seller_sku: str) -> str:
    """Return, in words, what has a seller SKU or would be listed under it; an empty text where nothing does (AC-06).

    Seller SKUs belong to a seller account, so the account's other stores count as well. Commerce's SKUs count without
    regard to case, as Commerce has them.
    """
    account = sa.select(stores.c.account).where(stores.c.name == store).scalar_subquery()
    siblings = sa.select(stores.c.name).where(sa.or_(stores.c.name == store, stores.c.account == account))
    taken = sa.select(listings.c.store).where(listings.c.seller_sku == seller_sku, listings.c.store.in_(siblings))
    found = connection.execute(taken.order_by(listings.c.store)).scalar()
    if found is not None:
        return f"a listing of store {found!r}"
    # The database folds the case of both in its own way.
    wanted = sa.func.lower(sa.literal(seller_sku))
    same = sa.or_(sa.func.lower(products.c.sku) == wanted, products.c.seller_sku == seller_sku)
    found = connection.execute(sa.select(products.c.sku).where(same, products.c.missing_since.is_(None))).scalar()
    if found is not None:
        return f"product {found!r} in Commerce"
    alias = (decisions.c.seller_sku == seller_sku, decisions.c.kind == ALIAS, decisions.c.withdrawn_at.is_(None))
    newest = sa.select(decisions.c.value).where(*alias, decisions.c.store.in_(siblings)).order_by(decisions.c.id.desc())
    found = connection.execute(newest).scalar()
    return f"another listing of product {found!r} that is to come" if found is not None else ""
