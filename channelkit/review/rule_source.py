"""What the rule editor asks of a store's rules: the public functions that a person could type as well."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal, Protocol

from channelkit.review.rule_pages import Counted
from channelkit.review.rule_versions import KeptVersion

Entry = Literal["text", "number", "date", "choice"]
"""How a value is typed: any words, a number, a day, or one of the attribute's own options."""

Document = Mapping[str, Any]
"""A rule as plain values: ``all``, ``match`` and ``children``; a line is ``attribute``, ``op`` and ``value``."""


class Choice(Protocol):
    """An attribute that a line may ask about (LR-02).

    Arguments:
        operators: each with its words: ``("==", "is")``.
        options: the attribute's own values, where it has any, with the words that people know them by.
        lists: operators that take several values.
    """

    @property
    def code(self) -> str: ...
    @property
    def label(self) -> str: ...
    @property
    def entry(self) -> Entry: ...
    @property
    def operators(self) -> Sequence[tuple[str, str]]: ...
    @property
    def options(self) -> Mapping[str, str]: ...
    @property
    def lists(self) -> Sequence[str]: ...


class Version(KeptVersion, Protocol):
    """One version of the rule."""

    @property
    def document(self) -> Document: ...
    @property
    def words(self) -> str: ...
    @property
    def moved(self) -> str: ...


class Finding(Protocol):
    """Something about a rule that a person should look at."""

    @property
    def kind(self) -> str: ...
    @property
    def words(self) -> str: ...


class Preview(Counted, Protocol):
    """What a rule would do, computed and not done (LR-03)."""

    @property
    def leaving(self) -> int: ...
    def reasons(self, part: str) -> Sequence[tuple[str, int]]: ...


class Offers(Protocol):
    """What the conditions of rules may ask about."""

    def choices(self) -> Sequence[Choice]: ...
    def suggest(self, code: str, typed: str = "", count: int = 12) -> Sequence[tuple[str, str]]: ...


class RuleSource(Offers, Protocol):
    """A store's rules."""

    @property
    def counts_at_once(self) -> bool: ...
    def history(self) -> Sequence[Version]: ...
    def describe(self, rule: Document) -> str: ...
    def findings(self, rule: Document, *, counted: bool = False) -> Sequence[Finding]: ...
    def preview(self, rule: Document) -> Preview: ...
    def commit(self, rule: Document, name: str, by: str = "") -> Version: ...
