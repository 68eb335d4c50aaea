"""A preview of prices as text and as HTML: the rules, the figures, what is at stake, and what would wait."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import Protocol

from channelkit.report.price_moves import CLASSES, FALLS, HELD, MEANINGS, NEW, NONE, PARTS, RESTS, RISES, SAME, TITLES
from channelkit.report.price_rows import signed
from channelkit.report.wording import counted, money

SHOWN = 10
"""Rows of each part on a page, and reasons."""

COLUMNS = (
    *(("seller_sku", "Seller SKU"), ("name", "Name"), ("before", "On Amazon"), ("after", "Would be")),
    *(("change", "Change"), ("units", "Sold in 30 days"), ("money", "Money"), ("margin", "Margin")),
    *(("competitor", "Competitor"), ("rule", "Rule"), ("why", "Why")),
)
_LEFT = "text-align:left;vertical-align:top"


class Staked(Protocol):
    """What is at stake; see `channelkit.prices.preview.Stakes`."""

    @property
    def listings(self) -> int: ...
    @property
    def units(self) -> int: ...
    @property
    def money(self) -> int: ...
    @property
    def known(self) -> int: ...
    @property
    def margin_before(self) -> int: ...
    @property
    def margin_after(self) -> int: ...
    @property
    def below_cost(self) -> int: ...


class Previewed(Protocol):
    """What is shown of a preview."""

    @property
    def store(self) -> str: ...
    @property
    def currency(self) -> str: ...
    @property
    def sentences(self) -> Sequence[tuple[str, str]]: ...
    @property
    def counts(self) -> Mapping[str, int]: ...
    @property
    def classes(self) -> Mapping[str, int]: ...
    @property
    def stakes(self) -> Staked: ...
    @property
    def estimated(self) -> bool: ...
    @property
    def words(self) -> str: ...
    def guards(self) -> Sequence[tuple[str, int]]: ...
    def damped(self) -> Sequence[tuple[str, int]]: ...
    def notes(self) -> Sequence[tuple[str, int]]: ...
    def limits(self) -> Sequence[tuple[str, int]]: ...
    def rows(self, part: str, first: int, size: int) -> Sequence[Mapping[str, str]]: ...


def summary_words(counts: Mapping[str, int], stopped: str, left_out: int = 0) -> str:
    """Return what a preview's figures mean.

    Arguments:
        left_out: how many listings were not looked at, since what is known of them is too old.

    >>> summary_words({"rises": 1, "falls": 12, "new": 0, "held": 2, "rests": 0, "none": 0, "same": 100}, "")
    '12 prices fall, 1 rises, 2 wait for a person; 100 stay as they are.'
    """
    verbs = {FALLS: ("falls", "fall"), RISES: ("rises", "rise"), HELD: ("waits for a person", "wait for a person")}
    verbs |= {
        NEW: ("is new", "are new"),
        RESTS: ("rests from a war", "rest from a war"),
        NONE: ("is not sent", "are not sent"),
    }
    told: list[str] = []
    for part, (one, many) in verbs.items():
        number = counts[part]
        if number:
            # The noun stands once, with the first of them.
            what = f"{number:,}" if told else counted(number, "price")
            told.append(f"{what} {one if number == 1 else many}")
    same = f"{counts[SAME]:,} {'stays as it is' if counts[SAME] == 1 else 'stay as they are'}" if counts[SAME] else ""
    words = "; ".join(part for part in (", ".join(told) or "No price moves", same) if part)
    if left_out:
        which = "what is known of it is" if left_out == 1 else "what is known of them is"
        words += f". {counted(left_out, 'listing')} left out: {which} older than a decision may rest on"
    return f"{words}.{f' Nothing would leave without a person: {stopped}' if stopped else ''}"


def stake_lines(preview: Previewed) -> list[str]:
    """Return what is at stake, in sentences; none where nothing moves."""
    stakes, currency = preview.stakes, preview.currency
    if not preview.counts[RISES] + preview.counts[FALLS]:
        return []
    source = "an estimate from falling quantities" if preview.estimated else "by the orders"
    if not stakes.units:
        return [f"Nothing of what moves was sold in the last 30 days ({source})."]
    lines = [
        f"At stake: {signed(stakes.money, currency)} a month, were as much sold as in the last 30 days: "
        f"{counted(stakes.units, 'unit')} of {counted(stakes.listings, 'listing')} ({source})."
    ]
    if stakes.known:
        moved = stakes.margin_after - stakes.margin_before
        lines.append(
            f"Margin of the {stakes.known:,} of these with known cost and fees: "
            f"{money(stakes.margin_before, currency)} becomes {money(stakes.margin_after, currency)} "
            f"({signed(moved, currency)})."
        )
    else:
        lines.append("Margin: not known, since no cost or no fees are known of them.")
    if stakes.below_cost:
        lines.append(f"{counted(stakes.below_cost, 'price')} would move below cost, fees and tax.")
    return lines


def preview_text(preview: Previewed) -> str:
    """Return a preview for a terminal."""
    lines = [f"{preview.store}: {counted(len(preview.sentences), 'price rule')} of today"]
    lines += [f"  {name}: {words}" for name, words in preview.sentences]
    lines += ["Nothing was done; this is what the rules would do.", preview.words, *stake_lines(preview), ""]
    lines += [f"  {preview.counts[part]:>9,}  {TITLES[part]}" for part in PARTS]
    lines += ["", *(f"  {preview.classes[name]:>9,}  {name}" for name in CLASSES if preview.classes.get(name))]
    for title, reasons in _reasons(preview):
        lines += ["", title, *(f"  {number:>9,}  {words}" for words, number in reasons[:SHOWN])]
    for part in PARTS:
        if preview.counts[part] and part != SAME:
            lines += ["", f"{TITLES[part]}: {preview.counts[part]:,}"]
            lines += [f"    {_line(row)}" for row in preview.rows(part, 0, SHOWN)]
            if preview.counts[part] > SHOWN:
                lines.append(f"    {SHOWN} of {preview.counts[part]:,} shown.")
    return "\n".join(lines)


def preview_html(preview: Previewed) -> str:
    """Return a preview for a notebook or a page; whatever comes from outside is escaped."""
    figures = "".join(
        f'<td style="{_LEFT};padding-right:2em"><strong style="font-size:1.5em">{preview.counts[part]:,}</strong><br>'
        f"{escape(TITLES[part])}</td>"
        for part in PARTS
    )
    rules = "".join(f"<li><strong>{escape(name)}</strong>: {escape(words)}</li>" for name, words in preview.sentences)
    stakes = "".join(f"<p>{escape(line)}</p>" for line in stake_lines(preview))
    reasons = "".join(
        f"<p><strong>{escape(title)}</strong></p><ul>"
        + "".join(f"<li>{number:,}: {escape(words)}</li>" for words, number in found[:SHOWN])
        + "</ul>"
        for title, found in _reasons(preview)
    )
    return (
        f"<p><strong>{escape(preview.store)}</strong>: {counted(len(preview.sentences), 'price rule')} of today. "
        f"Nothing was done; this is what the rules would do.</p>{f'<ol>{rules}</ol>' if rules else ''}"
        f"<table><tr>{figures}</tr></table><p><strong>{escape(preview.words)}</strong></p>{stakes}"
        f"{moves_html(preview.classes)}{reasons}{''.join(_part_html(preview, part) for part in PARTS)}"
    )


def moves_html(classes: Mapping[str, int]) -> str:
    """Return how many prices move how far, as a table with bars."""
    found = [(name, classes[name]) for name in CLASSES if classes.get(name)]
    most = max((number for _name, number in found), default=1)
    rows = "".join(
        f'<tr><th scope="row" style="{_LEFT};font-weight:400">{escape(name)}</th>'
        f'<td style="text-align:right;font-variant-numeric:tabular-nums">{number:,}</td>'
        f'<td style="min-width:180px">{_bar(name, max(1, 180 * number // most))}</td></tr>'
        for name, number in found
    )
    return f"<table><caption>How far prices move</caption>{rows}</table>" if rows else ""


def _bar(name: str, width: int) -> str:
    return f'<div aria-hidden="true" style="height:10px;width:{width}px;background:{_colour(name)}"></div>'


def _colour(name: str) -> str:
    return "#B64A00" if name.startswith("falls") else "#007A5A" if name.startswith("rises") else "#6B6F73"


def _reasons(preview: Previewed) -> list[tuple[str, Sequence[tuple[str, int]]]]:
    told = (
        ("Why prices would wait for a person", preview.guards()),
        ("What is done about wars with others", preview.damped()),
        ("Why no price would be sent", preview.notes()),
        ("What rules could not do", preview.limits()),
    )
    return [(title, found) for title, found in told if found]


def _part_html(preview: Previewed, part: str) -> str:
    total = preview.counts[part]
    if not total or part == SAME:
        return ""
    rows = preview.rows(part, 0, SHOWN)
    return (
        f"<details{' open' if part == HELD else ''}><summary><strong>{escape(TITLES[part])}: {total:,}</strong>"
        f"</summary><p>{escape(MEANINGS[part])}</p>{table_html(rows)}<p>{len(rows):,} of {total:,} shown.</p></details>"
    )


def table_html(rows: Sequence[Mapping[str, str]]) -> str:
    """Return rows as a table of the columns that say anything."""
    columns = [(name, label) for name, label in COLUMNS if any(row.get(name) for row in rows)]
    head = "".join(f'<th scope="col" style="{_LEFT}">{escape(label)}</th>' for _, label in columns)
    body = "".join(
        "<tr>" + "".join(f'<td style="{_LEFT}">{escape(row.get(name, ""))}</td>' for name, _ in columns) + "</tr>"
        for row in rows
    )
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def _line(row: Mapping[str, str]) -> str:
    told = (row["seller_sku"], row["name"], f"{row['before'] or '–'} → {row['after'] or '–'}", row["rule"], row["why"])
    return "  ".join(word for word in told if word)
