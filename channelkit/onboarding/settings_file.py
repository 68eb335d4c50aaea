"""Changing ``channelkit.toml``: a store is added, connected or renamed; every comment stays where it is.

What is written is read back before it takes the old file's place, and it takes it whole or not at all.
"""

from __future__ import annotations

import os
import re
import shutil
import tempfile
import tomllib
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import tomlkit

from channelkit.errors import SettingsError, UsageError
from channelkit.model.marketplaces import marketplace
from channelkit.settings.reader import read_settings
from channelkit.settings.sections import AttributeSettings, Settings
from channelkit.settings.template import account_table, store_table

NAME = re.compile(r"[A-Za-z0-9_-]+")
_HEADER = re.compile(r"\s*\[")

Content = dict[str, Any]


def add_store(
    path: Path,
    name: str,
    *,
    website: str,
    email: str,
    label: str,
    country: str,
    account: str = "",
    store_view: str = "",
    identifiers: Mapping[str, str] | None = None,
) -> Settings:
    """Write the table of a new store, with everything that is not told at its default (ON-03, ON-07).

    Arguments:
        name: a short name of letters, digits, ``-`` and ``_``: the table's name, and what ``--store`` takes.
        website: code of the Commerce website; like the country it never changes.
        email, label: whom to write to, and what people call the store.
        country: the marketplace: US, DE, ...
        account: a seller account of the settings; empty while the store is not connected.
        identifiers: Amazon's identifier to the code of the attribute that holds it; all stores share this.

    Raises:
        UsageError: there is a store of that name, or something that a store needs is missing.
        SettingsError: the file would not be valid; it was not touched.
    """
    if not NAME.fullmatch(name):
        raise UsageError(f"{name!r} cannot be a store's name.", "Use letters, digits, - and _, for instance: us")
    for field, value in (("website", website), ("email", email), ("label", label), ("marketplace", country)):
        if not value.strip():
            raise UsageError(f"A store needs a {field}.", f"Give it with --{field}.")
    if not re.fullmatch(r"[^@\s]+@[^@\s]+", email):
        raise UsageError(f"{email!r} is no e-mail address.", "Write it as name@example.com.")
    chosen = _known_identifiers(identifiers or {})
    table = store_table(
        name,
        marketplace=marketplace(country).country,
        website=website,
        account=account,
        store_view=store_view,
        email=email,
        label=label,
    )

    def change(text: str) -> str:
        if name in tomllib.loads(text).get("stores", {}):
            raise UsageError(f"There is a store {name!r} already.", "Choose another name, or change it: store edit.")
        text = _insert(text, "stores", table)
        return _set(text, ("commerce", "attributes"), chosen) if chosen else text

    return _rewrite(path, change)


def connect_store(
    path: Path,
    name: str,
    account: str,
    *,
    seller_id: str = "",
    region: str = "",
    client_id: str = "",
    client_secret: str = "",
    refresh_token: str = "",
    secret_made: date | None = None,
    consent_granted: date | None = None,
) -> Settings:
    """Give a store its seller account, writing the account's table where it is a new one (ON-04).

    Arguments:
        account: the account's name in the settings.
        seller_id, region, client_id: of a new account; the region is the store's where it is left out.
        client_secret, refresh_token: references such as ``env:AMAZON_CLIENT_SECRET``, never the secrets.
        secret_made, consent_granted: the days from which 180 days and a year are counted.

    Raises:
        UsageError: there is no such store, or a new account lacks something.
        SettingsError: the file would not be valid; it was not touched.
    """
    given = {"seller_id": seller_id, "client_id": client_id, "client_secret": client_secret}
    given["refresh_token"] = refresh_token

    def change(text: str) -> str:
        content = tomllib.loads(text)
        store = _store_of(content, name)
        known = content.get("accounts", {})
        if account not in known:
            missing = [field for field, value in given.items() if not value]
            if missing or not NAME.fullmatch(account):
                names = ", ".join(known) or "none yet"
                raise UsageError(
                    f"The settings have no account {account!r} (they have: {names}).",
                    f"To write a new one, also give: {', '.join(missing) or 'a name of letters, digits, - and _'}.",
                )
            where = region or marketplace(str(store.get("marketplace", ""))).region
            text = _insert(text, "accounts", account_table(account, region=where, secret_made=secret_made, **given))
        elif any(given.values()):
            raise UsageError(
                f"The account {account!r} is in the settings already.",
                f"Change it under [accounts.{account}], or connect the store without those options.",
            )
        elif secret_made:
            text = _set(text, ("accounts", account), {"secret_made": secret_made})
        values: Content = {"account": account}
        if consent_granted:
            values["consent_granted"] = consent_granted
        return _set(text, ("stores", name), values)

    return _rewrite(path, change)


def edit_store(
    path: Path,
    name: str,
    *,
    email: str | None = None,
    label: str | None = None,
    website: str | None = None,
    country: str | None = None,
) -> Settings:
    """Change a store's e-mail address or label; nothing else of it can be changed (ON-05).

    Arguments:
        website, country: are refused with the reason; they are here so that whoever asks is told.

    Raises:
        UsageError: there is no such store, nothing is to be changed, or something that never changes.
    """
    for word, value in (("website", website), ("country", country)):
        if value is not None:
            raise UsageError(
                f"The {word} of store {name!r} cannot be changed: its listings, links, rules and history belong there.",
                f"Delete the store and add it anew: channelkit store delete {name}, then channelkit store add.",
            )
    values = {key: value for key, value in (("email", email), ("label", label)) if value is not None}
    if not values:
        raise UsageError("Nothing is to be changed.", "Give --email or --label; they are all that can change.")
    for key, value in values.items():
        if not value.strip():
            raise UsageError(f"A store needs a {key}.", f"Give it with --{key}.")

    def change(text: str) -> str:
        _store_of(tomllib.loads(text), name)
        return _set(text, ("stores", name), values)

    return _rewrite(path, change)


def set_page_size(path: Path, page_size: int) -> Settings:
    """Write how many products a page of Commerce has."""
    return _rewrite(path, lambda text: _set(text, ("commerce",), {"page_size": page_size}))


def remove_store(path: Path, name: str) -> Settings:
    """Take a store's table out of the file; its account stays, since others may use it (ON-10).

    Raises:
        SettingsError: the file would not be valid; it was not touched.
    """

    def change(text: str) -> str:
        document = tomlkit.parse(text)
        stores: Any = document.get("stores", {})
        if name in stores:
            del stores[name]
        return tomlkit.dumps(document)

    return _rewrite(path, change)


def _known_identifiers(identifiers: Mapping[str, str]) -> dict[str, str]:
    known = AttributeSettings.__struct_fields__
    for name in identifiers:
        if name not in known:
            raise UsageError(f"Amazon has no identifier {name!r}.", f"Use one of: {', '.join(known)}.")
    return dict(identifiers)


def _store_of(content: Content, name: str) -> Content:
    stores = content.get("stores", {})
    if name not in stores:
        names = ", ".join(stores) or "none yet; channelkit store add writes one"
        raise UsageError(f"There is no store {name!r}.", f"The stores are: {names}.")
    found: Content = stores[name]
    return found


def _insert(text: str, section: str, table: str) -> str:
    """Put a table behind the last one of its section, or at the end where that would not be the same to a reader."""
    wanted = _merged(tomllib.loads(text), tomllib.loads(table))
    lines = text.splitlines(keepends=True)
    own = [place for place, line in enumerate(lines) if re.match(rf"\s*\[{section}[.\]]", line)]
    if own:
        later = (place for place, line in enumerate(lines) if place > own[-1] and _HEADER.match(line))
        place = next(later, len(lines))
        # The comments right above a table belong to it.
        while place > own[-1] + 1 and lines[place - 1].lstrip().startswith("#"):
            place -= 1
        before, after = "".join(lines[:place]).rstrip("\n"), "".join(lines[place:])
        written = f"{before}\n\n{table}{after}"
        if _reads_as(written, wanted):
            return written
    return f"{text.rstrip(chr(10))}\n\n{table.rstrip(chr(10))}\n"


def _merged(content: Content, table: Content) -> Content:
    ((section, named),) = table.items()
    return {**content, section: {**content.get(section, {}), **named}}


def _reads_as(text: str, wanted: Content) -> bool:
    try:
        return tomllib.loads(text) == wanted
    except tomllib.TOMLDecodeError:
        return False


def _set(text: str, where: tuple[str, ...], values: Mapping[str, Any]) -> str:
    document = tomlkit.parse(text)
    table: Any = document
    for name in where:
        if name not in table:
            table[name] = tomlkit.table()
        table = table[name]
    for key, value in values.items():
        table[key] = value
    return tomlkit.dumps(document)


def _rewrite(path: Path, change: Callable[[str], str]) -> Settings:
    """Write the changed text beside the file, read it as settings, and only then put it in the file's place."""
    # Whoever keeps the file elsewhere and links to it keeps the link.
    path = path.resolve()
    try:
        old = path.read_bytes()
    except FileNotFoundError:
        raise SettingsError(f"There is no settings file {path}.", "Make one with: channelkit init.") from None
    read_settings(path)
    text = change(old.decode("utf-8"))
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    beside = Path(name)
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        shutil.copymode(path, beside)
        _check(beside, path)
        if path.read_bytes() != old:
            raise SettingsError(f"{path} was changed by somebody else at the same moment.", "Try again.")
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)
    return read_settings(path)


def _check(beside: Path, path: Path) -> None:
    try:
        read_settings(beside)
    except SettingsError as error:
        words = error.what.replace(str(beside), str(path))
        raise SettingsError(f"{words} The file was not changed.", error.fix) from None
