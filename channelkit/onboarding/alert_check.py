"""Checking whether anybody would be told of troubles."""

from __future__ import annotations

import shutil

from channelkit.errors import SettingsError
from channelkit.onboarding.finding import Finding
from channelkit.settings.alert_section import AlertSettings

_TRY = "Try it with: channelkit alerts test"


def check_alerts(settings: AlertSettings) -> Finding:
    """Look at every way by which people are told; none is used."""
    ways, subject = [], "alerts"
    try:
        if settings.command:
            if shutil.which(settings.command[0]) is None:
                raise SettingsError(f"The program {settings.command[0]} is not there.", "Mend command under [alerts].")
            ways.append(f"the program {settings.command[0]}")
        if settings.email.host:
            if not settings.email.sender or not settings.email.to:
                raise SettingsError("Mail has no sender or no reader.", "Write sender and to under [alerts.email].")
            if settings.email.user:
                settings.email.password.reveal()
            readers = len(settings.email.to)
            ways.append(f"mail to {readers} {'reader' if readers == 1 else 'readers'}")
        if settings.webhook.reference:
            settings.webhook.reveal()
            ways.append("a webhook")
    except SettingsError as error:
        return Finding(subject, "fail", error.what, error.fix)
    if not ways:
        fix = "Name a command, a webhook or [alerts.email] under [alerts], so that somebody hears of a dead job."
        return Finding(subject, "ok", "Nobody is told of troubles; they stand in the report alone.", fix)
    return Finding(subject, "ok", f"Troubles are told by {' and '.join(ways)}.", _TRY)
