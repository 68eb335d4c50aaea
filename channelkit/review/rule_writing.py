"""What the models of listing rules and of price rules have in common: conditions, written line by line."""

from __future__ import annotations

from collections.abc import Callable

from channelkit.errors import ChannelkitError
from channelkit.review.rule_conditions import Conditions
from channelkit.review.rule_source import Choice, Offers
from channelkit.review.rule_tree import Tree
from channelkit.review.watched import Watched


class WritesConditions(Watched):
    """Conditions while they are written; whoever has them says what each edit brings with it, in ``_write``.

    Arguments:
        offers: what a line may ask about.
    """

    def __init__(self, offers: Offers) -> None:
        super().__init__()
        self._offers = offers
        self.choices: dict[str, Choice] = {}
        self.conditions = Conditions({"children": []}, self.choices)
        self.new = 0

    @property
    def tree(self) -> Tree:
        """The conditions as they stand."""
        return self.conditions.tree

    def add_line(self, group: int, attribute: str) -> None:
        """Add a condition about an attribute; which one cannot be changed later, only removed."""
        self._write(lambda: self._mark(self.conditions.add_line(group, attribute)))

    def add_group(self, group: int) -> None:
        """Add a group within a group."""
        self._write(lambda: self._mark(self.tree.add_branch(group)))

    def remove(self, number: int) -> None:
        """Take a condition, or a group with all in it, away."""
        self._write(lambda: self.tree.remove(number))

    def move(self, number: int, step: int) -> None:
        """Move a condition or a group up (-1) or down (1) among its siblings."""
        self._write(lambda: self.tree.move(number, step))

    def set_group(self, number: int, *, all: bool, match: bool) -> None:
        """Say whether all or any of a group must be true, or false."""
        self._write(lambda: self.conditions.set_group(number, all, match))

    def set_op(self, number: int, op: str) -> None:
        """Choose how a condition compares; its value stays, in the shape that the operator takes."""
        self._write(lambda: self.conditions.set_op(number, op))

    def set_value(self, number: int, value: object) -> None:
        """Set what a condition compares with: a text, or a list of texts where the operator takes several."""
        self._write(lambda: self.conditions.set_value(number, value), number)

    def suggest(self, number: int, typed: str) -> list[tuple[str, str]]:
        """Return values that a condition could compare with, and their words; those that begin as typed come first."""
        try:
            return list(self._offers.suggest(self.tree.line(number).attribute, typed))
        except ChannelkitError:
            return []  # a help while typing; what is wrong with the line is said when it is looked at

    def _read_choices(self) -> None:
        self.choices.update({choice.code: choice for choice in self._offers.choices()})

    def _mark(self, number: int) -> None:
        """Remember what was added last, so that a view can put the cursor there."""
        self.new = number

    def _write(self, act: Callable[[], None], typing: int = 0) -> None:
        """Make an edit.

        Arguments:
            typing: the line that it is typed into; 0 where nothing is.
        """
        raise NotImplementedError
