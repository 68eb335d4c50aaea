"""launchd's property lists: one for each job."""

from __future__ import annotations

import plistlib
from typing import Any

from channelkit.schedule.job import Job, Place


def label(job: Job) -> str:
    """Return what launchd calls a job; it never starts one a second time while it runs.

    >>> label(Job("sync", ""))
    'channelkit.sync'
    """
    return f"channelkit.{job.name}"


def render(jobs: tuple[Job, ...], place: Place) -> dict[str, str]:
    """Return the property lists by the names of their files."""
    return {f"{label(job)}.plist": _plist(job, place) for job in jobs}


def _plist(job: Job, place: Place) -> str:
    content: dict[str, Any] = {
        "Label": label(job),
        "ProgramArguments": list(place.command(job)),
        "WorkingDirectory": place.folder,
        "ProcessType": "Background",
        "RunAtLoad": False,
        "StandardOutPath": "/dev/null",
        "StandardErrorPath": f"{place.folder}/{label(job)}.err",
        # 077: what a job writes is its owner's alone.
        "Umask": 0o077,
    }
    if job.at is not None:
        content["StartCalendarInterval"] = {"Hour": job.at[0], "Minute": job.at[1]}
    else:
        content["StartInterval"] = job.period
    text = plistlib.dumps(content, sort_keys=False).decode("utf-8")
    note = "<!-- Rendered from schedules/jobs.toml by: channelkit schedule render -->\n"
    return text.replace("<plist", note + "<plist", 1)
