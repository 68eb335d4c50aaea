"""Verbs that tell of one SKU, and of the past: explain, timeline, as-of."""

from __future__ import annotations

from typing import Annotated

import typer

from channelkit.cli.options import ItsStoreOption, JsonOption, OneStoreOption, SettingsOption
from channelkit.terminal import open_kit, print_frame, print_json, say

SkuArgument = Annotated[str, typer.Argument(help="A seller SKU, or the SKU of a product that is not on Amazon.")]


def explain(
    sku: SkuArgument, store: ItsStoreOption = "", settings: SettingsOption = None, as_json: JsonOption = False
) -> None:
    """Tell why a listing is in its tab, from which facts, and what to do next."""
    with open_kit(settings) as kit:
        explanation = (kit.one_store(store) if store else kit.store_with(sku)).explain(sku)
        if as_json:
            print_json(explanation.to_dict())
        else:
            say(str(explanation))


def timeline(
    sku: SkuArgument, store: ItsStoreOption = "", settings: SettingsOption = None, as_json: JsonOption = False
) -> None:
    """Tell what happened to a listing: on Amazon, in Commerce, by our own changes and by people."""
    with open_kit(settings) as kit:
        told = (kit.one_store(store) if store else kit.store_with(sku)).timeline(sku)
        if as_json:
            print_json(told.to_list())
        else:
            say(str(told))


def as_of(
    when: Annotated[str, typer.Argument(help="2026-11-24 14:00, in UTC, or with +01:00 behind it.")],
    store: OneStoreOption = "",
    settings: SettingsOption = None,
    as_json: JsonOption = False,
) -> None:
    """List how every listing stood at a past moment: tab, status, price, quantity and product."""
    with open_kit(settings, frames=True) as kit:
        frame = kit.one_store(store).as_of(when)
        columns = ["sku", "listed", "tab", "status", "price", "currency", "quantity", "product_sku"]
        print_frame(frame if as_json else frame[columns], as_json)
