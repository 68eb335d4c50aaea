"""One look at everything: what is wrong is kept, and people are told of what is new, worse, or over."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from secrets import token_hex
from typing import Any

import msgspec
from sqlalchemy.exc import SQLAlchemyError

from channelkit.database import alerts
from channelkit.database.alerts import Alert, Kept, Telling
from channelkit.database.lease import hold
from channelkit.errors import ChannelkitError, LeaseError
from channelkit.parts import Parts
from channelkit.schedule.standing import note_look
from channelkit.watch import telling
from channelkit.watch.facts import read_facts
from channelkit.watch.telling import Message
from channelkit.watch.trouble import find_troubles

logger = logging.getLogger("channelkit.watch")


@dataclass(frozen=True)
class Look:
    """What one look found.

    Arguments:
        open: the alerts that are open now.
        message: what there was to tell.
        answers: what each way answered; empty where nothing was told.
    """

    open: tuple[Alert, ...]
    message: Message
    answers: Mapping[str, str]

    def row(self) -> dict[str, Any]:
        """Return it as a flat row."""
        return {
            "open": len(self.open),
            "new": len(self.message.new),
            "again": len(self.message.again),
            "over": len(self.message.over),
            "answers": dict(self.answers),
        }

    def __str__(self) -> str:
        lines = [f"{alert.kind}: {alert.words} {alert.fix}" for alert in self.open] or ["Nothing is wrong."]
        return "\n".join([*lines, *(f"By {way}: {answer}" for way, answer in self.answers.items())])


def watch(parts: Parts, job: str = "") -> Look:
    """Look at everything, keep what is wrong, and tell whom the settings name.

    Arguments:
        job: the job that looks, where a scheduler started one that does nothing else.

    Raises:
        LeaseError: another process is looking this moment.
    """
    now, settings = parts.now(), parts.settings.alerts
    if job:
        with parts.database.write() as connection:
            note_look(connection, job, at=now)
    with hold(parts.database, "alerts", f"alerts/{token_hex(6)}"):
        troubles = find_troubles(read_facts(parts))
        with parts.database.write() as connection:
            kept = alerts.keep_troubles(connection, troubles, at=now, pause=settings.pause)
        message, tellings = choose(kept, now, settings.pause)
        answers = {} if message.is_empty else telling.tell(message, settings, parts.clock)
        if answers:
            told = {number: msgspec.structs.replace(each, ways=answers) for number, each in tellings.items()}
            with parts.database.write() as connection:
                alerts.note_telling(connection, told, at=now, reached=telling.has_reached(answers))
    return Look(tuple(alert for alert, _ in kept.open), message, answers)


def watch_after(parts: Parts) -> None:
    """Look at everything at a run's end; whatever goes wrong with that is logged and leaves the run as it was."""
    try:
        watch(parts)
    except LeaseError:
        return  # another process is looking this moment
    except (ChannelkitError, SQLAlchemyError, OSError, ValueError) as error:
        logger.warning("Nobody looked for troubles after the run: %s.", type(error).__name__)


def choose(kept: Kept, now: int, pause: int) -> tuple[Message, dict[int, Telling]]:
    """Return what is to be told, and what is to be written down of it where it was.

    Told once; again after the pause, or when it is worse than it was when it was told; and once when it is over.

    Arguments:
        now, pause: milliseconds.
    """
    new, again, over, tellings = [], [], [], {}
    for alert, weight in kept.open:
        before = alert.telling
        if alert.told_at is None:
            new.append(alert)
        elif now - alert.told_at >= pause or weight > before.weight:
            again.append(alert)
        else:
            continue
        tellings[alert.id] = Telling(weight)
    for alert in kept.closed:
        if alert.told_at is not None and not alert.telling.over:
            over.append(alert)
            tellings[alert.id] = Telling(alert.telling.weight, over=True)
    return Message(tuple(new), tuple(again), tuple(over)), tellings
