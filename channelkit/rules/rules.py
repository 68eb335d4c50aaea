"""A store's listing rules: what holds, what another rule would do, and putting one in force."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from channelkit.database.products import iter_attributes
from channelkit.database.rules import Kept, find_rule, list_rules
from channelkit.listings.rules.attributes import Attributes, attribute_of
from channelkit.listings.rules.description import describe
from channelkit.listings.rules.importing import import_rule
from channelkit.listings.rules.lint import count_rule, lint_rule
from channelkit.listings.rules.text import write_rule
from channelkit.listings.rules.tree import Group, codes_of, parse_rule, to_document
from channelkit.parts import Parts
from channelkit.report.rule_findings import Findings
from channelkit.report.sales import estimate_sales
from channelkit.rules.choices import Choice, attributes_frame, fitting, known_attributes, make_choice, read_values
from channelkit.rules.keeping import keep_rule
from channelkit.rules.preview import Preview, preview_rule
from channelkit.rules.reading import Rule, read_any, read_file
from channelkit.rules.versions import RuleVersion, no_version, show_version, versions_frame
from channelkit.rules.what_if import WhatIf, check_days, imagine
from channelkit.runner import is_small

if TYPE_CHECKING:
    import pandas as pd

    from channelkit.review.rule_pager import RulePager
    from channelkit.review.rule_widget import RuleWidget


@dataclass(frozen=True)
class Rules:
    """Which products of its website a store sells (LR-01): one rule, in versions.

    Arguments:
        store: its name in the settings.
        parts: what it works with.
    """

    store: str
    parts: Parts
    _values: dict[str, list[tuple[str, str]]] = field(default_factory=dict, compare=False, repr=False)

    def current(self) -> RuleVersion:
        """Return the rule that holds; without one every product may be sold."""
        found = self.history()
        return found[0] if found else no_version(self.store)

    def history(self) -> list[RuleVersion]:
        """Return every version, the one that holds first."""
        with self.parts.database.read() as connection:
            return [self._shown(kept) for kept in list_rules(connection, self.store)]

    def versions(self) -> pd.DataFrame:
        """Return every version with its name, who put it in force when, and what moved by it (LR-04)."""
        return versions_frame(self.history())

    def attributes(self) -> pd.DataFrame:
        """Return what a rule may ask about: Commerce's attributes for promo rules, the category and the set (LR-02)."""
        return attributes_frame(self.known)

    def read(self, rule: Rule) -> Group:
        """Return a rule's conditions, from whatever form a person has it in.

        Arguments:
            rule: conditions, a document, TOML or JSON, ours or Commerce's own, or the path of a file of it.

        Raises:
            UsageError: it is no rule; says where.
        """
        return read_any(rule, self.known)

    def describe(self, rule: Rule) -> str:
        """Return a rule as one sentence."""
        return describe(self.read(rule), self.known)

    def write(self, rule: Rule) -> str:
        """Return a rule as TOML, to be kept in a file and given back."""
        return write_rule(self.read(rule))

    def document(self, rule: Rule) -> dict[str, Any]:
        """Return a rule as plain values, as JSON has them."""
        return to_document(self.read(rule))

    def preview(self, rule: Rule) -> Preview:
        """Return what a rule would do: which listings would go off sale, which products would come, and why (LR-03).

        Nothing is kept, changed or sent.

        Raises:
            UsageError: it is no rule, or nothing was read yet.
        """
        database, group = self.parts.database, self.read(rule)
        return preview_rule(database, self.store, group, self.known, self.time_zone, store_view=self.store_view)

    def what_if(self, rule: Rule, days: int = 30) -> WhatIf:
        """Return what would have been lost and won, had a rule stood for the last days.

        Listing-days come from the history; units and revenue are estimates, and the products are as they are today.

        Arguments:
            days: how many, up to now.

        Raises:
            UsageError: it is no rule, nothing was read yet, or the days are none.
        """
        now = self.parts.now()
        sales = estimate_sales(self.parts.database, self.store, check_days(days, now))
        return imagine(self.preview(rule), now, days, sales)

    def lint(self, rule: Rule) -> Findings:
        """Return what is odd about a rule: what can never hold, contradicts itself, or makes no difference."""
        return Findings(self.store, self.describe(rule), self.findings(rule, counted=True))

    def findings(self, rule: Rule, *, counted: bool = False) -> list[Any]:
        """Return what is odd about a rule, one by one.

        Arguments:
            counted: ask the products, too: which conditions hold for none or for all of them.
        """
        group = self.read(rule)
        if not counted:
            return lint_rule(group, self.known)
        with self.parts.database.read() as connection:
            batches = iter_attributes(connection, codes_of(group), store_view=self.store_view)
            counts = count_rule(group, batches, self.known, self.time_zone)
        return lint_rule(group, self.known, counts)

    def import_magento(self, rule: Mapping[str, Any] | str | Path) -> Group:
        """Return a rule of Commerce's own, from ``conditions_serialized`` or from ``/V1/salesRules`` (LR-01).

        Arguments:
            rule: the JSON, as text or as read, or the path of a file of it.

        Raises:
            UsageError: it is none, or asks for what products do not have.
        """
        if isinstance(rule, Path) or (isinstance(rule, str) and not rule.lstrip().startswith(("{", "["))):
            rule = read_file(Path(rule))
        return import_rule(rule, self.known)

    def commit(self, rule: Rule, name: str, by: str = "") -> RuleVersion:
        """Put a rule in force and sort the store's listings by it at once (LR-04, LR-06).

        What the rule leaves out gets quantity 0 with the next cycle and is never removed (LR-05). A store that was
        never read is read first: its first rule is what starts it (ON-06). Earlier versions stay, and can be restored.

        Arguments:
            name: what people call it.
            by: who decides; else the login.

        Raises:
            UsageError: it is no rule, or has no name; nothing was kept.
        """
        return self._shown(keep_rule(self.parts, self.store, self.read(rule), name, by=by))

    def restore(self, version: int, by: str = "") -> RuleVersion:
        """Put an earlier version in force again, as a new one.

        Arguments:
            version: its number.
            by: who decides; else the login.

        Raises:
            UsageError: the store has no such version.
        """
        with self.parts.database.read() as connection:
            kept = find_rule(connection, self.store, version)
        rule = parse_rule(kept.rule)
        return self._shown(keep_rule(self.parts, self.store, rule, kept.name, by=by, restores=version))

    def editor(self, by: str = "", *, plain: bool = False) -> RuleWidget | RulePager:
        """Show the rule as a tree that can be edited, with what it would do beside it; for a notebook.

        Arguments:
            by: your name; kept with the rule.
            plain: buttons alone, without a script in the browser.
        """
        from channelkit.review.rule_opening import open_rule  # noqa: PLC0415 - widgets are heavy

        return open_rule(self, by, plain=plain)

    @property
    def counts_at_once(self) -> bool:
        """Whether a preview is quick enough to follow each edit."""
        return is_small(self.parts, self.store)

    def choices(self) -> list[Choice]:
        """Return what a line of a rule may ask about, each with its operators and options."""
        return [make_choice(attribute) for attribute in self.known.values()]

    def suggest(self, code: str, typed: str = "", count: int = 12) -> list[tuple[str, str]]:
        """Return values of an attribute that fit what is typed, with the words that people know them by.

        Arguments:
            code: of the attribute.
            typed: the beginning of a value, or a part of it.
            count: how many, at most.
        """
        if code not in self._values:
            choice = make_choice(attribute_of(code, self.known))
            own = list(choice.options.items())
            found = [] if own else read_values(self.parts.database, attribute_of(code, self.known))
            self._values[code] = own or [(value, value) for value in found]
        return fitting(self._values[code], typed, count)

    @cached_property
    def known(self) -> Attributes:
        """What Commerce says of the attributes that a rule may ask about, as it was last read."""
        return known_attributes(self.parts.database)

    @property
    def store_view(self) -> str:
        """The store view whose names, prices and states the rule looks at."""
        return self.parts.settings.stores[self.store].store_view

    @property
    def time_zone(self) -> str:
        """The marketplace's time zone, in which dates of a rule are read."""
        return self.parts.settings.stores[self.store].site.time_zone

    def _shown(self, kept: Kept) -> RuleVersion:
        return show_version(kept, self.known)
