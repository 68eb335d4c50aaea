"""The settings of alerts: what is a trouble, who is told of it, and how."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec

from channelkit.settings.secret import Secret

Positive = Annotated[int, msgspec.Meta(ge=1)]
Port = Annotated[int, msgspec.Meta(ge=1, le=65535)]


class _Table(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A table of the settings file, as `channelkit.settings.sections.Section` is; that file reads this one."""


class EmailSettings(_Table, frozen=True):
    """Mail over SMTP.

    Arguments:
        host: of the mail server; empty where nobody is written to.
        security: starttls (mostly port 587), tls (465), or none for a server on this machine.
        user, password: left out where the server asks for none.
        sender, to: addresses.
    """

    host: str = ""
    port: Port = 587
    security: Literal["starttls", "tls", "none"] = "starttls"
    user: str = ""
    password: Secret = Secret("")
    sender: str = ""
    to: tuple[str, ...] = ()


class AlertSettings(_Table, frozen=True):
    """Who is told of troubles, and when.

    Arguments:
        again_hours: hours after which somebody is told again of what lasts.
        cycles: starts that a job may miss, or runs that may fail one after another.
        error_floor, error_hours: so many failures of one kind in so many hours, twice as many as in those before.
        stale_minutes: minutes since a side was last read.
        disk_free_gb: gigabytes that must be free; 0 does not look.
        command: a program and its arguments; it reads JSON.
        webhook: where its address is; it gets JSON by POST, with a ``text`` as Slack reads it.
    """

    again_hours: Positive = 24
    cycles: Positive = 3
    error_floor: Positive = 5
    error_hours: Positive = 1
    stale_minutes: Positive = 60
    disk_free_gb: Annotated[int, msgspec.Meta(ge=0)] = 1
    command: tuple[str, ...] = ()
    webhook: Secret = Secret("")
    email: EmailSettings = EmailSettings()

    @property
    def pause(self) -> int:
        """Milliseconds until somebody is told again."""
        return self.again_hours * 3_600_000
