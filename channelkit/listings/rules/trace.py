"""Why does a rule admit a product, or not? Step by step, and the smallest change that would turn it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pyarrow as pa

from channelkit.errors import UsageError
from channelkit.listings.rules.admission import combine, condition_tester
from channelkit.listings.rules.attributes import Attributes
from channelkit.listings.rules.description import OPPOSITES, describe_condition, describe_node
from channelkit.listings.rules.tree import Condition, Group, Node
from channelkit.model.columns import Mask


@dataclass(frozen=True)
class Step:
    """One group or condition of a rule, as it is for one product.

    Arguments:
        depth: 0 for the whole rule; its children are one deeper.
        words: what is asked, for a person.
        value: what the product has; empty for a group.
        holds: whether it holds for the product.
    """

    depth: int
    words: str
    value: str
    holds: bool


def trace_rule(group: Group, batch: pa.Table, attributes: Attributes, time_zone: str) -> list[Step]:
    """Return every step of a rule for one product, in the order in which they are written.

    Arguments:
        batch: one product, as `channelkit.listings.rules.admission.admits` takes them.

    Raises:
        UsageError: the batch has not exactly one row.

    >>> product = pa.table({"sku": ["a"], "brand": [["Acme"]]})
    >>> [(step.words, step.value, step.holds) for step in trace_rule(
    ...     Group(children=(Condition("brand", "==", "Other"),)), product, {}, "UTC")]
    [('all of these hold', '', False), ('brand is “Other”', 'Acme', False)]
    """
    test = _tester(batch, attributes, time_zone)
    steps: list[Step] = []

    def visit(node: Node, depth: int) -> None:
        holds = bool(combine(node, test, 1)[0])
        value = _value(batch, node.attribute) if isinstance(node, Condition) else ""
        steps.append(Step(depth, describe_node(node, attributes), value, holds))
        for child in node.children if isinstance(node, Group) else ():
            visit(child, depth + 1)

    visit(group, 0)
    return steps


def smallest_change(group: Group, batch: pa.Table, attributes: Attributes, time_zone: str) -> str:
    """Return which conditions would have to be otherwise for the rule to decide otherwise, the fewest there are.

    Raises:
        UsageError: the batch has not exactly one row.

    >>> product = pa.table({"sku": ["a"], "brand": [["Acme"]], "size": [["M"]]})
    >>> rule = Group(children=(Condition("brand", "==", "Acme"), Condition("size", "==", "L")))
    >>> smallest_change(rule, product, {}, "UTC")
    'The rule would admit it if size is “L” (now: M).'
    """
    test = _tester(batch, attributes, time_zone)
    admitted = bool(combine(group, test, 1)[0])
    flips = _flips(group, test, not admitted)
    if flips is None:
        return "Nothing about the product can change it: the rule admits every product."
    verb = "would no longer admit it" if admitted else "would admit it"
    asked = dict.fromkeys(
        f"{describe_condition(_turned(condition, test), attributes)} (now: {_value(batch, condition.attribute)})"
        for condition in flips
    )
    return f"The rule {verb} if {', and '.join(asked)}."


def _turned(condition: Condition, test: Callable[[Condition], Mask]) -> Condition:
    """Return what must be so for a condition to answer otherwise than it does."""
    if not bool(test(condition)[0]):
        return condition
    return Condition(condition.attribute, OPPOSITES[condition.op], condition.value)


def _flips(node: Node, test: Callable[[Condition], Mask], wanted: bool) -> list[Condition] | None:
    """Return the fewest conditions to be turned so that a node is as wanted; None where none can do it."""
    if bool(combine(node, test, 1)[0]) is wanted:
        return []
    if isinstance(node, Condition):
        return [node]
    if not node.children:
        return None
    # A group of "all … false" is "every child is not so": the same question, asked of the children the other way round.
    child_wanted = node.match if wanted else not node.match
    needs_every = node.all if wanted else not node.all
    costs = [_flips(child, test, child_wanted) for child in node.children]
    if needs_every:
        found = [condition for cost in costs if cost is not None for condition in cost]
        return None if any(cost is None for cost in costs) else found
    possible = [cost for cost in costs if cost is not None]
    return min(possible, key=len) if possible else None


def _tester(batch: pa.Table, attributes: Attributes, time_zone: str) -> Callable[[Condition], Mask]:
    if batch.num_rows != 1:
        raise UsageError(f"A rule is traced for one product, not for {batch.num_rows}.", "Name one SKU.")
    return condition_tester(batch, attributes, time_zone)


def _value(batch: pa.Table, code: str) -> str:
    """Return what the product has, in words."""
    value = batch[code][0].as_py() if code in batch.column_names else None
    if value is None or value == []:
        return "not set"
    return ", ".join(value) if isinstance(value, list) else str(value)
