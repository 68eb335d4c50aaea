"""What people do about orders, to the end on both sides: plans that are applied, cancellations, refunds, addresses."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec
import pytest
from typer.testing import CliRunner

import channelkit.cli.orders as verbs
from channelkit.cli import app, order_tables
from channelkit.database import order_journal
from channelkit.kit import Kit
from channelkit.report.order_ledger import EXPLAINED
from tests.kit_fixtures import Practice, RunKit

STORE = "us"


class Buyers:
    """A store that is an hour old, and who buys from it and works on its orders."""

    def __init__(self, practice: Practice, monkeypatch: pytest.MonkeyPatch) -> None:
        self.practice = practice
        self.amazon, self.commerce = practice.running.world.amazon, practice.running.world.commerce
        self.book = practice.kit.stores[STORE].orders
        practice.kit.sync([STORE])
        practice.wait(60)
        practice.kit.sync([STORE])

        @contextmanager
        def ours(_settings: Path | None, *, frames: bool = False) -> Iterator[Kit]:
            yield practice.kit  # on the sandbox's clock, which another process could not share

        for module in (verbs, order_tables):
            monkeypatch.setattr(module, "open_kit", ours)

    def buy(self, units: int = 1, **told: Any) -> str:
        sku = self.practice.active_skus(STORE)[0]
        order = self.amazon.buy(
            self.practice.shelf(STORE), sku, units, self.practice.kit.clock.now(), pending_for=0, **told
        )
        assert order is not None
        return str(order.order_id)

    def pull(self) -> None:
        self.practice.wait(5)
        self.practice.kit.pull([STORE])

    def cycles(self, count: int) -> None:
        for _ in range(count):
            self.practice.wait(5)
            self.practice.kit.sync([STORE])

    def copy(self, order_id: str) -> Any:
        (found,) = self.commerce.sales.find_by_ext_order_id(order_id)
        return found

    def states(self) -> dict[str, str]:
        with self.practice.kit.database.read() as connection:
            return {change.kind: change.state for change in order_journal.load(connection, STORE)}

    def type_in(self, *words: str) -> str:
        ran = CliRunner().invoke(app, ["orders", *words, "--store", STORE])
        assert ran.exception is None or isinstance(ran.exception, SystemExit), ran.exception
        assert ran.exit_code == 0, ran.output
        return ran.stdout

    def json_of(self, *words: str) -> Any:
        return json.loads(self.type_in(*words, "--json"))


@pytest.fixture
def buyers(run_kit: RunKit, monkeypatch: pytest.MonkeyPatch) -> Buyers:
    return Buyers(run_kit(), monkeypatch)


def test_a_plan_by_hand_makes_the_order_and_the_command_confirms_its_shipment(buyers: Buyers) -> None:
    """OR-04, OR-10, OR-05: `plan().apply()` and `orders apply` send exactly what was seen; the ledger is explained."""
    order_id = buyers.buy()
    buyers.pull()
    plan = buyers.book.plan()
    assert [change.kind for change in plan.going] == ["create"]
    assert plan.apply().startswith("1 accepted, 0 refused")
    made = buyers.copy(order_id)
    assert made.state == "processing" and buyers.states() == {"create": "accepted"}
    buyers.commerce.ship_in_shop(made.number, carrier="ups", title="UPS", number="1Z999")
    buyers.pull()
    seen = buyers.json_of("plan")
    assert {change["kind"] for change in seen["changes"]} == {"confirm_shipment"}
    assert buyers.type_in("apply", "--approve", seen["fingerprint"]).startswith("1 accepted, 0 refused")
    buyers.pull()
    sold = buyers.amazon.sales.get(order_id)
    assert sold.status == "SHIPPED" and sold.packages[0].tracking == "1Z999"
    (row,) = buyers.json_of("ledger", "--check")
    assert (row["received"], row["shipped"], row["held"], row["residual"]) == (1, 1, 1, 0)
    assert row["note"] == EXPLAINED and row["checked_at"]


def test_a_cancellation_by_command_reaches_amazon_and_then_commerce(buyers: Buyers) -> None:
    """OR-12."""
    order_id = buyers.buy()
    buyers.cycles(2)
    assert buyers.states() == {"create": "confirmed"}
    words = ("cancel", order_id, "--reason", "NoInventory", "--by", "Ada")
    seen = buyers.json_of(*words)
    assert "1 thing to do kept" in buyers.type_in(*words, "--apply", seen["fingerprint"])
    buyers.cycles(4)
    assert buyers.amazon.sales.get(order_id).status == "CANCELLED"
    assert buyers.copy(order_id).state == "canceled"
    assert buyers.states() == {"create": "confirmed", "cancel": "confirmed", "cancel_copy": "confirmed"}
    assert buyers.json_of("changes")[0]["state"] == "confirmed"


def test_a_refund_by_command_is_a_credit_memo_in_commerce_and_the_return_is_refunded(buyers: Buyers) -> None:
    """OR-13."""
    order_id = buyers.buy()
    buyers.cycles(2)
    buyers.commerce.ship_in_shop(buyers.copy(order_id).number, carrier="ups", title="UPS", number="1Z999")
    buyers.cycles(3)
    sold = buyers.amazon.sales.get(order_id)
    buyers.amazon.sales.return_line(order_id, sold.lines[0].item_id, 1, received_after=60)
    buyers.practice.wait(25 * 60)
    buyers.cycles(3)
    (back,) = buyers.json_of("returns")
    assert back["state"] == "Received"
    words = ("refund", back["return_id"], "--by", "Ada")
    seen = buyers.json_of(*words)
    buyers.type_in(*words, "--apply", seen["fingerprint"])
    assert buyers.json_of("returns")[0]["state"] == "Refunding"
    buyers.cycles(2)
    assert buyers.json_of("returns")[0]["state"] == "Refunded" and buyers.states()["refund"] == "confirmed"
    copy = buyers.copy(order_id)
    assert copy.items[0].amount("qty_refunded") == 1


def test_an_order_without_a_whole_address_goes_once_somebody_corrects_it(buyers: Buyers) -> None:
    """OR-06, OR-08, OR-09: blocked, corrected by command, made in Commerce with the corrected address."""
    order_id = buyers.buy()
    sold = buyers.amazon.sales.get(order_id)
    assert sold.address is not None
    now = int(buyers.practice.kit.clock.now() * 1000)
    buyers.amazon.sales.log.change(order_id, now, address=msgspec.structs.replace(sold.address, city=""))
    buyers.cycles(1)
    assert [row["blocker"] for row in buyers.json_of("blocked")] == ["address_missing"]
    told = buyers.type_in("address", order_id, "city=Escondido", "region=CA", "postcode=92025", "--by", "Ada")
    assert "once it is made in Commerce" in told
    buyers.cycles(1)
    assert buyers.json_of("blocked") == [] and buyers.states() == {"create": "confirmed"}
    assert "Escondido" in repr(buyers.copy(order_id))
    assert "Escondido" not in json.dumps(buyers.json_of("show", order_id))


def test_a_listing_whose_last_units_are_held_says_so(buyers: Buyers) -> None:
    """OR-05: all that Commerce can sell was bought on Amazon; the explanation has both figures and their times."""
    sku = buyers.practice.active_skus(STORE)[0]
    product = buyers.practice.product_of(STORE, sku)
    buyers.commerce.change_stock(product, 1 - buyers.commerce.salable(product, "us"))
    # The last unit is off offer while its quantity is corrected, and comes back.
    buyers.cycles(4)
    order = buyers.amazon.buy(buyers.practice.shelf(STORE), sku, 1, buyers.practice.kit.clock.now(), pending_for=0)
    assert order is not None
    buyers.cycles(2)
    told = buyers.practice.kit.stores[STORE].explain(sku)
    text = str(told)
    assert "Commerce says that 1 can be sold; 1 is held for orders on Amazon, which leaves 0." in text
    facts = {fact.label: fact for fact in (*told.facts, *told.reasoning.facts)}
    assert facts["Can be sold"].value.startswith("1 ") and facts["Left to offer on Amazon"].value == "0"
    assert facts["Held for orders on Amazon"].value == "1" and facts["Held for orders on Amazon"].at
