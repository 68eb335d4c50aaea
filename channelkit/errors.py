"""Every error channelkit raises, drawn as one tree, by what a caller can do about it.

::

    ChannelkitError          what happened, to what, and what to do next
    ├── SettingsError        a setting is missing or wrong; names the key, the file and the fix
    ├── UsageError           asked for something that is not there, or that makes no sense here
    ├── DatabaseError        the database cannot be used: unreachable, or newer than this program
    ├── DocumentError        a report or answer that cannot be read without losing something
    ├── LeaseError           another run holds the store; nothing was done
    ├── PlanError            a plan was stopped by a guard, or the facts moved after it was approved
    └── RemoteError          Amazon or Commerce did not do what was asked
        ├── TemporaryError   throttled, overloaded, unreachable: the next cycle tries again
        ├── RefusedError     would fail again unchanged: bad input, not found
        └── AuthError        credentials or permissions: the account stops and a person is told

No message ever carries a secret, a header, or a buyer's data.
"""

from __future__ import annotations

QUOTA_USED_UP = "QuotaUsedUp"
"""The code of a call that was not made, since its quota is used up."""


class ChannelkitError(Exception):
    """What happened, and what to do next.

    Arguments:
        what: one sentence that says what happened, and to what.
        fix: one sentence that says what to do next; may be empty where ``what`` says it all.

    >>> str(UsageError("There is no store 'uk'.", "The stores are: us, de."))
    "There is no store 'uk'. The stores are: us, de."
    """

    def __init__(self, what: str, fix: str = "") -> None:
        super().__init__(f"{what} {fix}".strip())
        self.what, self.fix = what, fix


class SettingsError(ChannelkitError):
    """A setting is missing or wrong; the message names the key, the file and the fix."""


class UsageError(ChannelkitError):
    """Asked for something that is not there, or that makes no sense here."""


class DatabaseError(ChannelkitError):
    """The database cannot be used as it is."""


class DocumentError(ChannelkitError):
    """A report or an answer that cannot be read without losing something; what was known before stays."""


class LeaseError(ChannelkitError):
    """Another run holds the store, or this run lost its hold; nothing more is sent."""


class PlanError(ChannelkitError):
    """A plan was stopped by a guard, or the facts moved after it was approved."""


class RemoteError(ChannelkitError):
    """Amazon or Commerce did not do what was asked.

    Arguments:
        what: one sentence that says what happened.
        fix: one sentence that says what to do next.
        system: ``"amazon"`` or ``"commerce"``.
        operation: the operation's official name, for instance ``"patchListingsItem"``.
        status: the HTTP status, or None where there was no answer.
        code: the remote system's own error code, or ``""``.
        request_id: what the remote system's support asks for, or ``""``.
    """

    def __init__(
        self,
        what: str,
        fix: str = "",
        *,
        system: str = "",
        operation: str = "",
        status: int | None = None,
        code: str = "",
        request_id: str = "",
    ) -> None:
        super().__init__(what, fix)
        self.system, self.operation = system, operation
        self.status, self.code, self.request_id = status, code, request_id

    @property
    def is_quota(self) -> bool:
        """The quota was used up before the call left."""
        return self.code == QUOTA_USED_UP

    @property
    def is_unread(self) -> bool:
        """The call was turned away unread, or never left, so it is certain that nothing happened."""
        return self.status == 429 or self.is_quota


class TemporaryError(RemoteError):
    """Worth trying again later: throttled, overloaded, unreachable."""


class RefusedError(RemoteError):
    """Will fail again unchanged: bad input, not found."""


class AuthError(RemoteError):
    """Credentials or permissions: trying again cannot help until a person acts."""
