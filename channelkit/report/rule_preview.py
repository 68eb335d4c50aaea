"""A rule's preview as text and as HTML: the sentence, three figures, what is at stake, why, and the first rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import Protocol

from channelkit.report.wording import counted, money

TITLES = {"ineligible": "Ineligible", "new": "New listings", "eligible": "Eligible"}
"""The three sets, what would be taken off sale first."""

MEANINGS = {
    "ineligible": "On Amazon, and the rule leaves the product out: the quantity becomes 0, the listing stays.",
    "new": "Not on Amazon, and the rule lets the product in: it is listed once nothing else is missing.",
    "eligible": "On Amazon, and the rule lets the product in.",
}
SHOWN = 10
"""Rows of each set on a page, and reasons."""

COLUMNS = (
    *(("sku", "SKU"), ("seller_sku", "Seller SKU"), ("entity_id", "Product ID"), ("name", "Name"), ("type", "Type")),
    *(("attribute_set", "Attribute set"), ("visibility", "Visibility"), ("enabled", "Status"), ("tab", "Tab now")),
    *(("change", "What happens"), ("reason", "Why"), ("stake", "On offer now")),
)
_LEFT = "text-align:left;vertical-align:top"


class Previewed(Protocol):
    """What is shown of a preview."""

    @property
    def store(self) -> str: ...
    @property
    def sentence(self) -> str: ...
    @property
    def counts(self) -> Mapping[str, int]: ...
    @property
    def words(self) -> str: ...
    @property
    def stake(self) -> str: ...
    def reasons(self, part: str) -> Sequence[tuple[str, int]]: ...
    def rows(self, part: str, first: int, size: int) -> Sequence[Mapping[str, str]]: ...


def summary_words(counts: Mapping[str, int], leaving: int, changes: Mapping[str, int]) -> str:
    """Return what a preview's figures mean.

    Arguments:
        counts: rows of each set, and ``unlinked``, ``ended``, ``dropped``.
        leaving: listings that are on sale now and would be no more.
        changes: rows by what becomes of them.

    >>> summary_words({"unlinked": 2, "ended": 0, "dropped": 0}, 3, {"may come back": 1})
    '3 listings go off sale, 1 may come back. 2 listings without a product are not touched.'
    """
    moves = [f"{counted(leaving, 'listing')} {'goes' if leaving == 1 else 'go'} off sale" if leaving else ""]
    returning, new = changes.get("may come back", 0), changes.get("is new", 0)
    moves += [
        f"{returning:,} may come back" if returning else "",
        f"{counted(new, 'product')} may be listed anew" if new else "",
    ]
    told = [words for words in moves if words]
    said = [f"{', '.join(told)}." if told else "Nothing that is on sale changes."]
    for name, words in (
        ("dropped", ("that waits to be listed would no longer be", "that wait to be listed would no longer be")),
        ("unlinked", ("without a product is not touched", "without a product are not touched")),
    ):
        number = counts.get(name, 0)
        noun = "product" if name == "dropped" else "listing"
        if number:
            said.append(f"{counted(number, noun)} {words[number != 1]}.")
    return " ".join(said)


def stake_words(leaving: int, stakes: Mapping[str, int]) -> str:
    """Return what is on offer now in listings that would go off sale: price times quantity.

    >>> stake_words(2, {"USD": 123456})
    'At stake: 1,234.56 USD on offer now in them (price x quantity).'
    """
    if not leaving:
        return ""
    told = " and ".join(money(minor, currency) for currency, minor in sorted(stakes.items()))
    return f"At stake: {told} on offer now in them (price x quantity)." if told else "What is at stake is not known."


def preview_text(preview: Previewed) -> str:
    """Return a preview for a terminal."""
    lines = [f"{preview.store}: {preview.sentence}", "Nothing was done; this is what the rule would do."]
    lines += [f"  {preview.counts[part]:>9,}  {title}" for part, title in TITLES.items()]
    lines += [line for line in (preview.words, preview.stake) if line]
    for part, title in TITLES.items():
        if preview.counts[part]:
            lines += ["", f"{title}: {preview.counts[part]:,}"]
            lines += [f"  {number:>9,}  {words}" for words, number in preview.reasons(part)[:SHOWN]]
            lines += [f"    {_line(row)}" for row in preview.rows(part, 0, SHOWN)]
            if preview.counts[part] > SHOWN:
                lines.append(f"    {SHOWN} of {preview.counts[part]:,} shown.")
    return "\n".join(lines)


def preview_html(preview: Previewed) -> str:
    """Return a preview for a notebook or a page; whatever comes from outside is escaped."""
    figures = "".join(
        f'<td style="{_LEFT};padding-right:2em"><strong style="font-size:1.5em">{preview.counts[part]:,}</strong><br>'
        f"{escape(title)}</td>"
        for part, title in TITLES.items()
    )
    stake = f"<p><strong>{escape(preview.stake)}</strong></p>" if preview.stake else ""
    return (
        f"<p><strong>{escape(preview.store)}</strong>: {escape(preview.sentence)}</p>"
        f"<p>Nothing was done; this is what the rule would do.</p><table><tr>{figures}</tr></table>"
        f"<p>{escape(preview.words)}</p>{stake}{''.join(_part_html(preview, part) for part in TITLES)}"
    )


def _part_html(preview: Previewed, part: str) -> str:
    total = preview.counts[part]
    if not total:
        return ""
    reasons = "".join(f"<li>{number:,}: {escape(words)}</li>" for words, number in preview.reasons(part)[:SHOWN])
    rows = preview.rows(part, 0, SHOWN)
    columns = [(name, label) for name, label in COLUMNS if any(row.get(name) for row in rows)]
    head = "".join(f'<th scope="col" style="{_LEFT}">{escape(label)}</th>' for _, label in columns)
    body = "".join(
        "<tr>" + "".join(f'<td style="{_LEFT}">{escape(row.get(name, ""))}</td>' for name, _ in columns) + "</tr>"
        for row in rows
    )
    return (
        f"<details{' open' if part == 'ineligible' else ''}><summary><strong>{escape(TITLES[part])}: {total:,}</strong>"
        f"</summary><p>{escape(MEANINGS[part])}</p><ul>{reasons}</ul>"
        f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
        f"<p>{len(rows):,} of {total:,} shown.</p></details>"
    )


def _line(row: Mapping[str, str]) -> str:
    return "  ".join(
        word for word in (row["seller_sku"] or row["sku"], row["name"], row["change"], row["stake"]) if word
    )
