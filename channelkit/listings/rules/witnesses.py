"""Can some product satisfy these conditions at once? Products are made up and asked, so that nothing is said twice."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import combinations, pairwise
from typing import TypeAlias

import numpy as np
import pyarrow as pa

from channelkit.listings.rules.attributes import LISTS, Attributes, RuleAttribute, attribute_of
from channelkit.listings.rules.operators import check_condition, parse_value
from channelkit.listings.rules.tree import Condition, Group, Node
from channelkit.listings.rules.values import Values, is_number, moment_of

Literal: TypeAlias = tuple[Condition, bool]
"""A condition, and whether it shall hold."""

Conjunction: TypeAlias = tuple[Literal, ...]
"""What shall hold at once."""

MOST = 400
"""Ways to satisfy a rule that are looked at; beyond them nothing is claimed."""

_SUBSETS = 7
_FRESH = "\U0001f50e something else"
_ZONE = "UTC"
_DATE = "%Y-%m-%d %H:%M:%S"


def ways(nodes: Iterable[tuple[Node, bool]]) -> list[Conjunction] | None:
    """Return every way in which some nodes are as wanted, all at once; None where there are too many to look at."""
    found: list[Conjunction] = [()]
    for node, wanted in nodes:
        options = _ways(node, wanted)
        if options is None or len(options) * len(found) > MOST:
            return None
        found = [tuple(dict.fromkeys(way + option)) for way in found for option in options]
    return found


def _ways(node: Node, wanted: bool) -> list[Conjunction] | None:
    if isinstance(node, Condition):
        return [((node, wanted),)]
    if not node.children:
        return [()] if wanted else []
    child_wanted = node.match if wanted else not node.match
    if node.all if wanted else not node.all:
        return ways((child, child_wanted) for child in node.children)
    found: list[Conjunction] = []
    for child in node.children:
        options = _ways(child, child_wanted)
        if options is None or len(found) + len(options) > MOST:
            return None
        found += options
    return found


class Witnesses:
    """Answers whether conditions can hold at once; remembers what it found out.

    Arguments:
        attributes: what Commerce says of the attributes: whose options are known has no others.
    """

    def __init__(self, attributes: Attributes) -> None:
        self.attributes = attributes
        self._known: dict[frozenset[Literal], bool] = {}

    def is_possible(self, nodes: Iterable[tuple[Node, bool]]) -> bool:
        """Tell whether some product has these nodes as wanted; true also where that cannot be found out."""
        found = ways(nodes)
        return found is None or any(not self.clash(way) for way in found)

    def clash(self, way: Conjunction) -> Conjunction:
        """Return those conditions of a way, all of one attribute, that no product can satisfy; empty for none."""
        by_code: dict[str, list[Literal]] = {}
        for literal in way:
            by_code.setdefault(literal[0].attribute, []).append(literal)
        for code, literals in by_code.items():
            key = frozenset(literals)
            if key not in self._known:
                self._known[key] = _is_possible(literals, attribute_of(code, self.attributes))
            if not self._known[key]:
                return tuple(literals)
        return ()


def _is_possible(literals: Sequence[Literal], attribute: RuleAttribute) -> bool:
    made = list(_candidates(literals, attribute))
    values = Values(pa.array(made, pa.list_(pa.string())), attribute, _ZONE)
    holds = np.ones(len(made), np.bool_)
    for condition, wanted in literals:
        holds &= check_condition(condition, values) == wanted
    return bool(holds.any())


def _candidates(literals: Sequence[Literal], attribute: RuleAttribute) -> Iterator[list[str] | None]:
    """Yield values that a product could have: all that could make a difference to these conditions."""
    yield None
    named = list(dict.fromkeys(item for condition, _wanted in literals for item in _items(condition, attribute)))
    if attribute.kind in LISTS:
        yield from _lists(literals, named, attribute)
    elif attribute.kind in ("select", "boolean"):
        labels = ["Yes", "No"] if attribute.kind == "boolean" else list(attribute.options.values())
        wanted = {name.lower() for name in named}
        others = [label for label in labels if label.lower() not in wanted][:1]
        known = [label for label in labels if label.lower() in wanted] if labels else [*named, _FRESH]
        yield from ([label] for label in (*known, *others))
    elif attribute.kind == "date":
        yield from ([moment] for moment in _moments(named))
    else:
        yield from ([text] for text in (*_numbers(named), *(() if attribute.is_number else _texts(literals, named))))


def _items(condition: Condition, attribute: RuleAttribute) -> tuple[str, ...]:
    if condition.op == "<=>":
        return ()
    wanted = parse_value(condition, attribute)
    return wanted if isinstance(wanted, tuple) else (wanted,)


def _lists(literals: Sequence[Literal], named: list[str], attribute: RuleAttribute) -> Iterator[list[str]]:
    labels = list(attribute.options) if attribute.kind == "category" else list(attribute.options.values())
    wanted = {name.lower() for name in named}
    known = [name for name in named if not labels or name.lower() in {label.lower() for label in labels}]
    fresh = next((label for label in labels if label.lower() not in wanted), "" if labels else _FRESH)
    refused = {
        item
        for condition, holds in literals
        if (condition.op in ("!{}", "!()", "!=")) is holds
        for item in _items(condition, attribute)
    }
    yield [name for name in known if name not in refused]
    for size in range(1, (len(known) if len(known) <= _SUBSETS else 1) + 1):
        yield from (list(some) for some in combinations(known, size))
    if fresh:
        yield from ([fresh], [fresh, *known])


def _numbers(named: Sequence[str]) -> Iterator[str]:
    numbers = sorted({float(name) for name in named if is_number(name)})
    yield from (name for name in named if is_number(name))
    for number in numbers:
        yield from (repr(number), repr(number - 1), repr(number + 1))
    for low, high in pairwise(numbers):
        yield repr((low + high) / 2)


def _texts(literals: Sequence[Literal], named: Sequence[str]) -> Iterator[str]:
    parts = [str(condition.value) for condition, wanted in literals if (condition.op == "{}") and wanted]
    joined = ("".join(parts), " ".join(parts), "".join(reversed(parts)))
    for text in ("", *named):
        yield from (text, f"{text}!", f"{text}~", *(text + part for part in joined), *(part + text for part in joined))
    yield from ("\x01", _FRESH, "\U0010ffff")


def _moments(named: Sequence[str]) -> Iterator[str]:
    moments = sorted({moment for name in named if (moment := moment_of(name, _ZONE)) is not None})
    between = [(low + high) // 2 for low, high in pairwise(moments)]
    for moment in (*moments, *between):
        at = datetime.fromtimestamp(moment, UTC)
        for shift in (timedelta(0), timedelta(days=1), timedelta(days=-1), timedelta(seconds=1), timedelta(seconds=-1)):
            yield (at + shift).strftime(_DATE)
    yield datetime.fromtimestamp(0, UTC).strftime(_DATE)


def contexts(group: Group, path: Sequence[int]) -> list[tuple[Node, bool]]:
    """Return how everything beside a node must be for the node to decide: where all shall hold, the others do."""
    found: list[tuple[Node, bool]] = []
    node: Node = group
    for place in path:
        if not isinstance(node, Group):
            break
        # In "all" the others must not have failed already; in "any" none of them may have sufficed already.
        neutral = node.match if node.all else not node.match
        found += [(child, neutral) for other, child in enumerate(node.children) if other != place]
        node = node.children[place]
    return found
