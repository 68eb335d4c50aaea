"""What a report's causes rest on: a door that was opened again is no cause any more."""

from __future__ import annotations

from channelkit.database import failures, progress
from channelkit.database.connection import Database
from channelkit.errors import AuthError
from channelkit.report.cause_facts import read_cause_facts

REVOKED = AuthError("Refused.", "Renew it.", system="amazon", operation="token", status=400, code="invalid_grant")
COMMERCE = AuthError("Refused.", "Renew it.", system="commerce", operation="GetV1Products", status=401, code="")


def refused(database: Database) -> list[tuple[str, str]]:
    with database.read() as connection:
        found = read_cause_facts(connection, ["de", "us"], 0, "").refused
    return sorted(zip(found["store"].to_pylist(), found["system"].to_pylist(), strict=True))


def test_what_was_let_in_since_is_refused_no_more(database: Database) -> None:
    with database.write() as connection:
        failures.record_failure(connection, REVOKED, store="de", run="r", at=1_000)
        failures.record_failure(connection, COMMERCE, store="", run="r", at=1_000)
    assert refused(database) == [("", "commerce"), ("de", "amazon")]
    with database.write() as connection:
        progress.move_watermark(connection, "listings/us", "x", at=2_000)
        progress.move_watermark(connection, "products", "x", at=2_000)
    assert refused(database) == [("de", "amazon")]
    with database.write() as connection:
        progress.move_watermark(connection, "listings/de", "x", at=2_000)
    assert refused(database) == []
