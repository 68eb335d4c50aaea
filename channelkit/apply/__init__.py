"""Sending what was approved: the only room that changes the outside world."""

from __future__ import annotations

from channelkit.apply.offers import SENDING, Applied, Sender

__all__ = ["SENDING", "Applied", "Sender"]
