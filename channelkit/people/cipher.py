"""Encrypting what identifies a person, with keys that are never in the database.

A key text holds, separated by blanks or lines, one or more keys, the newest first, and the secret that pseudonyms are
made with: ``names:...``. Older keys only read; so a key can be changed without losing what it once encrypted.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
from collections.abc import Mapping
from dataclasses import dataclass, field

from cryptography.fernet import Fernet, InvalidToken

from channelkit.errors import SettingsError

_NAMES = "names:"
_FIX = (
    "Put the key back where [people] key in the settings says it is; without it nobody can read the names and "
    "addresses it encrypted. Where none was ever made, make one with: channelkit people key"
)


@dataclass(frozen=True)
class Keys:
    """The keys to people's data; their repr tells none of it.

    Arguments:
        by_id: what encrypts and decrypts, by its short name; the first one encrypts.
        names: the secret behind pseudonyms.
    """

    by_id: Mapping[str, Fernet] = field(repr=False)
    names: bytes = field(repr=False)

    @property
    def newest(self) -> str:
        return next(iter(self.by_id))

    def encrypt(self, body: bytes) -> tuple[str, bytes]:
        """Return the name of the key that was used, and the encrypted body."""
        return self.newest, self.by_id[self.newest].encrypt(body)

    def decrypt(self, key_id: str, body: bytes) -> bytes:
        """Return what was encrypted.

        Raises:
            SettingsError: the key that it was encrypted with is not among these.
        """
        fernet = self.by_id.get(key_id)
        if fernet is None:
            raise SettingsError(f"The key {key_id}, which a person's data was encrypted with, is not there.", _FIX)
        try:
            return fernet.decrypt(body)
        except InvalidToken:
            raise SettingsError("A person's data cannot be decrypted: it was changed, or the key was.", _FIX) from None

    def name(self, *parts: str) -> str:
        """Return the pseudonym of somebody: the same parts always give the same, and nobody finds the parts by it.

        Arguments:
            parts: what `channelkit.people.pseudonyms.identify` says of them.

        >>> keys = read_keys(make_keys())
        >>> keys.name("ada@example.com") == keys.name("ada@example.com"), keys.name("ada@example.com")[:6]
        (True, 'buyer-')
        """
        text = "\x1f".join(parts)
        return f"buyer-{hmac.new(self.names, text.encode(), hashlib.sha256).hexdigest()[:8]}"


def make_keys(former: str = "") -> str:
    """Return a new key text.

    Arguments:
        former: the key text so far; its keys go on to read, and pseudonyms stay what they are.
    """
    words = former.split()
    keys = [Fernet.generate_key().decode(), *(word for word in words if not word.startswith(_NAMES))]
    secret = next((word for word in words if word.startswith(_NAMES)), "")
    return "\n".join([*keys, secret or _NAMES + base64.urlsafe_b64encode(os.urandom(32)).decode()]) + "\n"


def read_keys(text: str) -> Keys:
    """Return the keys of a key text.

    Raises:
        SettingsError: there is none in it, or one is malformed.
    """
    words = text.split()
    names = next((word.removeprefix(_NAMES) for word in words if word.startswith(_NAMES)), "")
    keys = [word for word in words if not word.startswith(_NAMES)]
    if not keys or not names:
        raise SettingsError("The key to people's data is empty or not whole.", _FIX)
    try:
        return Keys({_short(key): Fernet(key) for key in keys}, base64.urlsafe_b64decode(names))
    except ValueError:
        raise SettingsError("The key to people's data is not a key.", _FIX) from None


def _short(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()[:8]
