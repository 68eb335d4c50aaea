"""Amazon's codes, each with its meaning and what to do; what several codes and categories share has a name.

Sources: the error models of the Selling Partner API's definitions, Login with Amazon's OAuth answers (RFC 6749, 5.2),
issue codes and categories of Listings Items 2021-08-01, processing reports of JSON_LISTINGS_FEED. The sentences are
ours.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal, NamedTuple


class Known(NamedTuple):
    """What is known of a code.

    Arguments:
        again: what brings the next attempt: the next cycle, another value, or a person.
    """

    meaning: str
    fix: str
    again: Literal["cycle", "value", "person"]


NOTHING = "Nothing, if it is gone within the hour. If it lasts"
CONSENT = "Authorize the application again in Seller Central, and put the new refresh token where the settings name it."
ROLES = "Look under Develop Apps which roles the application has, add what is missing, and authorize it again."

QUOTA = Known(
    "Amazon was asked more often than it allows for this call.",
    f"{NOTHING}, look whether another program uses the same account, and lower sweep_calls or catalog_calls.",
    "cycle",
)
BROKEN = Known(
    "Amazon's own service failed.",
    f"{NOTHING}, look at Amazon's status page and give support the request id.",
    "cycle",
)
INPUT = Known(
    "Amazon did not take what was sent: a value is missing, misspelt or not allowed there.",
    "Read which field Amazon names, mend it in Commerce or in the settings, and let the next cycle send it.",
    "value",
)
DENIED = Known(
    "Amazon does not let the application do this: the seller's consent or a role is missing.", ROLES, "person"
)
ABSENT = Known(
    "Amazon does not know what was asked for (any more).",
    "Look for it in Seller Central. What is gone there is moved to Ended by the next two readings.",
    "value",
)
ASIN = Known(
    "The item on Amazon and the data that was sent do not belong together.",
    "Check the product's identifiers against the ASIN's page: channelkit explain SKU. Then assign the right ASIN.",
    "value",
)
MISSING = Known(
    "Information that Amazon requires is missing.",
    "Fill in the named attributes in Commerce, link them to Amazon's, or add them in Seller Central.",
    "value",
)
INVALID = Known(
    "A value is not one that Amazon allows there.",
    "Compare the named attribute with the choices in Seller Central and mend it in Commerce.",
    "value",
)
APPROVAL = Known(
    "Amazon asks for an approval before this item, brand or category may be sold.",
    "Apply for it in Seller Central (Add a product > the ASIN > Apply to sell) with the documents asked for.",
    "person",
)
PRICE = Known(
    "Amazon does not accept the price: it is missing, not above zero, or outside the limits set for the item.",
    "Check the price in Commerce and the minimum and maximum price in Seller Central.",
    "value",
)
IMAGE = Known(
    "An image is missing or is not as Amazon wants it.",
    "Replace the main image: the product alone on white, at least 1,000 pixels on the longer side.",
    "value",
)
DUPLICATE = Known(
    "The item is on Amazon already, under another seller SKU or ASIN.",
    "Look which listing has it, and end the one that is too many, or assign its ASIN.",
    "value",
)

AMAZON: Mapping[tuple[str, str], Known] = MappingProxyType(
    {
        # The Selling Partner API's error model.
        ("amazon", "QuotaExceeded"): QUOTA,
        ("amazon", "QUOTA_EXCEEDED"): QUOTA,
        ("amazon", "TooManyRequests"): QUOTA,
        ("amazon", "InternalFailure"): BROKEN,
        ("amazon", "InternalError"): BROKEN,
        ("amazon", "ServiceUnavailable"): BROKEN,
        ("amazon", "InvalidInput"): INPUT,
        ("amazon", "INVALID_INPUT"): INPUT,
        ("amazon", "BadRequest"): INPUT,
        ("amazon", "RequestTooLarge"): Known(
            "The request was larger than Amazon takes.",
            "Report it with the request id: it should have been parted.",
            "value",
        ),
        ("amazon", "UnsupportedMediaType"): Known(
            "Amazon does not take the form in which it was sent.", "Look for a newer channelkit.", "value"
        ),
        ("amazon", "Unauthorized"): DENIED,
        ("amazon", "AccessDenied"): DENIED,
        ("amazon", "Forbidden"): DENIED,
        ("amazon", "MissingAuthenticationToken"): DENIED,
        ("amazon", "ExpiredToken"): Known(
            "Amazon called the access token expired, also after it was renewed.",
            "Set this machine's clock right, then type: channelkit doctor",
            "person",
        ),
        ("amazon", "InvalidSignature"): DENIED,
        ("amazon", "NotFound"): ABSENT,
        ("amazon", "NOT_FOUND"): ABSENT,
        ("amazon", "ResourceNotFound"): ABSENT,
        # Login with Amazon.
        ("amazon", "invalid_grant"): Known(
            "The seller's consent is gone: it was revoked, it ran out, or the refresh token is another application's.",
            CONSENT,
            "person",
        ),
        ("amazon", "invalid_client"): Known(
            "Amazon does not know the application's client id and secret; a secret ends 180 days after it was made.",
            "Make a new secret under Develop Apps and put it where the settings name it, then: channelkit doctor",
            "person",
        ),
        ("amazon", "unauthorized_client"): Known(
            "The application may not sign in for this seller in this way.", CONSENT, "person"
        ),
        ("amazon", "invalid_request"): Known(
            "The request for an access token was incomplete: a secret in the settings is empty or cut off.",
            "Write the account's secrets anew where the settings name them, then: channelkit doctor",
            "person",
        ),
        ("amazon", "invalid_scope"): Known(
            "The application asked for a right that it was never given.", ROLES, "person"
        ),
        ("amazon", "server_error"): BROKEN,
        ("amazon", "temporarily_unavailable"): BROKEN,
        # Issues of listings, and answers to writes.
        ("amazon", "8541"): ASIN,
        ("amazon", "8542"): ASIN,
        ("amazon", "8058"): MISSING,
        ("amazon", "8560"): Known(
            "Amazon found no item for the identifiers that were sent, and they are too few to make one.",
            "Check UPC, EAN or ISBN in Commerce, or choose the ASIN: channelkit asins",
            "value",
        ),
        ("amazon", "8572"): Known(
            "The barcode is in nobody's name that Amazon knows, or is another brand's.",
            "Use the barcode that GS1 gave the brand, or ask Amazon for an exemption.",
            "person",
        ),
        ("amazon", "5995"): Known(
            "Amazon does not let this seller add items of the brand, or make new ones there.",
            "Ask for approval of the brand in Seller Central, or sell the item that is there: channelkit asins",
            "person",
        ),
        ("amazon", "5461"): Known(
            "Only the brand may make new items under this name.",
            "Ask for approval of the brand in Seller Central, or sell the item that is there: channelkit asins",
            "person",
        ),
        ("amazon", "5665"): Known(
            "Amazon does not know the brand, or the seller is not approved for it.",
            "Have the brand approved in Seller Central (Add a product > the brand), or correct its name in Commerce.",
            "person",
        ),
        ("amazon", "90220"): MISSING,
        ("amazon", "90117"): PRICE,
        ("amazon", "90244"): INVALID,
        ("amazon", "90225"): INVALID,
        ("amazon", "90000900"): INVALID,
        ("amazon", "99001"): Known(
            "A required attribute is missing, or its value is refused.",
            "Look at the named attribute: fill it in or mend it in Commerce, and let the next cycle send it.",
            "value",
        ),
        ("amazon", "99010"): MISSING,
        ("amazon", "99022"): MISSING,
        ("amazon", "100339"): MISSING,
        ("amazon", "100398"): MISSING,
        ("amazon", "18299"): APPROVAL,
        ("amazon", "13013"): Known(
            "Amazon does not have the seller SKU in this marketplace, so there was nothing to change.",
            "Look for the listing in Seller Central; if it is gone there, publish it anew.",
            "value",
        ),
        ("amazon", "20000"): Known(
            "Amazon could not fetch the image from its address.", "Open the image's address in a browser.", "value"
        ),
        # Processing reports of bulk submissions.
        ("amazon", "4000000"): Known(
            "The bulk submission as a whole was not taken.",
            "Read Amazon's words. The next cycles send what is missing, one listing at a time where they are few.",
            "cycle",
        ),
        ("amazon", "4000001"): Known(
            "A message of a bulk submission has not the form that Amazon asks for.",
            "Look for a newer channelkit.",
            "value",
        ),
        ("amazon", "4000003"): Known(
            "A message of a bulk submission asked for something that Amazon does not offer for the listing.",
            "Look at the listing in Seller Central: its product type or fulfilment does not allow the change.",
            "value",
        ),
        ("amazon", "INVALID"): Known(
            "Amazon read the change, found it invalid and said no more.",
            "Try the same value in Seller Central, which shows what is wrong with it.",
            "value",
        ),
        ("amazon", "FATAL"): Known(
            "Amazon gave a bulk submission up.",
            "Nothing: what took effect is read back, the rest is sent again.",
            "cycle",
        ),
        ("amazon", "CANCELLED"): Known(
            "Amazon cancelled a bulk submission or a report before it began.",
            "Nothing: it is asked for again. If it lasts, look whether another program cancels them.",
            "cycle",
        ),
    }
)
"""Side and code to what is known."""
