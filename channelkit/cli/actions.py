"""Verbs that act on listings: each shows its plan first, and asks for the plan's fingerprint before anything is kept.

``channelkit end SKU`` shows what would happen; ``channelkit end SKU --apply FINGERPRINT`` does it, if it is still that.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from channelkit.cli.options import ByOption, JsonOption, OneStoreOption, SettingsOption
from channelkit.errors import UsageError
from channelkit.terminal import open_kit, print_frame, print_json, say

if TYPE_CHECKING:
    from channelkit.actions.action_plan import ActionPlan
    from channelkit.store import Store

Skus = Annotated[
    list[str] | None, typer.Argument(help="Seller SKUs, or SKUs of products without a listing; - reads them.")
]
Sku = Annotated[str, typer.Argument(help="The seller SKU, or the SKU of a product without a listing.")]
ApplyOption = Annotated[str, typer.Option("--apply", help="The fingerprint of the plan that you saw: do it.")]
ValidateOption = Annotated[bool, typer.Option("--validate", help="Ask Amazon what it would say; nothing is changed.")]
ReleaseOption = Annotated[
    list[str] | None, typer.Option("--release", help="Let what is held of this seller SKU go; may be given again.")
]
StoppedOption = Annotated[bool, typer.Option("--although-stopped", help="Do it although it was stopped for its size.")]
AsinOption = Annotated[str, typer.Option("--asin", help="An ASIN of Amazon's catalog; never a parent's.")]
ConditionOption = Annotated[str, typer.Option("--condition", help="In Amazon's words, for instance used_good.")]


class Override(StrEnum):
    """What of a listing can be overridden."""

    PRICE = "price"
    HANDLING = "handling"
    CONDITION = "condition"
    NOTES = "notes"


RemoveOption = Annotated[
    list[Override] | None, typer.Option("--remove", help="Remove this override; may be given several times.")
]


def publish(
    skus: Skus = None,
    *,
    by: ByOption = "",
    apply: ApplyOption = "",
    validate: ValidateOption = False,
    although_stopped: StoppedOption = False,
    store: OneStoreOption = "",
    settings: SettingsOption = None,
    as_json: JsonOption = False,
) -> None:
    """Put products on Amazon, also those whose listing was ended."""
    told = _How(apply, validate, as_json, although_stopped)
    _act(settings, store, told, lambda shop: shop.actions.publish(_read(skus), by))


def end(
    skus: Skus = None,
    *,
    by: ByOption = "",
    apply: ApplyOption = "",
    validate: ValidateOption = False,
    although_stopped: StoppedOption = False,
    store: OneStoreOption = "",
    settings: SettingsOption = None,
    as_json: JsonOption = False,
) -> None:
    """Take listings off Amazon; they are never listed again by themselves."""
    told = _How(apply, validate, as_json, although_stopped)
    _act(settings, store, told, lambda shop: shop.actions.end(_read(skus), by))


def override(
    skus: Skus = None,
    *,
    price: Annotated[str, typer.Option("--price", help="Final price, in the marketplace's currency.")] = "",
    handling: Annotated[str, typer.Option("--handling", help="Days from order to dispatch.")] = "",
    condition: ConditionOption = "",
    notes: Annotated[str, typer.Option("--notes", help="On the condition; not of what is new.")] = "",
    remove: RemoveOption = None,
    by: ByOption = "",
    apply: ApplyOption = "",
    validate: ValidateOption = False,
    release: ReleaseOption = None,
    although_stopped: StoppedOption = False,
    store: OneStoreOption = "",
    settings: SettingsOption = None,
    as_json: JsonOption = False,
) -> None:
    """Set or remove price, handling time, condition or notes; what is not named stays as it is."""
    given = {"price": price, "handling": handling, "condition": condition, "notes": notes}
    terms: dict[str, Any] = {name: value for name, value in given.items() if value}
    both = sorted(terms.keys() & set(remove or ()))
    if both:
        raise UsageError(f"{both[0]} is both set and removed.", "Choose one of the two.")
    terms |= dict.fromkeys(remove or ())
    told = _How(apply, validate, as_json, although_stopped, tuple(release or ()))
    _act(settings, store, told, lambda shop: shop.actions.override(_read(skus), by, **terms))


def update(
    sku: Sku,
    *,
    asin: AsinOption = "",
    condition: ConditionOption = "",
    by: ByOption = "",
    apply: ApplyOption = "",
    store: OneStoreOption = "",
    settings: SettingsOption = None,
    as_json: JsonOption = False,
) -> None:
    """Supply what an incomplete product lacks: its ASIN, its condition, or both."""
    told = _How(apply, False, as_json)
    _act(
        *(settings, store, told),
        lambda shop: shop.actions.update_info(sku, by, asin=asin or None, condition=condition or None),
    )


def alias(
    sku: Sku,
    new_sku: Annotated[str, typer.Argument(help="The new seller SKU; nothing may have it yet.")],
    *,
    asin: AsinOption = "",
    remove_existing: Annotated[bool, typer.Option("--remove-existing", help="End the listing that is there.")] = False,
    by: ByOption = "",
    apply: ApplyOption = "",
    validate: ValidateOption = False,
    store: OneStoreOption = "",
    settings: SettingsOption = None,
    as_json: JsonOption = False,
) -> None:
    """List a product once more under another seller SKU, with terms of its own."""
    told = _How(apply, validate, as_json)
    _act(
        *(settings, store, told),
        lambda shop: shop.actions.alias(sku, new_sku, by, asin=asin, remove_existing=remove_existing),
    )


def assign_asin(
    sku: Sku,
    asin: Annotated[str, typer.Argument(help="The ASIN that the listing is to have; never a parent's.")],
    *,
    by: ByOption = "",
    apply: ApplyOption = "",
    validate: ValidateOption = False,
    store: OneStoreOption = "",
    settings: SettingsOption = None,
    as_json: JsonOption = False,
) -> None:
    """Make a listing one of another item: it is ended, and listed anew under the same seller SKU."""
    told = _How(apply, validate, as_json)
    _act(settings, store, told, lambda shop: shop.actions.assign_asin(sku, asin, by))


def switch(
    to: Annotated[Literal["merchant", "amazon"], typer.Argument(help="Who is to fulfil.")],
    skus: Skus = None,
    *,
    by: ByOption = "",
    apply: ApplyOption = "",
    validate: ValidateOption = False,
    although_stopped: StoppedOption = False,
    store: OneStoreOption = "",
    settings: SettingsOption = None,
    as_json: JsonOption = False,
) -> None:
    """Let Amazon fulfil listings, or do it yourself; it holds in the account's whole region."""
    told = _How(apply, validate, as_json, although_stopped)
    _act(settings, store, told, lambda shop: shop.actions.switch_fulfillment(_read(skus), to, by))


def rematch(
    skus: Skus = None,
    *,
    by: ByOption = "",
    apply: ApplyOption = "",
    store: OneStoreOption = "",
    settings: SettingsOption = None,
    as_json: JsonOption = False,
) -> None:
    """Try again to match products with Amazon's catalog, and listings with the products."""
    _act(settings, store, _How(apply, False, as_json), lambda shop: shop.actions.rematch(_read(skus), by))


def overrides(store: OneStoreOption = "", settings: SettingsOption = None, as_json: JsonOption = False) -> None:
    """Show every listing with an override, whatever tab it is in."""
    with open_kit(settings, frames=True) as kit:
        print_frame(kit.one_store(store).actions.overrides(), as_json)


def undo(
    *,
    by: ByOption = "",
    apply: ApplyOption = "",
    store: OneStoreOption = "",
    settings: SettingsOption = None,
    as_json: JsonOption = False,
) -> None:
    """Take your newest action back."""
    _act(settings, store, _How(apply, False, as_json), lambda shop: shop.actions.undo(by))


VERBS = (publish, end, override, overrides, update, alias, assign_asin, switch, rematch, undo)


@dataclass(frozen=True)
class _How:
    """What is to be done with a plan.

    Arguments:
        apply: the fingerprint of the plan that a person saw; empty to show it.
        release: seller SKUs whose held changes go too.
    """

    apply: str
    validate: bool
    as_json: bool
    although_stopped: bool = False
    release: tuple[str, ...] = ()


def _act(settings: Path | None, store: str, how: _How, action: Callable[[Store], ActionPlan]) -> None:
    """Show an action's plan, ask Amazon about it, or carry it out.

    Raises:
        Exit: 3 where something was refused, held or not sent.
    """
    with open_kit(settings, frames=True) as kit:
        plan = action(kit.one_store(store))
        if how.validate:
            print_frame(plan.validate(), how.as_json)
        elif how.apply:
            plan.require(how.apply)
            done = plan.apply(release_held=how.release, although_stopped=how.although_stopped)
            if how.as_json:
                print_json({"store": plan.store, "action": plan.intent.verb, **done.row()})
            else:
                say(str(done))
            if plan.intent.refused or not done.is_complete:
                raise typer.Exit(3)
        elif how.as_json:
            print_json(plan.summary())
        else:
            say(f"{plan!r}\nTo do it, type the same with: --apply {plan.fingerprint}")


def _read(skus: list[str] | None) -> list[str]:
    """Return the SKUs that were typed, or with a single - the lines of the standard input.

    Raises:
        UsageError: there are none.
    """
    given = [line.rstrip("\r\n") for line in sys.stdin] if skus == ["-"] else list(skus or ())
    found = [sku for sku in given if sku]
    if not found:
        raise UsageError("No SKU was given.", "Name at least one, or write - and pipe them in, one a line.")
    return found
