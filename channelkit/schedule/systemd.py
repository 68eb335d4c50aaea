"""systemd's units: a service and a timer for each job, shut in as far as a job allows that writes its own folder."""

from __future__ import annotations

import re
from typing import Literal

from channelkit.schedule.job import DAY, HOUR, MINUTE, Job, Place

Manager = Literal["system", "user"]
"""Whose units they are: the machine's, installed by root, or those of one person's own service manager."""

_HEAD = "# Rendered from schedules/jobs.toml by: channelkit schedule render\n"
_HOMES = ("/home/", "/root/", "/root", "/run/user/")

# What a manager without privileges can do as well.
_FOR_ALL = """\
UMask=0077
NoNewPrivileges=yes
LockPersonality=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
RestrictNamespaces=yes
RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6 AF_NETLINK
SystemCallArchitectures=native
SystemCallFilter=@system-service
SystemCallFilter=~@privileged @resources
SystemCallErrorNumber=EPERM
"""

# The whole machine is read-only but for the one folder that a job writes.
_OF_THE_SYSTEM = """\
PrivateTmp=yes
PrivateDevices=yes
ProtectSystem=strict
ProtectHome={home}
ReadWritePaths={folder}
ProtectClock=yes
ProtectHostname=yes
ProtectKernelTunables=yes
ProtectKernelModules=yes
ProtectKernelLogs=yes
ProtectControlGroups=yes
ProtectProc=invisible
CapabilityBoundingSet=
AmbientCapabilities=
RemoveIPC=yes
"""

_SERVICE = """\
[Unit]
Description=channelkit: {words}
Wants=network-online.target
After=network-online.target

[Service]
Type=oneshot
{user}WorkingDirectory={folder}
ExecStart={command}
# 3: done, with something held or refused; 75: another run was at work. Neither is a failure of the service.
SuccessExitStatus=3 75
TimeoutStartSec={timeout}
# A notebook's kernel keeps its papers where nothing outlives the job.
Environment=JUPYTER_RUNTIME_DIR=/tmp/channelkit-jupyter IPYTHONDIR=/tmp/channelkit-ipython PYTHONDONTWRITEBYTECODE=1
"""

_TIMER = """\
[Unit]
Description=channelkit: {words}

[Timer]
OnCalendar={calendar}
AccuracySec=1s
RandomizedDelaySec={delay}
Persistent={persistent}

[Install]
WantedBy=timers.target
"""


def unit(job: Job) -> str:
    """Return the name of a job's units, without their ending.

    >>> unit(Job("sync", ""))
    'channelkit-sync'
    """
    return f"channelkit-{job.name}"


def calendar(job: Job) -> str:
    """Return when a job starts, as systemd says it.

    >>> calendar(Job("sync", "", every=300)), calendar(Job("count", "", every=6 * HOUR))
    ('*:0/5', '0/6:00')
    >>> calendar(Job("report", "", at=(4, 20)))
    '*-*-* 04:20:00'
    """
    if job.at is not None:
        return f"*-*-* {job.at[0]:02}:{job.at[1]:02}:00"
    if job.period == DAY:
        return "*-*-* 00:00:00"
    return f"*:0/{job.period // MINUTE}" if job.period < HOUR else f"0/{job.period // HOUR}:00"


def render(jobs: tuple[Job, ...], place: Place, manager: Manager = "system") -> dict[str, str]:
    """Return the units by the names of their files."""
    files = {}
    for job in jobs:
        files[f"{unit(job)}.service"] = _service(job, place, manager)
        files[f"{unit(job)}.timer"] = _HEAD + _TIMER.format(
            words=_words(job.words),
            calendar=calendar(job),
            # Many machines must not ask Amazon in the same second.
            delay=20 if job.period < HOUR else 300,
            # A nightly job that a machine slept through runs when it wakes; a missed cycle is made good by the next.
            persistent="yes" if job.at else "no",
        )
    return files


def _service(job: Job, place: Place, manager: Manager) -> str:
    text = _SERVICE.format(
        words=_words(job.words),
        user=f"User={_words(place.user)}\n" if manager == "system" and place.user else "",
        folder=_path(place.folder),
        command=" ".join(quote(word) for word in place.command(job)),
        timeout=job.timeout,
    )
    if manager == "user":
        return _HEAD + text + _FOR_ALL
    at_home = any(path.startswith(_HOMES) for path in (place.program, place.settings))
    shut = _OF_THE_SYSTEM.format(home="read-only" if at_home else "yes", folder=_path(place.folder, in_list=True))
    return _HEAD + text + _FOR_ALL + shut


def quote(word: str) -> str:
    """Return a word of a command line as systemd reads it back.

    >>> quote("apply=true"), quote("100% of $HOME")
    ('apply=true', '"100%% of $$HOME"')
    """
    word = word.replace("%", "%%").replace("$", "$$")
    if re.fullmatch(r"[\w@%+=:,./$-]+", word):
        return word
    escaped = word.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _path(path: str, *, in_list: bool = False) -> str:
    path = path.replace("%", "%%")
    return f'"{path}"' if in_list and re.search(r"\s", path) else path


def _words(text: str) -> str:
    return " ".join(text.replace("%", "%%").split())
