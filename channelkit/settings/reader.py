"""Reading ``channelkit.toml`` and what the environment overrides, with one readable error for each mistake."""

from __future__ import annotations

import difflib
import os
import re
import tomllib
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from types import UnionType
from typing import Annotated, Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints
from urllib.parse import urlsplit

import msgspec

from channelkit.errors import SettingsError, UsageError
from channelkit.settings.secret import Secret
from channelkit.settings.sections import AccountSettings, Section, Settings, StoreSettings

FILE = "channelkit.toml"
PREFIX = "CHANNELKIT__"

_ONCE_ALONE = {
    "price_source": "price",
    "vat": "disabled",
    "currency_conversion": "disabled",
    "business_prices": "disabled",
    "price_tiers": "disabled",
}
"""What older files say of prices, each with the one value that it could have: it is what holds without it."""


def find_settings(start: Path) -> Path:
    """Return the nearest settings file, here or in a folder above.

    Raises:
        SettingsError: there is none.
    """
    named = os.environ.get("CHANNELKIT_SETTINGS")
    if named:
        return Path(named)
    for folder in (start, *start.parents):
        if (folder / FILE).is_file():
            return folder / FILE
    raise SettingsError(
        f"There is no {FILE} in {start} or above it.",
        "Make one with: channelkit init. To try everything without an account: channelkit demo --out demo.",
    )


def read_settings(path: Path, environment: Mapping[str, str] = os.environ) -> Settings:
    """Read a settings file and what the environment overrides.

    Arguments:
        path: the TOML file.
        environment: ``CHANNELKIT__STORES__US__READ_ONLY=true`` overrides ``read_only`` of ``[stores.us]``.

    Raises:
        SettingsError: names the key, the file and the fix.
    """
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise SettingsError(f"There is no settings file {path}.", "Make one with: channelkit init.") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"{path} is not valid TOML: {error}.", "Mend that line; texts stand in quotes.") from None
    _override(content, environment)
    folder = path.parent.resolve()
    read = _Reader(path, folder)
    settings = read.section("", Settings, {**content, **_several(read, content), "folder": folder, "file": path.name})
    _check(settings, path)
    return settings


def _several(read: _Reader, content: dict[str, Any]) -> dict[str, Any]:
    """Read each account and store by itself, so that an error can name it."""
    found: dict[str, Any] = {}
    for name, kind in (("accounts", AccountSettings), ("stores", StoreSettings)):
        # A store is written down before its account is; neither needs to be there from the first day.
        tables = content.get(name, {})
        if not isinstance(tables, dict):
            raise read.error(name, "is wrong", f"Write tables [{name}.NAME]; channelkit init writes an example")
        found[name] = {key: read.section(f"{name}.{key}", kind, _moved(table)) for key, table in tables.items()}
    return found


def _moved(table: object) -> object:
    """Return a store's table with ``customers`` where it stands now, and without what older files say of prices."""
    if not isinstance(table, dict):
        return table
    table = {key: value for key, value in table.items() if _ONCE_ALONE.get(key) != value}
    if "customers" not in table or not isinstance(table.get("orders", {}), dict):
        return table
    orders = {"customers": table["customers"], **table.get("orders", {})}
    return {**{key: value for key, value in table.items() if key != "customers"}, "orders": orders}


Kind = TypeVar("Kind", bound=Section)


class _Reader:
    """Turns tables into sections, and msgspec's complaints into sentences."""

    def __init__(self, path: Path, folder: Path) -> None:
        self.path, self.folder = path, folder

    def section(self, where: str, kind: type[Kind], table: object) -> Kind:
        try:
            return msgspec.convert(table, kind, dec_hook=self._secret, from_attributes=True)
        except msgspec.ValidationError as error:
            raise self._explained(where, kind, str(error)) from None

    def error(self, key: str, problem: str, fix: str) -> SettingsError:
        return SettingsError(f"Setting {key!r} in {self.path} {problem}.", f"{fix}.")

    def _secret(self, kind: type, value: object) -> object:
        if kind is Path:
            return value
        if kind is not Secret or not isinstance(value, str) or not Secret.is_reference(value):
            # Not msgspec's own error: around any other it says where the value stands.
            raise ValueError("not a `secret`")
        return Secret(value, self.folder)

    def _explained(self, where: str, kind: type[Section], message: str) -> SettingsError:
        problem, _, place = message.partition(" - at `$")
        place = place.rstrip("`").lstrip(".")
        key = ".".join(filter(None, (where, place)))
        if "unknown field" in problem or "missing required field" in problem:
            field = problem.split("`")[1]
            known = [name for name in _field_type(kind, place).__struct_fields__ if name not in ("folder", "file")]
            whole = ".".join(filter(None, (key, field)))
            if "missing" in problem:
                return self.error(whole, "is missing", f"Add {field} = … to [{key}]")
            close = difflib.get_close_matches(field, known, n=1)
            meant = f"Did you mean {close[0]!r}? " if close else ""
            return self.error(whole, "is not one", f"{meant}Known here: {', '.join(known)}")
        if "`secret`" in problem:
            fix = "Name it instead: env:NAME, keyring:SERVICE/NAME or file:PATH, so that the file can be shared"
            return self.error(key, "must name a secret, not hold it", fix)
        return self.error(key, "is wrong", _wanted(_field_type(kind, place), problem))


def _wanted(kind: Any, problem: str) -> str:
    """Say what a value should be."""
    if get_origin(kind) is Literal:
        return f"Use one of: {', '.join(get_args(kind))}"
    limit = re.search(r"`(?:int|float)` ([<>]=? ?[-\d.]+)", problem)
    if limit:
        return f"It must be a number {limit[1]}"
    words = {int: "Write a whole number", float: "Write a number", bool: "Write true or false"}
    words[date] = "Write a day without quotes, for instance 2026-11-24"
    plain = get_args(kind)[0] if get_origin(kind) is Annotated else kind
    if get_origin(plain) is tuple:
        return "Write a list in brackets, as the template shows it"
    return words.get(plain, "Write a text in quotes" if plain is str else "Write a table")


def _field_type(kind: type[Section], place: str) -> Any:
    """Return the declared type of the field at a dotted place, such as ``tiers[0][1]`` or ``conditions[...]``."""
    found: Any = kind
    for name in re.findall(r"\[[^\]]*\]|[^.\[\]]+", place):
        if not name.startswith("["):
            found = get_type_hints(found, include_extras=True)[name]
            if get_origin(found) in (Union, UnionType):
                # None says that it may be left out; what it is where it is there comes first.
                found = get_args(found)[0]
            continue
        plain = get_args(found)[0] if get_origin(found) is Annotated else found
        inside = get_args(plain)
        found = inside[1] if get_origin(plain) is dict else inside[0 if inside[-1] is Ellipsis else int(name[1:-1])]
    return found


def _override(content: dict[str, Any], environment: Mapping[str, str]) -> None:
    for name, value in environment.items():
        if not name.startswith(PREFIX):
            continue
        *tables, key = name.removeprefix(PREFIX).lower().split("__")
        table = content
        for part in tables:
            spelt = next((known for known in table if known.lower().replace("-", "_") == part), part)
            table = table.setdefault(spelt, {})
        table[key] = _value(value)


def _value(text: str) -> object:
    """Read a value as TOML would; what is not TOML is text."""
    try:
        return tomllib.loads(f"value = {text}")["value"]
    except tomllib.TOMLDecodeError:
        return text


def _check(settings: Settings, path: Path) -> None:
    """Refuse settings that are right one by one and wrong together."""

    def wrong(key: str, problem: str, fix: str) -> SettingsError:
        return SettingsError(f"Setting {key!r} in {path} {problem}.", fix)

    for key, address in (("database.url", settings.database.url), ("commerce.url", settings.commerce.url)):
        if urlsplit(address).password:
            fix = 'Take it out; a database\'s password is named by password = "env:NAME" in [database].'
            raise wrong(key, "holds a password", fix)
    seen: dict[tuple[str, str, str], str] = {}
    for name, store in settings.stores.items():
        if not store.website:
            raise wrong(
                f"stores.{name}.website", "is empty", "Write the code of the Commerce website that it sells for."
            )
        try:
            site = store.site
        except UsageError as error:
            raise wrong(f"stores.{name}.marketplace", f"is wrong: {error.what.rstrip('.')}", error.fix) from None
        account = settings.accounts.get(store.account)
        if account is None and store.account:
            known = ", ".join(settings.accounts) or "none yet; channelkit store connect adds one"
            raise wrong(f"stores.{name}.account", f"names no account: {store.account!r}", f"The accounts are: {known}.")
        if account is not None and site.region != account.region:
            raise wrong(
                f"stores.{name}.marketplace",
                f"is in region {site.region!r}, but account {store.account!r} is in {account.region!r}",
                "One refresh token covers one seller in one region: add an account for the other region.",
            )
        for key, (problem, fix) in _find_contradictions(store).items():
            raise wrong(f"stores.{name}.{key}", problem, fix)
        twin = seen.setdefault((store.account, site.id, store.website), name)
        if twin != name:
            raise wrong(f"stores.{name}", f"is the same as stores.{twin}", "Remove one of them.")
    if settings.practice is not None:
        addresses = [settings.commerce.url, *(account.endpoint for account in settings.accounts.values())]
        real = [address for address in addresses if urlsplit(address).hostname not in ("127.0.0.1", "localhost")]
        if real:
            raise wrong("practice", f"makes the clock run fast beside a real system, {real[0]}", "Remove [practice].")


def _find_contradictions(store: StoreSettings) -> dict[str, tuple[str, str]]:
    """Return what is wrong within one store, by setting: the problem and what to do about it (LS-13, LS-14)."""
    found = {}
    for key in ("condition", "fulfilled_by"):
        if getattr(store, key) == "attribute" and not getattr(store, f"{key}_attribute"):
            found[f"{key}_attribute"] = ("is empty", f"Name the attribute that says it, or set {key}.")
    for word in store.condition_notes:
        if word.startswith("new_"):
            found[f"condition_notes.{word}"] = ("is a note on what is new", "Amazon shows none there: take it out.")
    prices = store.prices.contradictions(store.site.country)
    return found | {f"prices.{key}": words for key, words in prices.items()}
