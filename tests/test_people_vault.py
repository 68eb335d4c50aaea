"""What identifies buyers is encrypted, known by a pseudonym, read only in writing, and gone when its time is over."""

from __future__ import annotations

from dataclasses import replace

import pytest
import sqlalchemy as sa

from channelkit.database.connection import Database
from channelkit.database.order_schema import orders, people, people_log
from channelkit.errors import SettingsError
from channelkit.model.orders import Address, Order, Person
from channelkit.people.cipher import make_keys, read_keys
from channelkit.people.vault import DAY, Vault
from tests.people_book import keep, open_vault

NOON = 1_800_000_000_000
ADA = Person(
    name="Ada Quill",
    email="q7@marketplace.amazon.com",
    address=Address("Ada Quill", "", ("7 Feather Lane",), "Escondido", "CA", "92025", "US", "555-0100"),
)
KEY = make_keys()


def _order(order_id: str = "111-1", person: Person | None = ADA) -> Order:
    return Order(order_id, "ATVPDKIKX0DER", "UNSHIPPED", NOON, NOON, person=person)


def _vault(database: Database, key: str = KEY, now: int = NOON) -> Vault:
    return Vault(database, lambda: key, lambda: now)


def _keep(vault: Vault, order: Order) -> str:
    with vault.database.write() as connection:
        return vault.keep(connection, "us", order, NOON)


def test_what_is_kept_is_read_back_and_stands_encrypted(database: Database) -> None:
    vault = _vault(database)
    pseudonym = _keep(vault, _order())
    assert pseudonym.startswith("buyer-") and "Ada" not in pseudonym
    with database.read() as connection:
        row = connection.execute(sa.select(people)).one()
    assert b"Quill" not in row.body and b"Feather" not in row.body
    assert vault.read("us", "111-1", "anna", "she asked where her parcel is") == ADA


def test_every_reading_is_written_down(database: Database) -> None:
    vault = _vault(database)
    _keep(vault, _order())
    vault.read("us", "111-1", "anna", "she asked where her parcel is")
    assert vault.read("us", "111-2", "anna", "nobody") is None
    with database.read() as connection:
        told = connection.execute(sa.select(people_log.c.deed, people_log.c.by_whom, people_log.c.purpose)).all()
    assert [tuple(row) for row in told] == [
        ("kept", "channelkit", "the order was read"),
        ("read", "anna", "she asked where her parcel is"),
    ]


def test_one_buyer_has_one_pseudonym_in_all_orders_and_another_key_gives_another(database: Database) -> None:
    vault = _vault(database)
    first = _keep(vault, _order())
    assert first == _keep(vault, _order("111-2", replace(ADA, email=" Q7@marketplace.amazon.com ")))
    assert first != _keep(vault, _order("111-3", replace(ADA, email="other@marketplace.amazon.com")))
    assert first != _vault(database, make_keys()).pseudonym(ADA)


def test_what_amazon_tells_no_longer_is_not_forgotten(database: Database) -> None:
    vault = _vault(database)
    _keep(vault, _order())
    assert ADA.address is not None
    _keep(vault, _order(person=Person(name="Ada Quill", address=replace(ADA.address, phone="", city="San Diego"))))
    found = vault.read("us", "111-1", "anna", "a test")
    assert found is not None and found.address is not None
    assert (found.email, found.address.phone, found.address.city) == (ADA.email, "555-0100", "San Diego")


def test_an_order_without_a_person_keeps_nothing(database: Database) -> None:
    vault = _vault(database)
    assert _keep(vault, _order(person=None)) == "" == _keep(vault, _order(person=Person()))
    with database.read() as connection:
        assert connection.execute(sa.select(sa.func.count()).select_from(people)).scalar() == 0


def test_a_new_key_reads_what_older_ones_wrote_and_keeps_pseudonyms(database: Database) -> None:
    before = _keep(_vault(database), _order())
    turned = _vault(database, make_keys(KEY))
    assert turned.read("us", "111-1", "anna", "a test") == ADA
    assert turned.pseudonym(ADA) == before


@pytest.mark.parametrize("text", ["", "rubbish names:abc", "names:abc"], ids=["empty", "no key", "names alone"])
def test_a_key_that_is_none_says_what_to_do(text: str) -> None:
    with pytest.raises(SettingsError, match="channelkit people key"):
        read_keys(text)


def test_without_the_right_key_nothing_is_read_and_nothing_is_lost(database: Database) -> None:
    _keep(_vault(database), _order())
    with pytest.raises(SettingsError, match="is not there"):
        _vault(database, make_keys()).read("us", "111-1", "anna", "a test")
    assert _vault(database).read("us", "111-1", "anna", "a test") == ADA


def test_thirty_days_after_delivery_people_are_deleted(database: Database) -> None:
    """Amazon's data protection policy: personal data is kept for no more than 30 days after delivery."""
    vault = _vault(database)
    columns = ("status", "updated_at", "deliver_by", "delivered_at")
    lives = {
        "delivered": ("SHIPPED", NOON, NOON + 9 * DAY, NOON),
        "by the window": ("SHIPPED", NOON, NOON + DAY, None),
        "cancelled": ("CANCELLED", NOON - DAY, NOON + 9 * DAY, None),
    }
    for order_id, values in lives.items():
        _keep(vault, _order(order_id))
        row = dict(zip(columns, values, strict=True)) | {"store": "us", "order_id": order_id, "seller_id": "S"}
        row |= {"marketplace_id": "M", "fulfilled_by": "merchant", "created_at": NOON, "units": 1}
        with database.write() as connection:
            connection.execute(orders.insert().values(row | {"first_seen_at": NOON, "observed_at": NOON}))
    gone = []
    for days in (29, 30, 31):
        with database.write() as connection:
            gone.append(_vault(database, now=NOON + days * DAY + 1).purge(connection, "us"))
    assert gone == [1, 1, 1]
    with database.read() as connection:
        assert connection.execute(sa.select(people.c.order_id)).all() == []
        purged = sa.select(people_log.c.order_id).where(people_log.c.deed == "purged").order_by(people_log.c.id)
        assert connection.execute(purged).scalars().all() == ["cancelled", "delivered", "by the window"]


def test_a_pseudonym_stays_when_amazon_tells_less(database: Database) -> None:
    vault = _vault(database)
    first = _keep(vault, _order())
    assert _keep(vault, _order(person=replace(ADA, email=""))) == first == _keep(vault, _order(person=None))


def test_whose_time_is_over_is_not_kept_anew_and_keeps_the_pseudonym(database: Database) -> None:
    first = keep(open_vault(database), "111-1", deliver_by=NOON)
    later = open_vault(database, now=NOON + 31 * DAY)
    with database.write() as connection:
        assert later.purge(connection) == 1 and later.purge(connection) == 0
        assert later.keep(connection, "us", _order(), NOON) == first
        assert later.keep(connection, "us", _order(person=None), NOON) == first
        assert connection.execute(sa.select(people)).all() == []


def test_people_of_a_store_that_rests_are_deleted_too_and_no_key_is_needed(database: Database) -> None:
    keep(open_vault(database), "111-1", deliver_by=NOON, store="us")
    keep(open_vault(database), "111-2", deliver_by=NOON, store="de")
    with database.write() as connection:
        assert open_vault(database, "", NOON + 31 * DAY).purge(connection) == 2


def test_nothing_that_holds_a_person_shows_one() -> None:
    """Reprs end up in logs, tracebacks and notebooks."""
    shown = repr([ADA, ADA.address, _order(), read_keys(KEY)])
    assert not any(text in shown for text in ("Quill", "Feather", "q7@", "555-0100", "92025", *KEY.split()))
