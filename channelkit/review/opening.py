"""A review, a grid or a workbench for a notebook: the model, and the view of it that runs here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from channelkit.review.listing_source import Desk
from channelkit.review.model import ReviewModel
from channelkit.review.source import Listed, Matches

if TYPE_CHECKING:
    from channelkit.review.grid_pager import GridPager
    from channelkit.review.listing_pager import ListingPager
    from channelkit.review.listing_widget import ListingWidget
    from channelkit.review.pager import ReviewPager
    from channelkit.review.widget import GridWidget, ReviewWidget


def open_review(matches: Matches, by: str = "", *, plain: bool = False) -> ReviewWidget | ReviewPager:
    """Return the review of a store's questions, ready to be shown in a notebook.

    Arguments:
        matches: the store's matches.
        by: who answers; kept with every answer.
        plain: buttons alone, without a script in the browser; also where anywidget is not installed.
    """
    model = ReviewModel(matches, by)
    if plain or not has_scripts():
        from channelkit.review.pager import ReviewPager  # noqa: PLC0415 - only who reviews needs it

        return ReviewPager(model)
    from channelkit.review.widget import ReviewWidget  # noqa: PLC0415 - only who reviews needs it

    return ReviewWidget(model)


def open_grid(matches: Listed, by: str = "", *, plain: bool = False) -> GridWidget | GridPager:
    """Return the grid of a store's candidates, ready to be shown in a notebook.

    Arguments:
        matches, by, plain: as for `open_review`.
    """
    from channelkit.review.grid import GridModel  # noqa: PLC0415 - only who reviews needs it

    model = GridModel(matches, by)
    if plain or not has_scripts():
        from channelkit.review.grid_pager import GridPager  # noqa: PLC0415 - only who reviews needs it

        return GridPager(model)
    from channelkit.review.widget import GridWidget  # noqa: PLC0415 - only who reviews needs it

    return GridWidget(model)


def open_listings(desk: Desk, by: str = "", *, plain: bool = False) -> ListingWidget | ListingPager:
    """Return the workbench of a store's listings, ready to be shown in a notebook.

    Arguments:
        desk: the store, as the workbench needs it.
        by: who works; kept with every decision.
        plain: buttons alone, without a script in the browser; also where anywidget is not installed.
    """
    from channelkit.review.listing_grid import ListingGrid  # noqa: PLC0415 - only who works with listings needs it

    model = ListingGrid(desk, by)
    if plain or not has_scripts():
        from channelkit.review.listing_pager import ListingPager  # noqa: PLC0415 - only who works so needs it

        return ListingPager(model)
    from channelkit.review.listing_widget import ListingWidget  # noqa: PLC0415 - only who works so needs it

    return ListingWidget(model)


def has_scripts() -> bool:
    """Say whether views with a script of their own can be shown."""
    try:
        import anywidget  # noqa: F401, PLC0415 - only who reviews needs it
    except ModuleNotFoundError:
        return False
    return True
