"""A store's life: it rests and works again, falls silent where it was copied to, and is deleted for ever."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import msgspec
import pytest
import sqlalchemy as sa

from channelkit.database import history
from channelkit.database.schema import metadata, runs
from channelkit.errors import LeaseError, PlanError, UsageError
from channelkit.kit import Kit
from channelkit.runner import hold_store
from channelkit.settings.reader import read_settings
from channelkit.settings.sections import Settings
from tests.database_fixtures import Server
from tests.kit_fixtures import Practice, RunKit, StandingClock


@pytest.fixture
def practice(run_kit: RunKit) -> Practice:
    """A kit whose stores may send, both sides read once."""
    practice = run_kit()
    practice.kit.pull()
    return practice


def kit_on(practice: Practice, settings: Settings) -> Kit:
    kit = Kit(settings)
    kit.parts.clock = StandingClock(sandbox=practice.running.world.clock)
    return kit


def rows_of(kit: Kit, store: str) -> dict[str, int]:
    """Return how many rows each table has of a store."""
    with kit.database.read() as connection:
        return {
            table.name: connection.execute(
                sa.select(sa.func.count()).select_from(table).where(table.c.store == store)
            ).scalar_one()
            for table in metadata.sorted_tables
            if "store" in table.c
        }


def history_of(kit: Kit, store: str) -> int:
    # A website may have the store's name; its stock is not the store's.
    sql = "select count(*) as n from history where store = ? and subject in ('listing', 'tab')"
    told = history.query(kit.database, sql, [store])
    return int(told["n"][0].as_py())


def test_an_inactive_store_keeps_everything_and_syncs_nothing(practice: Practice) -> None:
    """ON-09: the other store goes on, and coming back takes the settings as they are now."""
    us = practice.kit.stores["us"]
    before, calls = rows_of(practice.kit, "us"), practice.calls("searchListingsItems")
    assert "inactive" in us.pause() and "channelkit store resume us" in us.pause()
    run = practice.kit.sync()
    verdicts = {outcome.store: outcome.verdict for outcome in run.outcomes}
    assert verdicts == {"us": "idle", "de": "clear"} and run.exit_code == 0
    assert "inactive" in run.rows()[0]["note"] and "channelkit store resume us" in repr(run)
    assert rows_of(practice.kit, "us") == before
    sent = practice.changes("sent", "accepted", "refused", "confirmed")
    assert {change["store"] for change in sent} == {"de"}
    assert practice.calls("searchListingsItems") > calls, "the other store was read"
    with pytest.raises(PlanError, match="inactive"):
        us.plan().apply()
    assert "next cycle" in us.resume()
    with practice.reopened(largest_quantity=1, unmanaged_quantity=1) as kit:
        assert kit.sync(["us"]).outcomes[0].verdict in ("clear", "stopped")
        wanted = kit.listings()["wanted_quantity"].dropna()
    assert max(wanted[practice.kit.listings()["store"] == "us"]) <= 1


def test_all_stores_may_rest_and_nothing_is_read(practice: Practice) -> None:
    """ON-09."""
    for store in practice.kit.stores.values():
        store.pause()
    calls = practice.calls("GetV1Products")
    run = practice.kit.sync()
    assert run.state == "done" and practice.calls("GetV1Products") == calls


def test_a_run_that_is_at_work_is_told_of_when_a_store_is_made_inactive(practice: Practice) -> None:
    with hold_store(practice.kit.parts, "us", "sync"), practice.reopened() as other:
        assert "at work on it this moment" in other.stores["us"].pause()


def test_a_run_that_is_sending_stops_when_its_store_is_made_inactive(practice: Practice) -> None:
    """ON-09: what was not sent is dropped with the reason, and planned anew when the store comes back."""
    us = practice.kit.stores["us"]
    for sku in practice.active_skus("us")[:3]:
        practice.running.world.commerce.change_stock(practice.product_of("us", sku), -1)
    practice.wait(5)

    def pause_at_the_second(words: str) -> None:
        if words.startswith("us: sending 2 of"):
            with practice.reopened() as other:
                other.stores["us"].pause()

    practice.kit.parts.progress = pause_at_the_second
    applied = us.sync().applied
    assert applied is not None and applied.accepted == 1 and applied.dropped >= 2
    assert "the store was made inactive" in practice.changes("dropped")[0]["note"]


def test_a_store_starts_read_only_until_its_go_live_is_confirmed(run_kit: RunKit) -> None:
    """SY-03: it reads, decides and queues, and says why nothing leaves."""
    practice = run_kit(live=False)
    practice.kit.pull()
    run = practice.kit.sync()
    assert [outcome.verdict for outcome in run.outcomes] == ["read-only", "read-only"]
    assert "channelkit golive --store us" in repr(run)
    plan = practice.kit.stores["us"].plan()
    assert len(plan.changes) and "go-live" in repr(plan) and "go-live" in plan._repr_html_()
    with pytest.raises(PlanError, match=r"Nothing was sent\..*until its go-live is confirmed"):
        plan.apply()
    assert practice.changes("planned") and practice.calls("patchListingsItem") == 0


def test_a_copied_database_falls_silent_by_itself_and_the_original_goes_on(practice: Practice) -> None:
    """SY-03: the whole folder is copied, as somebody does who wants to try something."""
    practice.kit.close()
    copy = practice.folder.parent / "copy"
    shutil.copytree(practice.folder, copy)
    with kit_on(practice, msgspec.structs.replace(practice.kit.settings, folder=copy)) as kit:
        run = kit.sync(["us"])
        assert run.outcomes[0].verdict == "read-only"
        assert "looks like a copy" in repr(run) and "the place of the database is another" in repr(run)
        with pytest.raises(PlanError, match="confirm go-live again here"):
            kit.stores["us"].plan().apply()
        assert practice.calls("patchListingsItem") == 0
        golive = kit.stores["us"].golive()
        golive.confirm("Ann", although=golive.serious)
        assert kit.parts.why_silent("us") == ""
        assert kit.parts.why_silent("de"), "each store is confirmed for itself"
    assert practice.kit.sync(["us"]).outcomes[0].verdict == "clear"


def test_another_machine_on_the_same_file_falls_silent(practice: Practice) -> None:
    """SY-03: a disk that was moved, or a share that two machines mount."""
    with practice.reopened() as kit:
        kit.parts.host = "another machine"
        assert "the machine is another" in kit.parts.why_silent("us")
        assert kit.sync(["us"]).outcomes[0].verdict == "read-only"


def test_another_commerce_address_makes_every_store_silent(practice: Practice) -> None:
    """SY-03: a staging shop is a copy of the live one, with its stores and prices."""
    settings = practice.kit.settings
    address = settings.commerce.url.replace("127.0.0.1", "localhost")
    elsewhere = msgspec.structs.replace(settings, commerce=msgspec.structs.replace(settings.commerce, url=address))
    with kit_on(practice, elsewhere) as kit:
        for name in kit.stores:
            assert "Commerce's address is another" in kit.parts.why_silent(name)
        with pytest.raises(PlanError, match="looks like a copy"):
            kit.stores["us"].plan().apply()
    assert practice.kit.parts.why_silent("us") == ""


def test_a_database_of_a_server_is_shared_by_machines_and_silent_where_it_was_restored(
    run_kit: RunKit, postgresql: Server
) -> None:
    """SY-03."""
    postgresql.run("create database live template migrated")
    practice = run_kit(database=postgresql.url("live"))
    with practice.reopened() as kit:
        kit.parts.host = "another machine"
        assert kit.parts.why_silent("us") == ""
    practice.kit.close()
    postgresql.run("create database restored_live template live")
    settings = practice.kit.settings
    where = msgspec.structs.replace(settings.database, url=postgresql.url("restored_live"))
    with kit_on(practice, msgspec.structs.replace(settings, database=where)) as kit:
        assert "the place of the database is another" in kit.parts.why_silent("us")


def test_another_seller_account_is_looked_at_anew_before_anything_is_sent(practice: Practice) -> None:
    settings = practice.kit.settings
    accounts = settings.accounts | {"new": msgspec.structs.replace(settings.accounts["us"], seller_id="A9OTHER")}
    stores = settings.stores | {"us": msgspec.structs.replace(settings.stores["us"], account="new")}
    with kit_on(practice, msgspec.structs.replace(settings, accounts=accounts, stores=stores)) as kit:
        assert "until its go-live is confirmed" in kit.parts.why_silent("us")


@pytest.mark.parametrize(("name", "value"), [("website", "eu"), ("marketplace", "CA")])
def test_a_store_whose_website_or_country_was_changed_is_refused_with_the_reason(
    practice: Practice, name: str, value: str
) -> None:
    """ON-05: nothing is read under the wrong name either."""
    settings, before = practice.kit.settings, rows_of(practice.kit, "us")
    section = msgspec.structs.replace(settings.stores["us"], **{name: value})
    changed = msgspec.structs.replace(settings, stores=settings.stores | {"us": section})
    with kit_on(practice, changed) as kit:
        run = kit.sync()
        assert [outcome.state for outcome in run.outcomes] == ["failed", "done"]
        assert "never change" in " ".join(run.problems()) and value in " ".join(run.problems())
        # All that is new of it is that somebody is told.
        assert rows_of(kit, "us") == before | {"alerts": 1}
    assert practice.kit.sync(["us"]).state == "done", "the old settings work as before"


def test_a_withdrawn_go_live_makes_a_store_read_only_again(practice: Practice) -> None:
    """SY-03: with a name, which the run of it keeps."""
    us = practice.kit.stores["us"]
    with pytest.raises(UsageError, match="needs a name"):
        us.withdraw_golive("  ")
    assert "Bob withdrew" in us.withdraw_golive("Bob")
    assert practice.kit.sync(["us"]).outcomes[0].verdict == "read-only"
    with pytest.raises(UsageError, match="nothing to withdraw"):
        us.withdraw_golive("Bob")
    with practice.kit.database.read() as connection:
        told = connection.execute(sa.select(runs.c.summary).where(runs.c.job == "golive")).scalars().all()
    assert "withdrawn by Bob" in " ".join(told)


def test_a_store_is_deleted_with_all_that_is_its_own_and_nothing_else(practice: Practice) -> None:
    """ON-10."""
    practice.kit.sync()
    history.flush(practice.kit.database, practice.kit.parts.now(), everything=True)
    practice.wait(5)
    practice.kit.sync()  # some of the history waits, some is in files
    products, others = practice.kit.holdings()["products"], rows_of(practice.kit, "de")
    other_history, told = history_of(practice.kit, "de"), repr(practice.kit.summary()["stores"]["de"]["tabs"])
    assert history_of(practice.kit, "us") and rows_of(practice.kit, "us")["changes"]

    deleted = practice.kit.delete_store("us", confirm="us")

    assert deleted.rows["listings"] and deleted.rows["changes"] and deleted.rows["tabs"] and deleted.history
    assert "cannot be brought back" in str(deleted) and "all that is on Amazon" in str(deleted)
    assert set(rows_of(practice.kit, "us").values()) == {0} and history_of(practice.kit, "us") == 0
    assert rows_of(practice.kit, "de") == others and history_of(practice.kit, "de") == other_history
    assert practice.kit.holdings()["products"] == products
    assert repr(practice.kit.summary()["stores"]["de"]["tabs"]) == told
    with practice.kit.database.read() as connection:
        assert not [
            text
            for text in connection.execute(sa.select(runs.c.summary)).scalars()
            if '"listings"' in text and '"us"' in text
        ]
    assert list(practice.kit.stores) == ["de"] and "us" not in practice.kit.settings.stores
    written = read_settings(practice.folder / "channelkit.toml", {})
    assert list(written.stores) == ["de"] and "us" in written.accounts, "another store may use the account"
    assert practice.kit.sync().state == "done"
    assert practice.shelf("us").listings, "nothing on Amazon was touched"


@pytest.mark.parametrize("confirm", ["", "de", "US"])
def test_deleting_needs_the_name_once_more(practice: Practice, confirm: str) -> None:
    """ON-10."""
    with pytest.raises(UsageError, match=r"for ever.*--confirm us.*store pause us"):
        practice.kit.delete_store("us", confirm)
    assert rows_of(practice.kit, "us")["listings"]


def test_nothing_is_deleted_while_a_run_works_on_the_store(practice: Practice) -> None:
    """ON-10."""
    with (
        hold_store(practice.kit.parts, "us", "sync"),
        practice.reopened() as other,
        pytest.raises(LeaseError, match="Another run"),
    ):
        other.delete_store("us", confirm="us")
    assert rows_of(practice.kit, "us")["listings"] and "us" in practice.kit.stores
    assert "[stores.us]" in (practice.folder / "channelkit.toml").read_text(encoding="utf-8")


def test_a_store_that_is_added_anew_after_its_deletion_starts_from_nothing(practice: Practice) -> None:
    """ON-10: a go-live, above all, does not come back with the name."""
    settings: Settings = practice.kit.settings
    practice.kit.delete_store("us", confirm="us")
    with kit_on(practice, settings) as kit:
        assert "until its go-live is confirmed" in kit.parts.why_silent("us")
        assert kit.pull(["us"]).state == "done"
        listed: Any = kit.stores["us"].listings()
        assert len(listed)


def test_the_comments_of_the_settings_stay_when_a_store_is_deleted(practice: Practice, tmp_path: Path) -> None:
    path = practice.folder / "channelkit.toml"
    path.write_text(path.read_text(encoding="utf-8") + "\n# The end.\n", encoding="utf-8")
    practice.kit.delete_store("us", confirm="us")
    assert path.read_text(encoding="utf-8").startswith("# A practice kit") and tmp_path.exists()
