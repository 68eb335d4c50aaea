"""A store's price rules: what holds, what others would do, putting them in force, and why a price is what it is."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from channelkit.database.price_rules import KeptPrices, find_newest, find_price_rules, list_price_rules
from channelkit.listings.rules.attributes import Attributes
from channelkit.parts import Parts
from channelkit.prices import edits
from channelkit.prices.explaining import explain_price
from channelkit.prices.imagining import check_days, imagine_prices
from channelkit.prices.keeping import keep_rules
from channelkit.prices.looking import look_at_rules
from channelkit.prices.oddities import find_oddities
from channelkit.prices.preview import PricePreview
from channelkit.prices.reading import PriceRules, read_any, to_plain
from channelkit.prices.versions import PriceVersion, no_version, rules_frame, show_version, versions_frame
from channelkit.prices.what_if import PriceWhatIf
from channelkit.pricing.rules import PriceRule
from channelkit.pricing.text import describe_rule, parse_rules, to_document, write_rules
from channelkit.report.rule_findings import Findings
from channelkit.report.waterfall import Waterfall
from channelkit.rules.choices import known_attributes

if TYPE_CHECKING:
    import pandas as pd

    from channelkit.review.price_pager import PricePager
    from channelkit.review.price_widget import PriceWidget


@dataclass(frozen=True)
class Prices:
    """How a store's prices are made (PR-01): all its rules together are one version, and none is ever lost.

    Arguments:
        store: its name in the settings.
        parts: what it works with.
    """

    store: str
    parts: Parts

    def current(self) -> PriceVersion:
        """Return the rules that hold; without any, prices are as their source has them."""
        with self.parts.database.read() as connection:
            found = find_newest(connection, self.store)
        return no_version(self.store) if found is None else self._shown(found)

    def rules(self) -> pd.DataFrame:
        """Return the rules that hold, in the order in which they are applied, with all that the grid shows (PR-01)."""
        return rules_frame(self.current())

    def get(self, rule_id: str) -> PriceRule:
        """Return one rule.

        Raises:
            UsageError: there is none of this id.
        """
        return edits.find_rule(self.current().rules, rule_id)

    def history(self) -> list[PriceVersion]:
        """Return every version, the one that holds first."""
        known = self.known
        with self.parts.database.read() as connection:
            return [show_version(kept, known, self.currency) for kept in list_price_rules(connection, self.store)]

    def versions(self) -> pd.DataFrame:
        """Return every version with what it changed, and who put it in force when."""
        return versions_frame(self.history())

    def read(self, rules: PriceRules | None = None) -> tuple[PriceRule, ...]:
        """Return price rules from whatever form a person has them in; those that hold where none are given.

        Arguments:
            rules: rules, documents, TOML or JSON, or the path of a file of it.

        Raises:
            UsageError: they are no price rules; says which rule and where.
        """
        return self.current().rules if rules is None else read_any(rules)

    def write(self, rules: PriceRules | None = None) -> str:
        """Return rules as TOML, to be kept in a file and given back."""
        return write_rules(self.read(rules))

    def documents(self, rules: PriceRules | None = None) -> list[dict[str, Any]]:
        """Return rules as plain values, as JSON has them."""
        return to_document(self.read(rules))

    def describe(self, rules: PriceRules | None = None) -> list[str]:
        """Return each rule as one sentence, in the order in which they are given."""
        known = self.known
        return [describe_rule(rule, known, self.currency) for rule in self.read(rules)]

    def add(self, rule: PriceRule | Mapping[str, Any], by: str = "") -> PriceVersion:
        """Add one rule; where its id is taken it gets another.

        Arguments:
            by: who decides; else the login.

        Raises:
            UsageError: it is no price rule.
        """
        (added,) = read_any([to_plain(rule)])
        return self._change(f"Add {added.name}", by, lambda rules: edits.add_rule(rules, added))

    def edit(self, rule_id: str, by: str = "", **fields: Any) -> PriceVersion:
        """Change some fields of one rule.

        Arguments:
            by: who decides; else the login.
            fields: as in the document of a rule, such as ``priority=2``; None empties a field.

        Raises:
            UsageError: there is no such rule or field, or a value cannot be read.
        """
        name = f"Change {self.get(rule_id).name}: {', '.join(fields)}"
        return self._change(name, by, lambda rules: edits.change_rule(rules, rule_id, fields))

    def remove(self, rule_id: str, by: str = "") -> PriceVersion:
        """Take one rule away; the versions before still have it.

        Raises:
            UsageError: there is no such rule.
        """
        return self._change(f"Remove {self.get(rule_id).name}", by, lambda rules: edits.remove_rule(rules, rule_id))

    def activate(self, rule_id: str, by: str = "") -> PriceVersion:
        """Let a rule take part.

        Raises:
            UsageError: there is no such rule.
        """
        name = self.get(rule_id).name
        return self._change(f"Switch on {name}", by, lambda rules: edits.switch_rule(rules, rule_id, True))

    def deactivate(self, rule_id: str, by: str = "") -> PriceVersion:
        """Let a rule rest.

        Raises:
            UsageError: there is no such rule.
        """
        name = self.get(rule_id).name
        return self._change(f"Switch off {name}", by, lambda rules: edits.switch_rule(rules, rule_id, False))

    def reorder(self, ids: Sequence[str], by: str = "") -> PriceVersion:
        """Let the named rules go first, in this order; others that have a priority follow, those without stay last.

        Raises:
            UsageError: there is no such rule, or one is named twice.
        """
        return self._change("Another order", by, lambda rules: edits.put_in_order(rules, list(ids)))

    def commit(self, rules: PriceRules, name: str, by: str = "", *, based_on: int | None = None) -> PriceVersion:
        """Put rules in force in place of all that hold; the next cycle sends what comes of it.

        Arguments:
            name: what this version changes, in your words.
            by: who decides; else the login.
            based_on: the version that they were made from; refused where another was put in force since.

        Raises:
            UsageError: they are no price rules, have no name, or were made from an older version; nothing was kept.
        """
        return self._change(name, by, lambda _rules: self.read(rules), based_on=based_on)

    def restore(self, version: int, by: str = "") -> PriceVersion:
        """Put an earlier version in force again, as a new one.

        Raises:
            UsageError: the store has no such version.
        """
        with self.parts.database.read() as connection:
            kept = find_price_rules(connection, self.store, version)
        return self._change(kept.name, by, lambda _rules: parse_rules(list(kept.rules)), restores=version)

    def preview(self, rules: PriceRules | None = None) -> PricePreview:
        """Return what rules would do: which prices move, how far, what is at stake, and what guards would hold.

        Nothing is kept, changed or sent.

        Arguments:
            rules: others than those that hold.

        Raises:
            UsageError: they are no price rules, or nothing was read yet.
        """
        return look_at_rules(self.parts, self.store, self.read(rules), self.known)

    def what_if(self, rules: PriceRules | None = None, days: int = 30) -> PriceWhatIf:
        """Return what rules would have asked on each of the last days, against what others wanted then.

        Arguments:
            rules: others than those that hold.
            days: how many, up to now.

        Raises:
            UsageError: they are no price rules, nothing was read yet, or the days are none.
        """
        check_days(days)
        described, now = self.parts.cycle(self.store).store, self.parts.now()
        return imagine_prices(self.parts.database, described, self.read(rules), now, days)

    def lint(self, rules: PriceRules | None = None) -> Findings:
        """Return what is odd about rules: what never holds, contradicts itself, has ended, or makes no difference."""
        return find_oddities(self.parts, self.store, self.read(rules), self.known)

    def explain(self, sku: str) -> Waterfall:
        """Return how a listing's price comes about, from its source to what the next cycle would send, step by step.

        Arguments:
            sku: a seller SKU, or the SKU of a product.

        Raises:
            UsageError: neither side has that SKU.
        """
        return explain_price(self.parts, self.store, self.current().rules, sku)

    def editor(self, by: str = "", *, plain: bool = False) -> PriceWidget | PricePager:
        """Show the rules as a grid that can be edited, with a preview; for a notebook.

        Arguments:
            by: your name; kept with the rules.
            plain: buttons alone, without a script in the browser.
        """
        from channelkit.prices.desk import PriceDesk  # noqa: PLC0415 - only who edits needs it
        from channelkit.review.price_opening import open_prices  # noqa: PLC0415 - widgets are heavy

        return open_prices(PriceDesk(self.store, self.parts), by, plain=plain)

    @property
    def known(self) -> Attributes:
        """What Commerce says of the attributes that a rule may ask about, as it was last read."""
        return known_attributes(self.parts.database)

    @property
    def currency(self) -> str:
        """The marketplace's."""
        return self.parts.settings.stores[self.store].site.currency

    def _shown(self, kept: KeptPrices) -> PriceVersion:
        return show_version(kept, self.known, self.currency)

    def _change(self, name: str, by: str, change: Callable[[edits.Rules], edits.Rules], **about: Any) -> PriceVersion:
        return self._shown(keep_rules(self.parts, self.store, name, by or self.parts.person, change, **about))
