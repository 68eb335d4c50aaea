"""Fixtures for every test: the sandbox, watched by the official definitions, and where these lie.

Databases are in ``tests.database_fixtures``, a Commerce alone in ``tests.shop_fixtures``.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

pytest_plugins = ["tests.database_fixtures", "tests.shop_fixtures"]


@pytest.fixture(scope="session")
def openapi_folder() -> Path | None:
    """Return the folder of the official definitions that the environment variable OPENAPI names, None without it."""
    named = os.environ.get("OPENAPI")
    if not named:
        return None
    folder = Path(named).resolve()
    return folder if folder.is_dir() else None


@pytest.fixture(scope="session")
def openapi(openapi_folder: Path | None) -> Path:
    """Return the folder of the official definitions; without it the test is skipped."""
    if openapi_folder is None:
        pytest.skip("The environment variable OPENAPI names no folder with the official definitions.")
    return openapi_folder
