"""Which products does a rule admit? Whole columns at a time."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pyarrow as pa

from channelkit.listings.rules.attributes import Attributes, attribute_of
from channelkit.listings.rules.operators import check_condition
from channelkit.listings.rules.tree import Condition, Group, Node
from channelkit.listings.rules.values import Values
from channelkit.model.columns import Mask


def admits(group: Group, batch: pa.Table, attributes: Attributes, time_zone: str) -> Mask:
    """Return which products of a batch a rule admits (LR-01).

    Arguments:
        batch: ``sku`` and a column of texts, or of lists of texts, for each attribute that the rule looks at; an
            attribute without a column has no values.
        attributes: what Commerce says of the attributes.
        time_zone: the store's; dates are read in it.

    >>> products = pa.table({"sku": ["a", "b"], "brand": [["Acme"], ["Other"]]})
    >>> admits(Group(children=(Condition("brand", "==", "acme"),)), products, {}, "UTC").tolist()
    [True, False]
    """
    return combine(group, condition_tester(batch, attributes, time_zone), batch.num_rows)


def condition_tester(batch: pa.Table, attributes: Attributes, time_zone: str) -> Callable[[Condition], Mask]:
    """Return what tests conditions against a batch; values are prepared once, and no condition is tested twice."""
    prepared: dict[str, Values] = {}
    answers: dict[Condition, Mask] = {}

    def test(condition: Condition) -> Mask:
        if condition in answers:
            return answers[condition]
        code = condition.attribute
        if code not in prepared:
            has = code in batch.column_names
            column = batch[code] if has else pa.nulls(batch.num_rows, pa.string())
            prepared[code] = Values(column, attribute_of(code, attributes), time_zone)
        answers[condition] = check_condition(condition, prepared[code])
        return answers[condition]

    return test


def combine(node: Node, test: Callable[[Condition], Mask], rows: int) -> Mask:
    """Return for which rows a node holds.

    Arguments:
        test: the answer of each condition.
        rows: how many rows there are.
    """
    if isinstance(node, Condition):
        return test(node)
    return join(node, [combine(child, test, rows) for child in node.children], rows)


def join(group: Group, answers: Sequence[Mask], rows: int) -> Mask:
    """Return for which rows a group holds whose children gave these answers; without children for all (LR-01)."""
    if not answers:
        return np.ones(rows, np.bool_)
    stacked = [answer if group.match else ~answer for answer in answers]
    holds = (np.logical_and if group.all else np.logical_or).reduce(stacked)
    found: Mask = np.asarray(holds, np.bool_)
    return found
