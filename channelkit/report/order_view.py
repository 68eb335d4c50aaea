"""What a page says of orders: where they stand, what to do, how long everything took; nobody's data among it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from channelkit.report import charts, order_grids
from channelkit.report.group import table_section
from channelkit.report.order_delays import distribute_order_delays, kind_words
from channelkit.report.section import Section
from channelkit.report.snapshot import Snapshot
from channelkit.report.unread_orders import NOT_READ
from channelkit.report.wording import count, duration


def order_sections(facts: Snapshot, now_ms: int) -> tuple[tuple[Section, ...], ...]:
    """Return what there is to tell of orders, those side by side together; nothing where none was ever read."""
    known = facts.summary["all"]["orders"]
    stages = {name: _present(store["orders"]["stages"]) for name, store in facts.summary["stores"].items()}
    if not any(stages.values()):
        return ()
    spread = distribute_order_delays(facts.order_delays)
    counted = [
        {"store": store, "stage": stage, "orders": n} for store, its in stages.items() for stage, n in its.items()
    ]
    unread = facts.blocked["blocker"].to_pylist().count(NOT_READ)
    blocked = order_grids.blocked_grid(facts.blocked, known["blocked"] + unread, now_ms)
    due = order_grids.due_grid(facts.due, known["to_ship"], now_ms)
    delays = order_grids.order_delay_grid(known["delays"], spread)
    drawn = tuple(_order_delays(known["delays"], spread))
    return (
        (table_section("order-stages", order_grids.stage_grid(stages), pa.Table.from_pylist(counted)),),
        (table_section("blocked", blocked, facts.blocked),),
        (table_section("due", due, facts.due),),
        *((drawn,) if drawn else ()),
        (table_section("order-delays", delays, spread),),
    )


def _present(stages: Mapping[str, int]) -> dict[str, int]:
    return {stage: number for stage, number in stages.items() if number}


def _order_delays(delays: Mapping[str, Mapping[str, Any]], spread: pa.Table) -> list[Section]:
    found = []
    for number, (kind, known) in enumerate(delays.items()):
        if not known["count"]:
            continue
        mine = spread.filter(pc.equal(spread["kind"], kind))
        promise = f"{known['within']:,} of {known['count']:,} within {duration(known['budget'])}, as promised. "
        half = f"Half in {duration(known['median'])}."
        finding = f"{promise if known['budget'] is not None else ''}{half}"
        classes = ", ".join(f"{row['bin']} {row['rows']:,}" for row in mine.to_pylist() if row["rows"])
        words = f"Bar chart of delays, {kind_words(kind)}. {finding} {classes}."
        key = f"order-delay-{number}"
        found.append(Section(key, kind_words(kind), finding, mine, _order_drawer(mine), words))
    return found


def _order_drawer(rows: pa.Table) -> Callable[[], charts.Figure]:
    return lambda: charts.draw_delays(rows, charts.GREEN)


def stuck_orders(stores: Mapping[str, Mapping[str, Any]]) -> list[dict[str, str]]:
    """Return which stores' orders are late or blocked."""
    found = []
    for name, store in stores.items():
        late, blocked = store["orders"]["late"], store["orders"]["blocked"]
        if late:
            words = "order is late to ship" if late == 1 else "orders are late to ship"
            command = f"channelkit orders due --store {name}"
            found.append(_task(late, f"{name} · {words}", "Ship what is due first.", command, "bad"))
        if blocked:
            words = "order is blocked" if blocked == 1 else "orders are blocked"
            step = "Do what stands beside each below; it then goes by itself."
            found.append(_task(blocked, f"{name} · {words}", step, f"channelkit orders blocked --store {name}", "warn"))
    return found


def _task(number: int, what: str, step: str, command: str, tone: str) -> dict[str, str]:
    return {"count": count(number), "what": what, "next": step, "command": command, "tone": tone}
