"""What the workbench asks of a store: the public functions that a person could type as well."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

import pyarrow as pa


class ActionPlan(Protocol):
    """What an action would do: it is shown, and then carried out as it was shown or not at all."""

    @property
    def fingerprint(self) -> str:
        """Names exactly this action upon exactly these facts."""

    @property
    def stopped(self) -> str:
        """Why nothing of it is done without another word, or an empty text."""

    @property
    def held(self) -> Any:
        """What waits for a person: a frame, or columns, with ``seller_sku``."""

    def apply(self, *, release_held: Sequence[str] = (), although_stopped: bool = False) -> object:
        """Keep the decisions and send what follows from them.

        Raises:
            PlanError: the facts have moved since, or a guard has stopped it; nothing was kept or sent.
        """

    def validate(self) -> object:
        """Ask Amazon what it would say, without changing anything."""

    def inverse(self) -> ActionPlan:
        """Return the plan that takes it back.

        Raises:
            UsageError: nothing can take it back.
        """

    def _repr_html_(self) -> str: ...


class Shown(Protocol):
    """Something that shows itself in a notebook; everything from outside is escaped in it."""

    def _repr_html_(self) -> str: ...


class SavedView(Protocol):
    """A tab, filters, an order and columns under a name."""

    @property
    def name(self) -> str: ...
    @property
    def by(self) -> str: ...
    @property
    def body(self) -> Mapping[str, Any]: ...


class Desk(Protocol):
    """A store as the workbench needs it."""

    @property
    def name(self) -> str: ...

    @property
    def currency(self) -> str: ...

    @property
    def auto_list(self) -> bool:
        """Whether what is ready is published by itself, so that nothing waits in Ready to List."""

    def first_rows(self, count: int) -> tuple[Mapping[str, int], pa.Table]:
        """Return how many rows each tab holds, and the first of each, without reading them all."""

    def listing_table(self) -> pa.Table:
        """Return all rows; see `channelkit.report.listing_table.read_listing_table`."""

    def mark(self) -> object:
        """Return something that differs once anything was decided, sent or read since."""

    def explain(self, sku: str) -> Shown: ...

    def timeline(self, sku: str) -> pa.Table:
        """Return ``at, side, what, before, after, because, by`` of everything that happened to a SKU."""

    def propose(self, action: str, skus: Sequence[str], by: str, terms: Mapping[str, str | bool | None]) -> ActionPlan:
        """Return what an action would do.

        Arguments:
            action: a name of `channelkit.review.listing_actions.ACTIONS`.
            skus: seller SKUs, or those of products that are not listed.
            terms: what was filled in; None removes an override, and what is missing stays as it is.

        Raises:
            UsageError: something that was filled in cannot be.
        """

    def views(self) -> Sequence[SavedView]: ...
    def save_view(self, name: str, body: Mapping[str, Any], by: str) -> None: ...
    def delete_view(self, name: str) -> None: ...
