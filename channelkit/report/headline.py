"""The finding, in sentences computed from the figures: what a person should know who reads nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from channelkit.report.counts import LIVE, WAITING
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


def findings(figures: Figures, runs: Mapping[str, int], failures: int) -> list[str]:
    """Return what else there is to know, one sentence each; what did not happen is not told.

    Arguments:
        figures: as in `headline`.
        runs: how many runs ended in each state.
        failures: how many communication errors there were.
    """
    found = [*_changes(figures), *_waiting_products(figures)]
    if figures["stopped"]:
        found.append(f"The newest plan of {listed(list(figures['stopped']))} was stopped before anything was sent.")
    bad = runs.get("failed", 0) + runs.get("died", 0)
    parts = [f"{bad:,} of {counted(sum(runs.values()), 'run')} did not finish"] if bad else []
    if failures:
        parts.append(f"{counted(failures, 'call')} to Amazon or Commerce failed")
    return [*found, f"{listed(parts)}."] if parts else found


def _changes(figures: Figures) -> list[str]:
    states = figures["changes"]
    confirmed, refused, expired = (states.get(name, 0) for name in ("confirmed", "refused", "expired"))
    under_way = sum(states.get(name, 0) for name in ("planned", "sent", "accepted"))
    if not (confirmed or refused or expired or under_way):
        return []
    parts = [f"{confirmed:,} seen on Amazon afterwards"] if confirmed else []
    parts += [f"{under_way:,} still on the way"] if under_way else []
    parts += [f"{refused:,} refused by Amazon"] if refused else []
    parts += [f"{expired:,} never seen"] if expired else []
    found = [f"{counted(confirmed + refused + expired + under_way, 'change')} of price or quantity: {listed(parts)}."]
    middle = figures["delays"][STAGES[2]]["median"]
    if middle is not None:
        found.append(f"Half of the accepted changes were seen on Amazon within {duration(middle)}.")
    return found


def _waiting_products(figures: Figures) -> list[str]:
    on_amazon, total = figures["listings_in_tabs"], figures["tabs"]
    ready = total.get("Ready to List", 0)
    lacking = total.get("Incomplete", 0) - on_amazon.get("Incomplete", 0)
    parts = [f"{counted(ready, 'product')} {_is(ready)} ready to be listed"] if ready else []
    if lacking:
        parts.append(f"{counted(lacking, 'product')} {'lacks' if lacking == 1 else 'lack'} something")
    return [f"Not yet on Amazon: {listed(parts)}."] if parts else []


def _is(number: int) -> str:
    return "is" if number == 1 else "are"
