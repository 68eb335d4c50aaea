"""An order's whole way: bought on Amazon, made in Commerce, shipped, confirmed on Amazon, complete in Commerce."""

from __future__ import annotations

from channelkit.database import order_journal, stock_ledger
from tests.kit_fixtures import Practice, RunKit

STORE = "us"


def _buy(practice: Practice, units: int = 1) -> str:
    """Let somebody buy what is for sale; return the order's number."""
    amazon = practice.running.world.amazon
    sku = practice.active_skus(STORE)[0]
    order = amazon.buy(practice.shelf(STORE), sku, units, practice.kit.clock.now(), pending_for=0)
    assert order is not None
    return order.order_id


def _cycles(practice: Practice, count: int) -> None:
    for _ in range(count):
        practice.wait(5)
        practice.kit.sync()


def test_an_order_goes_from_amazon_into_commerce_and_its_shipment_back(run_kit: RunKit) -> None:
    """OR-04, OR-10: one order in Commerce; its tracking reaches Amazon; Commerce completes on the next cycle."""
    practice = run_kit()
    practice.kit.pull(wait=True)
    practice.kit.sync()
    practice.wait(60)
    order_id = _buy(practice)
    _cycles(practice, 2)
    commerce = practice.running.world.commerce
    made = commerce.sales.find_by_ext_order_id(order_id)
    assert [each.state for each in made] == ["processing"]
    commerce.ship_in_shop(made[0].number, carrier="ups", title="UPS", number="1Z999")
    _cycles(practice, 3)
    sold = practice.running.world.amazon.sales.get(order_id)
    assert sold.status == "SHIPPED" and sold.packages[0].tracking == "1Z999"
    assert commerce.sales.find_by_ext_order_id(order_id)[0].state == "complete"
    with practice.kit.database.read() as connection:
        done = {change.kind: change.state for change in order_journal.load(connection, STORE)}
        assert done == {"create": "confirmed", "confirm_shipment": "confirmed", "invoice": "confirmed"}
        assert stock_ledger.balances(connection, practice.kit.parts.settings.stores[STORE].website).num_rows == 1
