"""A review for a notebook: the model, and the view of it that runs here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from channelkit.review.model import ReviewModel
from channelkit.review.source import Matches

if TYPE_CHECKING:
    from channelkit.review.pager import ReviewPager
    from channelkit.review.widget import ReviewWidget


def open_review(matches: Matches, by: str = "", *, plain: bool = False) -> ReviewWidget | ReviewPager:
    """Return the review of a store's questions, ready to be shown in a notebook.

    Arguments:
        matches: the store's matches.
        by: who answers; kept with every answer.
        plain: buttons alone, without a script in the browser; also where anywidget is not installed.
    """
    model = ReviewModel(matches, by)
    if not plain:
        try:
            from channelkit.review.widget import ReviewWidget  # noqa: PLC0415 - only who reviews needs it
        except ModuleNotFoundError as error:
            if error.name != "anywidget":
                raise
        else:
            return ReviewWidget(model)
    from channelkit.review.pager import ReviewPager  # noqa: PLC0415 - only who reviews needs it

    return ReviewPager(model)
