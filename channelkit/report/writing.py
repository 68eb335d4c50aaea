"""Files that are written whole or not at all."""

from __future__ import annotations

import os
from pathlib import Path


def write_whole(path: Path, body: bytes | str) -> Path:
    """Write a file beside its place, then move it there, and return its path.

    Arguments:
        body: its bytes, or its text, which is written as UTF-8.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f"{path.name}.{os.getpid()}.part")
    part.write_bytes(body.encode() if isinstance(body, str) else body)
    part.replace(path)
    return path
