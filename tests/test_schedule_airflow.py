"""The rendered DAGs as the real Airflow reads them, in an environment of its own.

The environment is made on the first run, from ``airflow.lock`` beside this file, and kept in the user's cache.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import bootstrap
from channelkit.schedule.reading import SHIPPED, read_schedule

LOCK = Path(__file__).with_name("airflow.lock")
DAGS = SHIPPED.parent / "airflow"

PROGRAM = """
import json, sys
from airflow.dag_processing.dagbag import DagBag
from airflow.providers.papermill.operators.papermill import PapermillOperator

bag = DagBag(sys.argv[1], safe_mode=False)
told = {"errors": dict(bag.import_errors), "dags": {}, "ends": {}}
for dag in bag.dags.values():
    (task,) = dag.tasks
    told["dags"][dag.dag_id] = {
        "max_active_runs": dag.max_active_runs,
        "catchup": dag.catchup,
        "schedule": dag.schedule,
        "timeout": dag.dagrun_timeout.total_seconds(),
        "task_timeout": task.execution_timeout.total_seconds(),
        "retries": task.retries,
        "is_papermill": isinstance(task, PapermillOperator),
        "command": getattr(task, "command", None) or task.bash_command.split(),
        "notebook": getattr(task, "input_nb", ""),
        "parameters": getattr(task, "parameters", None),
    }
task = bag.dags["channelkit_sync"].tasks[0]
for code in (0, 1, 3, 75):
    task.command = [sys.executable, "-c", f"raise SystemExit({code})"]
    try:
        task.execute({})
    except Exception as error:
        told["ends"][code] = type(error).__name__
    else:
        told["ends"][code] = "done"
print("TOLD" + json.dumps(told))
"""


def make_airflow() -> Path:
    """Return the Python of an environment with Airflow in it."""
    digest = hashlib.sha256(LOCK.read_bytes() + sys.version.encode()).hexdigest()[:12]
    folder = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "channelkit-tests" / f"airflow-{digest}"
    python, ready = folder / "bin" / "python", folder / "ready"
    if not ready.exists():
        shutil.rmtree(folder, ignore_errors=True)
        environment = dict(os.environ)
        mirror = bootstrap.configured_mirror()
        if mirror:
            environment.setdefault("UV_DEFAULT_INDEX", mirror)
        uv = [sys.executable, "-m", "uv"]
        subprocess.run([*uv, "venv", "-q", "--python", sys.executable, str(folder)], check=True, env=environment)
        sync = [*uv, "pip", "sync", "-q", "--require-hashes", "--python", str(python), str(LOCK)]
        subprocess.run(sync, check=True, env=environment)
        ready.touch()
    return python


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What Airflow makes of the DAGs, and how a task ends when the launcher ends so and so."""
    home = tmp_path_factory.mktemp("airflow")
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    environment |= {"AIRFLOW_HOME": str(home), "AIRFLOW__CORE__LOAD_EXAMPLES": "False"}
    command = [str(make_airflow()), "-c", PROGRAM, str(DAGS)]
    done = subprocess.run(command, env=environment, cwd=home, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    line = next(line for line in done.stdout.splitlines() if line.startswith("TOLD"))
    found: dict[str, Any] = json.loads(line.removeprefix("TOLD"))
    return found


def test_airflow_imports_a_dag_for_each_job(told: dict[str, Any]) -> None:
    """SY-02."""
    jobs = read_schedule(SHIPPED).jobs
    assert told["errors"] == {}
    assert set(told["dags"]) == {f"channelkit_{job.name}" for job in jobs}


def test_no_dag_runs_twice_at_once_or_makes_up_for_runs_it_missed(told: dict[str, Any]) -> None:
    for dag in told["dags"].values():
        assert (dag["max_active_runs"], dag["catchup"], dag["retries"]) == (1, False, 0)
        assert dag["timeout"] == dag["task_timeout"] > 0
    assert told["dags"]["channelkit_sync"]["schedule"] == "*/5 * * * *"


def test_a_notebook_is_the_papermill_providers_task_and_runs_through_the_launcher(told: dict[str, Any]) -> None:
    sync = told["dags"]["channelkit_sync"]
    assert sync["is_papermill"] and sync["parameters"] == {"apply": "true"}
    assert sync["notebook"].endswith("/notebooks/sync.ipynb")
    assert sync["command"][1:5] == ["run", "sync", "-p", "apply=true"]
    watch = told["dags"]["channelkit_watch"]
    assert not watch["is_papermill"] and watch["command"][1:3] == ["alerts", "watch"]


def test_a_task_ends_as_its_run_did(told: dict[str, Any]) -> None:
    assert told["ends"] == {"0": "done", "1": "AirflowFailException", "3": "done", "75": "AirflowSkipException"}
