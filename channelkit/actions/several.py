"""Actions about one listing or many: decide about each of those whose tab allows it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from channelkit.actions.intent import Intent, Refusal, Wish
from channelkit.actions.overrides import of_elder
from channelkit.actions.possible import allowed, as_before, as_fulfilled, conflicts, ending
from channelkit.actions.standing import Subject, look
from channelkit.cycle import Cycle
from channelkit.model.decisions import BY_AMAZON, FULFILLMENT, LISTED, MERCHANT, NO, YES

Decided = tuple[list[Wish], list[Refusal]]


@dataclass(frozen=True)
class Action:
    """One kind of action.

    Arguments:
        verb: what it does, for a person.
        allowed_by: how the tabs' matrix names it (`channelkit.listings.actions`); one of them is enough.
        decide: the decisions about a listing, and what of it is not possible there.
        before: what stood before a decision.
    """

    verb: str
    allowed_by: Sequence[str]
    decide: Callable[[Subject], Decided]
    before: Callable[[Wish, Subject], list[Wish]] = as_before


def act(cycle: Cycle, action: Action, skus: Sequence[str], by: str) -> Intent:
    """Return an action upon some listings; those that their tab or each other forbid are refused (AC-09)."""
    subjects, refused = allowed(look(cycle, skus), skus, action.allowed_by)
    refused += conflicts(subjects)
    left_out = {refusal.sku for refusal in refused}
    wishes: list[Wish] = []
    back: list[Wish] = []
    for subject in subjects:
        if subject.sku in left_out:
            continue
        wanted, not_possible = action.decide(subject)
        wishes += wanted
        refused += not_possible
        back += [earlier for wish in wanted for earlier in action.before(wish, subject)]
    return Intent(
        verb=action.verb,
        by=by,
        skus=tuple(skus),
        wishes=tuple(wishes),
        refused=tuple(refused),
        back=tuple(back),
    )


def _publish(subject: Subject) -> Decided:
    refused = ending([subject])
    return ([] if refused else [Wish(subject.seller_sku, LISTED, YES)]), refused


def _end(subject: Subject) -> Decided:
    return [Wish(subject.seller_sku, LISTED, NO)], []


PUBLISH = Action("publish", ("Publish on Amazon",), _publish)
END = Action("end", ("End Listing",), _end)

_SWITCHES = {BY_AMAZON: ("Switch to Fulfilled by Amazon",), MERCHANT: ("Switch to Fulfilled by Merchant",)}


def switch(to: str) -> Action:
    """Return the action that lets Amazon or the merchant fulfil (AC-08); it is shared in a region (RG-02)."""

    def decide(subject: Subject) -> Decided:
        if subject.decided_by:
            return [], [Refusal(subject.seller_sku, of_elder(subject, "fulfilment"))]
        return [Wish(subject.seller_sku, FULFILLMENT, to)], []

    return Action(f"switch to fulfilled by {to}", _SWITCHES[to], decide, as_fulfilled)
