"""The attribute catalogue: which Commerce attribute takes which of Amazon's values, shared by all stores."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from difflib import get_close_matches

import pyarrow.compute as pc

from channelkit.attributes.recommended import INPUTS
from channelkit.commerce.attributes import Attribute, read_attribute
from channelkit.commerce.stores import read_store_configs, read_store_views
from channelkit.database import attribute_map, attribute_values
from channelkit.errors import UsageError
from channelkit.model.attributes import KNOWN, NOT_FOR_IMPORT, Mapping, Scope
from channelkit.model.marketplaces import marketplace
from channelkit.parts import Parts

_NAME = re.compile(r"[a-z][a-z0-9_]*")


def map_attribute(
    parts: Parts,
    country: str,
    amazon_attribute: str,
    attribute: str,
    *,
    overwrite: bool,
    scope: Scope,
    store_views: Sequence[str],
    by: str,
) -> Mapping:
    """Link an Amazon attribute to a Commerce attribute that exists, and return the row of the catalogue (AT-03).

    A row that was deactivated becomes active again, with what is said now.

    Raises:
        UsageError: one of the two is not known, cannot take values, or they are linked already.
    """
    place = marketplace(country).country
    _check_amazon(parts, amazon_attribute)
    found = _check_commerce(parts, attribute)
    views = _check_scope(parts, found, scope, store_views)
    _check_currency(parts, found, place, views)
    with parts.database.write() as connection:
        known = attribute_map.find_mapping(connection, place, amazon_attribute, attribute)
        if known is not None and known.active:
            raise UsageError(
                f"Row {known.id} of the catalogue links {amazon_attribute!r} in {place} to {attribute!r} already.",
                f"Change it with kit.attributes.change({known.id}, …).",
            )
        if known is not None:
            changed = replace(known, active=True, overwrite=overwrite, scope=scope, store_views=views)
            attribute_map.change_mapping(connection, replace(changed, made_at=parts.now(), made_by=by))
            return attribute_map.load_mapping(connection, known.id)
        number = attribute_map.add_mapping(
            connection,
            country=place,
            amazon_attribute=amazon_attribute,
            attribute=attribute,
            overwrite=overwrite,
            scope=scope,
            store_views=views,
            at=parts.now(),
            by=by,
        )
        return attribute_map.load_mapping(connection, number)


def change_mapping(
    parts: Parts,
    number: int,
    *,
    attribute: str | None,
    active: bool | None,
    overwrite: bool | None,
    scope: Scope | None,
    store_views: Sequence[str] | None,
    by: str,
) -> Mapping:
    """Change a row of the catalogue, and return it as it is now; what is None stays (AT-02).

    Raises:
        UsageError: there is no such row, or it would not be possible so.
    """
    with parts.database.read() as connection:
        known = attribute_map.load_mapping(connection, number)
    new_scope = scope or known.scope
    # Global fixes the views: those that were chosen are no longer.
    views = store_views if store_views is not None else known.store_views if new_scope == "views" else ()
    code = attribute or known.attribute
    if (code, new_scope, tuple(views)) != (known.attribute, known.scope, known.store_views):
        found = _check_commerce(parts, code)
        views = _check_scope(parts, found, new_scope, views)
        _check_currency(parts, found, known.country, views)
    changed = replace(
        known,
        attribute=code,
        active=known.active if active is None else active,
        overwrite=known.overwrite if overwrite is None else overwrite,
        scope=new_scope,
        store_views=tuple(views),
        made_at=parts.now(),
        made_by=by,
    )
    with parts.database.write() as connection:
        other = attribute_map.find_mapping(connection, known.country, known.amazon_attribute, code)
        if other is not None and other.id != number:
            raise UsageError(f"Row {other.id} of the catalogue links these two already.", "Change that one.")
        attribute_map.change_mapping(connection, changed)
    return changed


def is_mapped(parts: Parts, country: str, amazon_attribute: str, attribute: str) -> bool:
    """Tell whether an active row links these two already."""
    with parts.database.read() as connection:
        known = attribute_map.find_mapping(connection, marketplace(country).country, amazon_attribute, attribute)
    return known is not None and known.active


def list_choices(parts: Parts, country: str) -> list[dict[str, object]]:
    """Return the Amazon attributes to choose from: the usual ones, and whatever else Amazon was seen to tell.

    Returns:
        For each ``amazon_attribute, label, input`` (the kind of Commerce attribute that suits), and ``items``: for how
        many items Amazon was seen to tell it in this country.
    """
    counts = _told(parts, country)
    known = {each.name: each for each in KNOWN}
    rows: list[dict[str, object]] = [
        {"amazon_attribute": each.name, "label": each.label, "input": each.input, "items": counts.get(each.name, 0)}
        for each in KNOWN
    ]
    for name in sorted(set(counts) - set(known)):
        words = name.replace("_", " ").capitalize()
        rows.append({"amazon_attribute": name, "label": words, "input": "text", "items": counts[name]})
    # What Amazon was seen to tell of most items stands first.
    return sorted(rows, key=lambda row: -counts.get(str(row["amazon_attribute"]), 0))


def _told(parts: Parts, country: str = "") -> dict[str, int]:
    """Return for how many items each attribute was seen, in a country or in all."""
    chosen = [marketplace(country).id] if country else None
    with parts.database.read() as connection:
        values = attribute_values.load_values(connection, chosen)
    counted = pc.value_counts(values["amazon_attribute"]).to_pylist()
    return {str(row["values"]): int(row["counts"]) for row in counted}


def _check_amazon(parts: Parts, name: str) -> None:
    names = {each.name for each in KNOWN} | set(_told(parts))
    if name in names:
        return
    close = get_close_matches(name, names, 3) if _NAME.fullmatch(name) else []
    hint = f"Did you mean {' or '.join(close)}? " if close else ""
    raise UsageError(
        f"Amazon was not seen to tell an attribute {name!r}.",
        f"{hint}kit.attributes.choices() lists them; kit.attributes.pull() reads what Amazon tells of your items.",
    )


def _check_commerce(parts: Parts, code: str) -> Attribute:
    if code in NOT_FOR_IMPORT:
        raise UsageError(
            f"Amazon's values cannot go into {code!r}: it decides what is sold, where or for how much.",
            "Choose another Commerce attribute.",
        )
    found = read_attribute(parts.commerce, code)
    if found is None:
        raise UsageError(
            f"Commerce has no attribute {code!r}.",
            f"Create it: kit.attributes.create({code!r}, label).apply(), or name one that exists.",
        )
    if found.input not in INPUTS:
        raise UsageError(
            f"The attribute {code!r} is a {found.input}, which cannot take Amazon's values.",
            f"Those of these kinds can: {', '.join(INPUTS)}.",
        )
    return found


def _check_scope(parts: Parts, attribute: Attribute, scope: Scope, store_views: Sequence[str]) -> tuple[str, ...]:
    """Return the store views that get the value; none where it holds in all of them (AT-06)."""
    if scope == "global":
        if store_views:
            raise UsageError(
                "Global values hold in every store view; none can be chosen.", 'Say scope="views" to choose some.'
            )
        return ()
    if scope != "views":
        raise UsageError(f"There is no scope {scope!r}.", "It is global, or views.")
    if attribute.scope == "global":
        raise UsageError(
            f"The attribute {attribute.code!r} is global in Commerce: store views cannot differ.",
            'Say scope="global", or choose an attribute whose scope is the store view.',
        )
    known = [view.code for view in read_store_views(parts.commerce)]
    unknown = [code for code in store_views if code not in known]
    if unknown or not store_views:
        what = f"Commerce has no store view {unknown[0]!r}." if unknown else "No store view was chosen."
        raise UsageError(what, f"Its store views are: {', '.join(known)}.")
    return tuple(dict.fromkeys(store_views))


def _check_currency(parts: Parts, attribute: Attribute, country: str, views: Sequence[str]) -> None:
    """Make sure that a price is in the currency of the prices beside which it would stand; none is converted."""
    if attribute.input != "price":
        return
    ours = marketplace(country).currency
    configs = read_store_configs(parts.commerce)
    bases = {config.base_currency_code for config in configs if not views or config.code in views}
    if bases != {ours}:
        raise UsageError(
            f"Amazon's prices in {country} are in {ours}, those of {attribute.code!r} in {_listed(bases)}.",
            'Prices are not converted: fill only store views of that currency, scope="views", or use a text.',
        )


def _listed(words: Iterable[str]) -> str:
    return " and ".join(sorted(words)) or "no currency"
