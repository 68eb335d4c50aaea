"""Buyers whose address is whole: what a person must first complete is no matter of crashes or of stock."""

from __future__ import annotations

import random
from collections.abc import Mapping

from channelkit.sandbox.amazon.baskets import fill_basket
from channelkit.sandbox.amazon.listings import Shelf
from channelkit.sandbox.amazon.orders import Order
from channelkit.sandbox.amazon.people import make_person
from channelkit.sandbox.amazon.state import AmazonState


def buy(
    amazon: AmazonState, shelf: Shelf, basket: Mapping[str, int], at: float, *, pending_for: float = 0.0
) -> Order | None:
    """Let somebody order as many units of each SKU as Amazon shows; return None where the first cannot be bought.

    Arguments:
        basket: units by seller SKU.
        at: Unix seconds.
        pending_for: seconds until the payment is authorised.
    """
    rng = random.Random(f"buyer:{amazon.seed}:{len(amazon.sales.log.current)}")
    lines = fill_basket(rng, shelf, basket, at)
    if not lines:
        return None
    while True:
        buyer, address = make_person(rng, shelf.marketplace.country)
        if address.postcode and (address.line1 or address.line2):
            break
    return amazon.sales.place(shelf, lines, at, buyer=buyer, address=address, pending_for=pending_for)
