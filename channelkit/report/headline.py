"""The finding, in sentences computed from the figures: what a person should know who reads nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from channelkit.report.counts import LIVE, ON_THE_WAY, WAITING
from channelkit.report.delays import STAGES
from channelkit.report.wording import counted, duration, listed

Figures = Mapping[str, Any]


def count_live(figures: Figures) -> int:
    """Return how many listings people can buy."""
    return int(figures["listings_in_tabs"].get(LIVE, 0))


def count_waiting(figures: Figures) -> int:
    """Return how many listings on Amazon only a person can move on."""
    return sum(figures["listings_in_tabs"].get(tab, 0) for tab in WAITING)


def headline(figures: Figures) -> str:
    """Return the one sentence that matters most.

    Arguments:
        figures: ``all``, or one of ``stores``, of `channelkit.report.summary.summarise`.

    >>> tabs = {"Active": 412, "Inactive": 30, "Incomplete": 7, "Ineligible": 151}
    >>> headline({"listings": 600, "listings_in_tabs": tabs, "held": 0, "stopped": {}})
    '412 of 600 listings are live; 37 need a person.'
    """
    total, waiting, held = figures["listings"], count_waiting(figures), figures["held"]
    if not total:
        return "No listing has been imported yet."
    if waiting:
        rest = f"{waiting:,} {'needs' if waiting == 1 else 'need'} a person"
    elif figures["stopped"]:
        rest = "a stopped plan waits for a person"
    elif held:
        rest = f"{counted(held, 'change')} {'is' if held == 1 else 'are'} held for a person"
    else:
        rest = "nothing waits for a person"
    return f"{count_live(figures):,} of {counted(total, 'listing')} {'is' if total == 1 else 'are'} live; {rest}."


def findings(summary: Figures) -> list[str]:
    """Return what else there is to know, one sentence each; what did not happen is not told.

    Arguments:
        summary: as `channelkit.report.summary.summarise` returns it.
    """
    figures, runs = summary["all"], summary["runs"]
    found = [*_changes(figures), *_unsent(summary), *_waiting_products(figures)]
    bad = runs.get("failed", 0) + runs.get("died", 0)
    parts = [f"{bad:,} of {counted(sum(runs.values()), 'run')} did not finish"] if bad else []
    failures = sum(failure["count"] for failure in summary["failures"])
    if failures:
        parts.append(f"{counted(failures, 'call')} to Amazon or Commerce failed")
    return [*found, f"{listed(parts)}."] if parts else found


def _changes(figures: Figures) -> list[str]:
    states = figures["changes"]
    confirmed, refused, expired = (states[name] for name in ("confirmed", "refused", "expired"))
    under_way = sum(states[name] for name in ON_THE_WAY)
    if not (confirmed or refused or expired or under_way):
        return []
    parts = [f"{confirmed:,} seen there afterwards"] if confirmed else []
    parts += [f"{under_way:,} still on the way"] if under_way else []
    parts += [f"{refused:,} refused"] if refused else []
    parts += [f"{expired:,} not seen in time"] if expired else []
    found = [f"{counted(confirmed + refused + expired + under_way, 'change')} sent to Amazon: {listed(parts)}."]
    middle = figures["delays"][STAGES[2]]["median"]
    if middle is not None:
        found.append(f"Half of the accepted changes were seen on Amazon within {duration(middle)}.")
    return found


def _unsent(summary: Figures) -> list[str]:
    found = []
    if summary["all"]["stopped"]:
        found.append(
            f"The newest plan of {listed(list(summary['all']['stopped']))} was stopped and waits for a person."
        )
    quiet = [name for name, store in summary["stores"].items() if store["verdict"] == "read-only"]
    if quiet:
        planned = sum(summary["stores"][name]["changes"]["planned"] for name in quiet)
        would = f"; {counted(planned, 'change')} would be" if planned else ""
        found.append(f"Nothing is sent for {listed(quiet)}, which may only read as yet{would}.")
    return found


def _waiting_products(figures: Figures) -> list[str]:
    on_amazon, total = figures["listings_in_tabs"], figures["tabs"]
    ready = total["Ready to List"]
    lacking = total.get("Incomplete", 0) - on_amazon.get("Incomplete", 0)
    parts = [f"{counted(ready, 'product')} {_is(ready)} ready to be listed"] if ready else []
    if lacking:
        parts.append(f"{counted(lacking, 'product')} {'lacks' if lacking == 1 else 'lack'} something")
    return [f"Not yet on Amazon: {listed(parts)}."] if parts else []


def _is(number: int) -> str:
    return "is" if number == 1 else "are"
