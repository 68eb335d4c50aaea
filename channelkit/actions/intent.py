"""What a person wants of some listings: the decisions it means, what cannot be had, and the way back."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from typing import Any, Final, NamedTuple

import pyarrow as pa

from channelkit.model.decisions import DECISIONS


class Keep(Enum):
    """The one value that leaves an override as it is."""

    KEEP = "keep"


KEEP: Final = Keep.KEEP
"""An override stays as it is."""

REMOVE: Final = None
"""An override goes, so that settings and rules hold again."""


class Wish(NamedTuple):
    """One decision; the value is None where an earlier one is to hold no more."""

    seller_sku: str
    kind: str
    value: str | None


class Refusal(NamedTuple):
    """A SKU for which the action is not possible, or not all of it, and why."""

    sku: str
    reason: str


class Choice(NamedTuple):
    """The ASIN of a product without a listing; None takes a person's choice back."""

    product_sku: str
    asin: str | None


class Link(NamedTuple):
    """A listing and the product that it is."""

    seller_sku: str
    product_sku: str


@dataclass(frozen=True)
class Intent:
    """An action of a person.

    Arguments:
        verb: what it does, for a person: publish, end, …
        by: who does it.
        skus: what it is about, as seller SKUs and products' SKUs; nothing else is decided anew.
        wishes: the decisions.
        refused: what is left out.
        back: the decisions that reverse it.
        final: why nothing reverses it; empty where ``back`` does.
        links: listings that are linked by hand with it.
        choices: ASINs of products that are chosen with it; ``back_choices`` reverses them.
        retries: products that are searched for anew.
        looks: listings are compared with the products anew.
        words: what is to be known about it before it is applied.
    """

    verb: str
    by: str
    skus: tuple[str, ...]
    wishes: tuple[Wish, ...] = ()
    refused: tuple[Refusal, ...] = ()
    back: tuple[Wish, ...] = ()
    final: str = ""
    links: tuple[Link, ...] = ()
    choices: tuple[Choice, ...] = ()
    back_choices: tuple[Choice, ...] = ()
    retries: tuple[str, ...] = ()
    looks: bool = False
    words: str = ""

    @property
    def does_anything(self) -> bool:
        return bool(self.wishes or self.choices or self.retries or self.looks)

    @property
    def names_one(self) -> bool:
        """One listing was named, and so whatever is wanted of it."""
        return len({wish.seller_sku for wish in self.wishes}) == 1

    def reversed(self) -> Intent:
        """Return the action that takes this one back, by the same person."""
        return Intent(
            verb=f"take back: {self.verb}",
            by=self.by,
            skus=self.skus,
            wishes=self.back,
            back=self.wishes,
            choices=self.back_choices,
            back_choices=self.choices,
        )

    def also(self, words: str = "", **more: Sequence[object]) -> Intent:
        """Return the action with more wishes, links or whatever else it is made of."""
        longer: dict[str, Any] = {name: (*getattr(self, name), *values) for name, values in more.items()}
        return replace(self, words=f"{self.words} {words}".strip(), **longer)

    def refusing(self, refused: Sequence[Refusal]) -> Intent:
        """Return the action without all that it wanted of these seller SKUs."""
        left_out = {refusal.sku for refusal in refused}
        wishes = tuple(wish for wish in self.wishes if wish.seller_sku not in left_out)
        back = tuple(wish for wish in self.back if wish.seller_sku not in left_out)
        return replace(self, wishes=wishes, back=back, refused=(*self.refused, *refused))

    def without(self, seller_skus: Iterable[str], kind: str) -> Intent:
        """Return the action without one kind of decision about some listings."""
        left_out = set(seller_skus)
        wishes = (wish for wish in self.wishes if wish.kind != kind or wish.seller_sku not in left_out)
        return replace(self, wishes=tuple(wishes))


def decided(store: str, wishes: Sequence[Wish], by: str, at: int) -> pa.Table:
    """Return wishes as decisions, columns of `channelkit.model.decisions.DECISIONS`; their numbers come later.

    Arguments:
        at: milliseconds since 1970.
    """
    count = len(wishes)
    columns = {
        "store": pa.repeat(store, count),
        "by_whom": pa.repeat(by, count),
        "at": pa.repeat(pa.scalar(at, pa.int64()), count),
        "id": pa.nulls(count, pa.int64()),
        **{name: pa.array([getattr(wish, name) for wish in wishes], pa.string()) for name in Wish._fields},
    }
    return pa.table([columns[name] for name in DECISIONS.names], schema=DECISIONS.schema())
