"""What an order's line is of: the product that its seller SKU is linked to, and whether Commerce would take it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Goods:
    """The product behind a seller SKU, as it was last read.

    Arguments:
        product_sku: the linked product's SKU; empty where the seller SKU is linked to none.
        product_id: Commerce's number of it; 0 where it does not exist.
        type: Commerce's product type: simple, virtual, ...
        exists: it is in the catalogue.
        on_website: it is assigned to the store view's website.
        managed: Commerce counts its stock.
        salable: units that can still be sold, before channelkit holds any for orders; None where nobody knows.
    """

    seller_sku: str
    product_sku: str = ""
    product_id: int = 0
    type: str = "simple"
    name: str = ""
    exists: bool = False
    enabled: bool = False
    on_website: bool = False
    managed: bool = True
    salable: int | None = None
