"""What a person may do with a store's listings: every action is a plan first, and names its way back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from channelkit.actions.action_plan import ActionPlan, make_plan
from channelkit.actions.intent import KEEP, Choice, Intent, Link, Refusal, Wish
from channelkit.actions.items import find_item
from channelkit.actions.overrides import (
    Term,
    of_elder,
    overrides_frame,
    read_condition,
    read_terms,
    wish_overrides,
)
from channelkit.actions.possible import allowed, as_assigned, as_before, as_fulfilled, as_list, conflicts, ending
from channelkit.actions.standing import Subject, look
from channelkit.cycle import Cycle
from channelkit.database import catalog_items
from channelkit.database.seller_skus import find_holder
from channelkit.errors import UsageError
from channelkit.model.decisions import (
    ALIAS,
    ASIN,
    BY_AMAZON,
    CONDITION,
    FULFILLMENT,
    HANDLING,
    LISTED,
    MERCHANT,
    NO,
    NOTES,
    PRICE,
    YES,
)
from channelkit.parts import Parts

if TYPE_CHECKING:
    import pandas as pd

Whom = Literal["merchant", "amazon"]

PUBLISH = ("Publish on Amazon",)
END = ("End Listing",)
OVERRIDE = ("Create Override", "Edit Listing Overrides", "Edit Overrides")
UPDATE = ("Update Required Info",)
NEW_ALIAS = ("Create Alias Seller SKU",)
EDIT_ASIN = ("Edit Assigned ASIN",)
SWITCH = {BY_AMAZON: ("Switch to Fulfilled by Amazon",), MERCHANT: ("Switch to Fulfilled by Merchant",)}
REMATCH = ("Re-attempt Automatic Match", "Attempt Automatic Match")
"""How the tabs' matrix names each action (`channelkit.listings.actions`)."""

LONGEST_SKU = 40
"""Characters that Amazon takes in a seller SKU."""

Decide = Callable[[Subject], tuple[list[Wish], list[Refusal]]]


@dataclass(frozen=True)
class Actions:
    """The actions of a store.

    SKUs are those of listings, or of products that have none. Nothing happens before the plan is applied.

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

        def decide(subject: Subject) -> tuple[list[Wish], list[Refusal]]:
            refused = ending([subject])
            return ([] if refused else [Wish(subject.seller_sku, LISTED, YES)]), refused

        return self._each(as_list(skus), by, "publish", PUBLISH, decide)

    def end(self, skus: Sequence[str] | str, by: str = "") -> ActionPlan:
        """Take listings off Amazon; they are never listed again by themselves (AC-02)."""
        return self._each(
            *(as_list(skus), by, "end", END),
            lambda subject: ([Wish(subject.seller_sku, LISTED, NO)], []),
        )

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

        Arguments:
            price: in the marketplace's currency; final, no rule touches it. None removes an override, what is not given
                stays as it is; so it is with all four.
            handling: days from order to dispatch.
            condition: in Amazon's words, or as Amazon's pages have it.
            notes: on the condition; not of what is new.

        Raises:
            UsageError: a value is not possible, or none was given.
        """
        cycle = self._cycle()
        given = {PRICE: price, HANDLING: handling, CONDITION: condition, NOTES: notes}
        terms = read_terms(cycle.store.marketplace, given)
        verb = f"override {', '.join(terms)}" if any(terms.values()) else f"remove the override of {', '.join(terms)}"
        return self._each(as_list(skus), by, verb, OVERRIDE, lambda subject: wish_overrides(subject, terms))

    def switch_fulfillment(self, skus: Sequence[str] | str, to: Whom, by: str = "") -> ActionPlan:
        """Let Amazon fulfil listings, or do it yourself; it holds in the account's whole region (AC-08).

        Arguments:
            to: merchant or amazon.

        Raises:
            UsageError: ``to`` is neither.
        """
        if to not in SWITCH:
            raise UsageError(f"{to!r} fulfils nothing.", "Say merchant or amazon.")

        def decide(subject: Subject) -> tuple[list[Wish], list[Refusal]]:
            if subject.decided_by:
                return [], [Refusal(subject.sku, of_elder(subject, "fulfilment"))]
            return [Wish(subject.seller_sku, FULFILLMENT, to)], []

        return self._each(as_list(skus), by, f"switch to fulfilled by {to}", SWITCH[to], decide, before=as_fulfilled)

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
        if not asin and not condition:
            raise UsageError("Nothing was given.", "Give the ASIN, the condition, or both.")
        who, cycle = by or self.parts.person, self._cycle()
        standing = look(cycle, [sku])
        subjects, refused = allowed(standing, [sku], UPDATE)
        wishes: list[Wish] = []
        back: list[Wish] = []
        choices: tuple[Choice, ...] = ()
        back_choices: tuple[Choice, ...] = ()
        words = ""
        for subject in subjects:
            if condition:
                wishes.append(Wish(subject.seller_sku, CONDITION, read_condition(condition)))
                back.append(Wish(subject.seller_sku, CONDITION, subject.said.get(CONDITION)))
            if asin:
                item = find_item(cycle, asin)
                choices = (Choice(subject.product_sku, item.asin),)
                back_choices = (Choice(subject.product_sku, self._chosen(subject.product_sku)),)
                words = f"Product {subject.product_sku} is {item.asin}: {item.title or 'no title'}."
        intent = Intent(
            verb="update required information",
            by=who,
            skus=(sku,),
            wishes=tuple(wishes),
            refused=tuple(refused),
            back=tuple(back),
            choices=choices,
            back_choices=back_choices,
            words=words,
        )
        return make_plan(self.parts, self.name, intent)

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
        who, cycle = by or self.parts.person, self._cycle()
        self._demand_free(new_sku)
        standing = look(cycle, [sku])
        subjects, refused = allowed(standing, [sku], NEW_ALIAS)
        wishes: list[Wish] = []
        back: list[Wish] = []
        links: list[Link] = []
        words = ""
        also: tuple[str, ...] = (sku,)
        for subject in subjects:
            item = find_item(cycle, asin) if asin else None
            its = item.asin if item else subject.asin
            wishes += [Wish(new_sku, ALIAS, subject.product_sku), Wish(new_sku, LISTED, YES)]
            back += [Wish(new_sku, ALIAS, None), Wish(new_sku, LISTED, NO)]
            if its:
                wishes.append(Wish(new_sku, ASIN, its))
                back.append(Wish(new_sku, ASIN, None))
            if subject.condition and subject.condition != cycle.store.terms.condition:
                wishes.append(Wish(new_sku, CONDITION, subject.condition))
                back.append(Wish(new_sku, CONDITION, None))
            if remove_existing:
                wishes.append(Wish(subject.seller_sku, LISTED, NO))
                back.append(Wish(subject.seller_sku, LISTED, YES))
            links.append(Link(new_sku, subject.product_sku))
            also = (sku, subject.product_sku)
            words = f"Product {subject.product_sku} is listed as {new_sku}, too, with {its or 'the ASIN it has'}."
            words += f" It is {item.title}." if item and item.title else ""
        intent = Intent(
            verb=f"list {sku} as {new_sku}, too",
            by=who,
            skus=tuple(dict.fromkeys((*also, new_sku))),
            wishes=tuple(wishes),
            refused=tuple(refused),
            back=tuple(back),
            links=tuple(links),
            words=words,
        )
        return make_plan(self.parts, self.name, intent)

    def assign_asin(self, sku: str, asin: str, by: str = "") -> ActionPlan:
        """Make a listing one of another item: the old one is ended, and listed anew under the same seller SKU (AC-07).

        Arguments:
            asin: Amazon is asked first whether it can be sold.

        Raises:
            UsageError: Amazon has no such item to sell, or it is the listing's own already.
        """
        cycle = self._cycle()
        standing = look(cycle, [sku])
        subjects, _ = allowed(standing, [sku], EDIT_ASIN)
        item = find_item(cycle, asin) if subjects else None
        if item and subjects[0].asin == item.asin:
            raise UsageError(f"{sku!r} is {item.asin} already.", "Nothing is to be changed.")

        def decide(subject: Subject) -> tuple[list[Wish], list[Refusal]]:
            return ([Wish(subject.seller_sku, ASIN, item.asin)] if item else []), []

        words = f"The new item is {item.asin}: {item.title or 'no title'}." if item else ""
        verb = f"assign {item.asin if item else asin}"
        return self._each([sku], by, verb, EDIT_ASIN, decide, before=as_assigned, words=words)

    def rematch(self, skus: Sequence[str] | str, by: str = "") -> ActionPlan:
        """Try again to match: products by the next search of Amazon's catalog, listings at once (MA-06)."""
        given = as_list(skus)
        standing = look(self._cycle(), given)
        subjects, refused = allowed(standing, given, REMATCH)
        products = tuple(dict.fromkeys(subject.product_sku for subject in subjects if not subject.listed))
        looks = any(subject.listed for subject in subjects)
        words = f"The next search of Amazon's catalog begins with {len(products):,} products." if products else ""
        intent = Intent(
            verb="match again",
            by=by or self.parts.person,
            skus=tuple(given),
            refused=tuple(refused),
            final="A search that was made stays made; what it finds can be chosen or left.",
            retries=products,
            looks=looks,
            words=f"{words} Unmatched listings are compared with the products at once.".strip() if looks else words,
        )
        return make_plan(self.parts, self.name, intent)

    def overrides(self) -> pd.DataFrame:
        """Return every listing with an override, whatever tab it is in (TB-07)."""
        return overrides_frame(self.parts.database, self.name, self._cycle().store.marketplace)

    def _each(
        self,
        skus: Sequence[str],
        by: str,
        verb: str,
        words_of_matrix: Sequence[str],
        decide: Decide,
        *,
        before: Callable[[Wish, Subject], list[Wish]] = as_before,
        words: str = "",
    ) -> ActionPlan:
        """Return the plan of an action that decides about each of some listings."""
        cycle = self._cycle()
        standing = look(cycle, skus)
        subjects, refused = allowed(standing, skus, words_of_matrix)
        refused += conflicts(subjects)
        left_out = {refusal.sku for refusal in refused}
        wishes: list[Wish] = []
        back: list[Wish] = []
        for subject in subjects:
            if subject.sku in left_out:
                continue
            wanted, not_possible = decide(subject)
            wishes += wanted
            refused += not_possible
            back += [earlier for wish in wanted for earlier in before(wish, subject)]
        intent = Intent(
            verb=verb,
            by=by or self.parts.person,
            skus=tuple(skus),
            wishes=tuple(wishes),
            refused=tuple(refused),
            back=tuple(back),
            words=words,
        )
        return make_plan(self.parts, self.name, intent)

    def _demand_free(self, seller_sku: str) -> None:
        """Make sure that a new listing may have this seller SKU.

        Raises:
            UsageError: it is taken, or Amazon does not take it.
        """
        if not seller_sku.strip() or seller_sku != seller_sku.strip() or len(seller_sku) > LONGEST_SKU:
            raise UsageError(
                f"{seller_sku!r} is no seller SKU.",
                f"It has 1 to {LONGEST_SKU} characters, and neither begins nor ends with a space.",
            )
        with self.parts.database.read() as connection:
            holder = find_holder(connection, self.name, seller_sku)
        if holder:
            raise UsageError(
                f"Seller SKU {seller_sku!r} is taken: {holder} has it.", "Choose one that nothing has yet."
            )

    def _chosen(self, product_sku: str) -> str | None:
        """Return the ASIN that a person chose for a product before."""
        with self.parts.database.read() as connection:
            chosen = catalog_items.load_asins(connection, self.name).to_pylist()
        return next((row["asin"] for row in chosen if row["product_sku"] == product_sku), None)

    def _cycle(self) -> Cycle:
        return self.parts.cycle(self.name)
