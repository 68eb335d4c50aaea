"""An Airflow DAG for each job, in one file.

The tasks are the papermill provider's, so that Airflow shows notebook and parameters as it does for any other; what
they execute is channelkit's own launcher. The provider would run papermill in Airflow's environment, whose pinned
packages are not channelkit's, and papermill alone only warns of a parameter that the notebook lacks, passes on no exit
code but 0 and 1, takes no lease, files no output and writes no run down, so that nobody could tell a dead job.
"""

from __future__ import annotations

import json
from typing import Any

from channelkit.schedule import cron
from channelkit.schedule.job import Job, Place

FILE = "channelkit_jobs.py"

_TEXT = '''\
"""channelkit's jobs as Airflow DAGs; rendered from schedules/jobs.toml by: channelkit schedule render

Copy this file into the DAGs' folder of an Airflow 3 with the providers papermill and standard. channelkit stays in an
environment of its own: its launcher runs there, checks the parameters, holds the job's lease, keeps the executed
notebook, and writes the run down. Times of day are UTC.
"""

from __future__ import annotations

import shlex
import subprocess
from datetime import UTC, datetime, timedelta
from typing import Any

from airflow.providers.papermill.operators.papermill import PapermillOperator
from airflow.providers.standard.operators.bash import BashOperator
from airflow.sdk import DAG
from airflow.sdk.exceptions import AirflowFailException, AirflowSkipException

JOBS: list[dict[str, Any]] = {jobs}

HELD, BUSY = 3, 75
"""Exit codes of the launcher: done, with something held or refused; another run was at work."""


class ChannelkitNotebook(PapermillOperator):
    """The provider's operator; channelkit's launcher executes the notebook in channelkit's own environment."""

    def __init__(self, *, command: list[str], **named: Any) -> None:
        super().__init__(**named)
        self.command = command

    def execute(self, context: Any) -> None:  # noqa: ARG002 - Airflow's own name for it
        """Run the launcher; whoever stops this task stops it as well."""
        code = subprocess.run(self.command, check=False).returncode  # noqa: S603 - words of jobs.toml, and no shell
        if code == BUSY:
            raise AirflowSkipException("Another run of this job is at work.")
        if code not in (0, HELD):
            # The next start is the second try.
            raise AirflowFailException(f"The job ended with {{code}}; its run and its notebook say why.")


for job in JOBS:
    with DAG(
        dag_id=f"channelkit_{{job['name']}}",
        description=job["words"],
        schedule=job["schedule"],
        start_date=datetime(2026, 1, 1, tzinfo=UTC),
        catchup=False,
        max_active_runs=1,
        dagrun_timeout=timedelta(seconds=job["timeout"]),
        default_args={{"retries": 0, "execution_timeout": timedelta(seconds=job["timeout"])}},
        tags=["channelkit"],
    ) as dag:
        if job["notebook"]:
            ChannelkitNotebook(
                task_id=job["name"],
                input_nb=job["notebook"],
                output_nb=job["output"],
                parameters=job["parameters"],
                command=job["command"],
            )
        else:
            BashOperator(task_id=job["name"], bash_command=shlex.join(job["command"]), skip_on_exit_code=BUSY)
    globals()[dag.dag_id] = dag
'''


def render(jobs: tuple[Job, ...], place: Place) -> dict[str, str]:
    """Return the file with the DAGs."""
    return {FILE: _TEXT.format(jobs=_literal([_row(job, place) for job in jobs], 0))}


def _row(job: Job, place: Place) -> dict[str, Any]:
    installed = place.program.removesuffix("/.venv/bin/channelkit")
    return {
        "name": job.name,
        "words": job.words,
        "schedule": cron.expression(job),
        "timeout": job.timeout,
        "notebook": f"{installed}/notebooks/{job.notebook}.ipynb" if job.notebook else "",
        # Which one it becomes is said here, by the launcher.
        "output": f"{place.folder}/runs/latest/{job.name}.json" if job.notebook else "",
        "parameters": dict(job.parameters),
        "command": list(place.command(job)),
    }


def _literal(value: Any, depth: int) -> str:
    """Return lists, mappings, texts and numbers as Python writes them, one to a line."""
    if not value or not isinstance(value, list | dict):
        return json.dumps(value)
    margin = "    " * (depth + 1)
    pairs = value.items() if isinstance(value, dict) else [("", each) for each in value]
    lines = [f"{margin}{f'{json.dumps(key)}: ' if key else ''}{_literal(each, depth + 1)},\n" for key, each in pairs]
    first, last = "{}" if isinstance(value, dict) else "[]"
    return f"{first}\n{''.join(lines)}{'    ' * depth}{last}"
