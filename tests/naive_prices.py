"""Prices made row by row with Decimal, straight from the reference and its rulings: what the columns are held to.

It shares nothing with the pricing room but the words of its rules; amounts are in units of the currency throughout.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_HALF_UP, Decimal, localcontext
from typing import Any

from channelkit.pricing.rules import Adjustment, Bound, Competitor, PriceRule
from channelkit.pricing.terms import PriceTerms

MOST = 10**11
"""Minor units beyond which nothing is a price."""

USED = ("used_like_new", "used_very_good", "used_good", "used_acceptable", "used")
COLLECTIBLE = tuple(word.replace("used", "collectible") for word in USED)
NEW = ("new_new", "new_open_box", "new_oem")
REFURBISHED = ("refurbished_refurbished",)
FAMILIES = {"new": NEW, "used": USED, "collectible": COLLECTIBLE, "refurbished": REFURBISHED, "club": ("club_club",)}
GRADES = {"Mint": "like_new", "VeryGood": "very_good", "Good": "good", "Acceptable": "acceptable"}


@dataclass
class Made:
    """What came of one row; ``price`` None where none is sent."""

    price: Decimal | None
    rule: str = ""
    competitor: Decimal | None = None
    intelligent: bool = False
    kept: bool = False


@dataclass
class _Running:
    value: Decimal
    rule: str = ""
    competitor: Decimal | None = None
    intelligent: bool = False


class Naive:
    """A store's prices, one row at a time.

    Arguments:
        values: by SKU what products have in price attributes, by code; texts.
        currency: of all of them.
    """

    def __init__(
        self,
        values: Mapping[str, Mapping[str, str | None]],
        currency: str,
        offers: Sequence[Mapping[str, Any]],
        terms: PriceTerms,
        now: int,
    ) -> None:
        self.values, self.currency, self.offers, self.terms, self.now = values, currency, offers, terms, now

    def price(self, row: Mapping[str, Any], rules: Sequence[tuple[PriceRule, bool]]) -> Made:
        """Return what one row costs; each rule comes with whether it holds for the product."""
        with localcontext(prec=80):
            return self._price(row, rules)

    def _price(self, row: Mapping[str, Any], rules: Sequence[tuple[PriceRule, bool]]) -> Made:
        terms = self.terms
        if row["override"] is not None:
            override = self._units(row["override"])
            return Made(override if 0 < row["override"] <= MOST else None)
        base = self._amount(row, terms.source) or self._amount(row, "price")
        if base is None or self._is_beyond(base):
            return Made(None)
        running = _Running(base)
        holding = [rule for rule, holds in rules if holds]
        for place, rule in enumerate(holding):
            has_later = place + 1 < len(holding) and not rule.discard
            outcome = "go on"
            if rule.competitor is None:
                self._standard(running, rule)
            else:
                outcome = self._intelligent(running, rule, row, base, has_later)
            if outcome == "keep":
                return Made(None, kept=True)
            if self._is_beyond(running.value):
                return Made(None)
            if rule.discard or outcome == "stop":
                break
        value, minimum = running.value, self._amount(row, terms.minimum)
        if minimum is not None:
            value = max(value, minimum)
        if terms.vat is not None and not running.intelligent:
            value = self._round(value * (100 + terms.vat) / 100)
        if value <= 0 or self._is_beyond(value):
            return Made(None)
        return Made(value, running.rule, running.competitor, running.intelligent)

    def _standard(self, running: _Running, rule: PriceRule) -> None:
        value = self._round(self._adjusted(running.value, rule.adjustment))
        if value != running.value:
            running.value, running.rule = value, rule.id

    def _intelligent(
        self, running: _Running, rule: PriceRule, row: Mapping[str, Any], base: Decimal, has_later: bool
    ) -> str:
        competitor, terms = rule.competitor, self.terms
        assert competitor is not None
        resting = "keep" if row["listed"] else "go on"
        if terms.paused:
            return resting
        word = row["condition"] or "new_new"
        family = word.partition("_")[0]
        about = [each for each in self.offers if each["asin"] == row["asin"]]
        fresh = [each for each in about if each["asked_at"] >= self.now - terms.offers_for]
        own_family = [each for each in about if self._family(each) == family]
        if not about:
            return "go on"
        if not any(each in fresh for each in (own_family or about)):
            return resting
        real = [each for each in fresh if each["price"]]
        outcome = "go on"
        if competitor.source == "featured":
            landed, price, own = self._featured(real, family)
            worth = Decimal(100)
        else:
            landed, worth, own = *self._lowest(real, competitor, word), False
            price = None
        if landed is None:
            listed_at = self._bounded(rule, row, base, base)
            if listed_at != running.value:
                running.rule = rule.id
            running.value, running.intelligent, running.competitor = listed_at, False, None
            return outcome
        if own:
            value = price
            if has_later:
                outcome = "stop"
        else:
            shipping = row["shipping"] if row["shipping"] is not None else self._own_shipping(about, family)
            value = self._round(self._adjusted(landed * worth / 100, rule.adjustment)) - self._units(shipping)
        assert value is not None
        if outcome != "stop":
            bounded = self._bounded(rule, row, value, base)
            if bounded != value and terms.vat is not None:
                bounded = self._round(bounded * (100 + terms.vat) / 100)
            value = bounded
        running.value, running.intelligent, running.competitor, running.rule = value, True, landed, rule.id
        return outcome

    def _featured(
        self, offers: Sequence[Mapping[str, Any]], family: str
    ) -> tuple[Decimal | None, Decimal | None, bool]:
        mine = [each for each in offers if self._family(each) == family]
        featured = [each for each in mine if each["featured"]]
        if not featured:
            return None, None, False
        chosen = min(featured, key=self._landed)
        if chosen["ours"] and all(each["ours"] for each in mine):
            return None, None, False
        return self._landed(chosen), self._units(chosen["price"]), chosen["ours"]

    def _lowest(
        self, offers: Sequence[Mapping[str, Any]], competitor: Competitor, word: str
    ) -> tuple[Decimal | None, Decimal]:
        best: dict[str, Decimal] = {}
        for each in offers:
            if each["ours"]:
                continue
            if competitor.feedback and (each["feedback"] is None or each["feedback"] < competitor.feedback):
                continue
            if competitor.ratings and (each["ratings"] is None or each["ratings"] < competitor.ratings):
                continue
            its = self._word(each)
            best[its] = min(best.get(its, self._landed(each)), self._landed(each))
        if word in best:
            return best[word], Decimal(100)
        if competitor.conditions == "matching":
            return None, Decimal(100)
        worth = {"new_new": Decimal(100), **competitor.variances}
        for step in self._ladder(word):
            found = {its: best[its] for its in step if its in best}
            if competitor.conditions == "variance":
                found = {its: price for its, price in found.items() if its in worth and word in worth}
            if found:
                its = min(found, key=lambda each: found[each])
                factor = 100 - (worth[its] - worth[word]) if competitor.conditions == "variance" else Decimal(100)
                return found[its], max(factor, Decimal(0))
        return None, Decimal(100)

    def _ladder(self, word: str) -> list[tuple[str, ...]]:
        family = FAMILIES[word.partition("_")[0]]
        return [family, NEW, REFURBISHED, *((each,) for each in (*USED, *COLLECTIBLE))]

    def _bounded(self, rule: PriceRule, row: Mapping[str, Any], value: Decimal, base: Decimal) -> Decimal:
        if rule.ceiling is not None:
            ceiling = self._amount(row, rule.ceiling.attribute)
            if ceiling is not None:
                value = min(value, self._limit(rule.ceiling, ceiling))
        if rule.floor is not None:
            floor = self._amount(row, rule.floor.attribute) or self._amount(row, "price") or base
            value = max(value, self._limit(rule.floor, floor))
        return value

    def _limit(self, bound: Bound, amount: Decimal) -> Decimal:
        return amount if self._is_beyond(amount) else self._round(self._adjusted(amount, bound.adjustment))

    def _adjusted(self, value: Decimal, adjustment: Adjustment) -> Decimal:
        sign = {"increase": 1, "decrease": -1, "match": 0}[adjustment.direction]
        if adjustment.unit == "percent":
            return value * (100 + sign * adjustment.amount) / 100
        return value + sign * adjustment.amount

    def _amount(self, row: Mapping[str, Any], code: str) -> Decimal | None:
        text = self.values.get(row["product_sku"], {}).get(code) if code else None
        if text is None:
            return None
        rate = Decimal(1) if self.currency == self.terms.currency else self.terms.rates.get(self.currency)
        amount = None if rate is None else self._round(Decimal(text) * rate)
        return amount if amount is not None and amount > 0 else None

    def _family(self, offer: Mapping[str, Any]) -> str:
        return str(offer["condition"]).lower()

    def _word(self, offer: Mapping[str, Any]) -> str:
        family = self._family(offer)
        if family in ("used", "collectible"):
            grade = GRADES.get(offer["subcondition"])
            return f"{family}_{grade}" if grade else family
        return {"OpenBox": "new_open_box", "OEM": "new_oem"}.get(offer["subcondition"], f"{family}_{family}")

    def _own_shipping(self, offers: Sequence[Mapping[str, Any]], family: str) -> int:
        return min((each["shipping"] for each in offers if each["ours"] and self._family(each) == family), default=0)

    def _landed(self, offer: Mapping[str, Any]) -> Decimal:
        return self._units(offer["price"] + offer["shipping"] - offer["points"])

    def _units(self, minor: int) -> Decimal:
        return Decimal(minor).scaleb(-self.terms.digits)

    def _round(self, value: Decimal) -> Decimal:
        return value.quantize(Decimal(1).scaleb(-self.terms.digits), ROUND_HALF_UP)

    def _is_beyond(self, value: Decimal) -> bool:
        return abs(value.scaleb(self.terms.digits)) > MOST


def least_price(
    cost: Decimal, margin: Decimal, *, vat: Decimal, asked: Decimal, referral: Decimal, other: Decimal, digits: int
) -> Decimal:
    """Return the least price before tax that leaves the margin upon cost and fees, of all that have so many digits."""
    step = Decimal(1).scaleb(-digits)
    share = referral / asked
    exact = (cost + other) * (1 + margin / 100) / (1 - share * (1 + vat / 100) * (1 + margin / 100))
    return exact.quantize(step, ROUND_CEILING)
