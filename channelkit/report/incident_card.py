"""An incident as a card for a notebook and as a whole page: its own style, offline, all from outside escaped."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from html import escape
from pathlib import Path
from typing import Any

from channelkit.report.grids import Column, Grid, short_moment
from channelkit.report.incident import Incident
from channelkit.report.order_details_rows import items_grid, list_details, list_shipping
from channelkit.report.order_words import status_words
from channelkit.report.timeline import timeline_html
from channelkit.report.wording import count, duration, moment, shareable
from channelkit.trends.incident_causes import Likely, oversold_by

EVENTS = 80
"""Events that the page shows."""

ORDERS = 15
ERRORS = 6

_COMMAND = re.compile(r"channelkit(?: (?:[^\s:;,.]|\.(?=\S))+)+")
_PAGE = """\
<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:; \
base-uri 'none'; form-action 'none'">
<meta name="referrer" content="no-referrer">
<meta name="color-scheme" content="light dark">
<meta name="generator" content="channelkit">
<title>{title}</title>
<link rel="icon" href="data:,">
<style>
body {{ margin: 0; padding: 24px; background: #f6f7f8; }}
main {{ max-width: 1040px; margin: 0 auto; }}
footer {{ max-width: 1040px; margin: 14px auto 0; color: #53585d; font: 13.5px/1.5 system-ui, sans-serif; }}
@media (prefers-color-scheme: dark) {{ body {{ background: #14171a; }} footer {{ color: #b6bdc4; }} }}
@media (max-width: 640px) {{ body {{ padding: 10px; }} }}
@media print {{ body {{ padding: 0; background: #fff; }} }}
</style>
</head>
<body>
<main>
{card}
</main>
<footer>Written by channelkit at {now} from its own database. Times are UTC. This file holds everything it shows and \
fetches nothing; it carries no buyer's data.</footer>
</body>
</html>
"""


def incident_card(told: Incident) -> str:
    """Return an incident as HTML."""
    return _card(told, level=2)


def incident_page(told: Incident) -> str:
    """Return an incident as a whole page."""
    title = escape(f"{told.headline} – {told.title}")
    return _PAGE.format(title=title, card=_card(told, level=1), now=moment(told.evidence.now_ms))


def _card(told: Incident, level: int) -> str:
    parts = [_header(told, level), _verdict(told), _further(told), _stands(told), _orders(told), _errors(told)]
    parts += [_history(told), _also(told)]
    return f'<style>{_style()}</style><article class="ck-card ck-incident" lang="en">{"".join(parts)}</article>'


@cache
def _style() -> str:
    folder = Path(__file__).parent
    return "".join((folder / name).read_text(encoding="utf-8") for name in ("card.css", "incident.css"))


def _header(told: Incident, level: int) -> str:
    found, product = told.found, told.evidence.product_sku
    kind = {"listing": "Seller SKU", "product": "SKU", "order": "Order"}[found.kind]
    subject = told.explanation.subject if told.explanation else None
    asin = ((subject.tab or {}).get("asin") or (subject.listing or {}).get("asin") or "") if subject else ""
    keys = [(kind, found.name), ("ASIN", asin), ("Product", product if product != found.name else "")]
    if found.kind == "order":
        keys = [
            ("In Commerce", told.order.numbers if told.order else ""),
            ("Seller SKU", ", ".join(told.evidence.skus)),
        ]
    shown = "".join(f"<span>{label} <code>{escape(value)}</code></span>" for label, value in keys if value)
    title = f"<h{level}>{escape(told.title)}</h{level}>" if level == 2 else f"<h1>{escape(told.title)}</h1>"
    return f'<header>{title}<p class="keys">{shown}<span>Store {escape(found.store)}</span></p></header>'


def _verdict(told: Incident) -> str:
    if not told.likely:
        lines = [f"<h3>{escape(told.headline)}</h3>"]
        lines += [f'<p class="next"><b>Next step</b>{_words(told.next_step)}</p>'] if told.next_step else []
        return f'<section class="place">{"".join(lines)}</section>'
    first = told.likely[0]
    since = f'<p class="since">Since {moment(first.at)}, for {told.age}.</p>' if first.at is not None else ""
    return (
        f'<section class="place bad" aria-label="What most likely went wrong"><h3>{_words(first.title)}</h3>'
        f'<p class="reason">{_words(first.words)}</p>'
        f'<p class="next"><b>To do</b>{_words(first.fix)}</p>{since}</section>'
    )


def _further(told: Incident) -> str:
    if len(told.likely) < 2:
        return ""
    items = "".join(_likely(each) for each in told.likely[1:])
    return f'<section class="part"><h3>What else speaks for trouble</h3><ol class="likely">{items}</ol></section>'


def _likely(each: Likely) -> str:
    at = moment(each.at)
    since = f' <span class="age">since {at}</span>' if each.at is not None and at not in each.words else ""
    return (
        f"<li><b>{_words(each.title)}</b><p>{_words(each.words)}{since}</p>"
        f'<p class="next"><b>To do</b>{_words(each.fix)}</p></li>'
    )


def _stands(told: Incident) -> str:
    rows = [("Stands", told.place)]
    rows += [("Why", told.reason)] if told.reason else []
    step = told.explanation.next_step if told.explanation else ""
    rows += [("Next step there", step)] if step else []
    if told.explanation is not None:
        rows += [("Soon", told.explanation.coming)] if told.explanation.coming else []
        names = {"Price on Amazon", "Units on Amazon", "Amazon's report says", "People can buy it", "Fulfilled by"}
        names |= {"Quantity", "Price", "Can be sold", "Commerce can sell", "Enabled", "In stock", "Units"}
        rows += [(f"{fact.label} ({fact.side})", fact.value) for fact in told.explanation.facts if fact.label in names]
    if told.order is not None:
        rows += [(said.label, f"{said.value} {said.remark}".strip()) for said in list_details(told.order)]
        rows += [(said.label, f"{said.value} {said.remark}".strip()) for said in list_shipping(told.order)]
    owed = oversold_by(told.evidence)
    rows += [("Too few", f"{owed:,} units")] if owed else []
    lines = "".join(f"<dt>{escape(label)}</dt><dd>{_words(value)}</dd>" for label, value in rows)
    items = _table(items_grid(told.order)) if told.order is not None else ""
    return f'<section class="part"><h3>Where it stands</h3><dl class="stands">{lines}</dl>{items}</section>'


def _orders(told: Incident) -> str:
    sales = told.evidence.sales
    if told.found.kind == "order" or not sales:
        return ""
    rows = [
        {
            "id": sale.order_id,
            "at": short_moment(sale.created_at),
            "units": f"{sale.units:,}" + (f" ({sale.open:,} to send)" if sale.open else ""),
            "status": status_words(sale.status),
            "by": short_moment(sale.ship_by) if sale.ship_by else "–",
            "why": " ".join(filter(None, (sale.note, sale.next_step))) or "–",
        }
        for sale in sorted(sales, key=lambda sale: (sale.open == 0, -sale.created_at))[:ORDERS]
    ]
    columns = (
        *(Column("Order", "id", "key"), Column("Bought (UTC)", "at", "time"), Column("Units", "units")),
        *(Column("On Amazon", "status"), Column("Ship by (UTC)", "by", "time"), Column("With us", "why", "long")),
    )
    return f'<section class="part">{_table(Grid("Its orders", columns, rows, len(sales)))}</section>'


def _errors(told: Incident) -> str:
    """Return the errors around it in words: those of the store's calls, and those that touch this SKU."""
    skus = set(told.evidence.skus) | {told.found.name}
    found = [
        row
        for row in told.evidence.errors.to_pylist()
        if row["kind"] == "call" or any(f'"{sku}"' in row["examples"] for sku in skus)
    ]
    if not found:
        return ""
    rows = [
        {
            "what": " ".join([row["operation"] or row["kind"], _code(row)]).strip(),
            "count": count(row["count"]),
            "at": f"{short_moment(row['first_seen'])} to {short_moment(row['last_seen'])}",
            "half": duration(row["half_life"] / 1000) if row["half_life"] is not None else "–",
            "words": row["meaning"],
            "fix": f"{row['fix']} {row['next_attempt']}",
            "request": row["request_id"] or "–",
        }
        for row in found[:ERRORS]
    ]
    columns = (
        *(Column("What", "what"), Column("Times", "count", "number"), Column("First and last (UTC)", "at")),
        *(Column("Half-life", "half", "number"), Column("What it means", "words", "long")),
        *(Column("What to do, next attempt", "fix", "long"), Column("Request id", "request", "key")),
    )
    caption = "Errors around it, 30 days"
    return f'<section class="part">{_table(Grid(caption, columns, rows, len(found)))}</section>'


def _code(row: Mapping[str, Any]) -> str:
    code = row["code"] or row["status"]
    return f"({code})" if code else ""


def _history(told: Incident) -> str:
    heading = "<h3>What happened<small>times in UTC, the newest first</small></h3>"
    return f'<section class="part">{heading}{timeline_html(told.timeline, EVENTS)}</section>'


def _also(told: Incident) -> str:
    if not told.others:
        return ""
    names = "; ".join(f"{each.kind} {each.name} in store {each.store}" for each in told.others[:20])
    return f'<section class="part also"><p>Also by this name: {escape(names)}.</p></section>'


def _words(words: str) -> str:
    """Return words that may quote others, escaped, their commands set apart."""
    text = escape(shareable(words))
    return _COMMAND.sub(lambda found: f"<code>{found[0]}</code>", text)


def _table(grid: Grid) -> str:
    head = "".join(f'<th scope="col" class="{column.kind}">{escape(column.heading)}</th>' for column in grid.columns)
    body = "".join(
        "<tr>"
        + "".join(
            f'<td class="{column.kind}" data-of="{escape(column.heading)}"><span>{_words(row[column.key])}</span></td>'
            for column in grid.columns
        )
        + "</tr>"
        for row in grid.rows
    )
    cut = f" <small>{len(grid.rows):,} of {grid.total:,} shown</small>" if grid.is_cut else ""
    return (
        f'<div class="wide" role="region" tabindex="0" aria-label="{escape(grid.caption)}"><table>'
        f"<caption>{escape(grid.caption)}{cut}</caption><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )
