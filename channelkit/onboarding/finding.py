"""What was checked and what came of it, as text, as HTML and as rows for another program."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Any, Literal

from channelkit.errors import ChannelkitError
from channelkit.onboarding.tones import Tone, toned

Level = Literal["ok", "warn", "fail"]

WORDS: dict[Level, str] = {"ok": "ok", "warn": "look", "fail": "FAIL"}
TONES: dict[Level, Tone] = {"ok": "good", "warn": "warn", "fail": "bad"}
_CELL = "text-align:left;vertical-align:top;padding:4px 12px 4px 0"


@dataclass(frozen=True)
class Finding:
    """One thing that was checked.

    Arguments:
        level: ok; warn: it works, and somebody should look; fail: it does not work.
        fix: what to do about it; empty where there is nothing to do.
    """

    subject: str
    level: Level
    words: str
    fix: str = ""

    @property
    def is_fine(self) -> bool:
        return self.level != "fail"

    def row(self) -> dict[str, Any]:
        """Return the finding as a flat row."""
        return {
            "subject": self.subject,
            "level": self.level,
            "is_fine": self.is_fine,
            "words": self.words,
            "fix": self.fix,
        }


@dataclass(frozen=True)
class Report:
    """Findings in the order in which they were made.

    >>> report = Report("Doctor", (Finding("Commerce", "fail", "The token was revoked.", "Activate it again."),))
    >>> print(report)
    FAIL  Commerce: The token was revoked. Activate it again.
    1 checked: 1 does not work.
    >>> report.is_fine
    False
    """

    title: str
    findings: Sequence[Finding]

    @property
    def is_fine(self) -> bool:
        """Nothing has failed."""
        return all(finding.is_fine for finding in self.findings)

    def rows(self) -> list[dict[str, Any]]:
        """Return one flat row for each finding."""
        return [finding.row() for finding in self.findings]

    def headline(self) -> str:
        """Return in one sentence how it looks."""
        counts = {level: sum(finding.level == level for finding in self.findings) for level in WORDS}
        parts = []
        if counts["fail"]:
            parts.append(f"{counts['fail']} {'does' if counts['fail'] == 1 else 'do'} not work")
        if counts["warn"]:
            parts.append(f"{counts['warn']} {'asks' if counts['warn'] == 1 else 'ask'} for a look")
        return f"{len(self.findings)} checked: {', '.join(parts) or 'all is well'}."

    def check(self) -> None:
        """Raise what does not work, so that a notebook stops where somebody sees it.

        Raises:
            ChannelkitError: something has failed; the message tells all of it.
        """
        if not self.is_fine:
            failed = [finding for finding in self.findings if not finding.is_fine]
            raise ChannelkitError(" ".join(f"{found.subject}: {found.words} {found.fix}".rstrip() for found in failed))

    def __str__(self) -> str:
        lines = [
            f"{WORDS[finding.level]:<4}  {finding.subject}: {finding.words} {finding.fix}".rstrip()
            for finding in self.findings
        ]
        return "\n".join([*lines, self.headline()])

    __repr__ = __str__

    def _repr_html_(self) -> str:
        rows = "".join(
            f'<tr><td class="{TONES[finding.level]}" style="{_CELL};white-space:nowrap;font-weight:600">'
            f"{WORDS[finding.level]}</td>"
            f'<th scope="row" style="{_CELL};white-space:nowrap">{escape(finding.subject)}</th>'
            f'<td style="{_CELL}">{escape(finding.words)}{_fix(finding.fix)}</td></tr>'
            for finding in self.findings
        )
        caption = f"<strong>{escape(self.title)}</strong>: {escape(self.headline())}"
        return toned(
            f'<table style="border-collapse:collapse"><caption style="text-align:left;padding-bottom:6px">{caption}'
            f"</caption><tbody>{rows}</tbody></table>"
        )


def _fix(fix: str) -> str:
    return f"<br><em>To do:</em> {escape(fix)}" if fix else ""
