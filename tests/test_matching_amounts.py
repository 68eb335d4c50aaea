"""Packs and measures that titles state."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from channelkit.matching.amounts import KINDS, contradict, read_amounts


@pytest.mark.parametrize(
    ("title", "pieces"),
    [
        ("Water 12 x 500 ml", 12),
        ("Water 500 ml (Pack of 6)", 6),
        ("Screws, 100 pcs", 100),
        ("Ink cartridge, 2-pack", 2),
        ("Batteries 24 ct", 24),
        ("Mug 300 ml", 0),
        ("Office 2007", 0),
    ],
    ids=["12x", "pack-of", "pieces", "hyphen", "count", "none", "year"],
)
def test_a_pack_is_read_however_it_is_written(title: str, pieces: int) -> None:
    assert read_amounts(pa.array([title])).packs.tolist() == [pieces]


@pytest.mark.parametrize(
    ("one", "other", "kind"),
    [
        ("Juice 1 l", "Juice 1000ml", "volume"),
        ("Juice 16.9 fl oz", "Juice 500 ml", "volume"),
        ("Soap 16 oz", "Soap 454 g", "weight"),
        ("Lotion 16.9 oz", "Lotion 500 ml", "volume"),
        ("Cable 6 ft", "Cable 1.83 m", "length"),
        ("Drive 1 TB", "Drive 1024 GB", "memory"),
        ("Rice 2 lbs", "Rice 907 g", "weight"),
    ],
    ids=["litre", "fluid-ounce", "ounce-of-weight", "ounce-of-volume", "feet", "terabyte", "pound"],
)
def test_the_same_amount_in_another_unit_is_no_contradiction(one: str, other: str, kind: str) -> None:
    told = read_amounts(pa.array([one, other])).measures
    place = KINDS.index(kind)
    assert not np.isnan(told[:, place, 0]).any()
    assert not contradict(told[:1], told[1:])[0, place]


def test_another_amount_in_the_same_unit_is_a_contradiction() -> None:
    told = read_amounts(pa.array(["Juice 500 ml", "Juice 750 ml"])).measures
    assert contradict(told[:1], told[1:])[0, KINDS.index("volume")]


def test_an_amount_on_one_side_only_contradicts_nothing() -> None:
    told = read_amounts(pa.array(["Juice 500 ml", "Juice"])).measures
    assert not contradict(told[:1], told[1:]).any()


@given(st.lists(st.text(max_size=60), max_size=20))
def test_any_text_can_be_read(titles: list[str]) -> None:
    told = read_amounts(pa.array(titles, pa.string()))
    assert told.packs.shape == (len(titles),)
    assert told.measures.shape[:2] == (len(titles), len(KINDS))
