"""Whether Amazon lets an account in, and if not, what is missing: a consent, a secret, a role, a region (ON-02)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from channelkit.amazon.client import Amazon
from channelkit.amazon.operations import GET_REPORTS, SEARCH_CATALOG, SEARCH_LISTINGS
from channelkit.amazon.sellers import Participation, read_participations
from channelkit.errors import AuthError, ChannelkitError, RemoteError
from channelkit.model.calls import Operation
from channelkit.model.marketplaces import ENDPOINTS, Marketplace, Region
from channelkit.onboarding.finding import Finding, Level
from channelkit.parts import Parts
from channelkit.pull.amazon import LISTINGS_REPORT


@dataclass(frozen=True)
class Probe:
    """A call that changes nothing and works only with a role.

    Arguments:
        role: what Amazon calls it under Develop Apps.
        purpose: what does not work without it.
    """

    operation: Operation
    role: str
    purpose: str

    def call(self, amazon: Amazon, site: Marketplace) -> None:
        """Make the call.

        Raises:
            AuthError: the role is missing.
        """
        queries = {
            SEARCH_LISTINGS.name: [("marketplaceIds", site.id), ("pageSize", "1")],
            SEARCH_CATALOG.name: [("marketplaceIds", site.id), ("keywords", "kettle"), ("pageSize", "1")],
            GET_REPORTS.name: [("reportTypes", LISTINGS_REPORT), ("pageSize", "1")],
        }
        path = {"seller_id": amazon.seller_id} if self.operation is SEARCH_LISTINGS else None
        amazon.transport.call(self.operation, path, queries[self.operation.name])


PROBES = (
    Probe(SEARCH_LISTINGS, "Product Listing", "listings cannot be read or changed"),
    Probe(GET_REPORTS, "Inventory and Order Tracking", "the report of all listings cannot be had"),
    Probe(SEARCH_CATALOG, "Product Listing", "Amazon's catalog cannot be searched for products without a listing"),
)


@dataclass(frozen=True)
class Door:
    """How an account's sign-in went.

    Arguments:
        marketplaces: by id; None where Amazon did not let the account in.
    """

    findings: tuple[Finding, ...]
    marketplaces: Mapping[str, Participation] | None = None


def open_door(parts: Parts, account: str, endpoints: Mapping[Region, str] = ENDPOINTS) -> Door:
    """Sign in, and say in words what is wrong where that fails.

    Arguments:
        endpoints: where the account is looked for if its own region does not know it. An account with an address of
            its own is looked for elsewhere only if other endpoints are given.
    """
    subject = f"account {account}"
    section = parts.settings.accounts[account]
    try:
        amazon = parts.amazon(account)
        found = read_participations(amazon)
    except AuthError as error:
        elsewhere = "" if error.operation == "token" else _find_region(parts, account, endpoints)
        if elsewhere:
            words = f"Amazon's endpoint for region {section.region!r} does not know the seller; {elsewhere!r} does."
            fix = f'Write region = "{elsewhere}" under [accounts.{account}], and check its stores\' marketplaces.'
            return Door((Finding(subject, "fail", words, fix),))
        return Door((Finding(subject, "fail", _denied(error), error.fix),))
    except ChannelkitError as error:
        # Whoever asks too often learns nothing bad of the account.
        level: Level = "warn" if isinstance(error, RemoteError) and error.is_quota else "fail"
        return Door((Finding(subject, level, error.what, error.fix),))
    skew = check_clock(f"{subject}: clock", amazon.transport.skew, "Amazon")
    if not found:
        elsewhere = _find_region(parts, account, endpoints)
        words = f"Amazon lets {section.seller_id} in, and lists no marketplace of region {section.region!r}."
        hint = f"It sells in region {elsewhere!r}: mend" if elsewhere else "Check"
        return Door((Finding(subject, "fail", words, f"{hint} the region under [accounts.{account}]."), *skew), {})
    countries = ", ".join(sorted(entry.country for entry in found if entry.participating)) or "none"
    words = f"Amazon lets the seller in; marketplaces of region {section.region}: {countries}."
    return Door((Finding(subject, "ok", words), *skew), {entry.marketplace_id: entry for entry in found})


def check_roles(amazon: Amazon, site: Marketplace, subject: str) -> list[Finding]:
    """Call what only a role opens, and name the roles that are missing."""
    findings = []
    for probe in PROBES:
        try:
            probe.call(amazon, site)
        except AuthError as error:
            words = f"The role {probe.role!r} is missing ({probe.operation.name}): {probe.purpose}."
            fix = (
                "Give the application the role in Seller Central under Develop Apps, let the seller authorize it again "
                "and put the new refresh token where the settings name it."
            )
            findings.append(Finding(subject, "fail", words, fix if error.status == 403 else error.fix))
        except RemoteError as error:
            findings.append(Finding(subject, "warn", error.what, error.fix or "Run doctor again later."))
    if findings:
        return findings
    roles = ", ".join(sorted({probe.role for probe in PROBES}))
    return [Finding(subject, "ok", f"The application has the roles that are needed: {roles}.")]


def check_marketplace(
    marketplaces: Mapping[str, Participation], account: str, site: Marketplace, subject: str
) -> Finding:
    """Tell whether the seller takes part in a store's marketplace, and whether its listings show there."""
    entry = marketplaces.get(site.id)
    if entry is None or not entry.participating:
        return Finding(
            subject,
            "fail",
            f"The account {account!r} does not sell on Amazon {site.country}.",
            "Join the marketplace in Seller Central; or delete the store and add it anew for the right country.",
        )
    if entry.suspended:
        return Finding(
            subject,
            "warn",
            f"Amazon {site.country} shows none of the account's listings: the seller is on vacation (Listing Status "
            "Inactive), or Amazon has suspended the account.",
            "In Seller Central look at Account Health, and at Settings > Account Info > Listing Status.",
        )
    return Finding(subject, "ok", f"Amazon {site.country} answers for seller account {account!r}.")


def check_clock(subject: str, skew: float | None, whose: str) -> tuple[Finding, ...]:
    """Tell by how much this machine's clock and another one differ; nothing where they agree.

    Signatures name the time: Commerce refuses those of a time more than ten minutes ahead, and what changed since a
    moment is asked for by this machine's clock.

    Arguments:
        skew: seconds that the other clock is ahead; None where it did not tell.

    >>> check_clock("clock", 3.0, "Amazon")
    ()
    >>> check_clock("clock", -720.0, "Amazon")[0].words
    "This machine's clock is 12 minutes ahead of Amazon's."
    """
    if skew is None or abs(skew) < CLOCKS_DIFFER:
        return ()
    amount = f"{abs(skew) / 60:.0f} minutes" if abs(skew) >= 90 else f"{abs(skew):.0f} seconds"
    words = f"This machine's clock is {amount} {'behind' if skew > 0 else 'ahead of'} {whose}'s."
    fix = "Let the machine set its clock by the network: timedatectl set-ntp true, or Settings > Time."
    return (Finding(subject, "fail" if abs(skew) >= CLOCKS_CLASH else "warn", words, fix),)


CLOCKS_DIFFER, CLOCKS_CLASH = 60.0, 300.0
"""Seconds from which clocks are said to differ, and from which signatures may be refused."""


def _find_region(parts: Parts, account: str, endpoints: Mapping[Region, str]) -> str:
    """Return the region whose endpoint knows the seller, or nothing."""
    section = parts.settings.accounts[account]
    if section.url and endpoints is ENDPOINTS:
        return ""
    amazon = parts.amazon(account)
    for region, address in endpoints.items():
        if region == section.region:
            continue
        try:
            found = read_participations(Amazon(replace(amazon.transport, base_url=address), amazon.seller_id))
        except RemoteError:
            continue
        if found:
            return region
    return ""


def _denied(error: AuthError) -> str:
    meaning = {
        "invalid_grant": "The seller has revoked the consent, or the refresh token is another application's.",
        "invalid_client": "Amazon does not know this client id and secret: the secret was changed or has ended.",
        "unauthorized_client": "The application may not sign in for this seller.",
    }
    return meaning.get(error.code, error.what)
