"""Whether Amazon lets a seller account sell in its marketplaces, read some times a day where prices depend on it."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass

from sqlalchemy.engine import Connection

from channelkit.amazon.client import Amazon
from channelkit.amazon.sellers import read_participations
from channelkit.database import failures, reference
from channelkit.errors import RefusedError, TemporaryError
from channelkit.model.marketplaces import Marketplace
from channelkit.pull.reading import HOUR, Puller, Reading

READ_EVERY = 6 * HOUR
"""Milliseconds after which an account is asked about anew; the quota of the call is about one a minute (Sellers v1)."""


@dataclass(frozen=True)
class ParticipationReader:
    """Reads in which marketplaces a seller account takes part, and where Amazon has suspended its listings."""

    puller: Puller
    amazon: Amazon
    store: str

    def read(self) -> Reading:
        """Read it where it was not read lately; what cannot be read is written down, and what was known stays.

        Raises:
            AuthError: the account's credentials or permissions; a person must act.
        """
        reading, now, kind = Reading(), self.puller.now(), _kind(self.amazon.seller_id)
        with self.puller.database.read() as connection:
            known = reference.load_reference(connection, "amazon", kind)
        if known is not None and now < known.observed_at + READ_EVERY:
            return reading
        try:
            body = json.dumps([asdict(each) for each in read_participations(self.amazon)])
        except (RefusedError, TemporaryError) as error:
            with self.puller.database.write() as connection:
                failures.record_failure(connection, error, store=self.store, run=self.puller.run, at=now)
            return reading
        with self.puller.database.write() as connection:
            reference.store_reference(connection, "amazon", kind, body, at=now)
        return reading


def why_paused(connection: Connection, seller_id: str, site: Marketplace) -> str:
    """Return why intelligent price rules rest in a marketplace, or an empty text where they do not (PR-12).

    What was never read pauses nothing: Amazon itself refuses what a closed marketplace does not take.
    """
    known = reference.load_reference(connection, "amazon", _kind(seller_id))
    if known is None:
        return ""
    found = next((each for each in json.loads(known.body) if each["marketplace_id"] == site.id), None)
    if found is None or not found["participating"]:
        return f"Amazon says that the account does not sell in {site.country}."
    if found["suspended"]:
        return f"Amazon has suspended the account's listings in {site.country}."
    return ""


def _kind(seller_id: str) -> str:
    return f"participations/{seller_id}"
