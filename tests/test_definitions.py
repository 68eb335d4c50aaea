"""Product type definitions: asked for when they are needed, kept by their digest, and what a product lacks by them."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pytest

from channelkit.amazon.definitions import fetch_schema, find_definition, read_required
from channelkit.amazon.publishing import Offer, write_offer
from channelkit.database import catalog_items, definitions, failures, tabs
from channelkit.database.connection import Database
from channelkit.database.difference import Tally
from channelkit.errors import DocumentError, RefusedError
from channelkit.listings.requirements import SENT, find_lacking, needed_attributes, validate_offer
from channelkit.model.marketplaces import marketplace
from channelkit.model.tables import TABS
from channelkit.pull.definitions import CHECK_EVERY, DefinitionReader
from channelkit.pull.reading import Puller
from channelkit.sandbox.server import Running
from tests.amazon_kit import StoppedClock, connect
from tests.conftest import RunSandbox
from tests.database_fixtures import table_of

US, DE = marketplace("US"), marketplace("DE")
NOW = 1_790_000_000_000
FOUND = pa.schema(
    [(name, pa.string()) for name in ("product_sku", "asin", "kind", "found_by", "title", "brand", "product_type")]
    + [("parent", pa.bool_()), ("parent_asin", pa.string()), ("children", pa.string())]
)


@pytest.fixture
def running(run_sandbox: RunSandbox) -> Running:
    return run_sandbox(speed=0, products=10, quiet=True)


def test_a_schema_comes_with_its_digest_and_names_what_it_requires(running: Running) -> None:
    amazon = connect(running, "us")
    link = find_definition(amazon, US, "SPEAKERS")
    content = fetch_schema(amazon, link)
    required = read_required(content)
    assert (link.product_type, link.version) == ("SPEAKERS", "U0")
    assert required["batteries_required"] == "Are batteries required?"
    assert set(required) == {*SENT, "batteries_required"} and link.address not in repr(link)
    assert set(read_required(fetch_schema(amazon, find_definition(amazon, US, "LAMP")))) == set(SENT)


def test_a_schema_that_is_not_what_its_digest_is_of_is_refused(running: Running) -> None:
    amazon = connect(running, "us")
    link = find_definition(amazon, US, "LAMP")
    running.faults.add("truncated_document", "download")
    with pytest.raises(DocumentError, match="LAMP arrived damaged"):
        fetch_schema(amazon, link)


def test_a_product_type_that_amazon_does_not_know_is_refused(running: Running) -> None:
    with pytest.raises(RefusedError, match="NOPE"):
        find_definition(connect(running, "us"), US, "NOPE")


@pytest.mark.parametrize("content", [b"[]", b"{", b'{"required": 7}', b'{"required": ["a"], "properties": {"a": 7}}'])
def test_what_is_no_schema_is_said_so(content: bytes) -> None:
    with pytest.raises(DocumentError, match="cannot be read"):
        read_required(content)


def waiting(database: Database, *rows: tuple[str, str, str], tab: str = "Ready to List", kind: str = "asin") -> None:
    """Keep products without a listing: SKU, ASIN and Amazon's product type of each."""
    place = {"store": "us", "listed": False, "status": "", "since": 1, "stale": False, "tab": tab}
    decided = [place | {"sku": sku, "product_sku": sku, "asin": asin} for sku, asin, _kind in rows]
    items = [
        {"product_sku": sku, "asin": asin, "kind": kind, "found_by": sku, "product_type": type_of_it, "parent": False}
        for sku, asin, type_of_it in rows
    ]
    with database.write() as connection:
        tabs.store_tabs(
            connection, "us", table_of(TABS, decided, [name for name in TABS.names if name != "digest"]), at=1, run="r"
        )
        catalog_items.keep_items(connection, US.id, pa.Table.from_pylist(items, schema=FOUND), at=1)


def reader(database: Database, running: Running, clock: StoppedClock, calls: int = 5) -> DefinitionReader:
    return DefinitionReader(Puller(database, clock, "r", lambda _words: None), connect(running, "us"), US, "us", calls)


def known(database: Database) -> dict[str, definitions.Definition]:
    with database.read() as connection:
        return definitions.load_definitions(connection, US.id)


def test_only_needed_definitions_are_read_a_few_a_cycle_and_again_once_a_day(
    database: Database, running: Running
) -> None:
    clock = StoppedClock(epoch=NOW / 1000)
    waiting(database, ("P1", "B1", "LAMP"), ("P2", "B2", "SPEAKERS"), ("P3", "B3", "SPEAKERS"), ("P4", "B4", "KETTLE"))
    first = reader(database, running, clock, calls=2)
    assert first.read().tallies["definitions"] == Tally(new=2)
    # Those that most products wait for come first.
    assert set(known(database)) == {"SPEAKERS", "KETTLE"}
    assert reader(database, running, clock).read().tallies["definitions"] == Tally(new=1)
    calls = first.amazon.transport.calls
    again = reader(database, running, clock)
    assert not again.read().tallies and again.amazon.transport.calls == 0 and calls == 2
    clock.sleep(CHECK_EVERY / 1000)
    running.world.amazon.asked_more["LAMP"] = ("country_of_origin",)
    later = reader(database, running, clock)
    assert later.read().tallies["definitions"] == Tally(unchanged=2, changed=1)
    lamp = known(database)["LAMP"]
    assert lamp.required["country_of_origin"] == "Country Of Origin" and lamp.checked_at == NOW + CHECK_EVERY
    with database.read() as connection:
        schema = definitions.load_schema(connection, US.id, "LAMP")
        assert schema is not None and "country_of_origin" in schema["properties"]
        assert definitions.load_schema(connection, DE.id, "LAMP") is None


def test_what_no_product_waits_for_is_not_asked_for(database: Database, running: Running) -> None:
    only = reader(database, running, StoppedClock(epoch=NOW / 1000))
    waiting(database, ("P1", "B1", "LAMP"), tab="Ineligible")
    assert not only.read().tallies
    waiting(database, ("P2", "B2", ""))
    assert not only.read().tallies
    waiting(database, ("P3", "B3", "KETTLE"), kind="keywords")
    assert not only.read().tallies and only.amazon.transport.calls == 0


def test_a_definition_that_cannot_be_had_is_written_down_and_stops_nothing(
    database: Database, running: Running
) -> None:
    clock = StoppedClock(epoch=NOW / 1000)
    waiting(database, ("P1", "B1", "LAMP"), ("P2", "B2", "NOPE"), ("P3", "B3", "NOPE"))
    running.faults.add("truncated_document", "download")
    reading = reader(database, running, clock).read()
    assert reading.can_be_acted_on and not reading.errors
    with database.read() as connection:
        said = failures.load_failures(connection)["message"].to_pylist()
    assert len(said) == 2 and any("NOPE" in words for words in said) and any("LAMP" in words for words in said)
    # A refusal lasts for a day; what arrived damaged is fetched again in the next cycle.
    assert known(database)["NOPE"].required == {} and "LAMP" not in known(database)
    assert reader(database, running, clock).read().tallies["definitions"] == Tally(new=1)


ASKED = {
    "SPEAKERS": {"condition_type": "Condition", "batteries_required": "Are batteries required?"},
    "TOY": {"batteries_required": "Batteries?", "country_of_origin": "country_of_origin"},
}


def test_a_product_lacks_what_its_definition_asks_for_and_no_linked_attribute_has() -> None:
    kinds = pa.array(["SPEAKERS", "SPEAKERS", "TOY", "TOY", "LAMP", None])
    has = {"batteries_required": pa.array(["Yes", " ", "No", None, None, None])}
    assert needed_attributes(ASKED) == ["batteries_required", "country_of_origin"]
    assert find_lacking(kinds, ASKED, has).to_pylist() == [
        None,
        "Are batteries required? (batteries_required)",
        "country_of_origin",
        "Batteries? (batteries_required), country_of_origin",
        None,
        None,
    ]
    assert find_lacking(kinds, {}, {}).to_pylist() == [None] * 6


def offered(**changes: Any) -> dict[str, Any]:
    terms: dict[str, Any] = {"asin": "B000000001", "condition": "new_new", "price": Decimal("19.90"), "quantity": 3}
    offer = Offer(**{**terms, "fulfillment": "merchant", **changes})
    written: dict[str, Any] = json.loads(json.dumps(write_offer(US, offer)["attributes"], default=float))
    return written


def test_what_is_sent_is_valid_by_the_definition_and_what_is_wrong_is_named(running: Running) -> None:
    amazon = connect(running, "us")
    lamp = json.loads(fetch_schema(amazon, find_definition(amazon, US, "LAMP")))
    assert validate_offer(lamp, offered()) == []
    assert validate_offer(lamp, offered(fulfillment="amazon", quantity=None)) == []
    assert validate_offer(lamp, offered(condition="used_good", notes="A scratch.")) == []
    speakers = json.loads(fetch_schema(amazon, find_definition(amazon, US, "SPEAKERS")))
    assert validate_offer(speakers, offered()) == ["'batteries_required' is a required property"]
    (wrong,) = validate_offer(lamp, offered(condition="shiny"))
    assert wrong.startswith("condition_type/0/value: 'shiny' is not one of")
    twice = offered() | {"condition_type": offered()["condition_type"] * 2}
    assert validate_offer(lamp, twice) == ["condition_type: at most 1 entries are allowed"]
    long = offered(condition="used_good", notes="ü" * 600)
    assert validate_offer(lamp, long) == ["condition_note/0/value: it is longer than 1000 bytes"]


def test_a_schema_that_points_elsewhere_is_not_followed() -> None:
    elsewhere = {"properties": {"a": {"$ref": "https://schemas.amazon.com/never"}}}
    assert validate_offer(elsewhere, {"a": 1}) == []
    assert validate_offer({"properties": {"a": {"minUtf8ByteLength": 2}}}, {"a": "x"}) == [
        "a: 'x' is shorter than 2 bytes"
    ]
    assert validate_offer({"properties": {"a": {"minUniqueItems": 1}}}, {"a": []}) == [
        "a: at least 1 entries are needed"
    ]
