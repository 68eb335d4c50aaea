"""Checking that everything a cycle needs is there, and saying in words what is not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

from channelkit.amazon.sellers import read_participations
from channelkit.commerce.stores import read_store_views, read_websites
from channelkit.errors import ChannelkitError
from channelkit.kit import Kit
from channelkit.settings.sections import StoreSettings


@dataclass(frozen=True)
class Finding:
    """One thing that was checked."""

    subject: str
    is_fine: bool
    words: str

    def row(self) -> dict[str, Any]:
        return asdict(self)


def examine(kit: Kit) -> list[Finding]:
    """Check the database, Commerce and every store's account; one that fails does not hide the next (ON-02)."""
    checks: list[tuple[str, Callable[[], str]]] = [
        ("database", lambda: _check_database(kit)),
        ("Commerce", lambda: _check_commerce(kit)),
    ]
    for name, section in kit.settings.stores.items():
        checks.append((f"store {name}", lambda section=section: _check_store(kit, section)))  # type: ignore[misc]
    findings = []
    for subject, check in checks:
        try:
            findings.append(Finding(subject, True, check()))
        except ChannelkitError as error:
            findings.append(Finding(subject, False, str(error)))
    return findings


def _check_database(kit: Kit) -> str:
    return f"{kit.database.engine.dialect.name} is open and up to date"


def _check_commerce(kit: Kit) -> str:
    websites = {website.code for website in read_websites(kit.parts.commerce)}
    views = {view.code for view in read_store_views(kit.parts.commerce)}
    for name, section in kit.settings.stores.items():
        for kind, code, known in (("website", section.website, websites), ("store view", section.store_view, views)):
            if code and code not in known:
                raise ChannelkitError(
                    f"Store {name!r} names the {kind} {code!r}, which Commerce does not have.",
                    f"Commerce has: {', '.join(sorted(known))}.",
                )
    return f"answers; websites {', '.join(sorted(websites))}"


def _check_store(kit: Kit, section: StoreSettings) -> str:
    site = section.site
    taking_part = {entry.marketplace_id: entry for entry in read_participations(kit.parts.amazon(section.account))}
    entry = taking_part.get(site.id)
    if entry is None or not entry.participating:
        raise ChannelkitError(
            f"The account {section.account!r} does not sell on Amazon {site.country}.",
            "Check the account's marketplaces in Seller Central, or the store's marketplace in the settings.",
        )
    mode = "read-only, nothing is sent" if section.read_only else "live"
    warning = "; Amazon has suspended its listings" if entry.suspended else ""
    return f"Amazon {site.country} answers for seller account {section.account!r} ({mode}){warning}"
