"""The verb that tells what others want for the same items."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from channelkit.cli.options import JsonOption, SettingsOption, StoreOption
from channelkit.errors import UsageError
from channelkit.terminal import open_kit, print_frame

if TYPE_CHECKING:
    import pandas as pd

SkuOption = Annotated[str, typer.Option("--sku", help="All offers for this listing's item, in every condition.")]

_SHOWN = (
    *("store", "seller_sku", "condition", "landed", "margin", "lowest_landed", "featured_landed", "won"),
    *("featured_seller", "difference", "expected", "currency", "asked_at"),
)
_OFFERS = (
    *("condition", "subcondition", "seller_id", "ours", "featured", "channel", "price", "shipping", "landed"),
    *("currency", "feedback", "ratings", "asked_at"),
)


def competition(
    store: StoreOption = None, sku: SkuOption = "", settings: SettingsOption = None, as_json: JsonOption = False
) -> None:
    """Compare listings with others' offers: our landed price, the lowest, the featured one and whose it is."""
    import pandas as pd  # noqa: PLC0415 - heavy

    with open_kit(settings, frames=True) as kit:
        if sku:
            if len(store or ()) > 1:
                raise UsageError("A listing is one store's.", "Name one store: --store us")
            frame: pd.DataFrame = kit.one_store((store or [""])[0]).competition(sku)
            print_frame(frame if as_json else frame[list(_OFFERS)], as_json)
            return
        chosen = [kit.one_store(name) for name in store] if store else list(kit.stores.values())
        frame = pd.concat([each.competition() for each in chosen], ignore_index=True)
        # Where no margin is known, there is nothing to be said of margins.
        shown = [name for name in _SHOWN if name != "margin" or frame[name].notna().any()]
        print_frame(frame if as_json else frame[shown], as_json)
