"""What is odd about a store's price rules: what never holds, contradicts itself, has ended, or makes no difference."""

from __future__ import annotations

from collections.abc import Sequence

from channelkit.listings.rules.attributes import Attributes
from channelkit.parts import Parts
from channelkit.pricing.lint import lint_rules
from channelkit.pricing.rules import PriceRule
from channelkit.report.rule_findings import Findings
from channelkit.report.wording import counted


def find_oddities(parts: Parts, store: str, rules: Sequence[PriceRule], known: Attributes) -> Findings:
    """Return what a person should look at before rules are put in force.

    Arguments:
        known: what Commerce says of the attributes that the rules ask about.
    """
    found = lint_rules(rules, known, parts.now(), parts.cycle(store).store.prices)
    return Findings(store, f"{counted(len(rules), 'price rule')} looked at.", found)
