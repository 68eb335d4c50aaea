"""Numbers as a PHP with seventeen digits writes them."""

from __future__ import annotations

from decimal import Decimal
from typing import Any


def lengthen(answer: Any) -> Any:
    """Return an answer whose numbers with decimals carry the binary float's tail.

    >>> lengthen({"price": Decimal("29.95")})
    {'price': Decimal('29.949999999999999')}
    """
    if isinstance(answer, Decimal):
        return Decimal(format(float(answer), ".17g"))
    if isinstance(answer, dict):
        return {name: lengthen(value) for name, value in answer.items()}
    if isinstance(answer, list):
        return [lengthen(value) for value in answer]
    return answer
