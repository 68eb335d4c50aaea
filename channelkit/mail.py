"""The one door for mail: hands a message to an SMTP server and closes it again."""

from __future__ import annotations

import smtplib
import ssl
from email.message import EmailMessage
from typing import Literal

from channelkit.errors import TemporaryError

Security = Literal["starttls", "tls", "none"]

TIMEOUT = 20
"""Seconds to wait for the server, at every step."""


def send_mail(
    message: EmailMessage, *, host: str, port: int, security: Security, user: str = "", password: str = ""
) -> None:
    """Hand a message to a server.

    Arguments:
        security: starttls turns a plain connection into an encrypted one before anything is said, tls begins as one;
            none is for a server on this machine.
        user, password: left empty where the server asks for none.

    Raises:
        TemporaryError: it was not taken; the words hold neither the password nor what the server said.
    """
    context = ssl.create_default_context()
    try:
        if security == "tls":
            door: smtplib.SMTP = smtplib.SMTP_SSL(host, port, timeout=TIMEOUT, context=context)
        else:
            door = smtplib.SMTP(host, port, timeout=TIMEOUT)
        with door:
            if security == "starttls":
                door.starttls(context=context)
            if user:
                door.login(user, password)
            refused = door.send_message(message)
    except smtplib.SMTPResponseException as error:
        raise _not_sent(host, f"it answered {error.smtp_code}", error) from None
    except (smtplib.SMTPException, OSError) as error:
        raise _not_sent(host, type(error).__name__, error) from None
    if refused:
        raise TemporaryError(
            f"The mail server {host} did not take the mail for {len(refused)} of its readers.",
            "Look at the addresses under [alerts.email].",
            system="mail",
        )


def _not_sent(host: str, what: str, error: Exception) -> TemporaryError:
    fixes = {
        smtplib.SMTPAuthenticationError: "Look at user and password under [alerts.email].",
        smtplib.SMTPNotSupportedError: 'It knows no STARTTLS or no log-in: try security = "tls" and port = 465.',
        ssl.SSLError: "Its certificate or its way to encrypt was not accepted: look at host, port and security.",
    }
    fix = next(
        (fix for kind, fix in fixes.items() if isinstance(error, kind)), "Look at [alerts.email]: host and port."
    )
    return TemporaryError(f"The mail server {host} took no mail ({what}).", fix, system="mail")
