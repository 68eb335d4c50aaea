"""What came of tests of the data, for a person: as text, as a card, as frames, and as plain values."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from channelkit.errors import ChannelkitError, UsageError
from channelkit.quality.results import Result
from channelkit.report.wording import counted, iso, listed, moment, shortened

if TYPE_CHECKING:
    import pandas as pd

LONGEST = 60
"""Characters of an example that are shown."""

TREND_WORDS = {"new": "", "rising": "more than a week ago", "falling": "fewer than a week ago", "steady": ""}


@dataclass(frozen=True)
class Quality:
    """What came of tests of the data, what fails first.

    Arguments:
        results: in the order in which they are shown.
        at_ms: when they were run, in milliseconds since 1970.
    """

    results: tuple[Result, ...]
    at_ms: int

    @property
    def failing(self) -> tuple[Result, ...]:
        """What fails."""
        return tuple(each for each in self.results if not each.passes)

    @property
    def is_fine(self) -> bool:
        """No test fails whose failure is an error."""
        return not any(each.is_error for each in self.results)

    def __len__(self) -> int:
        return len(self.results)

    def __iter__(self) -> Iterator[Result]:
        return iter(self.results)

    def headline(self) -> str:
        """Return in one sentence how it looks."""
        if not self.results:
            return "No store has data to test yet."
        return told(len(self.results), [each.test.severity for each in self.failing])

    def check(self) -> None:
        """Raise what is an error, so that a notebook stops where somebody sees it.

        Raises:
            ChannelkitError: a test fails whose failure is an error; the message tells all of them.
        """
        errors = [each for each in self.results if each.is_error]
        if errors:
            words = (f"{_subject(each)}: {each.failing:,} of {each.looked_at:,} fail." for each in errors)
            raise ChannelkitError(" ".join(words), "kit.quality() shows which, and what to do.")

    def rows(self) -> list[dict[str, Any]]:
        """Return one flat row for each result, as plain values for another program; times in ISO 8601."""
        return [
            {
                "test": each.test.name,
                "store": each.store,
                "severity": each.test.severity,
                "passes": each.passes,
                "failing": each.failing,
                "looked_at": each.looked_at,
                "since": iso(each.course.since if each.course else None),
                "worst": each.course.worst if each.course else each.failing,
                "trend": each.course.trend if each.course else "new",
                "examples": list(each.examples),
                "holds": each.test.holds,
                "to_do": each.test.to_do,
            }
            for each in self.results
        ]

    def frame(self) -> pd.DataFrame:
        """Return one row for each result; ``since`` in UTC."""
        import pandas as pd  # noqa: PLC0415 - heavy

        found = pd.DataFrame(self.rows())
        if not found.empty:
            found["since"] = pd.to_datetime(found["since"], utc=True)
        return found

    def failing_rows(self, test: str, store: str = "") -> pd.DataFrame:
        """Return the rows that fail a test, the first thousand, with the columns that it looks at.

        Arguments:
            store: only this one's; those of all when empty.

        Raises:
            UsageError: no such test was run.
        """
        import pandas as pd  # noqa: PLC0415 - heavy

        mine = [each for each in self.results if each.test.name == test and store in ("", each.store)]
        if not mine:
            names = sorted({each.test.name for each in self.results})
            raise UsageError(f"There is no test {test!r} of the data here.", f"The tests are: {', '.join(names)}.")
        parts = [
            each.rows.add_column(0, "store", pa.repeat(pa.scalar(each.store, pa.string()), each.rows.num_rows))
            for each in mine
            if each.rows is not None
        ]
        return pa.concat_tables(parts).to_pandas(types_mapper=pd.ArrowDtype) if parts else pd.DataFrame()

    def __str__(self) -> str:
        lines = []
        for each in self.failing:
            lines.append(f"{each.test.severity:<8}{_subject(each)}: {_numbers(each)}{_since(each)}")
            lines += [f"        {each.test.holds}", f"        For example {_examples(each)}."]
            lines.append(f"        To do: {each.test.to_do}")
        return "\n".join([*lines, self.headline()])

    __repr__ = __str__

    def _repr_html_(self) -> str:
        body = "".join(map(_row, self.failing))
        table = (
            '<div class="scroll"><table><thead><tr><th scope="col">Test</th><th scope="col" class="number">Failing</th>'
            '<th scope="col">Since (UTC)</th><th scope="col">What must hold, and what to do</th></tr></thead>'
            f"<tbody>{body}</tbody></table></div>"
            if body
            else ""
        )
        passed = [_subject(each) for each in self.results if each.passes]
        rest = f"<details><summary>{counted(len(passed), 'test passes', 'tests pass')}</summary><p>"
        rest += f"{escape(', '.join(passed))}</p></details>"
        return (
            f'<style>{_style()}</style><article class="ck-quality" lang="en"><h2>{escape(self.headline())}</h2>'
            f'<p class="about">Tested {escape(moment(self.at_ms))}</p>{table}{rest if passed else ""}</article>'
        )


def told(tests: int, failing: Sequence[str]) -> str:
    """Return in one sentence how many tests fail.

    Arguments:
        failing: the severity of each test that does.

    >>> told(29, ["error", "note", "error"]), told(2, [])
    ('3 of 29 tests of the data fail: 2 errors and 1 note.', 'All 2 tests of the data pass.')
    """
    if not failing:
        return "The one test of the data passes." if tests == 1 else f"All {tests:,} tests of the data pass."
    kinds = [counted(failing.count(kind), kind) for kind in ("error", "warning", "note") if kind in failing]
    noun = "fails" if len(failing) == 1 else "fail"
    return f"{len(failing):,} of {counted(tests, 'test')} of the data {noun}: {listed(kinds)}."


def name_example(key: str) -> str:
    """Return the key of a row so that blanks at its ends are seen.

    >>> name_example("MUG-1"), name_example("MUG-1 ")
    ('MUG-1', '‘MUG-1 ’')
    """
    shown = shortened(key, LONGEST)
    return shown if key == key.strip() else f"‘{shown}’"


def _subject(each: Result) -> str:
    return f"{each.test.name} ({each.store})" if each.store else each.test.name


def _numbers(each: Result) -> str:
    return f"{each.failing:,} of {each.looked_at:,} fail"


def _since(each: Result) -> str:
    if each.course is None or each.course.since is None:
        return "."
    trend = TREND_WORDS[each.course.trend]
    return f" since {moment(each.course.since)}{', ' + trend if trend else ''}."


def _examples(each: Result) -> str:
    return ", ".join(map(name_example, each.examples))


def _row(each: Result) -> str:
    severity = each.test.severity
    examples = "".join(f"<li><code>{escape(name_example(key))}</code></li>" for key in each.examples)
    since, notes = "–", ""
    if each.course is not None and each.course.since is not None:
        since = escape(moment(each.course.since).removesuffix(" UTC"))
        words = [TREND_WORDS[each.course.trend]]
        words.append(f"at worst {each.course.worst:,}" if each.course.worst > each.failing else "")
        notes = "".join(f"<small>{escape(word)}</small>" for word in words if word)
    store = f"<small>store {escape(each.store)}</small>" if each.store else ""
    return (
        f'<tr class="{severity}"><th scope="row"><span class="mark">{severity}</span> {escape(each.test.name)}{store}'
        "</th>"
        f'<td class="number">{each.failing:,}<small>of {each.looked_at:,}</small></td>'
        f'<td class="since">{since}{notes}</td><td class="long"><p>{escape(each.test.holds)}</p>'
        f'<p class="todo"><b>To do</b> {escape(each.test.to_do)}</p><ul>{examples}</ul></td></tr>'
    )


@cache
def _style() -> str:
    return (Path(__file__).parent / "quality_card.css").read_text(encoding="utf-8")
