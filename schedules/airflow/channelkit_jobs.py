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

JOBS: list[dict[str, Any]] = [
    {
        "name": "sync",
        "words": "One cycle of every store: read, confirm, decide, send what no guard holds.",
        "schedule": "*/5 * * * *",
        "timeout": 1200,
        "notebook": "/opt/channelkit/notebooks/sync.ipynb",
        "output": "/var/lib/channelkit/runs/latest/sync.json",
        "parameters": {
            "apply": "true",
        },
        "command": [
            "/opt/channelkit/.venv/bin/channelkit",
            "run",
            "sync",
            "-p",
            "apply=true",
            "--settings",
            "/var/lib/channelkit/channelkit.toml",
        ],
    },
    {
        "name": "report",
        "words": "The report, every night.",
        "schedule": "20 4 * * *",
        "timeout": 7200,
        "notebook": "/opt/channelkit/notebooks/report.ipynb",
        "output": "/var/lib/channelkit/runs/latest/report.json",
        "parameters": {},
        "command": [
            "/opt/channelkit/.venv/bin/channelkit",
            "run",
            "report",
            "--settings",
            "/var/lib/channelkit/channelkit.toml",
        ],
    },
    {
        "name": "watch",
        "words": "Look for jobs that are late or dead, and tell of troubles; reads nothing of Amazon or Commerce.",
        "schedule": "*/15 * * * *",
        "timeout": 300,
        "notebook": "",
        "output": "",
        "parameters": {},
        "command": [
            "/opt/channelkit/.venv/bin/channelkit",
            "alerts",
            "watch",
            "--settings",
            "/var/lib/channelkit/channelkit.toml",
        ],
    },
]

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
            raise AirflowFailException(f"The job ended with {code}; its run and its notebook say why.")


for job in JOBS:
    with DAG(
        dag_id=f"channelkit_{job['name']}",
        description=job["words"],
        schedule=job["schedule"],
        start_date=datetime(2026, 1, 1, tzinfo=UTC),
        catchup=False,
        max_active_runs=1,
        dagrun_timeout=timedelta(seconds=job["timeout"]),
        default_args={"retries": 0, "execution_timeout": timedelta(seconds=job["timeout"])},
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
