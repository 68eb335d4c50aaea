"""The settings of prices: all of them in the template, contradictions refused, older files still read."""

from __future__ import annotations

from pathlib import Path

import pytest

from channelkit.errors import SettingsError
from channelkit.settings.price_section import BUSINESS_COUNTRIES, PriceSettings
from channelkit.settings.reader import FILE, read_settings
from channelkit.settings.sections import Settings
from channelkit.settings.template import TEMPLATE


def _read(folder: Path, text: str) -> Settings:
    (folder / FILE).write_text(text, encoding="utf-8")
    return read_settings(folder / FILE, {})


def _changed(*changes: tuple[str, str]) -> str:
    text = TEMPLATE
    before, table, after = text.partition("[stores.us.prices]")
    for old, new in changes:
        assert f"\n{old}" in after, f"the template does not say {old}"
        after = after.replace(f"\n{old}", f"\n{new}", 1)
    return before + table + after


def test_the_template_shows_every_setting_of_prices_in_order_with_what_holds_without_it(tmp_path: Path) -> None:
    """LS-04 to LS-10, PR-11: a new store's prices are Commerce's own, and nothing is added to them (ON-07)."""
    shown = TEMPLATE.partition("\n[stores.us.prices]")[2].partition("\n[")[0]
    names = [line.partition(" = ")[0] for line in shown.splitlines()[1:] if line]
    assert names == list(PriceSettings.__struct_fields__)
    assert _read(tmp_path, TEMPLATE).stores["us"].prices == PriceSettings()


def test_what_is_set_of_prices_is_read_exactly(tmp_path: Path) -> None:
    text = _changed(
        ('source = "price"', 'source = "amazon_price"'),
        ('scope = "own"', 'scope = "websites"'),
        ("website_order = []", 'website_order = ["eu", "us"]'),
        ('vat = ""', 'vat = "10.2"'),
        ("business = false", "business = true"),
        ("tiers = []", 'tiers = [[5, "5"], [10, "7.5"]]'),
    )
    off = _changed(("doubt_below = 50", "doubt_below = 0"), ("war_falls = 4", "war_falls = 0"))
    resting = _read(tmp_path, off.replace("war_rest_hours = 3", "war_rest_hours = 20")).stores["us"].prices
    assert (resting.doubt_below, resting.war_falls, resting.war_rest_hours) == (0, 0, 20)
    prices = _read(tmp_path, text).stores["us"].prices
    assert (prices.source, prices.scope, prices.website_order) == ("amazon_price", "websites", ("eu", "us"))
    assert (prices.vat, prices.business, prices.tiers) == ("10.2", True, ((5, "5"), (10, "7.5")))


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ([('source = "price"', 'source = ""')], r"prices.source' .* is empty"),
        ([('vat = ""', "vat = 19.0")], r"prices.vat' .*Write a text in quotes"),
        ([('vat = ""', 'vat = "a lot"')], r"prices.vat' .* is wrong: 'a lot' is no percentage"),
        ([('vat = ""', 'vat = "-1"')], r"prices.vat' .* from 0 to 1000"),
        ([('floor_at_cost = ""', 'floor_at_cost = "5"')], r"prices.floor_at_cost' .* needs to know the cost"),
        ([('sale_to = ""', 'sale_to = "special_to_date"')], r"prices.sale_to' .* has no price beside it"),
        ([('product_tax_code = ""', 'product_tax_code = "A_GEN"')], r"prices.product_tax_code' .* only known on Am"),
        ([("website_order = []", 'website_order = ["us"]')], r"prices.website_order' .* is not looked at"),
        ([("tiers = []", 'tiers = [[5, "5"]]')], r"prices.tiers' .* are for businesses, whose prices are off"),
        (
            [("business = false", "business = true"), ("tiers = []", 'tiers = [[9, "5"], [5, "8"]]')],
            r"prices.tiers' .* are not in order",
        ),
        (
            [("business = false", "business = true"), ("tiers = []", 'tiers = [[5, "100"]]')],
            r"prices.tiers' .* take '100' percent off",
        ),
        ([("tiers = []", 'tiers = [[1, "5"]]')], r"prices.tiers\[0\]\[0\]' .* must be a number >= 2"),
        ([("tiers = []", 'tiers = "5"')], r"prices.tiers' .*Write a list"),
        (
            [("tiers = []", f"tiers = {[[count, '1'] for count in range(2, 8)]}")],
            r"prices.tiers' .*Write a list",
        ),
        ([("competition_hours = 4", "competition_hours = 0")], r"prices.competition_hours' .*>= 1"),
        ([("doubt_below = 50", "doubt_below = 100")], r"prices.doubt_below' .*<= 99"),
        ([("doubt_hours = 6", "doubt_hours = 0")], r"prices.doubt_hours' .*>= 1"),
        ([("war_falls = 4", "war_falls = 1")], r"prices.war_falls' .* makes a war of every fall"),
        (
            [("war_rest_hours = 3", "war_rest_hours = 13")],
            r"prices.war_climb_hours' .* lets a price rise before it may ever be lowered",
        ),
        ([("war_small_step = 5", 'war_small_step = "5"')], r"prices.war_small_step' .*[Ww]hole number"),
        ([('scope = "own"', 'scope = "all"')], r"prices.scope' .*Use one of: own, global, websites"),
    ],
    ids=[
        *("no source", "vat as a number", "vat in words", "vat below zero", "floor without cost"),
        *("day without a price", "tax code in America", "order without websites", "tiers without business"),
        *("tiers out of order", "tier for nothing", "tier of one", "tiers as text", "six tiers", "no hours"),
        *("nothing but doubts", "a doubt without end", "war of every fall", "climbs before it falls", "step as text"),
        "scope",
    ],
)
def test_what_cannot_be_meant_of_prices_is_refused(
    tmp_path: Path, changes: list[tuple[str, str]], complaint: str
) -> None:
    with pytest.raises(SettingsError, match=complaint):
        _read(tmp_path, _changed(*changes))


def test_prices_for_businesses_are_refused_where_amazon_has_none(tmp_path: Path) -> None:
    """LS-10."""
    assert {"US", "FR", "DE", "UK"} <= set(BUSINESS_COUNTRIES)
    text = _changed(("business = false", "business = true")).replace('marketplace = "US"', 'marketplace = "BR"')
    with pytest.raises(SettingsError, match=r"prices.business' .* Amazon BR has no prices for businesses"):
        _read(tmp_path, text)


def test_a_product_tax_code_is_taken_on_amazon_uk(tmp_path: Path) -> None:
    """LS-08."""
    text = _changed(('product_tax_code = ""', 'product_tax_code = "A_BOOK_GEN"'))
    text = text.replace('marketplace = "US"', 'marketplace = "UK"').replace('region = "na"', 'region = "eu"')
    assert _read(tmp_path, text).stores["us"].prices.product_tax_code == "A_BOOK_GEN"


def test_an_older_file_that_says_what_prices_could_not_do_is_still_read(tmp_path: Path) -> None:
    older = (
        'price_source = "price"\nvat = "disabled"\ncurrency_conversion = "disabled"\n'
        'business_prices = "disabled"\nprice_tiers = "disabled"\n'
    )
    text = TEMPLATE.replace("\nimport_orders = true", f"\n{older}import_orders = true")
    assert _read(tmp_path, text).stores["us"] == _read(tmp_path, TEMPLATE).stores["us"]
    with pytest.raises(SettingsError, match=r"'stores.us.vat' .* is not one"):
        _read(tmp_path, text.replace('vat = "disabled"', 'vat = "19"'))


def test_a_mistake_within_a_list_or_a_table_is_told_with_its_place(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"'stores.us.conditions\[...\]' .*Use one of: .*used_good"):
        _read(tmp_path, TEMPLATE.replace("conditions = {} ", 'conditions = { "As new" = "nearly_new" } '))
