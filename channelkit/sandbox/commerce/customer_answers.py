"""What is answered about customers: looked for, and made with an e-mail address that their website has once."""

from __future__ import annotations

from typing import Any

from channelkit.sandbox.commerce.call import Call
from channelkit.sandbox.commerce.criteria import read_criteria
from channelkit.sandbox.commerce.dates import clock_time
from channelkit.sandbox.commerce.order_answers import record
from channelkit.sandbox.commerce.refusal import Refusal, no_entity
from channelkit.sandbox.commerce.search import find_rows, results

GENERAL = 1
"""The group of those who have an account."""

_REQUIRED = {"email": "email", "firstname": "First Name", "lastname": "Last Name"}
_NUMERIC = ("id", "entity_id", "group_id", "website_id", "store_id")


def search_customers(call: Call) -> Any:
    """Answer ``GET customers/search``; filters name ``entity_id``, the answer ``id``."""
    criteria = read_criteria(call)
    searched = [row | {"entity_id": row["id"]} for row in call.state.sales.customers.values()]
    found = find_rows(searched, criteria, _NUMERIC)
    found.items = [call.state.sales.customers[row["id"]] for row in found.items]
    return results(found, criteria)


def show_customer(call: Call) -> Any:
    """Answer ``GET customers/:customerId``."""
    found = call.state.sales.customers.get(call.whole("customerId"))
    if found is None:
        raise no_entity("customerId", call.path["customerId"])
    return found


def create_customer(call: Call) -> Any:
    """Answer ``POST customers``."""
    customer = record(call, "customer")
    for name, label in _REQUIRED.items():
        if not customer.get(name):
            raise Refusal(400, '"%fieldName" is required. Enter and try again.', {"fieldName": label})
    state = call.state
    view = state.stores.views[int(customer.get("store_id") or call.store_id)]
    website_id = int(customer.get("website_id") or view.website_id)
    email = str(customer["email"])
    for known in state.sales.customers.values():
        if known["website_id"] == website_id and known["email"].lower() == email.lower():
            raise Refusal(400, "A customer with the same email address already exists in an associated website.")
    now = clock_time(int(state.clock.now()))
    kept = {name: value for name, value in customer.items() if value is not None and name not in {"id", "addresses"}}
    number = state.sales.draw("customer")
    made: dict[str, Any] = {
        "group_id": GENERAL,
        "store_id": view.id,
        "disable_auto_group_change": 0,
        **kept,
        "id": number,
        "website_id": website_id,
        "created_at": now,
        "updated_at": now,
        "created_in": view.name,
        "addresses": [
            {**{name: value for name, value in address.items() if value is not None}, "customer_id": number}
            | {"id": state.sales.draw("customer address")}
            for address in customer.get("addresses") or ()
        ],
    }
    state.sales.customers[number] = made
    return made
