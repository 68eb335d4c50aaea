"""Changing the settings file: a store is added, connected and renamed; comments stay, and a mistake changes nothing."""

from __future__ import annotations

import stat
import tomllib
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channelkit.errors import SettingsError, UsageError
from channelkit.onboarding.settings_file import add_store, connect_store, edit_store, remove_store, set_page_size
from channelkit.settings.reader import FILE, read_settings
from channelkit.settings.sections import StoreSettings
from channelkit.settings.template import TEMPLATE, write_template

NEW: dict[str, Any] = {"website": "eu", "email": "eu@example.com", "label": "Kettles & Co", "country": "DE"}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return write_template(tmp_path / FILE)


def test_a_new_store_is_written_before_it_is_connected(path: Path) -> None:
    """ON-03: website, e-mail, name and country are all that a store needs; the account comes later."""
    store = add_store(path, "de", **NEW).stores["de"]
    assert (store.account, store.website, store.email, store.label) == ("", "eu", "eu@example.com", "Kettles & Co")
    assert store.site.country == "DE"


def test_a_new_store_has_exactly_the_defaults(path: Path) -> None:
    """ON-07: the default set of a new store, value by value."""
    store = add_store(path, "de", **NEW).stores["de"]
    assert (store.import_orders, store.orders.customers, store.auto_list, store.prices.source) == (
        True,
        "guest",
        True,
        "price",
    )
    assert (store.fulfilled_by, store.condition, store.import_third_party) == ("merchant", "new_new", True)
    assert (store.handling_days, store.out_of_stock_threshold) == (2, 0)
    assert (store.largest_quantity, store.unmanaged_quantity) == (10_000, 100)
    prices = store.prices
    assert (prices.business, prices.tiers, prices.vat, prices.currency_conversion) == (False, (), "", "disabled")
    bare = StoreSettings(marketplace="DE", website="eu", email=NEW["email"], label=NEW["label"])
    assert store == bare


@pytest.mark.parametrize("missing", ["website", "email", "label"])
def test_a_store_without_what_it_needs_is_refused(path: Path, missing: str) -> None:
    before = path.read_bytes()
    with pytest.raises(UsageError, match=f"--{missing}"):
        add_store(path, "de", **{**NEW, missing: " "})
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"country": "XX"}, "no Amazon marketplace 'XX'"),
        ({"email": "nobody"}, "no e-mail address"),
        ({"account": "elsewhere"}, "names no account"),
        ({"identifiers": {"barcode": "x"}}, "no identifier 'barcode'"),
    ],
)
def test_what_would_not_be_valid_leaves_the_file_as_it_was(path: Path, changes: dict[str, object], words: str) -> None:
    before = path.read_bytes()
    with pytest.raises((UsageError, SettingsError), match=words):
        add_store(path, "de", **{**NEW, **changes})
    assert path.read_bytes() == before and [file.name for file in path.parent.iterdir()] == [FILE]


def test_a_second_store_of_a_name_is_refused(path: Path) -> None:
    with pytest.raises(UsageError, match="already"):
        add_store(path, "us", **NEW)


def test_every_comment_stays_and_the_new_table_stands_behind_the_other_stores(path: Path) -> None:
    add_store(path, "de", **NEW)
    text = path.read_text("utf-8")
    assert all(line in text.splitlines() for line in TEMPLATE.splitlines())
    assert text.index("[stores.us.guards]") < text.index("[stores.de]") < text.index("[database]")
    assert "fixed once the store is there" in text.partition("[stores.de]")[2]


def test_a_file_that_only_its_owner_reads_stays_so(path: Path) -> None:
    path.chmod(0o600)
    add_store(path, "de", **NEW)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_link_to_the_file_stays_a_link(path: Path, tmp_path: Path) -> None:
    link = tmp_path / "linked.toml"
    link.symlink_to(path)
    add_store(link, "de", **NEW)
    assert link.is_symlink() and "de" in read_settings(path, {}).stores


def test_an_optional_pair_says_which_attribute_holds_an_identifier(path: Path) -> None:
    """ON-03: the pair of Amazon's product id and Commerce's attribute may be left out."""
    settings = add_store(path, "de", identifiers={"ean": "barcode"}, **NEW)
    assert settings.commerce.attributes.ean == "barcode" and settings.commerce.attributes.upc == "upc"


def test_a_store_is_connected_to_a_new_account_and_the_days_are_kept(path: Path) -> None:
    """ON-04: several seller accounts stand side by side, each with its own secrets by name."""
    add_store(path, "de", **NEW)
    settings = connect_store(
        path,
        "de",
        "europe",
        seller_id="A2",
        client_id="amzn1.client",
        client_secret="env:DE_SECRET",
        refresh_token="env:DE_TOKEN",
        secret_made=date(2026, 11, 1),
        consent_granted=date(2026, 11, 2),
    )
    assert settings.stores["de"].account == "europe" and settings.stores["us"].account == "na"
    assert settings.accounts["europe"].region == "eu" and settings.accounts["europe"].secret_made == date(2026, 11, 1)
    assert settings.stores["de"].consent_granted == date(2026, 11, 2)


def test_a_new_account_names_what_it_still_needs(path: Path) -> None:
    add_store(path, "de", **NEW)
    with pytest.raises(UsageError, match="seller_id, client_id, client_secret, refresh_token"):
        connect_store(path, "de", "europe")


def test_a_secret_itself_is_never_written(path: Path) -> None:
    add_store(path, "de", **NEW)
    with pytest.raises(SettingsError, match="must name a secret, not hold it") as caught:
        connect_store(
            path, "de", "europe", seller_id="A2", client_id="c", client_secret="hush", refresh_token="env:DE_TOKEN"
        )
    assert "hush" not in path.read_text("utf-8") and "hush" not in str(caught.value) and FILE in str(caught.value)


def test_an_account_of_another_region_is_refused(path: Path) -> None:
    add_store(path, "de", **NEW)
    with pytest.raises(SettingsError, match="region 'eu', but account 'na' is in 'na'"):
        connect_store(path, "de", "na")


def test_only_e_mail_and_label_of_a_store_can_be_changed(path: Path) -> None:
    """ON-05: website and country are refused, and the way to have others is told."""
    settings = edit_store(path, "us", email="new@example.com", label="Shop")
    assert (settings.stores["us"].email, settings.stores["us"].label) == ("new@example.com", "Shop")
    for changes in ({"website": "other"}, {"country": "CA"}):
        with pytest.raises(UsageError, match=r"cannot be changed.*Delete the store and add it anew"):
            edit_store(path, "us", **changes)
    assert "# whom to write to about this store" in path.read_text("utf-8")


def test_a_store_is_taken_out_and_all_else_stays(path: Path) -> None:
    before = tomllib.loads(path.read_text("utf-8"))
    add_store(path, "de", **NEW)
    remove_store(path, "de")
    assert tomllib.loads(path.read_text("utf-8")) == before


def test_the_page_size_is_written_beside_the_other_settings_of_commerce(path: Path) -> None:
    assert set_page_size(path, 50).commerce.page_size == 50
    assert "# System > Integrations" in path.read_text("utf-8")


def test_the_first_store_is_added_to_a_file_without_any(tmp_path: Path) -> None:
    path = write_template(tmp_path / FILE, "https://kettles.example", with_example=False)
    settings = add_store(path, "de", **NEW)
    assert list(settings.stores) == ["de"] and settings.commerce.url == "https://kettles.example"


@given(st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), min_size=1).filter(str.strip))
def test_a_label_of_any_words_is_read_back_as_it_was_written(
    tmp_path_factory: pytest.TempPathFactory, label: str
) -> None:
    path = write_template(tmp_path_factory.mktemp("label") / FILE)
    assert add_store(path, "de", **{**NEW, "label": label}).stores["de"].label == label
