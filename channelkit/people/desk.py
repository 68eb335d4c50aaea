"""People's data, for a person who may see it: find, read, export, erase, and the log of all that was done."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from channelkit.errors import UsageError
from channelkit.model.orders import Person
from channelkit.people import rotation
from channelkit.people.erasing import Erased, erase_person
from channelkit.people.export import export_person, read_log
from channelkit.people.rotation import Turned
from channelkit.people.search import find_entries
from channelkit.people.vault import DAY, Vault

if TYPE_CHECKING:
    import pandas as pd

ASKED = "the person asked for it"


@dataclass(frozen=True)
class PeopleDesk:
    """What may be done with people's data; each deed is written down with a name.

    Arguments:
        whoami: the name of whoever works here, where none is given.
    """

    vault: Vault
    whoami: str

    def find(self, query: str) -> pd.DataFrame:
        """Return the orders of one person, by pseudonym; ``kept`` tells whether anything of them is still here.

        Arguments:
            query: an e-mail address, Amazon's number of an order, or a pseudonym.

        Raises:
            UsageError: nobody is known by it.
        """
        import pandas as pd  # noqa: PLC0415 - heavy

        with self.vault.database.read() as connection:
            entries = find_entries(self.vault, connection, query)
        rows = [(entry.store, entry.order_id, entry.pseudonym, entry.person is not None) for entry in entries]
        return pd.DataFrame(rows, columns=["store", "order_id", "pseudonym", "kept"])

    def read(self, store: str, order_id: str, purpose: str, by: str = "") -> Person | None:
        """Return who placed an order, and write down who looked and what for; None where it is kept no more.

        Raises:
            UsageError: nothing says what for.
        """
        if not purpose.strip():
            raise UsageError("A look at somebody's data needs a purpose.", "Say what for: purpose=…")
        return self.vault.read(store, order_id, by or self.whoami, purpose)

    def export(self, query: str, by: str = "", purpose: str = ASKED) -> dict[str, Any]:
        """Return all that is kept of one person as plain values; see `channelkit.people.export.export_person`."""
        with self.vault.database.write() as connection:
            return export_person(self.vault, connection, query, by or self.whoami, purpose)

    def erase(self, query: str, by: str = "", *, although_open: bool = False) -> Erased:
        """Delete what is kept of one person; see `channelkit.people.erasing.erase_person`."""
        with self.vault.database.write() as connection:
            return erase_person(self.vault, connection, query, by or self.whoami, although_open=although_open)

    def log(self, query: str = "", days: float = 0.0) -> pd.DataFrame:
        """Return what was done with people's data, the newest first.

        Arguments:
            query: only one person's; everybody's by default.
            days: only the last so many; all by default.
        """
        import pandas as pd  # noqa: PLC0415 - heavy

        with self.vault.database.read() as connection:
            keys = [entry.key for entry in find_entries(self.vault, connection, query)] if query else None
            since = self.vault.now() - round(days * DAY) if days else 0
            found = read_log(connection, keys, since)
        frame = pd.DataFrame(found, columns=["at", "store", "order_id", "deed", "by_whom", "purpose"])
        frame["at"] = pd.to_datetime(frame["at"], unit="ms", utc=True)
        return frame

    def purge(self) -> int:
        """Delete what is kept of people whose time is over, as every cycle does, and return of how many orders."""
        with self.vault.database.write() as connection:
            return self.vault.purge(connection)

    def encrypt_anew(self) -> Turned:
        """Encrypt with the newest key whatever an older one encrypted."""
        with self.vault.database.write() as connection:
            return rotation.encrypt_anew(self.vault, connection)

    def drop_unreadable(self, by: str = "") -> list[str]:
        """Delete what no key reads any more, and return of which orders; orders are read again from then on."""
        with self.vault.database.write() as connection:
            return rotation.drop_unreadable(self.vault, connection, by or self.whoami)

    def keys(self) -> dict[str, int]:
        """Return each key's short name, the newest first, and of how many orders it encrypted the person."""
        with self.vault.database.read() as connection:
            counts = rotation.count_by_key(connection)
        return {key_id: counts.get(key_id, 0) for key_id in (*self.vault.keys.by_id, *counts)}
