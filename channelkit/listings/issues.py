"""Amazon's complaints about a listing, by the column: what is missing, what keeps it from being sold, its words."""

from __future__ import annotations

import msgspec
import pyarrow as pa

from channelkit.model.columns import one

SUPPRESSING = frozenset({"LISTING_SUPPRESSED", "CATALOG_ITEM_REMOVED"})
"""Enforcement actions that take a listing off sale (Listings Items, issues.enforcements)."""

_SCHEMA = pa.schema(
    [
        ("is_missing", pa.bool_()),
        ("is_blocked", pa.bool_()),
        ("is_suppressed", pa.bool_()),
        ("attributes", pa.string()),
        ("reason", pa.string()),
        ("words", pa.string()),
    ]
)


class Issue(msgspec.Struct, frozen=True):
    """One complaint; Amazon declares its lists of categories and actions open."""

    message: str | None = ""
    code: str | None = ""
    severity: str | None = ""
    categories: tuple[str, ...] | None = ()
    attributes: tuple[str, ...] | None = ()
    actions: tuple[str, ...] | None = ()

    @property
    def is_missing(self) -> bool:
        """Required information is missing."""
        return self.severity == "ERROR" and any(name.startswith("MISSING_") for name in self.categories or ())

    @property
    def words(self) -> str:
        return (self.message or self.code or "").strip()


_DECODER = msgspec.json.Decoder(tuple[Issue, ...] | None)


def read_issues(issues: pa.Array | pa.ChunkedArray) -> pa.Table:
    """Return what each listing's issues say.

    Equal texts are read once. A text that cannot be read is shown as it is, and keeps nothing from being sold.

    Arguments:
        issues: JSON, a list of ``code, message, severity, categories, attributes, actions``; null for none known.

    Returns:
        ``is_missing`` (required information is missing), ``is_blocked`` (an error, or off sale by an action),
        ``is_suppressed``, ``attributes`` (which are missing), ``reason`` (the gravest issue's words),
        ``words`` (all).

    >>> found = read_issues(pa.array(['[{"message": "Brand needs approval.", "severity": "ERROR"}]', None]))
    >>> found.select(["is_blocked", "reason"]).to_pylist()
    [{'is_blocked': True, 'reason': 'Brand needs approval.'}, {'is_blocked': None, 'reason': None}]
    """
    encoded = one(issues).dictionary_encode()
    distinct = pa.Table.from_pylist([_read(text) for text in encoded.dictionary.to_pylist()], schema=_SCHEMA)
    return distinct.take(encoded.indices)


def _read(text: str) -> dict[str, object]:
    try:
        found = _DECODER.decode(text) or ()
    except (msgspec.DecodeError, msgspec.ValidationError):
        found = (Issue(message=text),)
    issues = sorted(found, key=_gravity)
    missing = [issue for issue in issues if issue.is_missing]
    words = list(dict.fromkeys(issue.words for issue in issues if issue.words))
    is_suppressed = any(SUPPRESSING & set(issue.actions or ()) for issue in issues)
    return {
        "is_missing": bool(missing),
        "is_blocked": is_suppressed or any(issue.severity == "ERROR" for issue in issues),
        "is_suppressed": is_suppressed,
        "attributes": ", ".join(dict.fromkeys(name for issue in missing for name in issue.attributes or ())) or None,
        "reason": words[0] if words else None,
        "words": " ".join(words) or None,
    }


def _gravity(issue: Issue) -> int:
    if SUPPRESSING & set(issue.actions or ()):
        return 0
    return {"ERROR": 1, "WARNING": 2}.get(issue.severity or "", 3)
