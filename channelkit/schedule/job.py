"""What runs when, and where it is installed: the nouns of ``schedules/jobs.toml``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

MINUTE, HOUR, DAY = 60, 3_600, 86_400


@dataclass(frozen=True)
class Job:
    """A job: a notebook that is executed, or a command of channelkit's own.

    Arguments:
        words: what it does, for whoever finds it in a scheduler.
        notebook: its name without ``.ipynb``; empty where it is a command.
        command: what is typed after ``channelkit``; empty where it is a notebook.
        parameters: the notebook's, each as it is typed.
        every: seconds between two starts; None where it starts at a time of day.
        at: hour and minute of the day, by the machine's own clock; None where it starts every so often.
        timeout: seconds after which it is stopped.
        keep_days, keep_failed_days: how long its executed notebooks are kept; None leaves that to the settings.
    """

    name: str
    words: str
    notebook: str = ""
    command: tuple[str, ...] = ()
    parameters: Mapping[str, str] = field(default_factory=dict)
    every: int | None = None
    at: tuple[int, int] | None = None
    timeout: int = 20 * MINUTE
    keep_days: int | None = None
    keep_failed_days: int | None = None

    @property
    def period(self) -> int:
        """Seconds from one start to the next.

        >>> Job("report", "The report.", at=(4, 20)).period
        86400
        """
        return self.every or DAY

    @property
    def arguments(self) -> tuple[str, ...]:
        """What is typed after ``channelkit``, without the settings.

        >>> Job("sync", "A cycle.", notebook="sync", parameters={"apply": "true"}).arguments
        ('run', 'sync', '-p', 'apply=true')
        """
        if self.command:
            return self.command
        given = [word for name, value in self.parameters.items() for word in ("-p", f"{name}={value}")]
        return ("run", self.notebook, *given)


@dataclass(frozen=True)
class Place:
    """Where channelkit is installed on a machine.

    Arguments:
        program: the full path of its command.
        settings: the full path of the settings file; what it keeps lies beside that.
        user: whose job it is.
    """

    program: str
    settings: str
    user: str = ""

    @property
    def folder(self) -> str:
        """The settings' folder, where everything is written.

        >>> Place("channelkit", "/var/lib/channelkit/channelkit.toml").folder
        '/var/lib/channelkit'
        >>> Place("channelkit.exe", "C:\\\\channelkit\\\\channelkit.toml").folder
        'C:\\\\channelkit'
        """
        return self.settings[: max(self.settings.rfind("/"), self.settings.rfind("\\"))] or "/"

    def command(self, job: Job) -> tuple[str, ...]:
        """Return what starts a job, word for word."""
        return (self.program, *job.arguments, "--settings", self.settings)


@dataclass(frozen=True)
class Cluster:
    """Where channelkit runs in Kubernetes.

    Arguments:
        image: a container image with channelkit in it.
        volume: name of the claim of the volume that keeps everything.
        size: how large that volume is.
        secret: name of the secret whose entries become files.
        uid: number of the user that the jobs run as.
    """

    place: Place
    image: str
    volume: str
    size: str
    secret: str
    uid: int


@dataclass(frozen=True)
class Schedule:
    """All jobs, and where each kind of machine has channelkit.

    Arguments:
        posix, mac, windows: the places that rendered files name.
    """

    jobs: tuple[Job, ...]
    posix: Place
    mac: Place
    windows: Place
    cluster: Cluster

    def find(self, notebook: str) -> Job | None:
        """Return the job that executes a notebook; None where no job does."""
        return next((job for job in self.jobs if job.notebook == notebook), None)
