"""Customers of the shop: an account is made for a buyer only where none has their e-mail address."""

from __future__ import annotations

from channelkit.commerce.client import Commerce, items_of
from channelkit.commerce.creation import make_once
from channelkit.commerce.criteria import Filter, search_criteria
from channelkit.commerce.operations import CREATE_CUSTOMER, FIND_CUSTOMERS


def find_customer(commerce: Commerce, email: str, website_id: int) -> int | None:
    """Return the number of the customer with an e-mail address in a website, or None."""
    groups = [[Filter("email", email)], [Filter("website_id", str(website_id))]]
    query = search_criteria(groups, page_size=1, fields="items[id],total_count")
    for row in items_of(commerce.call(FIND_CUSTOMERS, query), FIND_CUSTOMERS):
        return int(row["id"])
    return None


def settle_customer(commerce: Commerce, *, email: str, first: str, last: str, website_id: int, store_id: int) -> int:
    """Return the number of the customer with an e-mail address, made where there is none.

    A customer that is there is left as it is. To a new one Commerce sends its welcome e-mail, unless the shop has
    switched that off; orders of guests send none.

    Raises:
        RefusedError: Commerce does not take the name or the address.
        TemporaryError: nobody knows whether it was made; calling this again is safe.
    """
    customer = {
        "email": email,
        "firstname": first,
        "lastname": last,
        "website_id": website_id,
        "store_id": store_id,
    }
    # The words for an error name nobody.
    return make_once(
        commerce,
        "a customer's account",
        lambda: find_customer(commerce, email, website_id),
        lambda: commerce.call(CREATE_CUSTOMER, body={"customer": customer}),
    )
