"""Tasks for the Windows Task Scheduler: one XML file for each job, for ``schtasks /Create /XML``."""

from __future__ import annotations

import subprocess
from xml.sax.saxutils import escape

from channelkit.schedule.job import Job, Place

FOLDER = "channelkit"
"""The Task Scheduler's own folder that the tasks are in."""

# Elements stand in the order of the Task Scheduler's schema.
_TASK = """\
<?xml version="1.0"?>
<!-- Rendered from schedules/jobs.toml by: channelkit schedule render -->
<Task version="1.2" xmlns="http://schemas.microsoft.com/windows/2004/02/mit/task">
  <RegistrationInfo>
    <Description>channelkit: {words}</Description>
    <URI>\\{task}</URI>
  </RegistrationInfo>
  <Triggers>
{trigger}
  </Triggers>
  <Principals>
    <Principal id="Author">
      <UserId>{user}</UserId>
      <LogonType>S4U</LogonType>
      <RunLevel>LeastPrivilege</RunLevel>
    </Principal>
  </Principals>
  <Settings>
    <MultipleInstancesPolicy>IgnoreNew</MultipleInstancesPolicy>
    <DisallowStartIfOnBatteries>false</DisallowStartIfOnBatteries>
    <StopIfGoingOnBatteries>false</StopIfGoingOnBatteries>
    <AllowHardTerminate>true</AllowHardTerminate>
    <StartWhenAvailable>{when_available}</StartWhenAvailable>
    <RunOnlyIfNetworkAvailable>true</RunOnlyIfNetworkAvailable>
    <Enabled>true</Enabled>
    <ExecutionTimeLimit>PT{timeout}S</ExecutionTimeLimit>
  </Settings>
  <Actions Context="Author">
    <Exec>
      <Command>{program}</Command>
      <Arguments>{arguments}</Arguments>
      <WorkingDirectory>{folder}</WorkingDirectory>
    </Exec>
  </Actions>
</Task>
"""

_EVERY = """\
    <TimeTrigger>
      <Enabled>true</Enabled>
      <StartBoundary>2026-01-01T00:00:00</StartBoundary>
      <Repetition>
        <Interval>PT{minutes}M</Interval>
        <StopAtDurationEnd>false</StopAtDurationEnd>
      </Repetition>
    </TimeTrigger>"""

_DAILY = """\
    <CalendarTrigger>
      <Enabled>true</Enabled>
      <StartBoundary>2026-01-01T{hour:02}:{minute:02}:00</StartBoundary>
      <ScheduleByDay>
        <DaysInterval>1</DaysInterval>
      </ScheduleByDay>
    </CalendarTrigger>"""


def task(job: Job) -> str:
    """Return a task's name with its folder.

    >>> task(Job("sync", ""))
    'channelkit\\\\sync'
    """
    return f"{FOLDER}\\{job.name}"


def render(jobs: tuple[Job, ...], place: Place) -> dict[str, str]:
    """Return the tasks by the names of their files."""
    return {f"channelkit-{job.name}.xml": _task(job, place) for job in jobs}


def _task(job: Job, place: Place) -> str:
    program, *arguments = place.command(job)
    trigger = _DAILY.format(hour=job.at[0], minute=job.at[1]) if job.at else _EVERY.format(minutes=job.period // 60)
    return _TASK.format(
        words=escape(job.words),
        task=task(job),
        trigger=trigger,
        user=escape(place.user),
        when_available="true" if job.at else "false",
        timeout=job.timeout,
        program=escape(program),
        arguments=escape(subprocess.list2cmdline(arguments)),
        folder=escape(place.folder),
    )
