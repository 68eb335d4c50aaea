"""Going live in words: one story, told as text and as HTML."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from html import escape
from typing import TYPE_CHECKING

from channelkit.plan.comparison import WORDS, sum_up
from channelkit.report.frame_text import frame_text

if TYPE_CHECKING:
    import pandas as pd

    from channelkit.onboarding.golive import GoLive

SHOWN_ROWS = 50

_COLUMNS = {
    "sku": "seller SKU",
    "title": "title",
    "looks_wrong": "looks wrong",
    "amazon_price": "price on Amazon",
    "commerce_price": "price in Commerce",
    "new_price": "new price",
    "currency": "currency",
    "amazon_quantity": "stock on Amazon",
    "commerce_quantity": "stock in Commerce",
    "new_quantity": "new stock",
    "held": "held, because",
}


@dataclass(frozen=True)
class Story:
    """What is told of going live.

    Arguments:
        head: sentences, the first the most important.
        sections: a heading, and its lines.
        frame: the listings that are shown, under headings for a person.
        shown: how many of how many that is.
        last: what to do next.
    """

    head: list[str]
    sections: list[tuple[str, list[str]]]
    frame: pd.DataFrame | None
    shown: str
    last: str


def moment(at: int) -> str:
    """Return a time for a person, from milliseconds since 1970."""
    return f"on {datetime.fromtimestamp(at / 1000, UTC):%Y-%m-%d at %H:%M} UTC"


def tell(golive: GoLive) -> Story:
    """Return the story; only the listings that are shown are made into words."""
    from channelkit.report.tables import comparison_frame  # noqa: PLC0415 - pandas, where somebody looks

    compared, record = golive.compared, golive.record
    rows, serious = compared.rows, golive.serious
    head = [f"{golive.store}: {rows.num_rows:,} linked listings compared, {compared.unlinked:,} without a product."]
    if record.golive_at is not None:
        head.append(f"{record.golive_by} confirmed the go-live {moment(record.golive_at)}.")
    if golive.silent:
        head.append(golive.silent)
    sections = []
    if golive.lacking:
        sections.append(("Not ready", golive.lacking))
    changes = [line for row in sum_up(rows) for line in _money_lines(row)]
    sections.append(("What would change", changes or ["Nothing: no listing is linked to a product yet."]))
    findings = [
        f"{code}: {words}. {WORDS[code][1] if code in WORDS else ''}".rstrip()
        for code, words in golive.findings.items()
    ]
    wrong = [line for line, code in zip(findings, golive.findings, strict=True) if code in serious]
    known = [line for line, code in zip(findings, golive.findings, strict=True) if code not in serious]
    sections.append(("What looks wrong", wrong or ["Nothing."]))
    if known:
        sections.append(("Good to know", known))
    traces = [f"{trace.where}: {trace.what}. {trace.words}" for trace in golive.footprints]
    none = "None can be seen. Programs outside of Commerce and Amazon's own history cannot be seen from here."
    sections.append(("Other programs", traces or [none]))
    frame = None
    if rows.num_rows:
        frame = comparison_frame(rows.slice(0, SHOWN_ROWS))[list(_COLUMNS)].rename(columns=_COLUMNS).astype(object)
        frame = frame.where(frame.notna(), "–")
    shown = f"{min(rows.num_rows, SHOWN_ROWS):,} of {rows.num_rows:,} listings shown; .listings has all of them"
    return Story(head, sections, frame, shown, _next(golive))


def as_text(story: Story) -> str:
    """Return the story for a terminal."""
    lines = [*story.head]
    for heading, told in story.sections:
        lines += ["", f"{heading}:", *(f"  {line}" for line in told)]
    if story.frame is not None:
        table = frame_text(story.frame, 32)
        lines += ["", f"{story.shown}:", table]
    return "\n".join([*lines, "", story.last])


def as_html(story: Story) -> str:
    """Return the story for a notebook; all that comes from outside is escaped."""
    parts = [f"<p><strong>{escape(story.head[0])}</strong></p>", *(f"<p>{escape(line)}</p>" for line in story.head[1:])]
    for heading, told in story.sections:
        items = "".join(f"<li>{escape(line)}</li>" for line in told)
        parts.append(f"<p><strong>{escape(heading)}</strong></p><ul>{items}</ul>")
    if story.frame is not None:
        table = story.frame.to_html(index=False, border=0, escape=True)
        parts.append(f'<p>{escape(story.shown)}</p><div style="overflow-x:auto">{table}</div>')
    parts.append(f"<p>{escape(story.last)}</p>")
    return "".join(parts)


def _money_lines(row: dict[str, object]) -> list[str]:
    money = row["currency"] or "no currency"
    told = [
        f"{money}: {row['listings']:,} listings. On offer: {row['on_offer_before']:,} before, "
        f"{row['on_offer_after']:,} after (units times price)."
    ]
    if row["prices_up"] or row["prices_down"]:
        told.append(
            f"{money}: prices that rise: {row['prices_up']:,}, by {row['prices_up_by']:,} together; that fall: "
            f"{row['prices_down']:,}, by {row['prices_down_by']:,}."
        )
    if row["quantities_up"] or row["quantities_down"]:
        told.append(
            f"{money}: stocks that rise: {row['quantities_up']:,}, by {row['units_up']:,} units together; that fall: "
            f"{row['quantities_down']:,}, by {row['units_down']:,} units."
        )
    if len(told) == 1:
        told.append(f"{money}: nothing would change.")
    return told


def _next(golive: GoLive) -> str:
    if golive.lacking:
        return "It cannot be confirmed yet."
    if golive.record.golive_at is not None and not golive.silent:
        return f"To make it read-only again: channelkit golive --store {golive.store} --withdraw --by NAME"
    named = "".join(f" --although {code}" for code in golive.serious)
    return (
        f"Fingerprint {golive.fingerprint}. To confirm exactly this: channelkit golive --store {golive.store} "
        f"--confirm {golive.fingerprint} --by NAME{named}"
    )
