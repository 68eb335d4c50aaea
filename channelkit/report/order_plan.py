"""What would be done about orders, as a person works with it: shown, and then done as it was shown or not at all."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from html import escape
from typing import TYPE_CHECKING, Any

from channelkit.errors import PlanError
from channelkit.model.marketplaces import Marketplace
from channelkit.model.orders import TO_AMAZON, OrderChange, Stand
from channelkit.report.order_details import deed_words
from channelkit.report.wording import counted, iso, moment

if TYPE_CHECKING:
    import pandas as pd

SHOWN_ROWS = 50


@dataclass(frozen=True)
class OrderPlan:
    """What would be done about a store's orders, and which of them are blocked.

    Arguments:
        changes: planned, in the order in which they would be done; held ones wait for a person.
        stands: where the orders stand that were looked at.
        silent: why the store sends nothing at all and what to do about it; empty where it may send.
        refused: for which orders what was asked is not possible, and why.
        doing: does what was planned, if it is still the same.
    """

    store: str
    site: Marketplace
    changes: tuple[OrderChange, ...]
    stands: tuple[Stand, ...] = ()
    silent: str = ""
    refused: Mapping[str, str] = field(default_factory=dict)
    doing: Callable[[OrderPlan], Any] | None = field(default=None, repr=False)

    @property
    def fingerprint(self) -> str:
        """Names exactly these changes; an approval holds for them and no others."""
        return fingerprint(self.changes)

    @property
    def going(self) -> tuple[OrderChange, ...]:
        """What would be done when the plan is applied."""
        return tuple(change for change in self.changes if change.state != "held")

    @property
    def held(self) -> tuple[OrderChange, ...]:
        """What waits for a person."""
        return tuple(change for change in self.changes if change.state == "held")

    @property
    def blocked(self) -> tuple[Stand, ...]:
        """Orders that cannot go on as they are."""
        return tuple(stand for stand in self.stands if stand.blocker)

    def apply(self) -> Any:
        """Do what was planned: Commerce's orders, invoices, shipments and refunds, Amazon's confirmations.

        Raises:
            PlanError: the facts have moved since the plan was made, or nothing of it can be done; nothing was done.
            LeaseError: another run works on the store; nothing was done.
        """
        if self.doing is None or not self.going:
            told = [f"{order_id}: {why}" for order_id, why in list(self.refused.items())[:3]]
            raise PlanError(
                f"There is nothing to do about the orders of store {self.store!r}. {' '.join(told)}".rstrip(),
                "" if told else "Read what is new first: channelkit pull.",
            )
        if self.silent:
            raise PlanError(f"Store {self.store!r} sends nothing: {self.silent}", "Nothing was done.")
        return self.doing(self)

    def require(self, approved: str) -> None:
        """Make sure that this is the plan that a person saw.

        Raises:
            PlanError: it is another one.
        """
        if not approved or not self.fingerprint.startswith(approved):
            raise PlanError(
                f"The plan for the orders of store {self.store!r} is now {self.fingerprint}, not {approved!r}.",
                "The facts have moved and nothing was done. Look at the new plan with: channelkit orders plan",
            )

    def frame(self) -> pd.DataFrame:
        """Return what would be done, in words."""
        import pandas as pd  # noqa: PLC0415 - half a second that a cycle need not spend

        return pd.DataFrame(self._rows(self.changes), columns=["order_number", "what", "where", "because", "state"])

    def summary(self) -> dict[str, Any]:
        """Return the plan as plain values for another program."""
        return {
            "store": self.store,
            "fingerprint": self.fingerprint,
            "silent": self.silent,
            "changes": [
                {
                    "order_number": change.order_id,
                    "kind": change.kind,
                    "key": change.key,
                    "because": change.because,
                    "state": change.state,
                    "note": change.note,
                    "by": change.ordered_by,
                    "caused_at": iso(change.caused_at),
                }
                for change in self.changes
            ],
            "blocked": [
                {
                    "order_number": stand.order_id,
                    "blocker": stand.blocker,
                    "note": stand.note,
                    "next_step": stand.next_step,
                    "since": iso(stand.since or None),
                }
                for stand in self.blocked
            ],
            "refused": dict(self.refused),
        }

    def __repr__(self) -> str:
        lines = [self._headline(), *([f"Nothing is sent: {self.silent}"] if self.silent else [])]
        for title, rows in self._tables():
            lines.append(f"{title}:")
            lines += [f"  {'; '.join(words for words in row.values() if words)}" for row in rows[:SHOWN_ROWS]]
            if len(rows) > SHOWN_ROWS:
                lines.append(f"  {SHOWN_ROWS} of {len(rows):,} shown.")
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        parts = [f"<p><strong>{escape(self.store)}</strong>: {escape(self._headline().partition(': ')[2])}</p>"]
        if self.silent:
            parts.append(f"<p><strong>Nothing is sent:</strong> {escape(self.silent)}</p>")
        for title, rows in self._tables():
            shown = f"{min(len(rows), SHOWN_ROWS):,} of {len(rows):,} shown"
            head = "".join(f'<th scope="col">{escape(name.replace("_", " "))}</th>' for name in rows[0])
            body = "".join(
                "<tr>"
                + "".join(f'<td style="text-align:left">{escape(words)}</td>' for words in row.values())
                + "</tr>"
                for row in rows[:SHOWN_ROWS]
            )
            table = f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
            parts.append(f"<p>{title} ({shown})</p>{table}")
        return "".join(parts)

    def _headline(self) -> str:
        words = [f"{counted(len(self.going), 'thing')} to do"]
        for count, told in ((len(self.held), "held for a person"), (len(self.blocked), "blocked")):
            if count:
                words.append(f"{count:,} {told}")
        if self.refused:
            words.append(f"{len(self.refused):,} not possible")
        return f"{self.store}: {', '.join(words)}. Fingerprint {self.fingerprint}."

    def _tables(self) -> list[tuple[str, list[dict[str, str]]]]:
        blocked = [
            {
                "order_number": stand.order_id,
                "what": stand.note or stand.blocker,
                "next_step": stand.next_step,
                "since": moment(stand.since, self.site.time_zone) if stand.since else "",
            }
            for stand in self.blocked
        ]
        refused = [{"order_number": order_id, "why": why} for order_id, why in self.refused.items()]
        tables = [
            ("Would be done", self._rows(self.going)),
            ("Held for you", self._rows(self.held)),
            ("Blocked", blocked),
            ("Not possible", refused),
        ]
        return [(title, rows) for title, rows in tables if rows]

    @staticmethod
    def _rows(changes: Sequence[OrderChange]) -> list[dict[str, str]]:
        return [
            {
                "order_number": change.order_id,
                "what": deed_words(change) + (f" ({change.key})" if change.key else ""),
                "where": "Amazon" if change.kind in TO_AMAZON else "Commerce",
                "because": change.because,
                "state": f"{change.state}: {change.note}" if change.note else change.state,
            }
            for change in changes
        ]


def fingerprint(changes: Sequence[OrderChange]) -> str:
    """Return what names exactly these changes, in whatever order they come.

    >>> one, two = OrderChange("1", "create"), OrderChange("2", "create")
    >>> fingerprint([one, two]) == fingerprint([two, one]), fingerprint([one]) == fingerprint([two])
    (True, False)
    """
    parts = sorted(
        (change.order_id, change.kind, change.key, change.body, change.state == "held") for change in changes
    )
    return blake2b(repr(parts).encode(), digest_size=6).hexdigest()
