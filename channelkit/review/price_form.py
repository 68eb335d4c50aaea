"""One price rule as a form: what is asked of it, what was typed, and the document that comes of it.

Which fields there are depends on what is chosen; what was typed into one that is not shown just now stays.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from channelkit.errors import UsageError

Kind = Literal["text", "long", "number", "date", "flag", "choice"]
Value = str | bool

STANDARD, INTELLIGENT = "standard", "intelligent"
NONE = ""
"""The choice that means: there is no bound."""

GENERAL, ACTION, COMPETITOR, BOUNDS = "General", "Price", "Competitor", "Bounds"

_FLAGS = ("active", "discard")
_SIMPLE = ("name", "description", "first_day", "last_day")
_ADJUSTMENT = ("direction", "unit", "amount")
_BOUND = ("attribute", "direction", "percent")
_VARIANCE = "variance:"

_DIRECTIONS = (("decrease", "Decrease by"), ("increase", "Increase by"), ("match", "Leave as it is"))
_TOWARDS = (("decrease", "Decrease by"), ("increase", "Increase by"), ("match", "Match"))
_SOURCES = (("featured", "Featured offer (Buy Box)"), ("lowest", "Lowest offer"))
_FEEDBACKS = (("0", "All"), ("80", "80 % and more"), ("90", "90 % and more"), ("95", "95 % and more"), ("98", "98 %"))
_POLICIES = (
    ("all", "Use all conditions, the same first"),
    ("matching", "Use only the same condition"),
    ("variance", "Use others less what the wear is worth"),
)


@dataclass(frozen=True)
class Field:
    """One field of the form as a view shows it.

    Arguments:
        group: the heading under which it stands.
        options: values with their words, for a choice.
        help: what to type, in a few words.
    """

    name: str
    label: str
    kind: Kind
    group: str
    value: Value
    options: tuple[tuple[str, str], ...] = ()
    help: str = ""

    def plain(self) -> dict[str, Any]:
        """Return it as plain values."""
        return {
            **{name: getattr(self, name) for name in ("name", "label", "kind", "group", "value", "help")},
            "options": [list(option) for option in self.options],
        }


class Form:
    """A price rule while somebody writes it.

    Arguments:
        document: the rule as plain values, without its conditions, which are written elsewhere.
        attributes: codes and labels of the price attributes that a bound may name.
        conditions: Amazon's words for conditions, and how people call them.
        currency: the marketplace's.
    """

    def __init__(
        self,
        document: Mapping[str, Any],
        attributes: Sequence[tuple[str, str]],
        conditions: Sequence[tuple[str, str]],
        currency: str,
    ) -> None:
        self._attributes, self._conditions, self._currency = tuple(attributes), tuple(conditions), currency
        self._id = document.get("id")
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
        return [
            *self._general(),
            *(self._competitor() if self.is_intelligent else ()),
            *self._action(),
            *self._bounds(),
        ]

    def document(self, when: Mapping[str, Any]) -> dict[str, Any]:
        """Return the rule as plain values; whether it can be kept is for whoever reads it to say.

        Arguments:
            when: its conditions.
        """
        values = self.values
        found: dict[str, Any] = {"id": self._id} if self._id else {}
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
                shares = {word: str(values[f"{_VARIANCE}{word}"]).strip() for word, _ in self._conditions}
                found["variances"] = {word: share for word, share in shares.items() if share}
        return found

    def _bound(self, name: str) -> dict[str, Any]:
        values = {part: str(self.values[f"{name}:{part}"]).strip() for part in _BOUND}
        if values["direction"] == "match":
            values["percent"] = "0"
        return {**values, "percent": values["percent"] or "0"}

    def _general(self) -> Iterator[Field]:
        yield self._field("name", "Name", "text", GENERAL, help="how people call it")
        yield self._field("description", "Description", "long", GENERAL)
        yield self._field("active", "Is active", "flag", GENERAL)
        yield self._field("priority", "Priority", "number", GENERAL, help="1 goes first; empty: last")
        yield self._field("discard", "Stop further processing", "flag", GENERAL, help="no later rule; needs a priority")
        yield self._field("first_day", "From", "date", GENERAL)
        yield self._field("last_day", "To", "date", GENERAL)

    def _competitor(self) -> Iterator[Field]:
        yield self._field("source", "Competitor", "choice", COMPETITOR, _SOURCES)
        if self.values["source"] == "lowest":
            yield self._field("feedback", "Positive feedback", "choice", COMPETITOR, _FEEDBACKS)
            yield self._field("ratings", "Ratings, at least", "number", COMPETITOR)
            yield self._field("conditions", "Conditions", "choice", COMPETITOR, _POLICIES)
            if self.values["conditions"] == "variance":
                for word, label in self._conditions:
                    yield self._field(
                        f"{_VARIANCE}{word}", label, "number", COMPETITOR, help="% of new; empty: not used"
                    )

    def _action(self) -> Iterator[Field]:
        directions = _TOWARDS if self.is_intelligent else _DIRECTIONS
        what = "Competitor's price" if self.is_intelligent else "Price"
        yield self._field("direction", what, "choice", ACTION, directions)
        if self.values["direction"] != "match":
            yield self._field("amount", "Amount", "number", ACTION)
            units = (("percent", "%"), ("fixed", self._currency))
            yield self._field("unit", "Unit", "choice", ACTION, units)

    def _bounds(self) -> Iterator[Field]:
        if not self.is_intelligent:
            return
        for name, label in (("floor", "Floor"), ("ceiling", "Ceiling")):
            chosen = str(self.values[f"{name}:attribute"])
            known = (
                self._attributes
                if chosen in ("", *(code for code, _ in self._attributes))
                else (
                    *self._attributes,
                    (chosen, chosen),
                )
            )
            yield self._field(f"{name}:attribute", label, "choice", BOUNDS, ((NONE, "none"), *known))
            if not chosen:
                continue
            yield self._field(f"{name}:direction", f"{label} is", "choice", BOUNDS, _TOWARDS)
            if self.values[f"{name}:direction"] != "match":
                yield self._field(f"{name}:percent", f"{label}, percent", "number", BOUNDS)

    def _field(
        self,
        name: str,
        label: str,
        kind: Kind,
        group: str,
        options: Sequence[tuple[str, str]] = (),
        *,
        help: str = "",
    ) -> Field:
        return Field(name, label, kind, group, self.values[name], tuple(options), help)


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
    yield from ((f"{_VARIANCE}{word}", _text(shares.get(word))) for word, _ in conditions)
    for name in ("floor", "ceiling"):
        bound = {"attribute": "", "direction": "match", "percent": "", **(document.get(name) or {})}
        yield from ((f"{name}:{part}", _text(bound[part])) for part in _BOUND)


def _text(value: object) -> str:
    return "" if value is None else str(value)


def _number(name: str, value: Value) -> dict[str, Any]:
    """Return a whole number as such, and what is none as it was typed, so that it is refused by its name."""
    text = str(value).strip()
    return {name: int(text) if text.isascii() and text.isdigit() else text} if text else {}
