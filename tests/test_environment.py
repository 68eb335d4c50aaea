"""The environment is the same however it is made: pip, uv or conda."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).parent.parent
CONDA_NAMES = {"duckdb": "python-duckdb", "sparse-dot-topn": "sparse_dot_topn", "tzdata": "python-tzdata"}
"""Where conda-forge calls a package otherwise than PyPI does."""


def pyproject() -> dict[str, list[str]]:
    content = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    project = content["project"]
    return {"": project["dependencies"], **project["optional-dependencies"]}


def name_and_bound(requirement: str) -> tuple[str, str]:
    found = re.match(r"([A-Za-z0-9_.-]+)(?:\[[^\]]*\])?\s*([^;]*)", requirement)
    assert found is not None
    return found[1].lower(), found[2].strip()


def test_conda_users_get_the_same_packages_with_the_same_bounds() -> None:
    text = (ROOT / "environment.yml").read_text(encoding="utf-8")
    listed = dict(name_and_bound(line) for line in re.findall(r"^  - ([\w.-]+[^\s:]*)$", text, re.MULTILINE))
    wanted = dict(name_and_bound(requirement) for requirement in pyproject()[""])
    renamed = {CONDA_NAMES.get(name, name): bound for name, bound in wanted.items()}
    channels = ("conda-forge", "nodefaults")
    found = {name: bound for name, bound in listed.items() if name not in ("python", "pip", *channels)}
    assert found == renamed
    assert listed["python"] == ">=3.11" and "- -e ." in text
    assert [name for name in listed if name in channels] == list(channels)


def test_the_lock_holds_every_package_with_hashes_and_no_address() -> None:
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    assert "://" not in lock and "index" not in lock.lower()
    pinned = re.findall(r"^([a-z0-9_.-]+)(?:\[[^\]]*\])?==[^\n]*\\\n    --hash=sha256:", lock, re.MULTILINE)
    wanted = {name_and_bound(requirement)[0] for group in pyproject().values() for requirement in group}
    assert wanted - {"channelkit"} <= {name.replace("_", "-") for name in pinned}
    assert len(pinned) == len(re.findall(r"^[a-z0-9_.-]+(?:\[[^\]]*\])?==", lock, re.MULTILINE))


def test_every_dependency_has_its_reason() -> None:
    reasons = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    for group in pyproject().values():
        for requirement in group:
            name, _ = name_and_bound(requirement)
            assert re.search(rf"\b{re.escape(name)}\b", reasons), f"CONTRIBUTING.md does not say why {name} is here"
