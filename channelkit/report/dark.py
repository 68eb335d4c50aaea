"""The charts' colours on a dark ground: each light one has a partner that can be read there.

A chart is drawn with the light ones; where the reader's screen is dark, the page swaps them before it draws. Paper is
always light.
"""

from __future__ import annotations

from channelkit.report import charts

PAPER = "#1B1F23"
"""The ground of a card on a dark screen, as the style sheet has it."""

PARTNERS = {
    charts.BLUE: "#6FB4F0",
    charts.ORANGE: "#FF9C63",
    charts.GREEN: "#4FCBA3",
    charts.PINK: "#E79BC8",
    charts.BROWN: "#D8B74F",
    charts.DARK: "#D2D6DA",
    charts.GREY: "#A7ADB3",
    charts.INK: "#E8EAED",
    charts.MUTED: "#B6BDC4",
    charts.LINE: "#3A4147",
    "#FFFFFF": PAPER,
    "#F6F7F8": "#24292E",
}
"""Light colour to dark one; each of those that carry a meaning has a contrast of at least 4.5 on `PAPER`."""
