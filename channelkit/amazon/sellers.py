"""In which marketplaces a seller account takes part, and on which plan."""

from __future__ import annotations

from dataclasses import dataclass

from channelkit.amazon.client import Amazon, documented, field_of
from channelkit.amazon.operations import GET_ACCOUNT, GET_PARTICIPATIONS
from channelkit.model.marketplaces import MARKETPLACES

_LISTED = frozenset(marketplace.id for marketplace in MARKETPLACES)


@dataclass(frozen=True)
class Participation:
    """One marketplace of a seller account.

    Arguments:
        participating: the account can list there.
        suspended: Amazon has suspended its listings there.
    """

    marketplace_id: str
    country: str
    currency: str
    language: str
    name: str
    participating: bool
    suspended: bool


def read_participations(amazon: Amazon) -> list[Participation]:
    """Return the account's marketplaces.

    Amazon also lists places where nothing is sold, such as its sign-in for other shops; they are left out.
    """
    body = amazon.transport.call(GET_PARTICIPATIONS).body
    with documented(GET_PARTICIPATIONS.name):
        return [
            Participation(
                marketplace_id=entry["marketplace"]["id"],
                country=entry["marketplace"]["countryCode"],
                currency=entry["marketplace"]["defaultCurrencyCode"],
                language=entry["marketplace"]["defaultLanguageCode"],
                name=entry["marketplace"]["name"],
                participating=bool(entry["participation"]["isParticipating"]),
                suspended=bool(entry["participation"]["hasSuspendedListings"]),
            )
            for entry in field_of(body, "payload", GET_PARTICIPATIONS.name)
            if entry["marketplace"]["id"] in _LISTED
        ]


def read_selling_plan(amazon: Amazon) -> str:
    """Return the account's plan: PROFESSIONAL or INDIVIDUAL; only the first may use the Selling Partner API."""
    body = amazon.transport.call(GET_ACCOUNT).body
    with documented(GET_ACCOUNT.name):
        return str(field_of(body, "payload", GET_ACCOUNT.name)["sellingPlan"])
