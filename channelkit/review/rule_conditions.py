"""What is done to the conditions of a rule while it is written, a listing rule or a price rule."""

from __future__ import annotations

from collections.abc import Mapping

from channelkit.errors import UsageError
from channelkit.review.rule_source import Choice, Document
from channelkit.review.rule_tree import Tree, fit, values_of


class Conditions:
    """A tree of conditions, and what each attribute allows.

    Arguments:
        choices: the attributes that a line may ask about, by their codes.
    """

    def __init__(self, document: Document, choices: Mapping[str, Choice]) -> None:
        self.tree, self.choices = Tree(document), choices

    @property
    def incomplete(self) -> list[int]:
        """Numbers of lines that have no value yet."""
        return [line.id for line in self.tree.lines() if not line.is_complete]

    def open_labels(self) -> str:
        """Return what the lines without a value ask about, for a sentence."""
        return ", ".join(self.label(line.attribute) for line in self.tree.lines() if not line.is_complete)

    def label(self, attribute: str) -> str:
        """Return what people call an attribute."""
        choice = self.choices.get(attribute)
        return choice.label if choice else attribute

    def add_line(self, group: int, attribute: str) -> int:
        """Add a condition to a group and return its number.

        Raises:
            UsageError: no rule can ask about the attribute.
        """
        choice = self.choices.get(attribute)
        if choice is None:
            raise UsageError(
                f"No rule can ask about {attribute!r}.", "In Commerce, set it to be used for promo rule conditions."
            )
        number = self.tree.add_line(group, attribute, choice.operators[0][0])
        self._fit(number)
        return number

    def set_group(self, number: int, is_all: bool, is_match: bool) -> None:
        """Say whether all or any of a group must be true, or false."""
        branch = self.tree.branch(number)
        branch.all, branch.match = is_all, is_match

    def set_op(self, number: int, op: str) -> None:
        """Choose how a condition compares.

        Raises:
            UsageError: Commerce does not offer it for the attribute.
        """
        line = self.tree.line(number)
        choice = self.choices.get(line.attribute)
        if choice is not None and op not in [known for known, _ in choice.operators]:
            raise UsageError(f"{choice.label} cannot be compared with {op!r}.", "Choose one of the offered operators.")
        line.op = op
        self._fit(number)

    def set_value(self, number: int, value: object) -> None:
        """Set what a condition compares with."""
        self.tree.line(number).value = values_of(value)
        self._fit(number)

    def _fit(self, number: int) -> None:
        line = self.tree.line(number)
        choice = self.choices.get(line.attribute)
        if choice is not None:
            line.value = fit(line.value, many=line.op in choice.lists)
