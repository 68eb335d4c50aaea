"""The file of the key to people's data, which only its owner may read."""

from __future__ import annotations

import os
from pathlib import Path

from channelkit.people.cipher import make_keys

FILE = "people.key"


def write_key_file(path: Path, *, anew: bool = False) -> bool:
    """Make a key file where there is none, and say whether one was written.

    Arguments:
        anew: put a new key before those that are there.
    """
    former = path.read_text(encoding="utf-8") if path.is_file() else ""
    if former.strip() and not anew:
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f"{path.name}.new")
    # Written beside it and then renamed: a crash must never leave half a key, which nothing could make whole again.
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        file.write(make_keys(former))
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)
    return True
