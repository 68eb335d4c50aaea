"""The catalog's indexes find what looking at every product would find."""

from __future__ import annotations

from collections.abc import Iterable

from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from channelkit.sandbox.clock import SandboxClock
from channelkit.sandbox.commerce.catalog import Product
from channelkit.sandbox.commerce.criteria import Criteria, Filter
from channelkit.sandbox.commerce.dates import clock_time
from channelkit.sandbox.commerce.search import find_products
from channelkit.sandbox.commerce.state import CommerceState

NUMBERS = st.integers(0, 30)


class Life(RuleBasedStateMachine):
    """Products come, change and go, also at times that lie before the last change."""

    def __init__(self) -> None:
        super().__init__()
        self.clock = SandboxClock(0, 0, 1000)
        self.state = CommerceState(self.clock)
        self.state.add_website("us", "United States", base_currency="USD")

    @property
    def products(self) -> list[Product]:
        return list(self.state.catalog.walk())

    @rule(number=NUMBERS, ago=st.sampled_from([0, 0, 0, 7]))
    def add(self, number: int, ago: int) -> None:
        if f"sku-{number}" not in self.state.catalog:
            self.state.add_product(f"SKU-{number}", name="N", price="1", updated_at=self.clock.now() - ago)

    @rule(number=NUMBERS, ago=st.sampled_from([0, 0, 0, 7]))
    def change(self, number: int, ago: int) -> None:
        product = self.state.catalog.find(f"sku-{number}")
        if product is not None:
            self.state.catalog.touch(product, self.clock.now() - ago)

    @rule(number=NUMBERS)
    def remove(self, number: int) -> None:
        if f"sku-{number}" in self.state.catalog:
            self.state.remove_product(f"sku-{number}")

    @rule()
    def pass_time(self) -> None:
        self.clock.skip(3)

    @rule(
        after=NUMBERS, ago=st.integers(0, 20), size=st.integers(1, 5), page=st.integers(1, 3), backwards=st.booleans()
    )
    def search(self, after: int, ago: int, size: int, page: int, backwards: bool) -> None:
        since = int(self.clock.now()) - ago
        groups = ((Filter("entity_id", str(after), "gt"),), (Filter("updated_at", clock_time(since), "gteq"),))
        found = find_products(self.state, Criteria(groups, (("entity_id", backwards),), size, page), 0)
        wanted = [each for each in self.products if each.entity_id > after and each.updated_at >= since]
        assert found.total == len(wanted)
        assert numbers(found.items) == numbers(wanted[::-1] if backwards else wanted)[(page - 1) * size : page * size]

    @invariant()
    def the_walk_is_sorted_and_complete(self) -> None:
        walked = numbers(self.state.catalog.walk())
        assert walked == sorted(walked)
        assert len(walked) == len(self.state.catalog)
        assert all(self.state.catalog.find(product.sku.upper()) is product for product in self.products)


TestLife = Life.TestCase


def numbers(products: Iterable[Product]) -> list[int]:
    return [product.entity_id for product in products]


@given(st.integers(0, 12), st.integers(0, 12) | st.none(), st.integers(0, 12), st.integers(0, 12), st.booleans())
def test_a_slice_is_the_same_part_of_the_walk(
    after: int, until: int | None, start: int, length: int, backwards: bool
) -> None:
    state = CommerceState(SandboxClock(0, 0, 0))
    state.add_website("us", "United States", base_currency="USD")
    for number in range(10):
        state.add_product(f"SKU-{number}", name="N")
    walk = numbers(state.catalog.walk(after, until, backwards=backwards))
    part = state.catalog.slice(after, until, start, start + length, backwards=backwards)
    assert numbers(part) == walk[start : start + length]
    assert state.catalog.count(after, until) == len(walk)
