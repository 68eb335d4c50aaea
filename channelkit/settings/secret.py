"""A secret by its reference: looked up when it is needed, never shown, never kept in a file that is shared."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from channelkit.errors import SettingsError

KINDS = ("env", "keyring", "file")


class Secret:
    """A reference to a secret.

    Arguments:
        reference: ``env:NAME``, ``keyring:SERVICE/NAME`` or ``file:PATH``; empty where none is needed.
        folder: where relative paths start.

    >>> Secret("env:AMAZON_CLIENT_SECRET")
    Secret('env:AMAZON_CLIENT_SECRET')
    """

    # Not a dataclass: the settings reader must not build one from a table that holds the value itself.
    __slots__ = ("folder", "reference")

    def __init__(self, reference: str, folder: Path = Path()) -> None:
        self.reference, self.folder = reference, folder

    @staticmethod
    def is_reference(text: str) -> bool:
        kind, colon, name = text.partition(":")
        return bool(colon and name) and kind in KINDS

    def reveal(self) -> str:
        """Look the secret up.

        Raises:
            SettingsError: it is not where the reference says, or others may read its file.
        """
        kind, _, name = self.reference.partition(":")
        look_up = {"env": _from_environment, "keyring": _from_keyring, "file": self._from_file}.get(kind)
        if look_up is None:
            raise SettingsError("A secret is needed that the settings do not name.", "Run: channelkit doctor.")
        return look_up(name)

    def __repr__(self) -> str:
        return f"Secret({self.reference!r})"

    def _from_file(self, name: str) -> str:
        path = self.folder / Path(name).expanduser()
        if not path.is_file():
            raise SettingsError(f"The secret's file {path} is not there.", "Write it, or mend the reference.")
        if os.name == "posix" and path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
            raise SettingsError(f"Others may read the secret's file {path}.", f"Type: chmod 600 {path}")
        return path.read_text(encoding="utf-8").strip()


def _from_environment(name: str) -> str:
    value = os.environ.get(name, "")
    if not value:
        raise SettingsError(f"The environment variable {name} is not set.", "Set it where channelkit is started.")
    return value


def _from_keyring(name: str) -> str:
    # A fifth of a second to import, and many machines have no keyring.
    import keyring  # noqa: PLC0415
    from keyring.errors import KeyringError  # noqa: PLC0415

    service, _, user = name.rpartition("/")
    try:
        value = keyring.get_password(service, user)
    except KeyringError as error:
        raise SettingsError(
            f"The keyring did not open: {error}.",
            "Scheduled jobs usually see no keyring: use env:NAME or file:PATH there.",
        ) from None
    if not value:
        raise SettingsError(f"The keyring has nothing for {name}.", f"Type: keyring set {service} {user}")
    return value
