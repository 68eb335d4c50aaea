"""Does the ledger explain what Commerce says can be sold? What is left over, product by product."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Count:
    """What both sides say of one product, in units.

    Arguments:
        salable: what Commerce says can be sold; None where it does not count, or where nothing can be sold: then
            nobody can tell how far below nothing it is.
        in_sources: what the website's sources hold that are in stock.
        storefront: what open orders of the storefront's own are still to get.
        made_up: what copies shipped or gave up, which Commerce made up for without having reserved it.
        compensated: what the merchant's compensation has taken back, as the ledger has it.
        held: what the ledger holds.
    """

    product_sku: str
    salable: int | None
    in_sources: int = 0
    storefront: int = 0
    made_up: int = 0
    compensated: int = 0
    held: int = 0

    @property
    def residual(self) -> int | None:
        """Return the units of reservations that nothing explains; None where nobody can tell.

        >>> Count("MUG", salable=9, in_sources=8, storefront=1, made_up=2).residual
        0
        """
        if self.salable is None:
            return None
        return (self.salable - self.in_sources) - (self.made_up - self.storefront - self.compensated)

    @property
    def is_compensated(self) -> bool:
        """Tell whether Commerce has caught up with all that is held: its compensation ran, and the ledger has it not.

        >>> Count("MUG", salable=5, in_sources=8, made_up=2, held=5).is_compensated
        True
        """
        return self.held > 0 and self.residual == -self.held


def tell_residual(count: Count) -> str:
    """Return in words what is left over of a product; empty where all is explained.

    >>> tell_residual(Count("MUG", salable=9, in_sources=8))
    'Commerce offers 1 more of MUG than its sources and orders explain.'
    """
    left = count.residual
    if not left:
        return ""
    if count.is_compensated:
        return f"Commerce made up for all {count.held} that were held of {count.product_sku}; they are held no more."
    which = "more" if left > 0 else "fewer"
    return f"Commerce offers {abs(left)} {which} of {count.product_sku} than its sources and orders explain."


def find_compensated(counts: Iterable[Count]) -> list[str]:
    """Return the products of which Commerce has caught up with all that was held."""
    return [count.product_sku for count in counts if count.is_compensated]
