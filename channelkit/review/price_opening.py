"""An editor of price rules for a notebook: the model, and the view of it that runs here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from channelkit.review.opening import has_scripts
from channelkit.review.price_model import PriceModel
from channelkit.review.price_source import PriceSource

if TYPE_CHECKING:
    from channelkit.review.price_pager import PricePager
    from channelkit.review.price_widget import PriceWidget


def open_prices(source: PriceSource, by: str = "", *, plain: bool = False) -> PriceWidget | PricePager:
    """Return the editor of a store's price rules, ready to be shown in a notebook.

    Arguments:
        source: the store's price rules.
        by: who decides; kept with the rules.
        plain: buttons alone, without a script in the browser; also where anywidget is not installed.
    """
    model = PriceModel(source, by)
    if plain or not has_scripts():
        from channelkit.review.price_pager import PricePager  # noqa: PLC0415 - only who edits needs it

        return PricePager(model)
    from channelkit.review.price_widget import PriceWidget  # noqa: PLC0415 - only who edits needs it

    return PriceWidget(model)
