"""One world with a past for all notebooks: the sandbox goes on where sixty days of history end.

Every notebook is executed on it by the house's own launcher, made a page, and looked at once on every screen.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser

from channelkit.demo import write_settings
from channelkit.jobs import run_job
from channelkit.kit import Kit
from channelkit.report.notebook_page import write_notebook_page
from channelkit.sandbox import stores
from channelkit.sandbox.amazon.items import Item
from channelkit.sandbox.amazon.listings import Shelf
from channelkit.sandbox.amazon.orders import OrderLine
from channelkit.sandbox.clock import SandboxClock
from channelkit.sandbox.seed import make_world
from channelkit.sandbox.server import start
from channelkit.sandbox.world import World
from channelkit.settings.reader import read_settings
from tests import sixty_days
from tests.conformance import conform
from tests.kit_fixtures import let_send
from tests.order_practice import BUYER, HOMES
from tests.report_site import seen
from tests.test_report_page import CONTRAST

ARTIFACTS = Path(__file__).parent.parent / "artifacts" / "notebooks"
"""Where pictures are left for whoever wants to look."""

SCREENS = (("light", 1400), ("light", 600), ("dark", 390), ("dark", 1400))
PICTURES = (("light", 1400), ("dark", 390))
SPEED = 10.0
COUNT = 20
"""Listings of each store that have a past; forty products beside them have none."""

SOURCES = {"us": stores.US_SOURCE, "eu": stores.EU_SOURCE}

BLANK = """() => [...document.querySelectorAll('.js-plotly-plot')].filter(chart => ![...chart.querySelectorAll(
  '.point path, .scatterlayer path, .heatmaplayer image, .slice path, .boxlayer path')].some(
  mark => { const box = mark.getBoundingClientRect(); return box.width > 1 || box.height > 1; }))
  .map(chart => chart.textContent)"""
"""Charts on which nothing is drawn."""

CUT = """() => [...document.querySelectorAll('.js-plotly-plot text')].filter(text => {
  const box = text.getBoundingClientRect(), chart = text.closest('.js-plotly-plot').getBoundingClientRect();
  return box.width && (box.left < chart.left - 1 || box.right > chart.right + 1); }).map(text => text.textContent)"""
"""Words of charts that are cut off at a side."""

LETTERS = """() => [...document.querySelectorAll('.js-plotly-plot :is(text, tspan)')].map(
  text => text.textContent.trim().slice(0, 40))"""


@dataclass
class Look:
    """What is to be said of a notebook's page: how its run ended, and what is wrong on which screen."""

    code: int
    page: Path
    secrets: list[str] = field(repr=False)
    charts: int = 0
    drawn: int = 0
    faults: dict[str, list[Any]] = field(default_factory=dict)


@dataclass
class NotebookWorld:
    """A kit on a sandbox, and the folder that both live in."""

    kit: Kit
    folder: Path
    world: World

    def execute(self, name: str, **given: str) -> Look:
        """Run a notebook as the schedule would, and make a page of what came out.

        Arguments:
            given: its parameters, as a person types them.
        """
        settings = self.kit.settings
        code = run_job(settings, self.kit.database, name, given)
        (notebook,) = settings.runs_folder.rglob(f"{name}-*.ipynb")
        page = write_notebook_page(notebook, self.folder / "pages" / f"{name}.html")
        return Look(code, page, self.secrets())

    def secrets(self) -> list[str]:
        """Return what is on nobody's page: buyers, tokens, and where this machine keeps things."""
        accounts = self.kit.settings.accounts.values()
        tokens = [secret.reveal() for each in accounts for secret in (each.refresh_token, each.client_secret)]
        home = HOMES["us"]
        people = [BUYER.name, BUYER.email, home.line1, home.phone]
        return [*sixty_days.SECRETS, *tokens, *people, str(self.folder)]


def stock(world: World, store: str, shelf: Shelf) -> None:
    """Put on both sides what sold for sixty days, and let somebody buy of it."""
    begun = (sixty_days.NOW - sixty_days.DAYS * sixty_days.DAY) / 1000
    _, _, website = sixty_days.SITES[store]
    for number in range(COUNT):
        sku, cents = sixty_days.seller_sku(store, number), 1500 + 25 * number
        title, brand = sixty_days.title(number), sixty_days.BRANDS[number % len(sixty_days.BRANDS)]
        item = world.amazon.items.add(Item(f"B0{store.upper()}{number:06d}", title, brand))
        world.amazon.add_listing(shelf, sku, item, price=cents, quantity=9, created=begun)
        world.commerce.add_product(
            f"p-{sku}",
            name=title,
            price=f"{cents / 100:.2f}",
            websites=[website],
            quantities={SOURCES[website]: 9 + number},
            attributes={"brand": brand, "amazon_asin": item.asin},
            updated_at=begun,
        )
    if store == "us":
        world.commerce.change_stock(f"p-{sixty_days.seller_sku(store, 5)}", -14, SOURCES[website])
        line = OrderLine(sixty_days.seller_sku(store, 3), 1)
        world.amazon.sales.place(shelf, [line], buyer=BUYER, address=HOMES["us"])


@contextmanager
def notebook_world(openapi: Path | None, folder: Path) -> Iterator[NotebookWorld]:
    """Give a world whose stores have sixty days behind them, were read once more, and may send.

    Arguments:
        openapi: the folder of the official definitions, which everything that is called is held to.
        folder: an empty one.
    """
    begun = sixty_days.NOW / 1000 + 60
    violations: list[str] = []
    world = make_world(1, 40, SandboxClock(SPEED, time.time(), begun), quiet=True)
    world.amazon.throttling = False
    systems = iter(("amazon", "commerce"))
    with start(world, wrap=lambda app: conform(app, next(systems), violations, openapi)) as running:  # type: ignore[arg-type]
        settings = read_settings(write_settings(folder, running.ready), {})
        sixty_days.live(folder, count=COUNT, keys=settings.people.key.reveal).close()
        for store in running.ready["stores"]:
            stock(world, store["name"], world.amazon.shelf(store["seller_id"], store["marketplace_id"]))
        with Kit(settings) as kit:
            kit.pull(wait=True)
            let_send(kit)
            kit.sync()
            yield NotebookWorld(kit, folder, world)
    assert not violations, "\n".join(violations)


def look(browser: Browser, found: Look) -> None:
    """Open a page once, turn it to every screen, leave pictures, and write down what is wrong with it."""
    ARTIFACTS.mkdir(parents=True, exist_ok=True)
    with seen(browser, found.page) as sight:
        for scheme, width in SCREENS:
            sight.turn(scheme=scheme, width=width)
            if (scheme, width) in PICTURES:
                sight.keep(ARTIFACTS / f"{found.page.stem}-{scheme}-{width}.png")
            # A dark screen turns a whole chart's colours over, which its elements do not know.
            turned = sight.page.evaluate(LETTERS) if scheme == "dark" else []
            over = sight.page.evaluate("document.documentElement.scrollWidth") - width
            wrong = {
                "over": [over] if over > 0 else [],
                "faint": [words for words in sight.find_faint(CONTRAST) if words[1] not in turned],
                "blank": sight.page.evaluate(BLANK),
                "cut": sight.page.evaluate(CUT),
            }
            found.faults |= {f"{scheme} {width}: {what}": each for what, each in wrong.items() if each}
        found.charts = sight.page.locator(".plotly-graph-div").count()
        found.drawn = sight.page.locator(".js-plotly-plot").count()
        if sight.elsewhere or sight.complaints:
            found.faults["any: asked or complained"] = [*sight.elsewhere, *sight.complaints]


def faults_of(found: Look) -> dict[str, Any]:
    """Return all that is wrong with a page, beside how its run ended: the text of it, and what was seen of it."""
    text = found.page.read_text(encoding="utf-8")
    words = ("Traceback", sixty_days.SCRIPT, "<td>NaN", "<td>NaT", "<td>None", "<td>&lt;NA", "<pre>'")
    told = {
        "code": found.code if found.code not in (0, 3) else 0,
        "words": [word for word in (*words, *found.secrets) if word in text],
        "charts": found.drawn - found.charts,
    }
    return {name: wrong for name, wrong in (told | found.faults).items() if wrong}
