"""What is known of an error: by its code, by the form of its code, by what its words say, by its status.

Sources: Commerce's ``webapi`` envelopes, the HTTP statuses, and our own codes. The sentences are ours.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from channelkit.trends import amazon_codes as amazon
from channelkit.trends.amazon_codes import NOTHING, ROLES, Known

_KEYS = "Check the integration's keys under [commerce] and that the integration is active, then: channelkit doctor"

CODES: Mapping[tuple[str, str], Known] = MappingProxyType(
    {
        **amazon.AMAZON,
        # Our own.
        ("", "QuotaUsedUp"): Known(
            "The call was not made: its quota with Amazon is used up for now.",
            "Nothing: a later cycle makes it. If it comes every cycle, lower sweep_calls or catalog_calls.",
            "cycle",
        ),
        ("", "NotSeen"): Known(
            "It was accepted, and no reading has shown it since.",
            "Look at the listing in Seller Central; its story: channelkit incident SKU. The next plan compares anew.",
            "cycle",
        ),
        ("", "FeedStuck"): Known(
            "Amazon has worked on a bulk submission for longer than usual; its listings wait, but for stock-outs.",
            "Wait until a day has passed: then it is given up, read back and sent again. Look at Amazon's status page.",
            "cycle",
        ),
        ("", "FeedLost"): Known(
            "A bulk submission never arrived, or Amazon says nothing of it any more.",
            f"{NOTHING}, give Amazon's support its number.",
            "cycle",
        ),
        ("", "RepeatedPageToken"): Known(
            "The pages of an answer came round in a circle, so it was left unread.",
            "Nothing: what was known before stays, and the next cycle reads it again.",
            "cycle",
        ),
        ("", "Redirected"): Known(
            "The address in the settings leads on to another one, where a signed call does not follow.",
            "Open the address in a browser, and put the one that it ends at into the settings.",
            "person",
        ),
        ("", "UnaddressableSku"): Known(
            "The seller SKU cannot be part of an address.", "Give the listing another seller SKU.", "person"
        ),
        ("", "NoTerms"): Known(
            "A new listing lacks a price, a condition or an ASIN, so it was not sent.",
            "See which with: channelkit explain SKU; then plan anew.",
            "value",
        ),
        ("", "OtherAsin"): Known(
            "The seller SKU is on Amazon already, for another item; it was not overwritten.",
            "End that listing first, or list the product under another seller SKU.",
            "person",
        ),
        ("", "NoPrice"): Known(
            "The listing has no price that could be sent.", "Give the product a price above zero in Commerce.", "value"
        ),
        ("", "TooManyChanges"): Known(
            "More listings changed on Amazon than its search lists.",
            "Nothing: the next complete report has them all.",
            "cycle",
        ),
        ("", "NotShown"): Known(
            "Commerce said that it made an order and does not show it.",
            "Nothing: it is looked for twice before it is made again.",
            "cycle",
        ),
        ("", "NothingToCancel"): Known(
            "The order in Commerce has nothing left that could be cancelled.",
            "Look at the order in Commerce: what was shipped is refunded instead.",
            "person",
        ),
        # Commerce, by the names that its answers are given here.
        ("commerce", "Deadlock"): Known(
            "Two writers met in Commerce's database, and one had to go.",
            f"{NOTHING}, look what else writes products at the same time: imports, indexers.",
            "cycle",
        ),
        ("commerce", "ClockSkew"): Known(
            "The clocks of this machine and of the shop differ, so Commerce takes no signature.",
            "Set both clocks by the network's time, then: channelkit doctor",
            "person",
        ),
        ("commerce", "PageTooLarge"): Known(
            "The shop limits pages to fewer rows.",
            "Lower page_size under [commerce]; how far is told by: channelkit doctor --measure",
            "person",
        ),
        ("commerce", "TooManyItems"): Known(
            "The shop takes fewer items at once.",
            "Raise it under Stores > Configuration > Services > Web API Limitations, or do nothing: fewer are sent.",
            "cycle",
        ),
        ("commerce", "NoRoute"): Known(
            "The shop does not offer this call: a module is missing or switched off.",
            "Ask whoever runs the shop for the module; which one is told by: channelkit doctor",
            "person",
        ),
        ("commerce", "MissingPermission"): Known(
            "The integration may not do this.",
            "Allow it in Commerce under System > Integrations > the integration > API, then activate it again.",
            "person",
        ),
        ("commerce", "BadCredentials"): Known("Commerce does not know the keys that were shown.", _KEYS, "person"),
        ("commerce", "Expired"): Known(
            "Commerce called the token expired, also after it was renewed.", _KEYS, "person"
        ),
        ("commerce", "BrokenPage"): Known(
            "A page of Commerce's answer lacked rows that it had announced.",
            f"{NOTHING}, look whether an import or an indexer is running in Commerce.",
            "cycle",
        ),
    }
)
"""Side and code to what is known; the side is empty for codes of our own."""

FAMILIES: tuple[tuple[str, Known], ...] = (
    (r"18\d{3}", amazon.APPROVAL),
    (r"9022\d", amazon.MISSING),
    (r"looked:\d+", Known(
        "It left without an answer and is looked for on the other side.",
        "Nothing: after two looks that do not find it, it is sent again.",
        "cycle",
    )),
)  # fmt: skip
"""Codes that share a meaning, by their form."""

CATEGORIES: Mapping[str, Known] = MappingProxyType(
    {
        "MISSING_ATTRIBUTE": amazon.MISSING,
        "INVALID_ATTRIBUTE": amazon.INVALID,
        "INVALID_IMAGE": amazon.IMAGE,
        "MISSING_IMAGE": amazon.IMAGE,
        "INVALID_PRICE": amazon.PRICE,
        "MISSING_PRICE": amazon.PRICE,
        "DUPLICATE": amazon.DUPLICATE,
        "QUALIFICATION_REQUIRED": amazon.APPROVAL,
    }
)
"""Amazon's categories of issues; the list is open."""

SENTENCES: tuple[tuple[str, str, Known], ...] = (
    ("commerce", r"isn't authorized|not authorized to access", CODES["commerce", "MissingPermission"]),
    ("commerce", r"deadlock|lock wait", CODES["commerce", "Deadlock"]),
    ("commerce", r"report id: webapi-|internal error", Known(
        "Commerce failed within itself and wrote down why.",
        "Whoever runs the shop finds the cause in its log under the number that begins with webapi-.",
        "cycle",
    )),
    ("commerce", r"requested qty|not enough|out of stock|not salable", Known(
        "Commerce has fewer units than the order needs.",
        "Put stock into the website's sources, or cancel the order on Amazon.",
        "person",
    )),
    ("commerce", r"already exists|unique constraint|url key", Known(
        "Something of that name or number is there already.",
        "Look for it in Commerce and rename or remove the one that is not meant.",
        "person",
    )),
    ("commerce", r"(doesn't|does not) exist|no such entity|wasn't found|not found", Known(
        "Commerce does not have (any more) what the call was about.",
        "Look for it in Commerce; the next complete reading notices what is gone.",
        "value",
    )),
    ("commerce", r"payment method|shipping method", Known(
        "The payment or shipping method that orders are written with is not installed in Commerce.",
        "Install it, or name another one under the store's [orders] settings.",
        "person",
    )),
    ("commerce", r"maintenance|service unavailable", Known(
        "The shop is closed for maintenance.", f"{NOTHING}, ask whoever runs the shop.", "cycle",
    )),
    ("commerce", r"too many requests", Known(
        "The shop was asked more often than it allows.", f"{NOTHING}, raise its rate limit.", "cycle",
    )),
    ("amazon", r"document did not arrive|could not be handed in", Known(
        "A document did not come through whole; its address lives for five minutes.",
        "Nothing: it is asked for again.",
        "cycle",
    )),
    ("amazon", r"not in the form that amazon documents|the answer has no", Known(
        "An answer was not in the form that Amazon documents.",
        f"{NOTHING}, Amazon has changed the call: look for a newer channelkit.",
        "cycle",
    )),
    ("amazon", r"expired", CODES["amazon", "ExpiredToken"]),
)  # fmt: skip
"""Side, what its words say, and what is known: for answers that have no code."""

STATUSES: Mapping[int, Known] = MappingProxyType(
    {
        400: Known("The other side did not understand or did not allow the request.", "Read its own words, and mend "
                   "what they name.", "value"),
        401: Known("The other side did not know who was asking.", "Check the account: channelkit doctor", "person"),
        403: Known("The other side knows who was asking and does not allow it.", ROLES, "person"),
        404: Known("What was asked for is not there.", "Look for it on the other side; what is gone is noticed by the "
                   "next readings.", "value"),
        405: Known("The other side does not offer this at that address.", "Look for a newer channelkit.", "person"),
        408: Known("The other side waited too long for the request.", f"{NOTHING}, check the network.", "cycle"),
        409: Known("Somebody else changed the same thing at the same time.", "Nothing: the next cycle compares anew.",
                   "cycle"),
        413: Known("The request was too large.", "Report it: it should have been parted.", "value"),
        415: Known("The form of the request was not taken.", "Look for a newer channelkit.", "value"),
        422: Known("The other side understood the request and found a value wrong.", "Read its own words, and mend "
                   "the value.", "value"),
        429: Known("The other side was asked more often than it allows.", f"{NOTHING}, look what else asks it.",
                   "cycle"),
        500: Known("The other side failed within itself.", f"{NOTHING}, give its support the request id.", "cycle"),
        502: Known("What stands before the other side had no proper answer from it.", f"{NOTHING}, check its status "
                   "page.", "cycle"),
        503: Known("The other side is overloaded or closed for now.", f"{NOTHING}, check its status page.", "cycle"),
        504: Known("The other side took too long.", f"{NOTHING}, check its status page.", "cycle"),
    }
)  # fmt: skip
"""HTTP statuses: what can be said where there is no code."""
