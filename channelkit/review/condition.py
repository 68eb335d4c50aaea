"""The words of a filter: a small language over a table's columns, read by hand and never given to a database.

::

    condition  =  all { "or" all }
    all        =  part { ["and"] part }
    part       =  "not" part  |  "(" condition ")"  |  column operator value  |  column "is" ["not"] "empty"  |  words
    operator   =  "="  "!="  "<"  "<="  ">"  ">="  "contains"
    value      =  a word, a number, or a text in quotes; words alone are looked for in every text column

Upper and lower case make no difference. What is not known is equal to nothing. Times are compared by their day, in UTC,
which is written as year-month-day.
"""

from __future__ import annotations

import re
from collections.abc import Callable

import pyarrow as pa
import pyarrow.compute as pc

from channelkit.errors import UsageError
from channelkit.review.filters import day_of

LONGEST, DEEPEST = 1000, 20
"""Characters of a filter, and brackets within brackets."""

_TOKEN = re.compile(
    r"""\s*(?:(?P<quote>['"])(?P<text>.*?)(?P=quote)|(?P<sign><=|>=|!=|[=<>()])|(?P<word>[^\s()=<>!'"]+))"""
)
_COMPARE: dict[str, Callable[[pa.ChunkedArray, pa.Scalar], pa.ChunkedArray]] = {
    "=": pc.equal,
    "!=": pc.not_equal,
    "<": pc.less,
    "<=": pc.less_equal,
    ">": pc.greater,
    ">=": pc.greater_equal,
}
_YES = {"yes": True, "true": True, "1": True, "no": False, "false": False, "0": False}

Token = tuple[str, str]
"""What it is (text, sign, word, end) and how it is written."""


def matching(table: pa.Table, condition: str, anywhere: Callable[[], pa.Array] | None = None) -> pa.Array:
    """Return which rows a filter lets through, as an array of flags.

    Arguments:
        table: columns of texts, numbers and flags.
        condition: the filter; an empty one lets everything through.
        anywhere: returns a text for each row, in lower case, in which words alone are looked for; by default every text
            column is.

    Raises:
        UsageError: the filter cannot be read, or names a column that is not there; the message says which.

    >>> table = pa.table({"sku": ["A-1", "B-2", None], "probability": [0.9, 0.4, 0.2]})
    >>> matching(table, "probability < 0.5 and not sku is empty").to_pylist()
    [False, True, False]
    >>> matching(table, "a-1 or (sku contains b)").to_pylist()
    [True, True, False]
    >>> since = pa.array([0, 86_400_000, None], pa.timestamp("ms", "UTC"))
    >>> matching(pa.table({"since": since}), "since <= 1970-01-01").to_pylist()
    [True, False, False]
    """
    if len(condition) > LONGEST:
        raise UsageError(f"The filter is longer than {LONGEST:,} characters.", "Make it shorter.")
    reader = _Reader(table, _tokens(condition), anywhere)
    if reader.next[0] == "end":
        return pa.repeat(True, table.num_rows)
    found = reader.condition(0)
    if reader.next[0] != "end":
        raise UsageError(f"The filter has {reader.next[1]!r} where nothing more was expected.", "Check its brackets.")
    return found


def _tokens(condition: str) -> list[Token]:
    tokens: list[Token] = []
    place, end = 0, len(condition.rstrip())
    while place < end:
        found = _TOKEN.match(condition, place, end)
        if found is None:
            raise UsageError(
                f"The filter cannot be read from {condition[place:end].strip()[:40]!r} on.",
                "Close its quotes; the operators are = != < <= > >= contains.",
            )
        kind = "text" if found["quote"] else "sign" if found["sign"] else "word"
        tokens.append((kind, found["text"] if kind == "text" else found[kind]))
        place = found.end()
    return [*tokens, ("end", "")]


class _Reader:
    """Reads tokens from left to right, and decides over whole columns as it goes."""

    def __init__(self, table: pa.Table, tokens: list[Token], anywhere: Callable[[], pa.Array] | None) -> None:
        self.table, self.tokens, self.anywhere, self.place = table, tokens, anywhere, 0

    @property
    def next(self) -> Token:
        return self.tokens[self.place]

    def says(self, *words: str) -> bool:
        """Take the next token if it is one of these words or signs."""
        kind, written = self.next
        if kind in ("word", "sign") and written.lower() in words:
            self.place += 1
            return True
        return False

    def condition(self, depth: int) -> pa.Array:
        if depth > DEEPEST:
            raise UsageError("The filter has too many brackets within brackets.", "Write it flatter.")
        found = self.all(depth)
        while self.says("or"):
            found = pc.or_(found, self.all(depth))
        return found

    def all(self, depth: int) -> pa.Array:
        found = self.part(depth)
        while self.says("and") or not (self.next[0] == "end" or self.next[1].lower() in (")", "or")):
            found = pc.and_(found, self.part(depth))
        return found

    def part(self, depth: int) -> pa.Array:
        if self.says("not"):
            return pc.invert(self.part(depth))
        if self.says("("):
            found = self.condition(depth + 1)
            if not self.says(")"):
                raise UsageError("The filter opens a bracket and does not close it.", "Add a closing bracket.")
            return found
        kind, written = self.next
        if kind in ("end", "sign"):
            raise UsageError(
                f"The filter has {written!r} where a column or a word was expected."
                if written
                else "The filter ends where a column or a word was expected.",
                "For instance: probability >= 0.9 and veto is empty.",
            )
        self.place += 1
        if kind == "word" and self._is_operator():
            return self._compared(written)
        return self._found_anywhere(written)

    def _is_operator(self) -> bool:
        kind, written = self.next
        return written in _COMPARE if kind == "sign" else kind == "word" and written.lower() in ("contains", "is")

    def _compared(self, name: str) -> pa.Array:
        column = self._column(name)
        sign = self.next[1].lower()
        self.place += 1
        if sign == "is":
            is_full = self.says("not")
            if not self.says("empty"):
                raise UsageError(
                    f"The filter says {name!r} 'is' without 'empty'.", "Write: is empty, or: is not empty."
                )
            filled = _is_filled(column)
            return filled if is_full else pc.invert(filled)
        kind, value = self.next
        if kind not in ("word", "text"):
            raise UsageError(f"The filter compares {name!r} with nothing.", "Write a value after the operator.")
        self.place += 1
        return _compare(name, column, sign, value)

    def _column(self, name: str) -> pa.Array:
        for known in self.table.column_names:
            if known.lower() == name.lower():
                return self.table[known].combine_chunks()
        raise UsageError(
            f"The filter names a column {name!r} that is not there.",
            f"The columns are: {', '.join(self.table.column_names)}.",
        )

    def _found_anywhere(self, word: str) -> pa.Array:
        if self.anywhere is not None:
            return pc.match_substring(self.anywhere(), word.lower())
        found = pa.repeat(False, self.table.num_rows)
        for name in self.table.column_names:
            if pa.types.is_string(self.table.schema.field(name).type):
                found = pc.or_(found, _contains(self.table[name].combine_chunks(), word))
        return found


def _is_filled(column: pa.Array) -> pa.Array:
    filled = pc.is_valid(column)
    return pc.and_(filled, pc.fill_null(pc.not_equal(column, ""), False)) if pa.types.is_string(column.type) else filled


def _contains(column: pa.Array, word: str) -> pa.Array:
    return pc.fill_null(pc.match_substring(column, word, ignore_case=True), False)


def _compare(name: str, column: pa.Array, sign: str, value: str) -> pa.Array:
    if pa.types.is_string(column.type):
        if sign == "contains":
            return _contains(column, value)
        if sign not in ("=", "!="):
            raise UsageError(f"Column {name!r} holds texts, which are not {sign!r} anything.", "Use =, != or contains.")
        found = _COMPARE[sign](pc.utf8_lower(column), value.lower())
    elif sign == "contains":
        raise UsageError(f"Column {name!r} holds no texts.", "Use = != < <= > >=.")
    elif pa.types.is_boolean(column.type):
        if value.lower() not in _YES or sign not in ("=", "!="):
            raise UsageError(f"Column {name!r} is yes or no, not {value!r}.", "Write = yes or = no.")
        found = _COMPARE[sign](column, _YES[value.lower()])
    elif pa.types.is_timestamp(column.type):
        day = day_of(value)
        if day is None:
            raise UsageError(f"Column {name!r} holds times, and {value!r} is no day.", "Write a day as 2026-01-31.")
        found = _COMPARE[sign](column.cast(pa.timestamp("ms")).cast(pa.date32(), safe=False), pa.scalar(day))
    else:
        try:
            number = float(value)
        except ValueError:
            raise UsageError(f"Column {name!r} holds numbers, and {value!r} is none.", "Write a number.") from None
        found = _COMPARE[sign](column.cast(pa.float64()), number)
    return pc.fill_null(found, sign == "!=")
