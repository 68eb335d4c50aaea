"""What Amazon's definition of a product type asks of an offer, and which of it a product lacks.

An offer has the four attributes of `SENT`, which channelkit makes of its own facts; whatever else a definition requires
must come out of a Commerce attribute that people linked to Amazon's.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from channelkit.model.columns import join_words, one
from channelkit.model.marketplaces import Marketplace

SENT = ("merchant_suggested_asin", "condition_type", "purchasable_offer", "fulfillment_availability")
"""What every offer has, whatever the product."""


def needed_attributes(required: Mapping[str, Mapping[str, str]]) -> list[str]:
    """Return what definitions require beside what every offer has, each name once.

    Arguments:
        required: product type to names of required attributes and their titles.

    >>> needed_attributes({"LAMP": {"condition_type": "Condition", "batteries_required": "Batteries"}})
    ['batteries_required']
    """
    names = dict.fromkeys(name for of_type in required.values() for name in of_type)
    return [name for name in names if name not in SENT]


def find_lacking(
    product_types: pa.Array | pa.ChunkedArray,
    required: Mapping[str, Mapping[str, str]],
    has: Mapping[str, pa.Array | pa.ChunkedArray],
) -> pa.Array:
    """Return for each product what its definition asks for and it lacks, in words; null where it lacks nothing.

    Arguments:
        product_types: Amazon's type of each product; null, and one whose definition was not read, asks for nothing.
        required: product type to names of required attributes and their titles.
        has: Amazon's attribute to the products' own values of the Commerce attribute that is linked to it: null and
            the empty text are none. One that is not linked has no entry.

    >>> kinds = pa.array(["LAMP", "LAMP", None])
    >>> asked = {"LAMP": {"batteries_required": "Batteries required"}}
    >>> find_lacking(kinds, asked, {"batteries_required": pa.array(["No", None, None])}).to_pylist()
    [None, 'Batteries required (batteries_required)', None]
    """
    kinds = one(product_types)
    lacking: pa.Array = pa.nulls(len(kinds), pa.string())
    for name in needed_attributes(required):
        askers = {kind: asked[name] for kind, asked in required.items() if name in asked}
        if name in has:
            is_there = pc.fill_null(pc.greater(pc.utf8_length(pc.utf8_trim_whitespace(one(has[name]))), 0), False)
        else:
            is_there = pa.array(np.zeros(len(kinds), np.bool_))
        place = pc.index_in(kinds, value_set=pa.array(list(askers), pa.string()), skip_nulls=True)
        titles = pa.array([f"{title} ({name})" if title != name else name for title in askers.values()], pa.string())
        words = pc.if_else(is_there, pa.scalar(None, pa.string()), titles.take(place))
        lacking = join_words(lacking, words, separator=", ")
    return lacking


def shape_values(
    schema: Mapping[str, Any], texts: Mapping[str, str], marketplace: Marketplace
) -> dict[str, list[dict[str, Any]]]:
    """Return attributes as an offer has them, from a product's words; what fits no simple attribute is left out.

    Arguments:
        schema: the definition of the product type.
        texts: Amazon's attribute to what the product has for it.

    >>> from channelkit.model.marketplaces import marketplace
    >>> value = {"type": "boolean"}
    >>> flag = {"items": {"properties": {"value": value, "marketplace_id": {}}}}
    >>> schema = {"properties": {"batteries_required": flag}}
    >>> shape_values(schema, {"batteries_required": "No"}, marketplace("US"))
    {'batteries_required': [{'value': False, 'marketplace_id': 'ATVPDKIKX0DER'}]}
    """
    here = {"marketplace_id": marketplace.id, "language_tag": marketplace.locale}
    shaped = {}
    for name, text in texts.items():
        fields = schema.get("properties", {}).get(name, {}).get("items", {}).get("properties", {})
        value = _typed(fields.get("value"), text)
        if value is not None:
            shaped[name] = [{"value": value} | {key: word for key, word in here.items() if key in fields}]
    return shaped


def _typed(kind: Mapping[str, Any] | None, text: str) -> Any:
    """Return a text as a schema wants it, or None where it cannot be that."""
    if kind is None:
        return None
    words = text.strip()
    choices = dict(zip(kind.get("enumNames", ()), kind.get("enum", ()), strict=False))
    choices |= {str(value): value for value in kind.get("enum", ())}
    if kind.get("type") == "boolean":
        # Commerce keeps yes and no as digits; Amazon's words for them are in the marketplace's language.
        choices |= {"yes": True, "true": True, "1": True, "no": False, "false": False, "0": False}
    if choices:
        return {str(name).casefold(): value for name, value in choices.items()}.get(words.casefold())
    if kind.get("type") in ("integer", "number"):
        try:
            return int(words) if kind["type"] == "integer" else float(words)
        except ValueError:
            return None
    return words if kind.get("type") == "string" else None


def validate_offer(schema: Mapping[str, Any], attributes: Mapping[str, Any]) -> list[str]:
    """Return what a definition has against an offer, in words; advisory, since Amazon's own vocabulary is larger.

    Nothing is fetched: what a schema refers to outside of itself is not looked at.

    Arguments:
        attributes: as they would be sent.
    """
    from jsonschema import Draft201909Validator  # noqa: PLC0415 - a large package, for few offers
    from jsonschema.exceptions import SchemaError, best_match  # noqa: PLC0415 - see above
    from jsonschema.validators import extend  # noqa: PLC0415 - see above
    from referencing import Registry  # noqa: PLC0415 - see above
    from referencing.exceptions import Unresolvable  # noqa: PLC0415 - see above

    checks = {"minUniqueItems": _few, "maxUniqueItems": _many, "minUtf8ByteLength": _short, "maxUtf8ByteLength": _long}
    validator = extend(Draft201909Validator, checks)(schema, registry=Registry())
    try:
        found = sorted(validator.iter_errors(dict(attributes)), key=lambda error: [str(part) for part in error.path])
    except (SchemaError, Unresolvable):
        return []
    said = []
    for error in found:
        # Of several ways in which a value may be right, the nearest one says most.
        nearest = best_match([error]) or error
        where = "/".join(str(part) for part in error.absolute_path)
        said.append(f"{where}: {nearest.message}" if where else str(nearest.message))
    return list(dict.fromkeys(said))


def _entries(value: Any, schema: Mapping[str, Any]) -> int:
    """Return how many entries stand side by side: those of other marketplaces or languages do not count together."""
    selectors: Sequence[str] = schema.get("selectors") or ()
    entries = [entry for entry in value if isinstance(entry, Mapping)]
    groups: dict[tuple[str, ...], int] = {}
    for entry in entries:
        key = tuple(str(entry.get(name)) for name in selectors)
        groups[key] = groups.get(key, 0) + 1
    return max(groups.values(), default=0)


def _few(_validator: Any, least: int, value: Any, schema: Mapping[str, Any]) -> Iterator[Any]:
    if isinstance(value, list) and _entries(value, schema) < least:
        yield _error(f"at least {least} entries are needed")


def _many(_validator: Any, most: int, value: Any, schema: Mapping[str, Any]) -> Iterator[Any]:
    if isinstance(value, list) and _entries(value, schema) > most:
        yield _error(f"at most {most} entries are allowed")


def _short(_validator: Any, least: int, value: Any, _schema: Mapping[str, Any]) -> Iterator[Any]:
    if isinstance(value, str) and len(value.encode()) < least:
        yield _error(f"{value!r} is shorter than {least} bytes")


def _long(_validator: Any, most: int, value: Any, _schema: Mapping[str, Any]) -> Iterator[Any]:
    if isinstance(value, str) and len(value.encode()) > most:
        yield _error(f"it is longer than {most} bytes")


def _error(words: str) -> Any:
    from jsonschema.exceptions import ValidationError  # noqa: PLC0415 - a large package, for few offers

    return ValidationError(words)
