"""Settings: what can be set is read exactly, and every mistake is one sentence with the key, the file and the fix."""

from __future__ import annotations

import os
import stat
from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channelkit.errors import SettingsError, UsageError
from channelkit.settings.reader import FILE, find_settings, read_settings
from channelkit.settings.secret import Secret
from channelkit.settings.sections import Settings
from channelkit.settings.template import TEMPLATE, write_template


def read(tmp_path: Path, text: str, environment: Mapping[str, str] | None = None) -> Settings:
    path = tmp_path / FILE
    path.write_text(text, encoding="utf-8")
    return read_settings(path, environment or {})


def test_the_template_is_read_without_an_error(tmp_path: Path) -> None:
    settings = read_settings(write_template(tmp_path / FILE), {})
    assert settings.stores["us"].site.currency == "USD" and not settings.stores["us"].read_only
    assert settings.commerce.attributes.codes["asin"] == "amazon_asin"


def test_the_template_says_what_holds_when_nothing_is_said(tmp_path: Path) -> None:
    """ON-07: a new store gets the defaults, and the file that is written for a person tells them."""
    said = read(tmp_path, TEMPLATE)
    short = "\n".join(
        line
        for line in TEMPLATE.splitlines()
        if not line.startswith(("read_only", "import_third", "out_of", "largest_q"))
    )
    silent = read(tmp_path, short.replace("[stores.us.guards]\nlargest_price_jump = 0.5", "[stores.us.guards]"))
    assert silent.stores["us"] == said.stores["us"]


def test_a_settings_file_is_never_written_over(tmp_path: Path) -> None:
    write_template(tmp_path / FILE)
    with pytest.raises(UsageError, match="was not touched"):
        write_template(tmp_path / FILE)


def test_the_nearest_settings_file_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CHANNELKIT_SETTINGS", raising=False)
    write_template(tmp_path / FILE)
    deep = tmp_path / "a" / "b"
    deep.mkdir(parents=True)
    assert find_settings(deep) == tmp_path / FILE


def test_without_a_settings_file_the_two_ways_to_begin_are_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("CHANNELKIT_SETTINGS", raising=False)
    with pytest.raises(SettingsError, match=r"channelkit init.*channelkit demo"):
        find_settings(tmp_path)


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        ("read_only = false", 'read_only = "yes"', r"'stores.us.read_only'.*Write true or false"),
        ("largest_quantity = 10000", "largest_quantity = -1", r"'stores.us.largest_quantity'.*number >= 0"),
        ("largest_share = 0.3 ", "largest_share = 3.0 ", r"'stores.us.guards.largest_share'.*number <= 1"),
        ("read_only = false", "readonly = true", r"'stores.us.readonly'.*Did you mean 'read_only'"),
        ('account = "na"', 'account = "eu"', r"'stores.us.account'.*names no account: 'eu'.*The accounts are: na"),
        (
            'marketplace = "US"',
            'marketplace = "XX"',
            r"'stores.us.marketplace'.*no Amazon marketplace 'XX'.*Use one of",
        ),
        ('marketplace = "US"', 'marketplace = "DE"', r"'stores.us.marketplace'.*region 'eu'.*account 'na' is in 'na'"),
        ('region = "na"', 'region = "xx"', r"'accounts.na.region'.*Use one of: na, eu, fe"),
        ('seller_id = "A1EXAMPLE"', "", r"'accounts.na.seller_id'.*is missing.*Add seller_id"),
        ('auth = "oauth1"', 'auth = "basic"', r"'commerce.auth'.*Use one of: oauth1, bearer, ims"),
        ("[accounts.na]", "[others.na]", r"'others'.*is not one"),
        ("[commerce]\n", "[commerce\n", r"is not valid TOML"),
        (
            "sqlite:///channelkit.db",
            "postgresql://me:hush@host/name",
            r"'database.url'.*holds a password.*password = ",
        ),
    ],
)
def test_a_mistake_is_told_with_the_key_the_file_and_the_fix(
    tmp_path: Path, before: str, after: str, words: str
) -> None:
    assert before in TEMPLATE
    with pytest.raises(SettingsError, match=words) as caught:
        read(tmp_path, TEMPLATE.replace(before, after, 1))
    assert FILE in str(caught.value) and "hush" not in str(caught.value)


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        ("speed = 60.0", "speed = 0", r"'practice.speed'.*It must be a number > 0"),
        ("speed = 60.0", 'speed = "fast"', r"'practice.speed'.*Write a number"),
        ("speed = 60.0", "sped = 60.0", r"'practice.sped'.*Did you mean 'speed'"),
        ("speed = 60.0", "", r"'practice.speed'.*is missing.*Add speed"),
        ("[practice]", "practice = 60\n[[stages]]", r"'practice'.*Write a table"),
    ],
    ids=["limit", "kind", "spelling", "missing", "table"],
)
def test_a_mistake_in_a_table_that_may_be_left_out_is_told_like_any_other(
    tmp_path: Path, before: str, after: str, words: str
) -> None:
    practice = "[practice]\nspeed = 60.0\nreal_epoch = 0.0\nepoch = 0.0\n"
    with pytest.raises(SettingsError, match=words):
        read(tmp_path, practice.replace(before, after, 1) + TEMPLATE)


def test_a_secret_in_the_file_is_refused_and_not_repeated(tmp_path: Path) -> None:
    text = TEMPLATE.replace("env:AMAZON_CLIENT_SECRET", "amzn1.oa2-cs.v1.hush")
    with pytest.raises(SettingsError, match=r"'accounts.na.client_secret'.*must name a secret, not hold it") as caught:
        read(tmp_path, text)
    assert "hush" not in str(caught.value)


def test_the_environment_overrides_the_file(tmp_path: Path) -> None:
    environment = {
        "CHANNELKIT__STORES__US__READ_ONLY": "true",
        "CHANNELKIT__COMMERCE__URL": "https://other.example",
        "CHANNELKIT__STORES__US__GUARDS__LARGEST_SHARE": "0.1",
    }
    settings = read(tmp_path, TEMPLATE, environment)
    assert settings.stores["us"].read_only
    assert settings.commerce.url == "https://other.example"
    assert settings.stores["us"].guards.largest_share == 0.1


def test_two_stores_for_the_same_thing_are_refused(tmp_path: Path) -> None:
    twin = '\n[stores.twin]\naccount = "na"\nmarketplace = "US"\nwebsite = "base"\n'
    with pytest.raises(SettingsError, match=r"'stores.twin'.*is the same as stores.us"):
        read(tmp_path, TEMPLATE + twin)


def test_a_fast_clock_beside_a_real_system_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="clock run fast beside a real system"):
        read(tmp_path, TEMPLATE + "\n[practice]\nspeed = 60.0\nreal_epoch = 0.0\nepoch = 0.0\n")


def test_the_database_is_found_from_the_settings_folder(tmp_path: Path) -> None:
    settings = read(tmp_path, TEMPLATE)
    assert settings.database_url == f"sqlite:///{(tmp_path / 'channelkit.db').as_posix()}"


@given(st.text(st.characters(codec="utf-8", exclude_characters="\x00")))
def test_a_secrets_repr_shows_its_reference_and_never_its_value(value: str) -> None:
    os.environ["CHANNELKIT_TEST_SECRET"] = f"hush-{value}"
    secret = Secret("env:CHANNELKIT_TEST_SECRET")
    assert secret.reveal() == f"hush-{value}"
    assert "hush" not in f"{secret!r} {secret}"
    del os.environ["CHANNELKIT_TEST_SECRET"]


def test_no_settings_show_a_secret(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("COMMERCE_CONSUMER_SECRET", "COMMERCE_ACCESS_TOKEN", "AMAZON_CLIENT_SECRET", "AMAZON_REFRESH_TOKEN"):
        monkeypatch.setenv(name, f"hush-{name}")
    settings = read(tmp_path, TEMPLATE)
    assert settings.accounts["na"].client_secret.reveal() == "hush-AMAZON_CLIENT_SECRET"
    assert "hush" not in repr(settings)


def test_a_missing_environment_variable_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CHANNELKIT_TEST_SECRET", raising=False)
    with pytest.raises(SettingsError, match="CHANNELKIT_TEST_SECRET is not set"):
        Secret("env:CHANNELKIT_TEST_SECRET").reveal()


def test_a_secret_file_that_others_can_read_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "secret"
    path.write_text("hush\n")
    path.chmod(0o644)
    with pytest.raises(SettingsError, match="chmod 600") as caught:
        Secret("file:secret", tmp_path).reveal()
    assert "hush" not in str(caught.value)
    path.chmod(stat.S_IRUSR | stat.S_IWUSR)
    assert Secret("file:secret", tmp_path).reveal() == "hush"


def test_a_machine_without_a_keyring_is_told_what_to_use_instead(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.fail.Keyring")
    with pytest.raises(SettingsError, match=r"env:NAME or file:PATH|keyring set"):
        Secret("keyring:channelkit/amazon").reveal()
