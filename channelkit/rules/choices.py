"""What a rule may ask about: attributes with their operators in words, and values to choose from (LR-02)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import pyarrow as pa
import pyarrow.compute as pc

from channelkit.database.connection import Database
from channelkit.database.products import iter_attributes
from channelkit.database.reference import load_catalog_reference
from channelkit.listings.rules.attributes import BOOLEAN_WORDS, LISTS, Attributes, RuleAttribute, rule_attributes
from channelkit.listings.rules.description import operator_words
from channelkit.listings.rules.operators import LIST_OPERATORS
from channelkit.model.columns import one

if TYPE_CHECKING:
    import pandas as pd

Entry = Literal["text", "number", "date", "choice"]

LOOKED_AT = 20_000
"""Products whose values are suggested: enough to know the catalog's words, and read in a moment."""

MOST_VALUES = 2_000


def known_attributes(database: Database) -> Attributes:
    """Return what Commerce says of the attributes that a rule may ask about, as it was last read."""
    with database.read() as connection:
        return rule_attributes(load_catalog_reference(connection))


@dataclass(frozen=True)
class Choice:
    """An attribute that a line of a rule may ask about.

    Arguments:
        entry: how its value is typed.
        operators: those that Commerce offers for it, with their words: ``("==", "is")``.
        options: its own values with the words that people know them by.
        lists: operators that take several values.
    """

    code: str
    label: str
    entry: Entry
    operators: tuple[tuple[str, str], ...]
    options: Mapping[str, str]
    lists: tuple[str, ...]


def make_choice(attribute: RuleAttribute) -> Choice:
    """Return an attribute as an editor offers it.

    >>> made = make_choice(RuleAttribute("price", "Price", "price"))
    >>> made.entry, made.operators[0], made.lists
    ('number', ('==', 'is'), ('()', '!()'))
    """
    words = tuple((op, operator_words(op, attribute)) for op in attribute.operators)
    takes_many = [op for op, _ in words if op in LIST_OPERATORS or (attribute.kind in LISTS and op not in ("==", "!="))]
    return Choice(attribute.code, attribute.label, _entry(attribute), words, _options(attribute), tuple(takes_many))


def attributes_frame(attributes: Attributes) -> pd.DataFrame:
    """Return what a rule may ask about: code, label, how Commerce enters it, operators, and how many options it has."""
    import pandas as pd  # noqa: PLC0415 - half a second

    rows = [
        {
            "code": attribute.code,
            "label": attribute.label,
            "input": attribute.input,
            "operators": ", ".join(f"{op} {operator_words(op, attribute)}" for op in attribute.operators),
            "options": len(_options(attribute)),
        }
        for attribute in attributes.values()
    ]
    return pd.DataFrame(rows, columns=["code", "label", "input", "operators", "options"])


def read_values(database: Database, attribute: RuleAttribute) -> list[str]:
    """Return the values that products have of an attribute, the most frequent first, as far as a quick look tells."""
    with database.read() as connection:
        batch = next(iter_attributes(connection, [attribute.code], LOOKED_AT))
    column = one(batch[attribute.code])
    values = column.flatten() if pa.types.is_list(column.type) else column
    counted = pc.value_counts(values.drop_null())
    order = pc.sort_indices(counted.field("counts"), sort_keys=[("", "descending")])[:MOST_VALUES]
    return [str(value) for value in counted.field("values").take(order).to_pylist() if value]


def fitting(values: Sequence[tuple[str, str]], typed: str, count: int) -> list[tuple[str, str]]:
    """Return values whose words fit what is typed: those that begin so first, then those that have it anywhere.

    >>> fitting([("1", "Mugs"), ("2", "Tea mugs"), ("3", "Plates")], "mug", 5)
    [('1', 'Mugs'), ('2', 'Tea mugs')]
    """
    wanted = typed.strip().casefold()
    begins = [pair for pair in values if pair[1].casefold().startswith(wanted)]
    has = [pair for pair in values if wanted in pair[1].casefold() and not pair[1].casefold().startswith(wanted)]
    return [*begins, *has][:count]


def _entry(attribute: RuleAttribute) -> Entry:
    if attribute.kind in ("select", "boolean", "multiselect", "category"):
        return "choice"
    if attribute.kind == "date":
        return "date"
    return "number" if attribute.is_number else "text"


def _options(attribute: RuleAttribute) -> dict[str, str]:
    """Return values with their words: options are compared by their labels, categories by their numbers."""
    if attribute.kind == "category":
        return dict(sorted(attribute.options.items(), key=lambda pair: pair[1].casefold()))
    if attribute.kind == "boolean":
        return {word: word for word in BOOLEAN_WORDS.values()}
    return {label: label for label in dict.fromkeys(attribute.options.values()) if label.strip()}
