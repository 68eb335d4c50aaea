"""Sentences by the column: a template with facts in braces, filled in for every row."""

from __future__ import annotations

from collections.abc import Sequence
from string import Formatter

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from channelkit.model.columns import one
from channelkit.model.money import minor_text


def write_sentences(template: str, facts: pa.Table, digits: int) -> pa.Array:
    """Return the template once for each row, with its facts.

    Arguments:
        template: ``{name}`` stands for a column; ``{name:money}`` for minor units, ``{name:time}`` for milliseconds in
            UTC; a fact that is not known reads "unknown".
        digits: decimals of the currency.

    >>> facts = pa.table({"salable": [3, None], "seen": [0, 86_400_000]})
    >>> write_sentences("{salable} left at {seen:time}.", facts, 2).to_pylist()
    ['3 left at 1970-01-01 00:00 UTC.', 'unknown left at 1970-01-02 00:00 UTC.']
    """
    if not facts.num_rows:
        return pa.array([], pa.string())
    parts: list[str | pa.Array] = []
    for words, name, kind, _ in Formatter().parse(template):
        parts.append(words)
        if name is not None:
            parts.append(pc.fill_null(_as_text(one(facts[name]), kind or "", digits), "unknown"))
    if all(isinstance(part, str) for part in parts):
        return pa.repeat("".join(str(part) for part in parts), facts.num_rows)
    return pc.binary_join_element_wise(*parts, "")


def write_chosen(templates: Sequence[str], choice: npt.NDArray[np.int64], facts: pa.Table, digits: int) -> pa.Array:
    """Return for each row the template that was chosen for it, with its facts.

    Arguments:
        choice: for each row, a position in ``templates``.

    >>> write_chosen(["none", "{n} left"], np.array([1, 0]), pa.table({"n": [5, 0]}), 2).to_pylist()
    ['5 left', 'none']
    """
    texts, place, filled = [pa.array([], pa.string())], np.zeros(len(choice), np.int64), 0
    for number, template in enumerate(templates):
        rows = np.flatnonzero(choice == number)
        if not rows.size:
            continue
        names = [name for _, name, _, _ in Formatter().parse(template) if name is not None]
        if names:
            texts.append(
                write_sentences(template, facts.select(list(dict.fromkeys(names))).take(pa.array(rows)), digits)
            )
            place[rows] = np.arange(filled, filled + rows.size)
            filled += rows.size
        else:
            texts.append(pa.array([template]))
            place[rows] = filled
            filled += 1
    return pa.concat_arrays(texts).take(pa.array(place))


def _as_text(column: pa.Array, kind: str, digits: int) -> pa.Array:
    if kind == "money":
        return minor_text(column, digits)
    if kind == "time":
        moment = column.cast(pa.timestamp("ms")).cast(pa.string())
        return pc.binary_join_element_wise(pc.utf8_slice_codeunits(moment, 0, 16), "UTC", " ")
    if pa.types.is_string(column.type):
        return pc.if_else(pc.equal(column, ""), None, column)
    return column.cast(pa.string())
