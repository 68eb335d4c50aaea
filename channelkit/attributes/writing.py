"""Holding Commerce for writing: one at a time, written down in the book of runs from beginning to end."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager

from channelkit.database import runs
from channelkit.database.lease import Lease, hold
from channelkit.errors import ChannelkitError, LeaseError
from channelkit.parts import Parts

LEASE = "commerce-write"
"""Whoever writes to Commerce holds this, so that two plans never cross."""

Account = dict[str, object]


@contextmanager
def hold_commerce(parts: Parts, job: str, by: str) -> Iterator[tuple[Lease, Account]]:
    """Hold Commerce while the block writes; the lease's holder is the run's id.

    The caller puts into the account what was done; it is kept with the run, and so is ``by``, who approved it.

    Raises:
        LeaseError: another run is writing to Commerce.
    """
    with parts.database.write() as connection:
        run = runs.open_run(connection, job, at=parts.now())
    account: Account = {"by": by}
    state, words = "failed", "The run was interrupted."
    try:
        with hold(parts.database, LEASE, run) as lease:
            yield lease, account
        state, words = "done", ""
    except LeaseError as error:
        state, words = "busy", str(error)
        raise
    except ChannelkitError as error:
        words = str(error)
        raise
    except BaseException as error:
        # The words of an unforeseen error may hold a secret or somebody's data.
        words = f"{type(error).__name__} in the run."
        raise
    finally:
        summary = json.dumps({"stores": [], "commerce": account})
        with parts.database.write() as connection:
            runs.close_run(connection, run, state=state, at=parts.now(), summary=summary, error=words)
