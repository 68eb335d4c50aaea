"""Options by label: a person writes the word, Commerce keeps a number; a word that is missing is added once."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import pyarrow as pa
import pyarrow.compute as pc

from channelkit.commerce.attributes import add_option, option_key, read_options
from channelkit.commerce.client import Commerce
from channelkit.commerce.writes import read_values
from channelkit.model.columns import one
from channelkit.plan.catalog import in_words

EXISTING = pa.schema([(name, pa.string()) for name in ("sku", "attribute", "scope", "value")])

CHOICES = ("select", "multiselect")


@dataclass
class Vocabulary:
    """The options of a Commerce's attributes, read when they are first needed.

    Arguments:
        inputs: code of each attribute to its kind.
    """

    commerce: Commerce
    inputs: Mapping[str, str]
    _labels: dict[str, dict[str, str]] = field(default_factory=dict)

    def labels(self, code: str) -> dict[str, str]:
        """Return an attribute's labels by their numbers."""
        if code not in self._labels:
            self._labels[code] = read_options(self.commerce, code)
        return self._labels[code]

    def number(self, code: str, label: str) -> str:
        """Return the number of a label, adding the option where there is none like it.

        Raises:
            RemoteError: Commerce does not add it.
        """
        wanted = option_key(label)
        found = next((number for number, known in self.labels(code).items() if option_key(known) == wanted), None)
        if found is None:
            found = add_option(self.commerce, code, label)
            self._labels[code][found] = label
        return found

    def wire(self, code: str, words: str | None) -> str:
        """Return a value as Commerce takes it: numbers for labels, 1 and 0 for yes and no; empty takes it away."""
        if words is None:
            return ""
        kind = self.inputs.get(code, "text")
        if kind == "select":
            return self.number(code, words)
        if kind == "multiselect":
            return ",".join(self.number(code, label) for label in words.split("\n"))
        return {"Yes": "1", "No": "0"}.get(words, words) if kind == "boolean" else words

    def words(self, values: pa.Table) -> pa.Table:
        """Return values as a person reads them; those that are empty are left out.

        Arguments:
            values: ``sku, attribute, value`` and further columns, as Commerce has them.
        """
        attribute, value = one(values["attribute"]), one(values["value"])
        for code in pc.unique(attribute).to_pylist():
            if self.inputs.get(code) in CHOICES:
                here = pc.equal(attribute, code)
                value = pc.if_else(here, self._named(code, value), value)
        kinds = pa.array([self.inputs.get(code, "text") for code in attribute.to_pylist()], pa.string())
        place = values.column_names.index("value")
        told = values.set_column(place, "value", in_words(value, kinds))
        return told.filter(pc.is_valid(told["value"])).combine_chunks()

    def _named(self, code: str, values: pa.Array) -> pa.Array:
        """Return labels for numbers; a value that is no number of an option stays as it is."""
        labels = self.labels(code)
        distinct = pc.unique(values.drop_null())
        named = ["\n".join(labels.get(part, part) for part in text.split(",")) for text in distinct.to_pylist()]
        return one(pa.array(named, pa.string()).take(pc.index_in(values, value_set=distinct)))


def read_existing(
    vocabulary: Vocabulary, skus: Sequence[str], wanted: set[tuple[str, str]], progress: Callable[[str], None]
) -> pa.Table:
    """Return what Commerce has now, in words, scope by scope; what is empty is left out.

    Arguments:
        wanted: scope and attribute of what is asked for.
        progress: is told, in words, what is being read.

    Returns:
        The columns `EXISTING`.
    """
    found = [EXISTING.empty_table()]
    for scope in sorted({scope for scope, _ in wanted}) if skus else ():
        codes = sorted(code for where, code in wanted if where == scope)
        progress(f"Commerce: reading {len(codes)} attributes of {len(skus)} products ({scope})")
        read = vocabulary.words(read_values(vocabulary.commerce, skus, codes, scope))
        read = read.append_column("scope", pa.repeat(pa.scalar(scope, pa.string()), read.num_rows))
        found.append(read.select(EXISTING.names).cast(EXISTING))
    return pa.concat_tables(found).combine_chunks()
