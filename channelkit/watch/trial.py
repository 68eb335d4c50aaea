"""Trying the ways by which people are told, before there is something to tell."""

from __future__ import annotations

from channelkit.database.alerts import Alert
from channelkit.parts import Parts
from channelkit.watch import telling
from channelkit.watch.telling import Message


def try_ways(parts: Parts) -> dict[str, str]:
    """Tell of a trouble that is none, and return what each way answered: ``told``, or what went wrong."""
    now = parts.now()
    words = "This is a test: somebody tried how alerts are told. Nothing is wrong."
    alert = Alert(0, "test", "test", "", words, "Nothing is to be done.", now, now, 1, None)
    return telling.tell(Message(new=(alert,)), parts.settings.alerts, parts.clock)
