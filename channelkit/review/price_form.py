"""One price rule as a form: what is asked of it, what was typed, and the document that comes of it.

Which fields there are depends on what is chosen; what was typed into one that is not shown just now stays.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from channelkit.errors import UsageError
from channelkit.review.price_fields import INTELLIGENT, STANDARD, VARIANCE, Field, Fields, Value

_FLAGS = ("active", "discard")
_SIMPLE = ("name", "description", "first_day", "last_day")
_ADJUSTMENT = ("direction", "unit", "amount")
_BOUND = ("attribute", "direction", "percent")


class Form:
    """A price rule while somebody writes it.

    Arguments:
        document: the rule as plain values, without its conditions, which are written elsewhere.
        attributes: codes and labels of the price attributes that a bound may name.
        conditions: Amazon's words for conditions, and how people call them.
        currency: the marketplace's.
        id: of the rule; empty where it is a new one.
    """

    def __init__(
        self,
        document: Mapping[str, Any],
        attributes: Sequence[tuple[str, str]],
        conditions: Sequence[tuple[str, str]],
        currency: str,
    ) -> None:
        self._attributes, self._conditions, self._currency = tuple(attributes), tuple(conditions), currency
        self.id = str(document.get("id") or "")
        self.values: dict[str, Value] = dict(_read(document, self._conditions))

    @property
    def is_intelligent(self) -> bool:
        return self.values["kind"] == INTELLIGENT

    def set(self, name: str, value: object) -> None:
        """Keep what was typed or chosen.

        Raises:
            UsageError: there is no such field, or it takes something else.
        """
        if name not in self.values:
            raise UsageError(f"A price rule has no field {name!r}.")
        if isinstance(value, bool) is not isinstance(self.values[name], bool) or not isinstance(value, (str, bool)):
            raise UsageError(f"The field {name!r} does not take {value!r}.")
        self.values[name] = value

    def fields(self) -> list[Field]:
        """Return the fields that there are now, in their order."""
        return Fields(self.values, self._attributes, self._conditions, self._currency).shown()

    def document(self, when: Mapping[str, Any]) -> dict[str, Any]:
        """Return the rule as plain values; whether it can be kept is for whoever reads it to say.

        Arguments:
            when: its conditions.
        """
        values = self.values
        found: dict[str, Any] = {"id": self.id} if self.id else {}
        found |= {name: str(values[name]).strip() for name in _SIMPLE if str(values[name]).strip() or name == "name"}
        found |= {name: values[name] for name in _FLAGS}
        found |= _number("priority", values["priority"])
        found["adjustment"] = self._adjustment()
        if self.is_intelligent:
            found["competitor"] = self._rival()
            for name in ("floor", "ceiling"):
                if values[f"{name}:attribute"]:
                    found[name] = self._bound(name)
        return found | {"when": dict(when)}

    def _adjustment(self) -> dict[str, Any]:
        values = self.values
        direction = str(values["direction"])
        amount = "0" if direction == "match" else str(values["amount"]).strip() or "0"
        return {"direction": direction, "unit": str(values["unit"]), "amount": amount}

    def _rival(self) -> dict[str, Any]:
        values = self.values
        found: dict[str, Any] = {"source": values["source"]}
        if values["source"] == "lowest":
            found |= {"feedback": int(str(values["feedback"]) or 0), "conditions": values["conditions"]}
            found |= _number("ratings", values["ratings"])
            if values["conditions"] == "variance":
                shares = {word: str(values[f"{VARIANCE}{word}"]).strip() for word, _ in self._conditions}
                found["variances"] = {word: share for word, share in shares.items() if share}
        return found

    def _bound(self, name: str) -> dict[str, Any]:
        values = {part: str(self.values[f"{name}:{part}"]).strip() for part in _BOUND}
        if values["direction"] == "match":
            values["percent"] = "0"
        return {**values, "percent": values["percent"] or "0"}


def blank(kind: str) -> dict[str, Any]:
    """Return the document that a new rule begins with.

    >>> blank("standard")["adjustment"]["direction"], "floor" in blank("intelligent")
    ('decrease', True)
    """
    if kind == INTELLIGENT:
        return {
            "name": "",
            "adjustment": {"direction": "match"},
            "competitor": {"source": "featured"},
            "floor": {"attribute": "price"},
        }
    return {"name": "", "adjustment": {"direction": "decrease"}}


def _read(document: Mapping[str, Any], conditions: Sequence[tuple[str, str]]) -> Iterator[tuple[str, Value]]:
    """Yield every field with its value, those that are not shown just now among them."""
    yield "kind", INTELLIGENT if document.get("competitor") is not None else STANDARD
    yield from ((name, str(document.get(name) or "")) for name in _SIMPLE)
    yield "active", bool(document.get("active", True))
    yield "discard", bool(document.get("discard", False))
    yield "priority", _text(document.get("priority"))
    adjustment = {"direction": "match", "unit": "percent", "amount": "", **(document.get("adjustment") or {})}
    yield from ((name, _text(adjustment[name])) for name in _ADJUSTMENT)
    rival = {
        "source": "featured",
        "feedback": 0,
        "ratings": "",
        "conditions": "all",
        **(document.get("competitor") or {}),
    }
    yield from ((name, _text(rival[name])) for name in ("source", "feedback", "conditions"))
    yield "ratings", _text(rival["ratings"] or "")
    shares = rival.get("variances") or {}
    yield from ((f"{VARIANCE}{word}", _text(shares.get(word))) for word, _ in conditions)
    for name in ("floor", "ceiling"):
        bound = {"attribute": "", "direction": "match", "percent": "", **(document.get(name) or {})}
        yield from ((f"{name}:{part}", _text(bound[part])) for part in _BOUND)


def _text(value: object) -> str:
    return "" if value is None else str(value)


def _number(name: str, value: Value) -> dict[str, Any]:
    """Return a whole number as such, and what is none as it was typed, so that it is refused by its name."""
    text = str(value).strip()
    return {name: int(text) if text.isascii() and text.isdigit() else text} if text else {}
