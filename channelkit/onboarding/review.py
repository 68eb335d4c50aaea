"""One summary of all that is set, with what is missing flagged, to go through before the first go-live (ON-08)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from html import escape
from typing import Any

import msgspec
from sqlalchemy.engine import Connection

from channelkit.database import progress, rules
from channelkit.database.reference import load_catalog_reference
from channelkit.listings.rules.attributes import rule_attributes
from channelkit.listings.rules.description import describe
from channelkit.listings.rules.tree import parse_rule
from channelkit.model.stores import StoreRecord
from channelkit.onboarding import expiry
from channelkit.onboarding.checklist import IDENTIFIERS
from channelkit.onboarding.doctor import today
from channelkit.onboarding.finding import Finding
from channelkit.onboarding.price_gaps import find_price_gaps, tell_price_rules
from channelkit.onboarding.tones import toned
from channelkit.parts import Parts
from channelkit.settings.secret import Secret
from channelkit.settings.sections import StoreSettings

_CELL = "text-align:left;vertical-align:top;padding:2px 12px 2px 0"


@dataclass(frozen=True)
class Line:
    """One setting or fact.

    Arguments:
        note: that it is the default, or what to know of it.
        gap: what is missing about it; empty where nothing is.
    """

    name: str
    value: str
    note: str = ""
    gap: str = ""


@dataclass(frozen=True)
class Chapter:
    """What belongs together: Commerce, one account, one store."""

    title: str
    lines: Sequence[Line]


@dataclass(frozen=True)
class Review:
    """All chapters."""

    chapters: Sequence[Chapter]

    @property
    def gaps(self) -> list[str]:
        """What is missing, in words, in order."""
        return [
            f"{chapter.title}, {line.name}: {line.gap}"
            for chapter in self.chapters
            for line in chapter.lines
            if line.gap
        ]

    def rows(self) -> list[dict[str, str]]:
        """Return one flat row for each line."""
        return [
            {"chapter": chapter.title, "name": line.name, "value": line.value, "note": line.note, "gap": line.gap}
            for chapter in self.chapters
            for line in chapter.lines
        ]

    def __str__(self) -> str:
        lines = []
        for chapter in self.chapters:
            width = max(len(line.name) for line in chapter.lines)
            lines.append(chapter.title)
            for line in chapter.lines:
                beside = " ".join(filter(None, (f"({line.note})" if line.note else "", _flag(line.gap))))
                lines.append(f"  {line.name:<{width}}  {line.value} {beside}".rstrip())
        return "\n".join([*lines, self._headline()])

    __repr__ = __str__

    def _repr_html_(self) -> str:
        parts = [f"<p><strong>Review</strong>: {escape(self._headline())}</p>"]
        if self.gaps:
            parts.append(f"<ul>{''.join(f'<li>{escape(gap)}</li>' for gap in self.gaps)}</ul>")
        for chapter in self.chapters:
            rows = "".join(
                f'<tr><th scope="row" style="{_CELL};font-weight:400"><code>{escape(line.name)}</code></th>'
                f'<td style="{_CELL}">{escape(line.value)}</td>'
                f'<td class="calm" style="{_CELL}">{escape(line.note)}</td>'
                f'<td class="warn" style="{_CELL}">{escape(line.gap)}</td></tr>'
                for line in chapter.lines
            )
            parts.append(
                '<table style="border-collapse:collapse;margin-bottom:12px"><caption style="text-align:left;'
                f'font-weight:600">{escape(chapter.title)}</caption><tbody>{rows}</tbody></table>'
            )
        return toned("".join(parts))

    def _headline(self) -> str:
        gaps = len(self.gaps)
        return "Nothing is missing." if not gaps else f"{gaps} {'thing is' if gaps == 1 else 'things are'} missing."


def review_settings(parts: Parts) -> Review:
    """Gather every setting with its default beside it, the rules, what was read, and what is missing; asks nobody."""
    settings = parts.settings
    chapters = [Chapter("Commerce", _commerce(parts)), Chapter("People", _people(parts))]
    for name, account in settings.accounts.items():
        secret = expiry.check_secret(name, account.secret_made, today(parts))
        lines = [
            _expiring(line, secret) if line.name == "secret_made" else line for line in _lines(account, type(account))
        ]
        if not any(store.account == name for store in settings.stores.values()):
            lines.append(Line("stores", "none", gap="no store sells through this account"))
        chapters.append(Chapter(f"Account {name}", lines))
    chapters += [Chapter(f"Store {name}", _store(parts, name)) for name in settings.stores]
    if not settings.stores:
        chapters.append(Chapter("Stores", [Line("stores", "none", gap="add one with: channelkit store add NAME")]))
    return Review(chapters)


def list_stores(parts: Parts) -> list[dict[str, Any]]:
    """Return what each store is, of all seller accounts together, and why one sends nothing (RG-01)."""
    rows = []
    for name, section in parts.settings.stores.items():
        record = parts.record(name)
        account = parts.settings.accounts.get(section.account)
        rows.append(
            {
                "store": name,
                "label": section.label,
                "email": section.email,
                "country": section.site.country,
                "region": section.site.region,
                "website": section.website,
                "account": section.account,
                "seller_id": account.seller_id if account else "",
                "state": record.state,
                "connected_at": record.connected_at,
                "golive_at": record.golive_at,
                "silent": parts.why_silent(name),
            }
        )
    return rows


def _commerce(parts: Parts) -> list[Line]:
    section = parts.settings.commerce
    hidden = {"oauth1": ("client_id", "client_secret", "organization"), "bearer": (), "ims": ()}[section.auth]
    lines = []
    for line in _lines(section, type(section)):
        identifier = line.name.removeprefix("attributes.")
        is_unset = identifier in IDENTIFIERS and not getattr(section.attributes, identifier)
        if line.name not in (*hidden, "token_url"):
            gap = "no attribute holds it, so it matches nothing" if is_unset else ""
            lines.append(Line(line.name, line.value, line.note, gap))
    return lines


def _people(parts: Parts) -> list[Line]:
    section = parts.settings.people
    gap = "" if section.key.reference else "without a key no order is read"
    return [
        Line(line.name, line.value, line.note, gap if line.name == "key" else "")
        for line in _lines(section, type(section))
    ]


def _store(parts: Parts, name: str) -> list[Line]:
    section, record = parts.settings.stores[name], parts.record(name)
    consent = expiry.check_consent(name, section.consent_granted, today(parts))
    gaps = {
        "account": "" if section.account else "the store is not connected",
        "email": "" if section.email else "nobody is written to",
        "label": "" if section.label else "people have no name for it",
        "store_view": "" if section.store_view else "no store view tells its prices",
    }
    with parts.database.read() as reading:
        gaps |= {f"prices.{key}": gap for key, gap in find_price_gaps(reading, section).items()}
    lines = []
    for line in _lines(section, StoreSettings):
        if line.name == "consent_granted":
            lines.append(_expiring(line, consent))
        else:
            lines.append(Line(line.name, line.value, line.note, gaps.get(line.name, "")))
    return [*lines, *_facts(parts, name, record)]


def _facts(parts: Parts, name: str, record: StoreRecord) -> list[Line]:
    """Return what is known of a store beside its settings: its life, its rules, what was read."""
    with parts.database.read() as reading:
        moments = {
            "listings read": progress.moved_at(reading, f"listings/{name}"),
            "products read": progress.moved_at(reading, "products"),
            "stock read": progress.moved_at(reading, f"stock/{record.website}"),
        }
        rule = _rule(reading, name)
        prices, active, since = tell_price_rules(reading, name)
    silent = parts.why_silent(name)
    return [
        Line("made", _moment(record.created_at)),
        Line("connected", _moment(record.connected_at), gap="" if record.connected_at else "it never answered yet"),
        Line("state", record.state),
        Line("sends", "no" if silent else "yes", silent),
        rule,
        Line("price rules", prices, f"{active}, since {_moment(since)}" if since else active),
        *(Line(what, _moment(at), gap="" if at else "read it with: channelkit pull") for what, at in moments.items()),
    ]


def _rule(connection: Connection, store: str) -> Line:
    """Return which listing rule holds, in a sentence, and who put it in force."""
    versions = rules.list_rules(connection, store)
    if not versions:
        return Line("listing rules", "none", "every product is eligible")
    newest = versions[0]
    words = describe(parse_rule(newest.rule), rule_attributes(load_catalog_reference(connection)))
    return Line("listing rules", newest.name, f"{words} Since {_moment(newest.made_at)}, by {newest.made_by}.")


def _lines(section: msgspec.Struct, kind: type[msgspec.Struct]) -> list[Line]:
    lines = []
    for field in msgspec.structs.fields(kind):
        value: Any = getattr(section, field.name)
        if isinstance(value, msgspec.Struct):
            lines += [Line(f"{field.name}.{line.name}", line.value, line.note) for line in _lines(value, type(value))]
            continue
        default = field.default if field.default_factory is msgspec.NODEFAULT else field.default_factory()
        is_default = not field.required and value == default and not isinstance(value, Secret)
        lines.append(Line(field.name, _said(value), "default" if is_default else ""))
    return lines


def _expiring(line: Line, found: Finding) -> Line:
    return Line(line.name, line.value, "" if found.level != "ok" else found.words, found.words * (found.level != "ok"))


def _said(value: Any) -> str:
    if isinstance(value, Secret):
        return value.reference or "not set"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, dict):
        return ", ".join(f"{name} = {word}" for name, word in value.items()) or "not set"
    if isinstance(value, tuple):
        return ", ".join(f"{x[1]} % from {x[0]}" if isinstance(x, tuple) else str(x) for x in value) or "not set"
    return str(value) if value not in ("", None) else "not set"


def _moment(at: int | None) -> str:
    return f"{datetime.fromtimestamp(at / 1000, UTC):%Y-%m-%d %H:%M} UTC" if at else "never"


def _flag(gap: str) -> str:
    return f"<- {gap}" if gap else ""
