"""Carriers: the store's own map first, then those that Amazon knows, then Other with its name."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channelkit.model.orders import Track
from channelkit.orders.carriers import KNOWN, name_carrier

CASES = {
    "by code": (Track("ups", "", "1"), {}, ("UPS", "UPS")),
    "by title": (Track("custom", "Deutsche post", "1"), {}, ("Deutsche Post", "Deutsche Post")),
    "the title before the code": (Track("dhl", "DHL eCommerce", "1"), {}, ("DHL eCommerce", "DHL eCommerce")),
    "mapped by code": (Track("mycarrier", "My Carrier", "1"), {"MyCarrier": "GLS"}, ("GLS", "GLS")),
    "mapped by title": (Track("custom", "Express Plus", "1"), {"express plus": "DPD"}, ("DPD", "DPD")),
    "the map goes first": (Track("ups", "UPS", "1"), {"ups": "UPS Mail Innovations"}, ("UPS Mail Innovations",) * 2),
    "mapped to other": (Track("ups", "UPS Freight", "1"), {"ups": "Other"}, ("Other", "UPS Freight")),
    "unknown": (Track("custom", "Bob's Bikes", "1"), {}, ("Other", "Bob's Bikes")),
    "unknown code": (Track("bobs", "", "1"), {}, ("Other", "bobs")),
    "nothing": (Track("custom", "", "1"), {}, ("Other", "Other")),
}


@pytest.mark.parametrize(("track", "mapped", "expected"), list(CASES.values()), ids=list(CASES))
def test_or_14_carriers_are_mapped_with_other_as_the_last_resort(
    track: Track, mapped: dict[str, str], expected: tuple[str, str]
) -> None:
    """OR-14: carrier map with Other fallback."""
    assert tuple(name_carrier(track, mapped)) == expected


@given(st.text(max_size=12), st.text(max_size=12), st.dictionaries(st.text(max_size=5), st.sampled_from(["GLS"])))
def test_whatever_the_warehouse_wrote_there_is_a_code_and_a_name(code: str, title: str, mapped: dict[str, str]) -> None:
    found = name_carrier(Track(code, title, "1"), mapped)
    assert found.name
    assert found.code in {"Other", "GLS", *KNOWN.values()}
