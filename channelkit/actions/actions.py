"""What a person may do with a store's listings: every action is a plan first, and names its way back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from channelkit.actions import several, single
from channelkit.actions.action_plan import ActionPlan, make_plan, plan_return
from channelkit.actions.intent import KEEP, Intent, Link, Wish
from channelkit.actions.items import find_item
from channelkit.actions.overrides import Term, overrides_frame, read_terms, wish_overrides
from channelkit.actions.possible import allowed, as_assigned, as_list
from channelkit.actions.standing import look
from channelkit.actions.undoing import undo_last
from channelkit.cycle import Cycle
from channelkit.database.decisions import list_decisions
from channelkit.errors import UsageError
from channelkit.model.decisions import ASIN, BY_AMAZON, CONDITION, HANDLING, MERCHANT, NOTES, PRICE
from channelkit.parts import Parts

if TYPE_CHECKING:
    import pandas as pd

OVERRIDE = ("Create Override", "Edit Listing Overrides", "Edit Overrides")
EDIT_ASIN = ("Edit Assigned ASIN",)
REMATCH = ("Re-attempt Automatic Match", "Attempt Automatic Match")
"""How the tabs' matrix names these actions (`channelkit.listings.actions`)."""


@dataclass(frozen=True)
class Actions:
    """The actions of a store.

    SKUs are those of listings, or of products that have none. Nothing is kept or sent before the plan is applied.

    Arguments:
        name: the store's name in the settings.
        parts: what it works with.
    """

    name: str
    parts: Parts

    def publish(self, skus: Sequence[str] | str, by: str = "") -> ActionPlan:
        """Put products on Amazon, also those whose listing was ended (AC-01).

        Arguments:
            by: your name; by default the one you are logged in with.
        """
        return self._act(several.PUBLISH, skus, by)

    def end(self, skus: Sequence[str] | str, by: str = "") -> ActionPlan:
        """Take listings off Amazon; they are never listed again by themselves (AC-02)."""
        return self._act(several.END, skus, by)

    def override(
        self,
        skus: Sequence[str] | str,
        by: str = "",
        *,
        price: Term = KEEP,
        handling: Term = KEEP,
        condition: Term = KEEP,
        notes: Term = KEEP,
    ) -> ActionPlan:
        """Set terms that beat every setting and every rule until they are removed (AC-04, AC-05).

        What is not given stays as it is; None removes an override.

        Arguments:
            price: in the marketplace's currency; final, no rule touches it.
            handling: days from order to dispatch.
            condition: in Amazon's words, or as Amazon's pages have it.
            notes: on the condition; not of what is new.

        Raises:
            UsageError: a value is not possible, or none was given.
        """
        given = {PRICE: price, HANDLING: handling, CONDITION: condition, NOTES: notes}
        terms = read_terms(self._cycle().store.marketplace, given)
        is_set = any(value is not None for value in terms.values())
        verb = f"override {', '.join(terms)}" if is_set else f"remove the override of {', '.join(terms)}"
        action = several.Action(verb, OVERRIDE, lambda subject: wish_overrides(subject, terms))
        return self._act(action, skus, by)

    def switch_fulfillment(
        self, skus: Sequence[str] | str, to: Literal["merchant", "amazon"], by: str = ""
    ) -> ActionPlan:
        """Let Amazon fulfil listings, or do it yourself; it holds in the account's whole region (AC-08).

        Raises:
            UsageError: ``to`` is neither merchant nor amazon.
        """
        if to not in (MERCHANT, BY_AMAZON):
            raise UsageError(f"{to!r} fulfils nothing.", "Say merchant or amazon.")
        return self._act(several.switch(to), skus, by)

    def update_info(
        self, sku: str, by: str = "", *, asin: str | None = None, condition: str | None = None
    ) -> ActionPlan:
        """Supply what an incomplete product lacks: which of Amazon's items it is, its condition, or both (AC-03).

        Arguments:
            asin: one of the candidates, a variant, or any other.
            condition: in Amazon's words, or as Amazon's pages have it.

        Raises:
            UsageError: neither is given or one is not possible; of a parent the variants are named.
        """
        return self._plan(single.complete(self._cycle(), sku, self._who(by), asin, condition))

    def alias(
        self, sku: str, new_sku: str, by: str = "", *, asin: str = "", remove_existing: bool = False
    ) -> ActionPlan:
        """List a product once more under another seller SKU, with terms of its own (AC-06).

        Arguments:
            new_sku: nothing may have it yet: no listing of the account, no product, no other alias.
            asin: of another item of Amazon's catalog; by default the listing's own.
            remove_existing: end the listing that is there.

        Raises:
            UsageError: the seller SKU is taken or not possible, or Amazon has no such item to sell.
        """
        who, cycle = self._who(by), self._cycle()
        return self._plan(single.list_again(cycle, sku, new_sku, who, asin=asin, remove_existing=remove_existing))

    def assign_asin(self, sku: str, asin: str, by: str = "") -> ActionPlan:
        """Make a listing one of another item: it is ended, and listed anew under the same seller SKU (AC-07).

        Arguments:
            asin: Amazon is asked first whether it can be sold.

        Raises:
            UsageError: Amazon has no such item to sell, or it is the listing's own already.
        """
        cycle = self._cycle()
        item = find_item(cycle, asin)
        subjects, _ = allowed(look(cycle, [sku]), [sku], EDIT_ASIN)
        if any(subject.asin == item.asin for subject in subjects):
            raise UsageError(f"{sku!r} is {item.asin} already.", "Nothing is to be changed.")
        action = several.Action(
            *(f"assign {item.asin}", EDIT_ASIN),
            lambda subject: ([Wish(subject.seller_sku, ASIN, item.asin)], []),
            as_assigned,
        )
        intent = several.act(cycle, action, [sku], self._who(by))
        # Its product stays its product, whatever else the new item could be.
        links = [Link(subject.seller_sku, subject.product_sku) for subject in subjects]
        return self._plan(intent.also(words=f"The new item is {item.asin}: {item.title or 'no title'}.", links=links))

    def rematch(self, skus: Sequence[str] | str, by: str = "") -> ActionPlan:
        """Try again to match: products by the next search of Amazon's catalog, listings at once (MA-06)."""
        given = as_list(skus)
        subjects, refused = allowed(look(self._cycle(), given), given, REMATCH)
        products = tuple(dict.fromkeys(subject.product_sku for subject in subjects if not subject.listed))
        looks = any(subject.listed for subject in subjects)
        words = [f"The next search of Amazon's catalog begins with {len(products):,} products."] if products else []
        words += ["Unmatched listings are compared with the products at once."] if looks else []
        return self._plan(
            Intent(
                verb="match again",
                by=self._who(by),
                skus=tuple(given),
                refused=tuple(refused),
                final="A search that was made stays made; what it finds can be chosen or left.",
                retries=products,
                looks=looks,
                words=" ".join(words),
            )
        )

    def undo(self, by: str = "") -> ActionPlan:
        """Take your newest action back: what held before it is to hold again.

        Raises:
            UsageError: you decided nothing yet.
        """
        with self.parts.database.read() as connection:
            intent = undo_last(list_decisions(connection, self.name), self._who(by))
        if intent is None:
            raise UsageError(
                f"In store {self.name!r} there is nothing of {self._who(by)} to take back.",
                "Only your own newest action can be taken back; --by says who you are.",
            )
        return plan_return(self.parts, self.name, intent)

    def overrides(self) -> pd.DataFrame:
        """Return every listing with an override, whatever tab it is in (TB-07)."""
        return overrides_frame(self.parts.database, self.name, self._cycle().store.marketplace)

    def _act(self, action: several.Action, skus: Sequence[str] | str, by: str) -> ActionPlan:
        return self._plan(several.act(self._cycle(), action, as_list(skus), self._who(by)))

    def _plan(self, intent: Intent) -> ActionPlan:
        return make_plan(self.parts, self.name, intent)

    def _who(self, by: str) -> str:
        return by or self.parts.person

    def _cycle(self) -> Cycle:
        return self.parts.cycle(self.name)
