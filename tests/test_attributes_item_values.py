"""Amazon's attribute documents, flattened: languages, marketplaces, units, currencies, parts, identifiers."""

from __future__ import annotations

import json
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from channelkit.amazon.catalog_rows import ITEMS
from channelkit.attributes.item_values import IDENTIFIERS, flatten_items, texts_of
from channelkit.model.marketplaces import marketplace

GERMANY, AMERICA = marketplace("DE"), marketplace("US")


def item(attributes: dict[str, Any] | None, **changed: Any) -> pa.Table:
    row = {"asin": "B1", "title": "Mug", "brand": "Acme", "model": None, "product_type": "MUG", "parent": False}
    row |= {"parent_asin": None, "children": None, "attributes": json.dumps(attributes) if attributes else None}
    return pa.Table.from_pylist([row | changed], schema=ITEMS)


def flat(attributes: dict[str, Any] | None, **changed: Any) -> dict[str, list[str]]:
    rows = flatten_items(item(attributes, **changed), AMERICA).to_pylist()
    return {row["amazon_attribute"]: json.loads(row["value"]) for row in rows}


@pytest.mark.parametrize(
    ("document", "texts"),
    [
        pytest.param([{"value": True}], ["Yes"], id="flag"),
        pytest.param([{"value": "a"}, {"value": "a"}, {"value": " "}], ["a"], id="twice-and-blank"),
        pytest.param([{"value": "x", "marketplace_id": AMERICA.id}], [], id="another-marketplace"),
        pytest.param([{"value": "x", "language_tag": "en_US"}], ["x"], id="only-another-language"),
        pytest.param([{"name": [{"value": "Blue", "language_tag": "de_DE"}]}], ["name Blue"], id="nested"),
        pytest.param([{"value": {"value": 2, "unit": "cm"}}], ["2 cm"], id="value-in-value"),
        pytest.param("plain", ["plain"], id="no-list"),
        pytest.param([], [], id="empty"),
        pytest.param([None], [], id="null"),
    ],
)
def test_a_document_becomes_texts(document: Any, texts: list[str]) -> None:
    assert texts_of(document, GERMANY) == texts


def test_identifiers_become_attributes_of_their_own() -> None:
    codes = [{"type": "UPC", "value": "036000291452"}, {"type": "ean", "value": "0036000291452"}, {"type": "gcid"}]
    told = flat({IDENTIFIERS: codes})
    assert (told["upc"], told["ean"]) == (["036000291452"], ["0036000291452"])
    assert IDENTIFIERS not in told and "gcid" not in told


def test_what_the_summary_tells_is_there_without_attributes() -> None:
    assert flat(None) == {"item_name": ["Mug"], "brand": ["Acme"], "product_type": ["MUG"], "asin": ["B1"]}
    assert flat({"brand": [{"value": "ACME Inc"}]})["brand"] == ["ACME Inc"]


_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=8,
)


@given(st.dictionaries(st.sampled_from(["color", "size", "a"]), _values, max_size=3))
def test_whatever_amazon_sends_becomes_texts_without_blanks(attributes: dict[str, Any]) -> None:
    for texts in flat(attributes).values():
        assert texts and all(text.strip() for text in texts)
