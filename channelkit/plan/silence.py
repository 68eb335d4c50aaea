"""Why a store sends nothing, and what to do about it. It may send only where no reason is left."""

from __future__ import annotations

from datetime import UTC, datetime

from channelkit.model.marketplaces import Marketplace, marketplace
from channelkit.model.stores import Installation, StoreRecord


def why_refused(record: StoreRecord, site: Marketplace, website: str) -> str:
    """Return why a store's settings cannot be meant for it, or an empty text (ON-05).

    Its listings, links and history belong to one website and one country; under others they would be wrong.

    Arguments:
        site, website: what the settings say.
    """
    made_for = marketplace(record.marketplace_id)
    moved = []
    if made_for.id != site.id:
        moved.append(f"Amazon {made_for.country} and not Amazon {site.country}")
    if record.website != website:
        moved.append(f"website {record.website!r} and not {website!r}")
    if not moved:
        return ""
    return (
        f"Store {record.name!r} was made for {' and for '.join(moved)}; its listings, links and history belong there, "
        "so website and country of a store never change. Put the old values back in the settings, and add another "
        "store for the new ones with: channelkit store add"
    )


def why_idle(record: StoreRecord, is_connected: bool) -> str:
    """Return why a cycle leaves a store alone altogether, or an empty text (ON-09).

    Arguments:
        is_connected: the settings name its seller account.
    """
    name = record.name
    if record.state == "inactive":
        return (
            f"Store {name!r} is inactive: it keeps its settings, listings and history, and neither price nor quantity "
            f"is synced. Let it work again with: channelkit store resume {name}"
        )
    if not is_connected:
        return f"Store {name!r} has no seller account yet. Connect it with: channelkit store connect {name}"
    return ""


def why_silent(
    record: StoreRecord, site: Marketplace, website: str, installation: Installation | None, read_only: bool
) -> str:
    """Return why a store sends nothing and what to do about it; an empty text where it may send (SY-03).

    Arguments:
        site, website: what the settings say.
        installation: where this program works; None where the store has no seller account.
        read_only: a person has pulled the brake in the settings.
    """
    told = why_refused(record, site, website) or why_idle(record, installation is not None)
    if told or installation is None:
        return told
    name = record.name
    look = f"channelkit golive --store {name}"
    if read_only:
        return (
            f"Store {name!r} is read-only in its settings. To let go of this brake, write read_only = false under "
            f"[stores.{name}]."
        )
    if record.golive_at is None:
        return (
            f"Store {name!r} is read-only until its go-live is confirmed. See first what would change on Amazon, and "
            f"confirm that, with: {look}"
        )
    another = installation.differences(record.golive_fingerprint)
    if another:
        day = f"{datetime.fromtimestamp(record.golive_at / 1000, UTC):%Y-%m-%d}"
        is_are = "is" if len(another) == 1 else "are"
        return (
            f"Store {name!r} is read-only, because this looks like a copy: since {record.golive_by} confirmed its "
            f"go-live on {day}, {_listed(another)} {is_are} another. If this is the real one now, confirm go-live "
            f"again here with: {look}"
        )
    return ""


def _listed(words: list[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"
