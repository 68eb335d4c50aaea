"""Secrets and consents that end on a day: who is told how long before (ON-04)."""

from __future__ import annotations

from datetime import date, timedelta

from channelkit.onboarding.finding import Finding

SECRET_DAYS = 180
"""Amazon ends a client secret so many days after it was made (developer-docs, "Rotating your credentials")."""

CONSENT_DAYS = 365
"""A seller's consent is renewed every year."""

AHEAD = (30, 7, 1)
"""Days before the end from which somebody is told, more urgently each time."""


def check_secret(account: str, made: date | None, today: date) -> Finding:
    """Tell when an account's client secret ends.

    Arguments:
        made: the day it was made; None where nobody wrote it down.

    >>> check_secret("na", date(2026, 6, 1), date(2026, 11, 21)).words
    'The client secret ends on 2026-11-28, within a week.'
    """
    fix = (
        "Make a new secret in Seller Central under Develop Apps, put it where the settings name it, and write the day "
        f"as secret_made under [accounts.{account}]."
    )
    unknown = f"Write secret_made = DATE under [accounts.{account}], and you are told {AHEAD[0]} days ahead."
    return _deadline(f"account {account}: secret", "client secret", made, SECRET_DAYS, today, fix=fix, unknown=unknown)


def check_commerce_secret(made: date | None, today: date) -> Finding | None:
    """Tell when Commerce's keys have reached half a year; None where nobody wrote down when they were made.

    Commerce never ends them itself; whoever writes the day down wants to be told.
    """
    if made is None:
        return None
    fix = "Make new keys under System > Integrations, put them where the settings name them, and write the day."
    return _deadline(
        "Commerce: secret", "time you set for the integration's keys", made, SECRET_DAYS, today, fix=fix, unknown=""
    )


def check_consent(store: str, granted: date | None, today: date) -> Finding:
    """Tell when the seller's consent ends.

    Arguments:
        granted: the day it was given; None where nobody wrote it down.
    """
    fix = (
        "Let the seller authorize the application again in Seller Central, put the new refresh token where the "
        f"settings name it, and write the day as consent_granted under [stores.{store}]."
    )
    unknown = f"Write consent_granted = DATE under [stores.{store}], and you are told {AHEAD[0]} days ahead."
    return _deadline(
        f"store {store}: consent", "seller's consent", granted, CONSENT_DAYS, today, fix=fix, unknown=unknown
    )


def _deadline(
    subject: str, what: str, since: date | None, days: int, today: date, *, fix: str, unknown: str
) -> Finding:
    if since is None:
        return Finding(subject, "warn", f"Nobody wrote down since when the {what} holds.", unknown)
    end = since + timedelta(days=days)
    left = (end - today).days
    if left <= 0:
        return Finding(subject, "fail", f"The {what} ended on {end}; calls fail or are about to.", fix)
    if left <= AHEAD[2]:
        return Finding(subject, "warn", f"The {what} ends tomorrow, on {end}.", fix)
    if left <= AHEAD[1]:
        return Finding(subject, "warn", f"The {what} ends on {end}, within a week.", fix)
    if left <= AHEAD[0]:
        return Finding(subject, "warn", f"The {what} ends in {left} days, on {end}.", fix)
    return Finding(subject, "ok", f"The {what} holds until {end}.")
