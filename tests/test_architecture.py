"""The map of rooms, kept true: imports point one way, pure rooms stay pure, there is one door to the network."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent / "channelkit"

_FACTS = {"errors", "clock", "model"}
_ADAPTERS = {"tokens", "transport", *_FACTS}
_STORY = {
    *("amazon", "commerce", "database", "matching", "listings", "orders", "people", "plan", "pull", "apply", "outcome"),
    *_FACTS,
}
_WHOLE = {
    "settings",
    "transport",
    "cycle",
    "parts",
    "runner",
    "attributes",
    "report",
    "review",
    "trends",
    "store",
    "onboarding",
    "asins",
    "canaries",
    "matches",
    "actions",
    "desk",
    "margins",
    "rules",
    "proposal",
    "reasons",
    "order_book",
    "order_deeds",
    "prices",
    "data_check",
    "quality",
    *_STORY,
}

MAY_IMPORT: dict[str, set[str]] = {
    "errors": set(),
    "clock": set(),
    "tokens": {"errors", "clock"},
    "model": {"errors"},
    "settings": _FACTS,
    "matching": {"errors", "model"},
    "listings": {"errors", "model"},
    "orders": {"errors", "model"},
    "quality": {"errors", "model"},
    "people": {"database", *_FACTS},
    "pricing": {"errors", "model", "listings"},
    "plan": {"errors", "model", "matching", "listings", "pricing"},
    "wire": {"errors"},
    "transport": {"wire", *_FACTS},
    "amazon": {"wire", *_ADAPTERS},
    "commerce": _ADAPTERS,
    "database": _FACTS,
    "trends": {"database", "orders", *_FACTS},
    "report": {"database", "model", "orders", "quality", "trends", "errors"},
    "review": {"errors"},
    "pull": {"amazon", "commerce", "database", "matching", "orders", "people", *_FACTS},
    "apply": {"amazon", "commerce", "database", "orders", "people", "plan", *_FACTS},
    "outcome": {"apply", "database", "orders", "plan", "pull", "errors"},
    "lookalikes": {"database", "listings", "matching", *_FACTS},
    "traits": {"database", "listings", "model"},
    "offered": {"amazon", "apply", "database", "listings", "model"},
    "facts": {"database", "listings", "offered", "plan", "price_facts", "pricing", "traits", "model"},
    "rival_rows": {"database", "pricing", "model"},
    "price_terms": {"pricing", "settings", "trends", "model"},
    "price_masks": {"database", "listings", "model", "pricing"},
    "price_facts": {"database", "price_masks", "price_terms", "pricing", "pull", "rival_rows", "trends", "model"},
    "margins": {"database", "plan", "price_facts", "price_terms", "pricing", "settings", "model"},
    "price_asking": {"database", "price_facts", "price_terms", "pricing", "settings", "trends"},
    "order_facts": {"database", "orders", "model"},
    "stock_past": {"database", "plan", "pull"},
    "price_past": {"database", "model", "plan", "pricing"},
    "canary_judging": {"database", "model", "plan"},
    "canary_sending": {"cycle", "parts", "price_past", "runner", *_STORY},
    "canaries": {"canary_sending", "facts", "parts", "report", "runner", *_STORY},
    "order_cycle": {"order_facts", "outcome", *_STORY},
    "order_parts": {"order_cycle", "order_facts", "parts", *_STORY},
    "order_deeds": {"order_cycle", "order_facts", "order_parts", "parts", "runner", "report", *_STORY},
    "order_book": {"order_deeds", "prices", "order_parts", "parts", "people", "report", "review", *_STORY},
    "order_reading": {"order_parts", "parts", *_STORY},
    "data_check": {"database", "quality", *_FACTS},
    "verdict": {"facts", "matching", "listings", "plan", "pricing", "outcome", "model"},
    "store_reader": {"facts", "price_facts", *_STORY},
    "store_sender": {"facts", "offered", *_STORY},
    "cycle": {
        *("lookalikes", "facts", "stock_past", "price_past", "pricing", "canary_judging", "verdict"),
        *("store_reader", "store_sender"),
        *_STORY,
    },
    "logbook": {"errors"},
    "stock_outs": {"cycle", *_STORY},
    "parts": {
        *("settings", "transport", "cycle", "facts", "logbook", "lookalikes", "price_asking", "price_terms"),
        *_STORY,
    },
    "reasons": {"cycle", "facts", "report", "verdict", *_STORY},
    "upkeep": {"data_check", "parts", "trends", *_STORY},
    "runner": {
        *("settings", "transport", "cycle", "logbook", "order_parts", "order_reading", "parts", "jobs"),
        *("stock_outs", "upkeep"),
        *_STORY,
    },
    "asins": {"cycle", "parts", "runner", *_STORY},
    "questions": {"lookalikes", "report", *_STORY},
    "matches": {"questions", "attributes", "lookalikes", "parts", "runner", "report", *_STORY},
    "rules": {"cycle", "parts", "runner", "report", "review", *_STORY},
    "prices": {
        *("cycle", "facts", "listings", "parts", "plan", "price_facts", "price_past", "price_terms", "pricing"),
        *("report", "review", "rules", "runner", "trends"),
        *_STORY,
    },
    "actions": {"asins", "cycle", "parts", "runner", "report", *_STORY},
    "desk": {"actions", "margins", "matches", "parts", "reasons", "report", "review", *_STORY},
    "proposal": {"canary_sending", "parts", "runner", "report", *_STORY},
    "attributes": {"parts", "runner", "report", *_STORY},
    "onboarding": {
        *("settings", "cycle", "logbook", "parts", "price_terms", "pricing", "runner", "report", "trends"),
        *_STORY,
    },
    "store": _WHOLE - {"store", "settings"},
    "mail": {"errors"},
    "watch": {"mail", "price_past", "schedule", *(_WHOLE - {"store"})},
    "stores": _WHOLE,
    "overview": {"stores", "upkeep", *_WHOLE},
    "kit": {"overview", "watch", *_WHOLE},
    "schedule": {"database", *_FACTS},
    "jobs": {"clock", "database", "errors", "schedule", "settings"},
    "demo": {"kit", "jobs", "sandbox", *_WHOLE},
    "sandbox": {"model"},
    "terminal": {"__init__", "kit", "report"},
    "cli": {"__init__", "terminal", "kit", "jobs", "demo", "sandbox", "schedule", "watch", *_WHOLE},
    "__main__": {"cli"},
    "__init__": {"attributes", "kit"},
}
"""Each file or folder of the package, and what it may import of the others."""

PURE = {"model", "matching", "listings", "orders", "plan", "pricing", "quality"}
EFFECTS = {"requests", "sqlite3", "sqlalchemy", "os", "time", "random", "logging", "socket", "subprocess", "duckdb"}
CONNECTIONS = {"requests", "httpx", "aiohttp", "urllib3", "urllib.request", "http.client", "socket"}
MAIL = {"smtplib", "poplib", "imaplib"}
SERVERS = {"uvicorn", "starlette"}
HEAVY = {
    *("pandas", "plotly", "pyarrow", "numpy", "sqlalchemy", "papermill", "duckdb", "requests", "IPython"),
    *("anywidget", "ipywidgets"),
}


def room_of(path: Path) -> str:
    return path.relative_to(ROOT).parts[0].removesuffix(".py")


FILES = [pytest.param(path, id=path.relative_to(ROOT).as_posix()) for path in sorted(ROOT.rglob("*.py"))]
PURE_FILES = [each for each in FILES if room_of(Path(str(each.values[0]))) in PURE]


def imports_of(path: Path) -> Iterator[str]:
    """Yield the full name of whatever a file imports, wherever in the file it does."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path.name}: imports are written in full"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)


def rooms_imported_by(path: Path) -> set[str]:
    rooms = set()
    for name in imports_of(path):
        package, _, rest = name.partition(".")
        if package == "channelkit":
            first = rest.partition(".")[0]
            rooms.add(first if first in MAY_IMPORT else "__init__")
    return rooms


def calls_in(path: Path) -> set[str]:
    """Return what a file calls by name, as it is written there: ``open``, ``requests.Session``."""
    nodes = ast.walk(ast.parse(path.read_text(encoding="utf-8")))
    return {ast.unparse(node.func) for node in nodes if isinstance(node, ast.Call)}


def is_among(name: str, modules: set[str]) -> bool:
    return any(name == module or name.startswith(f"{module}.") for module in modules)


def test_the_map_names_every_room_and_no_other() -> None:
    rooms = {path.stem for path in ROOT.glob("*.py")} | {path.parent.name for path in ROOT.glob("*/__init__.py")}
    assert rooms == set(MAY_IMPORT)


def test_the_map_has_no_cycles() -> None:
    done: set[str] = set()
    while len(done) < len(MAY_IMPORT):
        ready = {room for room, needs in MAY_IMPORT.items() if needs <= done} - done
        assert ready, f"there is a cycle among {sorted(set(MAY_IMPORT) - done)}"
        done |= ready


@pytest.mark.parametrize("path", FILES)
def test_a_file_imports_only_what_its_room_may(path: Path) -> None:
    room = room_of(path)
    assert rooms_imported_by(path) - {room} <= MAY_IMPORT[room]


@pytest.mark.parametrize("path", PURE_FILES)
def test_pure_rooms_have_no_side_effects(path: Path) -> None:
    assert not [name for name in imports_of(path) if is_among(name, EFFECTS)]
    assert not calls_in(path) & {"open", "print", "input"}


def test_the_sandbox_knows_nothing_of_the_package_but_the_marketplaces() -> None:
    names = {name for path in (ROOT / "sandbox").rglob("*.py") for name in imports_of(path)}
    others = {name for name in names if is_among(name, {"channelkit"}) and not is_among(name, {"channelkit.sandbox"})}
    assert all(is_among(name, {"channelkit.model.marketplaces"}) for name in others)


def test_only_the_transport_opens_connections() -> None:
    doors = set()
    for path in ROOT.rglob("*.py"):
        # Others may name requests' types, in order to sign what the transport sends; they never call it.
        named = {name for name in imports_of(path) if is_among(name, CONNECTIONS) and name != "requests"}
        if named or any(is_among(name, CONNECTIONS) for name in calls_in(path)):
            doors.add(room_of(path))
    # The sandbox is the other side of the wire: it listens.
    assert doors - {"sandbox"} == {"transport"}


def test_only_one_file_sends_mail() -> None:
    doors = {room_of(path) for path in ROOT.rglob("*.py") if any(is_among(name, MAIL) for name in imports_of(path))}
    assert doors == {"mail"}


def test_only_the_sandbox_serves() -> None:
    servers = {
        room_of(path) for path in ROOT.rglob("*.py") if any(is_among(name, SERVERS) for name in imports_of(path))
    }
    assert servers == {"sandbox"}


@pytest.mark.parametrize("module", ["channelkit", "channelkit.cli"])
def test_importing_it_loads_nothing_heavy(module: str) -> None:
    program = f"import sys, {module}; print(*sorted({{name.partition('.')[0] for name in sys.modules}}))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=ROOT.parent)
    assert not HEAVY & set(done.stdout.split())


def test_no_room_is_named_after_nothing_in_particular() -> None:
    vague = {"utils", "util", "helpers", "helper", "manager", "common", "misc", "base", "core"}
    assert not vague & {path.stem for path in ROOT.rglob("*.py")}
