"""The fields of a price rule's form: which there are now, under which heading, and what may be chosen in each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

Kind = Literal["text", "long", "number", "date", "flag", "choice"]
Value = str | bool

STANDARD, INTELLIGENT = "standard", "intelligent"
NONE = ""
"""The choice that means: there is no bound."""

VARIANCE = "variance:"
"""How the names of fields begin that take what a condition is worth."""

GENERAL, ACTION, COMPETITOR, BOUNDS = "General", "Price", "Competitor", "Bounds"

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


@dataclass(frozen=True)
class Fields:
    """The fields that there are while a form stands as it does.

    Arguments:
        values: of every field, those that are not shown just now among them.
        attributes: codes and labels of the price attributes that a bound may name.
        conditions: Amazon's words for conditions, and how people call them.
        currency: the marketplace's.
    """

    values: Mapping[str, Value]
    attributes: Sequence[tuple[str, str]]
    conditions: Sequence[tuple[str, str]]
    currency: str

    @property
    def is_intelligent(self) -> bool:
        return self.values["kind"] == INTELLIGENT

    def shown(self) -> list[Field]:
        """Return the fields in their order."""
        return [
            *self._general(),
            *(self._competitor() if self.is_intelligent else ()),
            *self._action(),
            *self._bounds(),
        ]

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
            is_worth = self.values["conditions"] == "variance"
            told = "say below what each is worth; empty: not used" if is_worth else ""
            yield self._field("conditions", "Conditions", "choice", COMPETITOR, _POLICIES, help=told)
            for word, label in self.conditions if is_worth else ():
                yield self._field(f"{VARIANCE}{word}", label, "number", COMPETITOR, help="% of new")

    def _action(self) -> Iterator[Field]:
        directions = _TOWARDS if self.is_intelligent else _DIRECTIONS
        what = "Competitor's price" if self.is_intelligent else "Price"
        yield self._field("direction", what, "choice", ACTION, directions)
        if self.values["direction"] != "match":
            yield self._field("amount", "Amount", "number", ACTION)
            units = (("percent", "%"), ("fixed", self.currency))
            yield self._field("unit", "Unit", "choice", ACTION, units)

    def _bounds(self) -> Iterator[Field]:
        if not self.is_intelligent:
            return
        for name, label in (("floor", "Floor"), ("ceiling", "Ceiling")):
            chosen = str(self.values[f"{name}:attribute"])
            known = [code for code, _ in self.attributes]
            gone = [(chosen, chosen)] if chosen and chosen not in known else []
            yield self._field(f"{name}:attribute", label, "choice", BOUNDS, [(NONE, "none"), *self.attributes, *gone])
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
