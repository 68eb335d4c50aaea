"""One table of a written price rule, read field by field; what cannot be read is named by rule and field."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any, NoReturn

from channelkit.errors import UsageError

PLACES = 4
"""Decimals of a percentage or an amount in a rule, at the most."""

MOST_PERCENT = Decimal(1000)
MOST_UNITS = Decimal(1_000_000_000)


class Fields:
    """The fields of one table of a rule.

    Arguments:
        table: names and plain values.
        rule: how the rule is called in errors.
        place: where in the rule the table is; empty for the rule itself.
        known: the names of all fields that may be there.

    Raises:
        UsageError: it is no table, or has a field that nobody knows.
    """

    def __init__(self, table: Any, rule: str, place: str, known: Iterable[str]) -> None:
        self.rule, self.place = rule, place
        if not isinstance(table, Mapping):
            self.table: Mapping[str, Any] = {}
            self.refuse("", f"is of the kind {type(table).__name__}", f"Write a table of {', '.join(known)}.")
        self.table = table
        unknown = [str(name) for name in table if name not in known]
        if unknown:
            self.refuse(unknown[0], "is no field of a price rule", f"Fields there are: {', '.join(known)}.")

    def refuse(self, name: str, what: str, fix: str) -> NoReturn:
        """Say which field of which rule cannot be read, and what to write."""
        field = ".".join(part for part in (self.place, name) if part)
        raise UsageError(f"The price rule {self.rule!r} cannot be read: {field or 'it'} {what}.", fix)

    def has(self, name: str) -> bool:
        """Tell whether a field says anything."""
        return self.table.get(name) is not None

    def text(self, name: str, default: str = "") -> str:
        value = self.table.get(name)
        if value is None:
            return default
        if not isinstance(value, str):
            self.refuse(name, f"is {value!r}", "Write a text, in quotes.")
        return value.strip()

    def choice(self, name: str, words: Iterable[str], default: str) -> Any:
        """Return one of some words."""
        found, words = self.text(name, default), tuple(words)
        if found not in words:
            self.refuse(name, f"is {found!r}", f"Write one of: {', '.join(words)}.")
        return found

    def flag(self, name: str, default: bool) -> bool:
        value = self.table.get(name, default)
        if not isinstance(value, bool):
            self.refuse(name, f"is {value!r}", "Write true or false.")
        return value

    def whole(self, name: str, least: int) -> int | None:
        value = self.table.get(name)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= 1_000_000_000:
            self.refuse(name, f"is {value!r}", f"Write a whole number, {least} or more.")
        return value

    def day(self, name: str) -> date | None:
        value = self.table.get(name)
        if value is None or value == "":
            return None
        if isinstance(value, date) and not isinstance(value, datetime):
            return value
        try:
            return date.fromisoformat(value)
        except (TypeError, ValueError):
            self.refuse(name, f"is {value!r}", 'Write a day as "2026-12-24".')

    def number(self, name: str, most: Decimal) -> Decimal:
        """Return a number from 0; what is not there is 0."""
        value = self.table.get(name, 0)
        if isinstance(value, float):
            # What was typed as 0.1 is no longer 0.1 in there.
            self.refuse(name, f"is the binary fraction {value!r}", f'Write it in quotes: "{value!r}".')
        fix = f'Write a number from 0 to {most:,} with at most {PLACES} decimals, in quotes: "10.5".'
        try:
            if isinstance(value, bool) or not isinstance(value, (str, int, Decimal)):
                raise InvalidOperation
            found = Decimal(value)
        except InvalidOperation:
            self.refuse(name, f"is {value!r}", fix)
        if not found.is_finite() or not 0 <= found <= most or found != round(found, PLACES):
            self.refuse(name, f"is {value!r}", fix)
        return found
