"""What is odd about a rule, as text and as HTML."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from typing import Protocol


class Finding(Protocol):
    """One thing that a person should look at."""

    @property
    def kind(self) -> str: ...
    @property
    def path(self) -> str: ...
    @property
    def words(self) -> str: ...


@dataclass(frozen=True)
class Findings:
    """All that is odd about a rule; none is good.

    Arguments:
        sentence: the rule in words.
    """

    store: str
    sentence: str
    found: Sequence[Finding]

    def __len__(self) -> int:
        return len(self.found)

    def __iter__(self) -> Iterator[Finding]:
        return iter(self.found)

    def summary(self) -> dict[str, object]:
        """Return them as plain values for another program."""
        told = [{"kind": each.kind, "path": each.path, "words": each.words} for each in self.found]
        return {"store": self.store, "rule": self.sentence, "findings": told}

    def __repr__(self) -> str:
        if not self.found:
            return f"{self.sentence}\nNothing is odd about this rule."
        return "\n".join([self.sentence, *(f"  {_place(each.path)}{each.words}" for each in self.found)])

    def _repr_html_(self) -> str:
        if not self.found:
            return f"<p>{escape(self.sentence)}</p><p><strong>Nothing is odd about this rule.</strong></p>"
        lines = "".join(f"<li>{escape(_place(each.path))}{escape(each.words)}</li>" for each in self.found)
        return f"<p>{escape(self.sentence)}</p><p><strong>Look at this:</strong></p><ul>{lines}</ul>"


def _place(path: str) -> str:
    """Return where in a rule something stands, counted as people count.

    >>> _place("0.1"), _place("")
    ('Condition 1.2: ', '')
    """
    return f"Condition {'.'.join(str(int(part) + 1) for part in path.split('.'))}: " if path else ""
