"""Running a notebook as a job: parameters are checked, the output is filed and dated, a failure is kept and seen.

papermill itself only warns of a parameter that the notebook does not have, turns ``00123`` into 123, writes its output
while it works, and cannot pass on another exit code than 1. All that is mended here.
"""

from __future__ import annotations

import ast
import json
import os
import sys
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import MappingProxyType
from typing import Any
from uuid import uuid4

from channelkit.clock import milliseconds
from channelkit.database import runs
from channelkit.database.connection import Database
from channelkit.database.lease import hold
from channelkit.errors import LeaseError, UsageError
from channelkit.schedule import job as scheduled
from channelkit.schedule.reading import find_jobs_file, read_schedule
from channelkit.settings.sections import Settings

NOTEBOOK_VARIABLE = "CHANNELKIT_NOTEBOOK"
"""Environment variable that tells the kit in a notebook which file that notebook becomes."""

NOTEBOOKS = Path(__file__).parent.parent / "notebooks"
LONGEST = 20 * 60
"""Seconds after which a notebook's cell is interrupted, where no schedule says otherwise."""

PART = ".part"
"""In the name of a notebook that is still being executed."""

QUIET_KERNEL = ["--log-level=50"]
"""The kernel warns at every start that it talks to its parent over loopback, and at its end that it was told to."""


@dataclass(frozen=True)
class Job:
    """One execution of a notebook.

    Arguments:
        output: where the executed notebook goes.
        longest: seconds after which a cell is interrupted.
    """

    name: str
    source: Path
    output: Path
    parameters: Mapping[str, Any]
    longest: int = LONGEST


def run_job(
    settings: Settings, database: Database, name: str, given: Mapping[str, str], folder: Path = NOTEBOOKS
) -> int:
    """Execute a notebook and return the exit code: 0 done, 1 failed, 3 partial, 75 another run of it is at work.

    Arguments:
        name: the notebook's name, without ``.ipynb``.
        given: parameters as a person typed them; they become what the notebook's own defaults are.
        folder: where the notebooks are.

    Raises:
        UsageError: there is no such notebook or parameter, or a value cannot be what the default is.
    """
    source = folder / f"{name}.ipynb"
    if not source.is_file():
        known = ", ".join(sorted(path.stem for path in folder.glob("*.ipynb")))
        raise UsageError(f"There is no notebook {name!r} in {folder}.", f"The notebooks are: {known or 'none'}.")
    started = datetime.fromtimestamp(settings.clock.now(), UTC)
    stamp = f"{name}-{started:%Y%m%dT%H%M%SZ}-{uuid4().hex[:6]}"
    output = settings.runs_folder / f"{started:%Y/%m/%d}" / f"{stamp}.ipynb"
    schedule = read_schedule(find_jobs_file(settings.folder))
    planned = schedule.find(name)
    job = Job(name, source, output, read_parameters(source, given), planned.timeout if planned else LONGEST)
    try:
        with hold(database, f"job/{name}", stamp):
            state = _execute(settings, database, job)
    except LeaseError as error:
        print(error, file=sys.stderr)  # noqa: T201 - what a scheduler's log shows
        return runs.EXIT_CODES["busy"]
    _prune(settings, database, started, schedule.jobs)
    return runs.EXIT_CODES[state]


def read_parameters(source: Path, given: Mapping[str, str]) -> dict[str, Any]:
    """Return the notebook's parameters with what was given.

    Raises:
        UsageError: one is unknown, or not of its default's type.
    """
    defaults = _defaults(source)
    parameters: dict[str, Any] = {}
    for key, text in given.items():
        if key not in defaults:
            raise UsageError(
                f"The notebook {source.stem!r} has no parameter {key!r}.",
                f"Its parameters are: {', '.join(defaults) or 'none'}.",
            )
        parameters[key] = _converted(key, text, defaults[key])
    return parameters


def check_parameters(job: scheduled.Job, folder: Path = NOTEBOOKS) -> None:
    """Make sure, before a schedule is written, that its notebook is there and has these parameters.

    Raises:
        UsageError: it is not, or has not.
    """
    if not job.notebook:
        return
    source = folder / f"{job.notebook}.ipynb"
    if not source.is_file():
        raise UsageError(f"Job {job.name!r} names the notebook {job.notebook!r}, which is not in {folder}.")
    read_parameters(source, job.parameters)


def prune(
    folder: Path,
    now: datetime,
    keep_days: int,
    keep_failed_days: int,
    failed: Collection[str],
    *,
    others: Mapping[str, tuple[int | None, int | None]] = MappingProxyType({}),
) -> list[Path]:
    """Remove executed notebooks that are older than they are kept, and return which.

    Arguments:
        folder: where they are, by year, month and day.
        keep_days, keep_failed_days: how many whole days the good and the failed ones are kept.
        failed: those of failed runs, as paths below the folder.
        others: the same two numbers of notebooks that are kept for another time, by name.
    """
    removed = []
    for path in sorted(folder.glob("[0-9][0-9][0-9][0-9]/[0-9][0-9]/[0-9][0-9]/*.ipynb")):
        year, month, day = path.parent.parts[-3:]
        age = now - datetime(int(year), int(month), int(day), tzinfo=UTC)
        is_failed = path.relative_to(folder).as_posix() in failed or path.stem.endswith(PART)
        good_days, failed_days = others.get(path.stem.rsplit("-", 2)[0], (None, None))
        good_days = keep_days if good_days is None else good_days
        failed_days = keep_failed_days if failed_days is None else failed_days
        if age >= timedelta(days=(failed_days if is_failed else good_days) + 1):
            path.unlink()
            removed.append(path)
    return removed


def _prune(settings: Settings, database: Database, now: datetime, jobs: Sequence[scheduled.Job]) -> None:
    others = {job.notebook: (job.keep_days, job.keep_failed_days) for job in jobs if job.notebook}
    longest = max([settings.runs.keep_failed_days, *(days or 0 for _, days in others.values())])
    oldest = now - timedelta(days=longest + 1)
    with database.read() as connection:
        book = runs.load_runs(connection, milliseconds(oldest.timestamp())).select(["state", "notebook"]).to_pylist()
    failed = {run["notebook"] for run in book if run["state"] not in runs.GOOD}
    keep_days, keep_failed_days = settings.runs.keep_days, settings.runs.keep_failed_days
    prune(settings.runs_folder, now, keep_days, keep_failed_days, failed, others=others)


def _execute(settings: Settings, database: Database, job: Job) -> str:
    """Execute the notebook and return the run's state."""
    # This import checks addresses in a way no notebook needs, and takes longer to load than all the rest.
    sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]
    from nbclient.exceptions import CellTimeoutError, DeadKernelError  # noqa: PLC0415
    from papermill.exceptions import PapermillExecutionError  # noqa: PLC0415
    from papermill.execute import execute_notebook  # noqa: PLC0415

    job.output.parent.mkdir(parents=True, exist_ok=True)
    part = job.output.with_suffix(f"{PART}.ipynb")
    relative = job.output.relative_to(settings.runs_folder).as_posix()
    os.environ[NOTEBOOK_VARIABLE] = relative
    problem = ""
    try:
        execute_notebook(
            str(job.source),
            str(part),
            parameters={**job.parameters, "settings": settings.file},
            cwd=str(settings.folder),
            kernel_name="python3",
            progress_bar=False,
            execution_timeout=job.longest,
            # Saved after every cell, so that what a dying kernel leaves can be read.
            extra_arguments=QUIET_KERNEL,
        )
        problem = _unfinished(part)
    except PapermillExecutionError as error:
        problem = f"{error.ename} in cell {error.exec_count}: {error.evalue}"
    except DeadKernelError:
        problem = "The notebook's kernel died: it was killed, or ran out of memory."
    except CellTimeoutError:
        problem = f"A cell took longer than {job.longest // 60} minutes and was interrupted."
    finally:
        del os.environ[NOTEBOOK_VARIABLE]
    state = _state(settings, database, job, relative, problem)
    _file(job, part)
    _tell(settings, job, state, relative, problem)
    if problem:
        print(f"{job.name} failed: {problem} The notebook is kept: {job.output}", file=sys.stderr)  # noqa: T201 - as above
    return state


def _unfinished(part: Path) -> str:
    """Say where a notebook ended before its last cell; papermill takes ``sys.exit(0)`` for success."""
    notebook = json.loads(part.read_text(encoding="utf-8"))
    code = [cell for cell in notebook["cells"] if cell["cell_type"] == "code" and "".join(cell["source"]).strip()]
    left = [cell for cell in code if cell["execution_count"] is None]
    return f"The notebook ended early: {len(left)} of its {len(code)} cells were never run." if left else ""


def _file(job: Job, part: Path) -> None:
    """Put the executed notebook where it is looked for, without the paths of this machine."""
    notebook = json.loads(part.read_text(encoding="utf-8"))
    papermill = notebook["metadata"]["papermill"]
    papermill |= {"input_path": job.source.name, "output_path": job.output.name}
    part.write_text(json.dumps(notebook, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    part.replace(job.output)


def _state(settings: Settings, database: Database, job: Job, notebook: str, problem: str) -> str:
    """Return what the notebook's own run became; where it never began or never ended, write that down."""
    now = milliseconds(settings.clock.now())
    with database.write() as connection:
        run = runs.find_run(connection, notebook)
        if run is None:
            # It died before it could open one, or it only looks and needs none.
            state = "failed" if problem else "done"
            run_id = runs.open_run(connection, job.name, at=now, notebook=notebook)
            runs.close_run(connection, run_id, state=state, at=now, error=problem)
            return state
        if run.state == "running" or problem:
            runs.close_run(connection, run.id, state="failed", at=now, error=problem or "The notebook ended early.")
            return "failed"
        return run.state


def _tell(settings: Settings, job: Job, state: str, notebook: str, problem: str) -> None:
    """Leave a small file that says how the last execution went."""
    latest = settings.runs_folder / "latest"
    latest.mkdir(parents=True, exist_ok=True)
    body = {
        "job": job.name,
        "state": state,
        "finished_at": datetime.fromtimestamp(settings.clock.now(), UTC).isoformat(timespec="seconds"),
        "notebook": notebook,
        "problem": problem,
    }
    part = latest / f"{job.name}{PART}.json"
    part.write_text(json.dumps(body, indent=2) + "\n", encoding="utf-8")
    part.replace(latest / f"{job.name}.json")


def _defaults(source: Path) -> dict[str, Any]:
    """Return the names and values of the cell tagged ``parameters``."""
    notebook = json.loads(source.read_text(encoding="utf-8"))
    cells = [cell for cell in notebook["cells"] if "parameters" in cell["metadata"].get("tags", ())]
    if len(cells) != 1:
        raise UsageError(f"{source.name} must have exactly one cell tagged 'parameters', not {len(cells)}.")
    defaults = {}
    for statement in ast.parse("".join(cells[0]["source"])).body:
        match statement:
            case ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value):
                defaults[name] = ast.literal_eval(value)
            case ast.Assign(targets=[ast.Name(id=name)], value=value):
                defaults[name] = ast.literal_eval(value)
    return defaults


def _converted(key: str, text: str, default: Any) -> Any:
    """Return what was typed as a value of the default's type; a text stays exactly as it is."""
    try:
        match default:
            case bool():
                return {"true": True, "false": False}[text.lower()]
            case int():
                return int(text)
            case float():
                return float(text)
            case list():
                return [part.strip() for part in text.split(",") if part.strip()]
            case _:
                return text
    except (ValueError, KeyError):
        wanted = {bool: "true or false", int: "a whole number", float: "a number"}[type(default)]
        raise UsageError(f"Parameter {key!r} cannot be {text!r}.", f"Write {wanted}.") from None
