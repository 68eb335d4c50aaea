"""All orders of one person are found by e-mail, order or pseudonym, and nobody else's are taken for theirs."""

from __future__ import annotations

from dataclasses import replace

import pytest

from channelkit.database.connection import Database
from channelkit.errors import UsageError
from channelkit.model.orders import Person
from channelkit.people.cipher import Keys
from channelkit.people.search import find_entries
from channelkit.people.vault import Vault
from tests.people_book import ADA, BEN, keep, open_vault


def _found(vault: Vault, query: str) -> list[str]:
    with vault.database.read() as connection:
        return [entry.order_id for entry in find_entries(vault, connection, query)]


def test_a_person_is_found_by_email_order_and_pseudonym_in_every_store(database: Database) -> None:
    vault = open_vault(database)
    pseudonym = keep(vault, "111-1")
    keep(vault, "111-2", replace(ADA, name="A. Quill"), store="de")
    keep(vault, "111-3", BEN)
    for query in (" Q7@Marketplace.amazon.com ", "111-1", "111-2", pseudonym):
        assert sorted(_found(vault, query)) == ["111-1", "111-2"], query


def test_an_order_whose_person_is_kept_no_more_is_still_found_by_its_pseudonym(database: Database) -> None:
    vault = open_vault(database)
    pseudonym = keep(vault, "111-1", updated_at=1, status="CANCELLED")
    with database.write() as connection:
        assert vault.purge(connection) == 1
    assert _found(vault, pseudonym) == ["111-1"] == _found(vault, "111-1")


@pytest.mark.parametrize("query", ["nobody@example.com", "999-9", "buyer-00000000"])
def test_who_is_not_known_is_told_without_repeating_whom_one_looked_for(database: Database, query: str) -> None:
    with pytest.raises(UsageError, match="Nobody is known by that") as caught:
        _found(open_vault(database), query)
    assert query not in str(caught.value)


def test_two_buyers_with_one_pseudonym_are_not_taken_for_one(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Eight digits: among 77,000 buyers there are two such, as likely as not."""
    monkeypatch.setattr(Keys, "name", lambda _keys, *_parts: "buyer-00000000")
    vault = open_vault(database)
    keep(vault, "111-1", ADA)
    keep(vault, "111-2", BEN)
    keep(vault, "111-3", Person(name="Cy", email="c9@marketplace.amazon.com"))
    assert _found(vault, ADA.email) == ["111-1"] and _found(vault, "111-2") == ["111-2"]
    with pytest.raises(UsageError, match="Two buyers"):
        _found(vault, "buyer-00000000")
