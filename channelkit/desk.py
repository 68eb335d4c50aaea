"""A store as the workbench of listings needs it: rows to look at, reasons, saved views, and plans of actions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from html import escape
from typing import Any

import pyarrow as pa

from channelkit.actions.actions import Actions
from channelkit.database.views import LISTINGS, View, delete_view, load_views, store_view
from channelkit.errors import UsageError
from channelkit.margins import Margins
from channelkit.matches import Matches
from channelkit.parts import Parts
from channelkit.reasons import explain
from channelkit.report.explanation import Explanation
from channelkit.report.listing_table import read_first_rows, read_listing_table, read_mark
from channelkit.report.timeline import timeline
from channelkit.review.listing_source import ActionPlan


@dataclass(frozen=True)
class StoreDesk:
    """The desk of one store; see `channelkit.review.listing_source.Desk`.

    Arguments:
        name: the store's name in the settings.
        parts: what it works with.
    """

    name: str
    parts: Parts

    @property
    def currency(self) -> str:
        return self.parts.settings.stores[self.name].site.currency

    @property
    def auto_list(self) -> bool:
        return self.parts.settings.stores[self.name].auto_list

    @property
    def _margins(self) -> Margins | None:
        """What finds margins; None where the settings name no cost, so that nobody looks at an empty column."""
        margins = Margins(self.parts.settings.stores)
        return margins if margins.are_known(self.name) else None

    def first_rows(self, count: int) -> tuple[Mapping[str, int], pa.Table]:
        """Return how many rows each tab holds, and the first of each."""
        with self.parts.database.read() as connection:
            return read_first_rows(connection, self.name, self.currency, count, self.parts.now(), margins=self._margins)

    def listing_table(self) -> pa.Table:
        """Return all rows; see `channelkit.report.listing_table.read_listing_table`."""
        with self.parts.database.read() as connection:
            return read_listing_table(connection, self.name, self.currency, self.parts.now(), margins=self._margins)

    def mark(self) -> tuple[int, ...]:
        """Return figures that differ once anything was decided, sent or read since."""
        with self.parts.database.read() as connection:
            return read_mark(connection, self.name)

    def explain(self, sku: str) -> Explanation:
        """Return why a row is where it is; see `channelkit.store.Store.explain`."""
        return explain(self.parts.cycle(self.name), sku)

    def timeline(self, sku: str) -> pa.Table:
        """Return what happened to a SKU; see `channelkit.report.timeline.timeline`."""
        return timeline(self.parts.database, self.name, sku, self.parts.settings.stores[self.name].store_view)

    def propose(self, action: str, skus: Sequence[str], by: str, terms: Mapping[str, str | bool | None]) -> ActionPlan:
        """Return what an action would do; see `channelkit.review.listing_actions.ACTIONS` for what there is.

        Raises:
            UsageError: something that was filled in cannot be, or there is no such action.
        """
        actions = Actions(self.name, self.parts)
        match action:
            case "publish":
                return actions.publish(skus, by)
            case "end":
                return actions.end(skus, by)
            case "rematch":
                return actions.rematch(skus, by)
            case "switch_amazon" | "switch_merchant":
                return actions.switch_fulfillment(skus, "amazon" if action == "switch_amazon" else "merchant", by)
            case "override":
                return actions.override(skus, by, **_overrides(terms))
        return self._propose_one(actions, action, skus[0], by, {name: text for name, text in terms.items() if text})

    def _propose_one(
        self, actions: Actions, action: str, sku: str, by: str, terms: Mapping[str, str | bool | None]
    ) -> ActionPlan:
        """Return what an action about one row would do."""
        text = {name: value for name, value in terms.items() if isinstance(value, str)}
        match action:
            case "update_info":
                return actions.update_info(sku, by, asin=text.get("asin"), condition=text.get("condition"))
            case "assign_asin":
                return actions.assign_asin(sku, text["asin"], by)
            case "alias":
                is_other = terms.get("remove_existing") is True
                return actions.alias(sku, text["new_sku"], by, asin=text.get("asin", ""), remove_existing=is_other)
            case "assign_product":
                return Assignment(self.name, self.parts, sku, text["product_sku"], by)
        raise UsageError(f"There is no action {action!r}.")

    def views(self) -> list[View]:
        """Return the saved views of every person."""
        with self.parts.database.read() as connection:
            return load_views(connection, LISTINGS)

    def save_view(self, name: str, body: Mapping[str, Any], by: str) -> None:
        """Keep a view under a name."""
        with self.parts.database.write() as connection:
            store_view(connection, LISTINGS, View(name, by, body, self.parts.now()))

    def delete_view(self, name: str) -> None:
        """Forget a view."""
        with self.parts.database.write() as connection:
            delete_view(connection, LISTINGS, name)


@dataclass(frozen=True)
class Assignment:
    """The plan to say which product a listing is (MA-07); nothing is sent to Amazon by it.

    Arguments:
        by: who says so.
    """

    store: str
    parts: Parts
    seller_sku: str
    product_sku: str
    by: str

    @property
    def fingerprint(self) -> str:
        return f"{self.seller_sku}={self.product_sku}"

    @property
    def stopped(self) -> str:
        return ""

    @property
    def held(self) -> Mapping[str, Sequence[str]]:
        return {"seller_sku": ()}

    def apply(self, **_allowances: object) -> str:
        """Keep the answer.

        Raises:
            UsageError: the store has no such listing, or Commerce no such product.
        """
        Matches(self.store, self.parts).assign(self.seller_sku, self.product_sku, self.by)
        return "The answer is kept."

    def validate(self) -> str:
        """Return that there is nothing to ask Amazon."""
        return "Nothing of it goes to Amazon."

    def inverse(self) -> ActionPlan:
        """Say how it is taken back.

        Raises:
            UsageError: always; an answer is taken back where answers are given.
        """
        raise UsageError(
            f"That {self.seller_sku} is {self.product_sku} is not taken back from here.",
            "Assign another product, or press Undo in the notebook 02_match.",
        )

    def _repr_html_(self) -> str:
        words = f"Listing {self.seller_sku} is product {self.product_sku}."
        return f"<p><strong>{escape(words)}</strong> Its price and quantity follow with the next cycle.</p>"


def _overrides(terms: Mapping[str, str | bool | None]) -> dict[str, Any]:
    """Return overrides as they are given in Python: a price as an amount, days as a number.

    Raises:
        UsageError: one of the two is none.
    """
    found: dict[str, Any] = dict(terms)
    for name, kind in (("price", Decimal), ("handling", int)):
        text = found.get(name)
        if text is not None:
            try:
                found[name] = kind(text)
            except (ValueError, InvalidOperation):
                raise UsageError(f"{text!r} is no number.", "Write a number, with a point before cents.") from None
    return found
