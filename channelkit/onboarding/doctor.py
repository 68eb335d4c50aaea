"""Checking that everything a cycle needs is there, and saying in words what is not (ON-02)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime

import sqlalchemy as sa

from channelkit.database import stores
from channelkit.database.schema import listings, products
from channelkit.errors import ChannelkitError, SettingsError
from channelkit.model.marketplaces import ENDPOINTS, Region
from channelkit.onboarding import accounts, connection, expiry, paging
from channelkit.onboarding.alert_check import check_alerts
from channelkit.onboarding.finding import Finding, Report
from channelkit.onboarding.forecast import Shape, forecast
from channelkit.onboarding.log import check_log
from channelkit.parts import Parts
from channelkit.settings.secret import Secret

_SECRETS = {
    "oauth1": ("consumer_secret", "access_token", "access_token_secret"),
    "bearer": ("access_token",),
    "ims": ("client_secret",),
}
SLOWER = "Sync less often, give stores that can wait their own schedule, or lower sweep_calls and catalog_calls."
_SOURCES = {"env": "the environment variable {}", "keyring": "the keyring's {}", "file": "the file {}"}


def examine(parts: Parts, endpoints: Mapping[Region, str] = ENDPOINTS) -> Report:
    """Check settings, secrets, database, Commerce, every account and every store; quick, and nothing is changed there.

    Arguments:
        endpoints: Amazon's addresses by region.
    """
    findings = [_check_settings(parts), *_check_database(parts), check_people(parts)]
    findings += _check_commerce(parts)
    doors: dict[str, accounts.Door] = {}
    for name in dict.fromkeys(store.account for store in parts.settings.stores.values() if store.account):
        found, door = _check_account(parts, name, endpoints)
        findings += found
        doors[name] = door
    for name in parts.settings.stores:
        findings += _check_store(parts, name, doors)
    findings.append(check_alerts(parts.settings.alerts))
    findings += check_log(parts.logbook, parts.settings.logs.file)
    return Report("Doctor", tuple(findings))


def check_connection(parts: Parts, store: str, endpoints: Mapping[Region, str] = ENDPOINTS) -> Report:
    """Check one store's account and marketplace alone, as ``store connect`` does (ON-04)."""
    account = parts.settings.stores[store].account
    findings, door = _check_account(parts, account, endpoints) if account else ([], accounts.Door(()))
    return Report(f"Connection of store {store}", (*findings, *_check_store(parts, store, {account: door})))


def measure(parts: Parts, timer: Callable[[], float], count: int = 0) -> tuple[Report, paging.Sizes | None]:
    """Measure how fast Commerce answers, choose the sizes, and tell whether the listings fit five minutes.

    Arguments:
        timer: seconds of the wall.
        count: listings to think of; those that the database knows where it is 0.

    Returns:
        What was found, and the sizes that were chosen; None where Commerce could not be measured.
    """
    _limits, largest = connection.check_limits(parts.commerce, parts.settings.commerce.page_size)
    try:
        paces = paging.measure(parts.commerce, timer, largest)
    except ChannelkitError as error:
        return Report("Measured", (Finding("Commerce: speed", "fail", error.what, error.fix),)), None
    sizes = paging.choose_sizes(paces, largest)
    now = parts.settings.commerce.page_size
    fix = "" if sizes.page == now else f"Write page_size = {sizes.page} under [commerce] (now {now}), or add --write."
    findings = [Finding("Commerce: speed", "ok", sizes.words, fix)]
    fitting = min(paces, key=lambda pace: abs(pace.size - sizes.page))
    for account in dict.fromkeys(store.account for store in parts.settings.stores.values()):
        shape = _shape(parts, account, count, sizes.page, fitting.per_product)
        told = forecast(shape)
        subject = f"five minutes: account {account}" if account else "five minutes: stores without an account"
        slower = "" if told.fits else SLOWER
        findings.append(Finding(subject, "ok" if told.fits else "warn", told.words(), slower))
    return Report("Measured", tuple(findings)), sizes


def today(parts: Parts) -> date:
    """Return the day by the kit's clock, in UTC."""
    return datetime.fromtimestamp(parts.clock.now(), UTC).date()


def _check_settings(parts: Parts) -> Finding:
    settings = parts.settings
    stores_, accounts_ = len(settings.stores), len(settings.accounts)
    words = f"{settings.file} is read: {_count(stores_, 'store')}, {_count(accounts_, 'seller account')}."
    if not stores_:
        return Finding("settings", "warn", words, "Add a store with: channelkit store add NAME")
    return Finding("settings", "ok", words)


def _check_database(parts: Parts) -> list[Finding]:
    try:
        return [Finding("database", "ok", f"{parts.database.engine.dialect.name} is open and up to date.")]
    except ChannelkitError as error:
        return [Finding("database", "fail", error.what, error.fix)]


def check_people(parts: Parts) -> Finding:
    """Look whether the key to people's data is there and is the one that was used; without it no order is read."""
    subject, key = "people's data", parts.settings.people.key
    if not key.reference:
        fix = 'Write under [people]: key = "file:people.key", then type: channelkit people key'
        return Finding(subject, "fail", "The settings name no key for it, so no order is read.", fix)
    try:
        with parts.database.read() as reading:
            parts.vault.check(reading)
    except ChannelkitError as error:
        return Finding(subject, "fail", f"No order is read: {error.what}", error.fix)
    kind, _, place = key.reference.partition(":")
    days = parts.settings.people.keep_days
    words = f"It is encrypted with the key from {_SOURCES[kind].format(place)}, and kept {days} days after delivery."
    return Finding(subject, "ok", words)


def _check_commerce(parts: Parts) -> list[Finding]:
    section = parts.settings.commerce
    secrets = {name: getattr(section, name) for name in _SECRETS[section.auth]}
    found = _check_secrets("Commerce: secrets", secrets, "[commerce]")
    if not found.is_fine:
        return [found]
    websites = list(dict.fromkeys(store.website for store in parts.settings.stores.values()))
    shop = connection.open_shop(parts.commerce, section, websites)
    findings = [found, *shop.findings]
    expiring = expiry.check_commerce_secret(section.secret_made, today(parts))
    findings += [expiring] if expiring else []
    for name, store in parts.settings.stores.items():
        findings += connection.check_scopes(shop, name, store)
    return findings


def _check_account(parts: Parts, name: str, endpoints: Mapping[Region, str]) -> tuple[list[Finding], accounts.Door]:
    section, subject = parts.settings.accounts[name], f"account {name}"
    secrets = {"client_secret": section.client_secret, "refresh_token": section.refresh_token}
    found = _check_secrets(f"{subject}: secrets", secrets, f"[accounts.{name}]")
    if not found.is_fine:
        return [found], accounts.Door(())
    door = accounts.open_door(parts, name, endpoints)
    findings = [found, *door.findings]
    sites = [store.site for store in parts.settings.stores.values() if store.account == name]
    open_sites = [site for site in sites if door.marketplaces and site.id in door.marketplaces]
    if open_sites:
        findings += accounts.check_roles(parts.amazon(name), open_sites[0], f"{subject}: roles")
    findings.append(expiry.check_secret(name, section.secret_made, today(parts)))
    return findings, door


def _check_store(parts: Parts, name: str, doors: Mapping[str, accounts.Door]) -> list[Finding]:
    section, subject = parts.settings.stores[name], f"store {name}"
    refused = parts.why_refused(name)
    if refused:
        return [Finding(subject, "fail", refused)]
    if not section.account:
        return [Finding(subject, "warn", parts.why_silent(name))]
    door = doors[section.account]
    if door.marketplaces is None:
        if any(finding.level == "warn" for finding in door.findings):
            return [Finding(subject, "warn", f"Its account {section.account!r} could not be asked now.")]
        words = f"Its account {section.account!r} does not get in; what is wrong stands above."
        return [Finding(subject, "fail", words)]
    found = accounts.check_marketplace(door.marketplaces, section.account, section.site, subject)
    if found.is_fine:
        with parts.database.write() as writing:
            stores.mark_connected(writing, name, at=parts.now())
    findings = [found, expiry.check_consent(name, section.consent_granted, today(parts))]
    silent = parts.why_silent(name)
    if silent:
        findings.append(Finding(f"{subject}: sending", "ok", silent))
    return findings


def _check_secrets(subject: str, secrets: Mapping[str, Secret], table: str) -> Finding:
    """Look each secret up, and tell which source had it; never the secret."""
    sources = []
    for name, secret in secrets.items():
        try:
            if not secret.reference:
                raise SettingsError(f"{name} is not set under {table}.", 'Name it there: "env:NAME", "file:PATH".')
            secret.reveal()
        except SettingsError as error:
            return Finding(subject, "fail", error.what, error.fix)
        kind, _, place = secret.reference.partition(":")
        sources.append(f"{name} from {_SOURCES[kind].format(place)}")
    return Finding(subject, "ok", f"All are there: {'; '.join(sources)}.")


def _shape(parts: Parts, account: str, count: int, page_size: int, product_ms: float) -> Shape:
    sections = {name: store for name, store in parts.settings.stores.items() if store.account == account}
    with parts.database.read() as reading:
        query = sa.select(sa.func.count()).select_from(listings).where(listings.c.store.in_(sections))
        of_all = int(reading.execute(query.where(listings.c.missing_since.is_(None))).scalar_one())
        sold = int(reading.execute(sa.select(sa.func.count()).select_from(products)).scalar_one())
    sold = count or sold or paging.count_products(parts.commerce)
    # As long as no listing was read, each product may become one.
    each = count or -(-of_all // max(len(sections), 1)) or sold
    return Shape(
        listings=each,
        products=sold,
        stores=len(sections),
        views=len({store.store_view for store in sections.values() if store.store_view}),
        websites=len({store.website for store in sections.values()}),
        page_size=page_size,
        product_ms=product_ms,
        sweep_calls=max(store.sweep_calls for store in sections.values()),
        catalog_calls=max(store.catalog_calls for store in sections.values()),
        competition_calls=max(store.competition_calls for store in sections.values()),
        fee_calls=max(store.prices.fee_calls if store.prices.cost else 0 for store in sections.values()),
        report_hours=min(store.report_hours for store in sections.values()),
    )


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
