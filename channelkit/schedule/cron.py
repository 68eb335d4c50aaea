"""The lines of a crontab."""

from __future__ import annotations

import shlex

from channelkit.schedule.job import DAY, HOUR, MINUTE, Job, Place

BEGIN, END = "# >>> channelkit: written by channelkit schedule install", "# <<< channelkit"
"""What stands around our lines in somebody's crontab; all others are theirs."""

_HEAD = """\
# channelkit's jobs, rendered from schedules/jobs.toml by: channelkit schedule render
# Put them into your crontab, beside the lines it has, with: channelkit schedule install --target cron --apply
# Times are by the machine's own clock. cron sees no keyring: name secrets by file: or env: in the settings.
# What a job says goes to nobody; what goes wrong is mailed by cron, kept with the run, and told by channelkit alerts.
"""


def expression(job: Job) -> str:
    """Return when a job starts, as cron says it.

    >>> expression(Job("sync", "", every=300)), expression(Job("count", "", every=6 * HOUR))
    ('*/5 * * * *', '0 */6 * * *')
    >>> expression(Job("report", "", at=(4, 20)))
    '20 4 * * *'
    """
    if job.at is not None:
        return f"{job.at[1]} {job.at[0]} * * *"
    if job.period < HOUR:
        return f"*/{job.period // MINUTE} * * * *" if job.period > MINUTE else "* * * * *"
    if job.period == DAY:
        return "0 0 * * *"
    return f"0 */{job.period // HOUR} * * *" if job.period > HOUR else "0 * * * *"


def line(job: Job, place: Place) -> str:
    """Return a job's line; to cron a percent sign would be the line's end."""
    return f"{expression(job)} {shell(job, place)} >/dev/null".replace("%", "\\%")


def shell(job: Job, place: Place) -> str:
    """Return what a shell is given to start a job."""
    return shlex.join(place.command(job))


def render(jobs: tuple[Job, ...], place: Place) -> dict[str, str]:
    """Return the file ``crontab``."""
    return {"crontab": _HEAD + block(jobs, place)}


def block(jobs: tuple[Job, ...], place: Place) -> str:
    """Return our lines between their marks."""
    return "\n".join([BEGIN, *(line(job, place) for job in jobs), END, ""])


def put_in(crontab: str, lines: str) -> str:
    """Return a crontab with our lines in the place of those that were ours before, or at its end.

    >>> put_in("0 1 * * * backup\\n", f"{BEGIN}\\n* * * * * x\\n{END}\\n").splitlines()[0]
    '0 1 * * * backup'
    """
    before, after = _around(crontab)
    if before and not before.endswith("\n"):
        before += "\n"
    return before + lines + after


def take_out(crontab: str) -> str:
    """Return a crontab without our lines."""
    return "".join(_around(crontab))


def holds_ours(crontab: str) -> bool:
    """Tell whether our lines are in a crontab."""
    return BEGIN in crontab.splitlines()


def _around(crontab: str) -> tuple[str, str]:
    """Return what stands before our lines and after them."""
    lines = crontab.splitlines(keepends=True)
    bare = [each.rstrip("\r\n") for each in lines]
    if BEGIN not in bare:
        return crontab, ""
    first = bare.index(BEGIN)
    # Where somebody took the last mark away, only the lines that start our program are ours.
    last = bare.index(END, first) + 1 if END in bare[first:] else first + 1
    return "".join(lines[:first]), "".join(lines[last:])
