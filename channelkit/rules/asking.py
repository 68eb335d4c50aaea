"""A rule asked of all products: which it admits, and which of its parts speaks against the others."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pyarrow as pa

from channelkit.listings.rules.admission import combine, condition_tester, join
from channelkit.listings.rules.attributes import Attributes
from channelkit.listings.rules.description import describe, describe_condition
from channelkit.listings.rules.tree import Condition, Group, Node
from channelkit.model.columns import Mask, one

_BEGINS = "A product is eligible if "


def ask_rule(
    rule: Group, batches: Iterator[pa.Table], attributes: Attributes, time_zone: str
) -> tuple[pa.Array, Mask, np.ndarray]:
    """Return all SKUs, which of them the rule admits, and for each the first of the rule's parts that is against it.

    Arguments:
        batches: as `channelkit.database.products.iter_attributes` yields them.
        attributes: what Commerce says of the attributes.
        time_zone: the store's; dates are read in it.
    """
    skus, admitted, why = [], [], []
    for batch in batches:
        test = condition_tester(batch, attributes, time_zone)
        answers = [combine(child, test, batch.num_rows) for child in rule.children]
        skus.append(one(batch["sku"]))
        admitted.append(join(rule, answers, batch.num_rows))
        against = [~answer if rule.match else answer for answer in answers] if rule.all else []
        first = np.argmax(np.stack(against), axis=0) if against else np.zeros(batch.num_rows)
        why.append(first.astype(np.int16))
    return pa.concat_arrays(skus), np.concatenate(admitted), np.concatenate(why)


def reason_words(rule: Group, attributes: Attributes) -> list[str]:
    """Return what is said of a product that the rule leaves out: one sentence for each condition that may be why.

    >>> reason_words(Group(children=(Condition("brand", "==", "Acme"), Condition("size", "==", "L"))), {})
    ['The rule asks that brand is “Acme”.', 'The rule asks that size is “L”.']
    """
    if not rule.all or not rule.children:
        return [f"The rule asks that {_clause(rule, attributes)}."]
    begins = "The rule asks that" if rule.match else "The rule leaves it out because"
    return [f"{begins} {_clause(child, attributes)}." for child in rule.children]


def _clause(node: Node, attributes: Attributes) -> str:
    """Return a part of a rule as it stands within a sentence."""
    if isinstance(node, Condition):
        return describe_condition(node, attributes)
    words = describe(node, attributes)
    return words.removeprefix(_BEGINS).removesuffix(".") if words.startswith(_BEGINS) else "(always)"
