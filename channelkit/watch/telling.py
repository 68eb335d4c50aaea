"""Telling people of troubles: by a command, by mail, by a webhook. A way that fails stops neither the others nor a run.

What is told has the troubles' own words alone: no one's data, no secret, nothing that came in with an answer.
"""

from __future__ import annotations

import json
import random
import subprocess
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import EmailMessage
from email.utils import formatdate, make_msgid
from typing import Any

from channelkit.clock import Clock
from channelkit.database.alerts import Alert
from channelkit.errors import ChannelkitError, SettingsError
from channelkit.mail import send_mail
from channelkit.model.calls import Answer, Judgement, Operation, judge_status
from channelkit.settings.alert_section import AlertSettings, EmailSettings
from channelkit.settings.secret import Secret
from channelkit.transport import Transport, Unsigned, open_session

TOLD = "told"
"""What a way answers that worked."""

_POST = Operation("tellOfTroubles", "POST", "", repeatable=False, is_read=False)
_COMMAND_PATIENCE = 30
_WEBHOOK_PATIENCE = 5.0


@dataclass(frozen=True)
class Message:
    """What is told at once: troubles that are new, that go on or got worse, and that are over."""

    new: Sequence[Alert] = ()
    again: Sequence[Alert] = ()
    over: Sequence[Alert] = ()

    @property
    def is_empty(self) -> bool:
        return not (self.new or self.again or self.over)

    @property
    def subject(self) -> str:
        """One line.

        >>> Message().subject
        'channelkit: nothing to tell'
        """
        counts = ((len(self.new), "new"), (len(self.again), "still there"), (len(self.over), "over"))
        told = ", ".join(f"{count} {words}" for count, words in counts if count)
        kinds = ", ".join(dict.fromkeys(alert.kind for alert in (*self.new, *self.again, *self.over)))
        return _one_line(f"channelkit: {told or 'nothing to tell'}{f' ({kinds})' if kinds else ''}")

    @property
    def text(self) -> str:
        """All of it in words."""
        parts = [self.subject]
        for heading, found in (("NEW", self.new), ("STILL THERE", self.again), ("OVER", self.over)):
            for alert in found:
                store = f" [{alert.store}]" if alert.store else ""
                parts.append(f"{heading}{store}: {_one_line(alert.words)}")
                if heading == "OVER":
                    parts[-1] += f" It was so since {_moment(alert.first_at)}."
                else:
                    parts.append(f"  To do: {_one_line(alert.fix)}")
                    parts.append(f"  Since {_moment(alert.first_at)}, seen {alert.times} times.")
        return "\n".join(parts) + "\n"

    def body(self) -> dict[str, Any]:
        """What another program reads; ``text`` is what Slack and its like show."""
        groups = (("new", self.new), ("again", self.again), ("over", self.over))
        return {
            "text": _without_markup(self.text),
            "alerts": [
                {
                    "state": state,
                    "key": alert.key,
                    "kind": alert.kind,
                    "store": alert.store,
                    "words": alert.words,
                    "fix": alert.fix,
                    "since": alert.first_at,
                    "times": alert.times,
                }
                for state, found in groups
                for alert in found
            ],
        }


class _NoThrottle:
    """A webhook publishes no quota."""

    def take(self, _operation: Operation, _patience: float) -> float | None:
        return 0.0

    def empty(self, operation: Operation) -> None:
        """There is nothing to remember."""

    def learn(self, operation: Operation, rate: float) -> None:
        """There is nothing to remember."""


def tell(message: Message, settings: AlertSettings, clock: Clock) -> dict[str, str]:
    """Tell by every way that the settings name, and return what each answered: ``told``, or what went wrong."""
    ways: dict[str, Callable[[], None]] = {}
    if settings.command:
        ways["command"] = lambda: _run(settings.command, message)
    if settings.email.host:
        ways["email"] = lambda: _write(settings.email, message, clock)
    if settings.webhook.reference:
        ways["webhook"] = lambda: _post(settings.webhook, message, clock)
    return {name: _attempt(way) for name, way in ways.items()}


def has_reached(answers: Mapping[str, str]) -> bool:
    """Tell whether at least one way worked."""
    return TOLD in answers.values()


def _attempt(way: Callable[[], None]) -> str:
    try:
        way()
    except ChannelkitError as error:
        return str(error)
    except (OSError, ValueError) as error:
        # Its words may hold an address with a token in it.
        return f"It failed: {type(error).__name__}."
    return TOLD


def _run(command: Sequence[str], message: Message) -> None:
    try:
        # The words are the settings' own, and no shell reads them.
        done = subprocess.run(  # noqa: S603
            list(command),
            input=json.dumps(message.body()),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            text=True,
            timeout=_COMMAND_PATIENCE,
            check=False,
        )
    except FileNotFoundError:
        raise SettingsError(f"The program {command[0]} is not there.", "Look at command under [alerts].") from None
    except subprocess.TimeoutExpired:
        words = f"The program {command[0]} took longer than {_COMMAND_PATIENCE} s and was stopped."
        raise SettingsError(words, "Let it answer at once, and do slow work elsewhere.") from None
    if done.returncode:
        raise SettingsError(f"The program {command[0]} ended with {done.returncode}.", "Try it by hand.")


def _write(settings: EmailSettings, message: Message, clock: Clock) -> None:
    if not settings.sender or not settings.to:
        raise SettingsError("There is no sender or no reader under [alerts.email].", "Write sender and to.")
    mail = EmailMessage()
    mail["Subject"], mail["From"], mail["To"] = message.subject, settings.sender, ", ".join(settings.to)
    mail["Date"], mail["Message-ID"] = formatdate(clock.now()), make_msgid(domain="channelkit.invalid")
    # Answers that machines write to machines would go round for ever.
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(message.text)
    send_mail(
        mail,
        host=settings.host,
        port=settings.port,
        security=settings.security,
        user=settings.user,
        password=settings.password.reveal() if settings.user else "",
    )


def _post(address: Secret, message: Message, clock: Clock) -> None:
    url = address.reveal()
    if not url.startswith(("https://", "http://")):
        raise SettingsError("The webhook's address does not begin with https://.", "Write it where webhook names it.")
    with open_session() as session:
        door = Transport(
            *("webhook", url, Unsigned(), _judge, _NoThrottle(), clock, random.random, session),
            patience=_WEBHOOK_PATIENCE,
        )
        door.call(_POST, body=message.body())


def _judge(answer: Answer) -> Judgement:
    verdict = judge_status(answer.status)
    return Judgement(verdict, "", "", "Look at the address that webhook names under [alerts].")


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _without_markup(text: str) -> str:
    """Return text in which nothing calls people or leads elsewhere, wherever Slack's markup is read."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _moment(at: int) -> str:
    return f"{datetime.fromtimestamp(at / 1000, UTC):%Y-%m-%d %H:%M} UTC"
