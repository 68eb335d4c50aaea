"""One person's data as they can be handed it: who they are, what they bought, and who looked."""

from __future__ import annotations

import json

import pytest

from channelkit.database.connection import Database
from channelkit.errors import UsageError
from channelkit.people.desk import PeopleDesk
from tests.people_book import ADA, BEN, NOON, copy, keep, open_vault


def test_an_export_holds_all_of_one_person_and_nothing_of_another(database: Database) -> None:
    vault = open_vault(database)
    pseudonym = keep(vault, "111-1")
    keep(vault, "111-2", BEN)
    copy(vault, "111-1", "000000012")
    desk = PeopleDesk(vault, "anna")
    vault.read("us", "111-1", "ben", "a question about the parcel")
    found = desk.export("111-1", purpose="she wrote to us")
    assert found["exported_by"] == "anna" and found["pseudonyms"] == [pseudonym]
    (order,) = found["orders"]
    assert (order["order_id"], order["total"], order["commerce"]) == ("111-1", "19.99", ["000000012"])
    assert order["person"]["address"]["lines"] == ("7 Feather Lane",) and order["items"][0]["title"] == "A mug"
    assert [row["deed"] for row in order["log"]] == ["exported", "read", "kept"]
    assert order["log"][0]["purpose"] == "she wrote to us"
    assert "Thorn" not in json.dumps(found) and any("000000012" in words for words in found["elsewhere"])


def test_the_log_tells_one_persons_or_everybodys_newest_first(database: Database) -> None:
    vault = open_vault(database)
    keep(vault, "111-1")
    keep(vault, "111-2", BEN)
    desk = PeopleDesk(vault, "anna")
    desk.read("us", "111-2", "a parcel came back")
    assert desk.log()["deed"].tolist() == ["read", "kept", "kept"]
    assert desk.log("111-1")["order_id"].tolist() == ["111-1"]
    assert desk.log("111-2").iloc[0][["by_whom", "purpose"]].tolist() == ["anna", "a parcel came back"]
    later = PeopleDesk(open_vault(database, now=NOON + 2 * 86_400_000), "anna")
    assert len(later.log(days=1)) == 0 and len(later.log(days=3)) == 3


def test_a_look_without_a_purpose_is_refused(database: Database) -> None:
    vault = open_vault(database)
    keep(vault, "111-1")
    with pytest.raises(UsageError, match="purpose"):
        PeopleDesk(vault, "anna").read("us", "111-1", " ")
    assert ADA.name not in repr(PeopleDesk(vault, "anna").find("111-1"))
