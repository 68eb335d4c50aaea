"""A whole run on the sandbox writes down nobody's name, address, phone or e-mail: every file is searched for them."""

from __future__ import annotations

import html
import json
import logging
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote, quote_plus

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import sqlalchemy as sa

from channelkit.database.order_schema import people, people_log
from channelkit.demo import write_settings
from channelkit.jobs import run_job
from channelkit.kit import Kit
from channelkit.sandbox.amazon.people import planted
from channelkit.sandbox.commerce import order_saving
from channelkit.sandbox.commerce.refusal import Refusal
from channelkit.sandbox.server import Running
from channelkit.settings.reader import read_settings
from tests.conftest import RunSandbox
from tests.kit_fixtures import let_send

SPEED = 120.0
"""Two minutes of the sandbox in a second: orders are seen two minutes after they were placed."""

BUYERS, ENOUGH = 12, 8
"""How many buy in each store at the most, and of how many orders the people must be there for the search to count."""


@dataclass
class Ran:
    """What a run left behind: a folder, what it said, and the people that nobody must find in it."""

    folder: Path
    said: str
    people: frozenset[str]
    running: Running


def spellings(text: str) -> set[bytes]:
    """Return how a text may be written in a file: as it is, in JSON, in a page, in an address, in a repr."""
    written = {text, json.dumps(text)[1:-1], html.escape(text), quote(text), quote_plus(text), repr(text)[1:-1]}
    return {spelling.encode() for each in written for spelling in (each, each.lower(), each.upper())}


def contents(folder: Path) -> Iterator[tuple[str, bytes]]:
    """Yield every file below a folder, and Parquet files as the texts that are in them."""
    for path in sorted(folder.rglob("*")):
        if not path.is_file():
            continue
        if path.suffix == ".parquet":
            table: pa.Table = pq.read_table(path)
            yield path.name, "\n".join(map(str, table.to_pylist())).encode()
        else:
            yield path.name, path.read_bytes()


def sightings(texts: Iterable[str], places: Iterable[tuple[str, bytes]]) -> list[tuple[str, str]]:
    """Return where which text was seen; short ones would be seen everywhere."""
    wanted = {text: spellings(text) for text in texts if len(text) > 4}
    return [
        (where, text)
        for where, content in places
        for text, written in wanted.items()
        if any(spelling in content for spelling in written)
    ]


def place_orders(running: Running, store: str, count: int) -> None:
    """Let as many people buy one piece each of what is sold by the merchant."""
    line = next(line for line in running.ready["stores"] if line["name"] == store)
    amazon = running.world.amazon
    shelf = amazon.shelf(line["seller_id"], line["marketplace_id"])
    for sku in [sku for sku, each in shelf.listings.items() if each.quantity and not each.by_amazon][:count]:
        amazon.buy(shelf, sku, 1, running.world.clock.now(), pending_for=0.0)


@pytest.fixture
def ran(
    run_sandbox: RunSandbox,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
) -> Ran:
    """Two cycles through the notebook with orders in them, one of which Commerce refuses with the buyer's own words."""
    caplog.set_level(logging.DEBUG)
    running = run_sandbox(speed=SPEED, products=50)
    refused: list[str] = []
    check = order_saving._check_address

    def refuse_the_first(address: Any) -> None:
        check(address)
        refused[:] = refused or [str(address.get("lastname"))]
        if address.get("lastname") == refused[0]:
            whole = ", ".join(
                str(address.get(name)) for name in ("firstname", "lastname", "street", "telephone", "email")
            )
            raise Refusal(400, f"The address of {whole} is not allowed.")

    monkeypatch.setattr(order_saving, "_check_address", refuse_the_first)
    settings = read_settings(write_settings(tmp_path, running.ready), {})
    with Kit(settings) as kit:
        kit.pull(wait=True)
        let_send(kit)
        place_orders(running, "us", BUYERS)
        place_orders(running, "de", BUYERS)
        for _cycle in range(2):
            kit.clock.sleep(180.0)
            run_job(kit.settings, kit.database, "sync", {"apply": "true"})
        kit.report(tmp_path / "report" / "index.html")
        shown = [repr(kit.summary()), kit.orders().to_csv()]
        for store in kit.stores.values():
            found = store.orders.recent()
            shown.append(found.to_html())
            shown += [store.orders.show(number)._repr_html_() for number in found["order_number"][:3]]
        kit.people.purge()
        with kit.database.read() as connection:
            kept = connection.execute(sa.select(people.c.order_id)).scalars().all()
            assert len(kept) >= ENOUGH, "orders with people were read"
            assert set(connection.execute(sa.select(people_log.c.deed)).scalars()) >= {"kept"}
    assert refused, "Commerce refused an order"
    everybody = planted(running.world.amazon.orders)
    return Ran(tmp_path, "\n".join([*shown, *capfd.readouterr(), caplog.text]), everybody, running)


def test_no_output_of_a_run_tells_who_bought(ran: Ran) -> None:
    """Amazon's data protection policy: executed notebooks, reports, logs, the database's file, exceptions, journals."""
    names = [name for name, _content in contents(ran.folder)]
    assert any(name.endswith(".ipynb") for name in names) and "channelkit.db" in names and "index.html" in names
    assert len(ran.people) > 3 * ENOUGH
    assert sightings(ran.people, [("what was said", ran.said.encode()), *contents(ran.folder)]) == []


def test_the_search_would_see_somebody_in_any_of_these_files(tmp_path: Path) -> None:
    name = 'Renée "O\'Mallory" & Söhne'
    (tmp_path / "a.ipynb").write_text(json.dumps({"text": f"for {name}."}))
    (tmp_path / "b.html").write_text(f"<td>{html.escape(name)}</td>", "utf-8")
    (tmp_path / "c.log").write_text(f"GET /orders?name={quote(name)}")
    (tmp_path / "d.txt").write_text(f"{name.upper()} was refused", "utf-8")
    pq.write_table(pa.table({"note": [name]}), tmp_path / "e.parquet", compression="zstd")
    assert [where for where, _text in sightings([name], contents(tmp_path))] == [
        *("a.ipynb", "b.html", "c.log", "d.txt", "e.parquet")
    ]
