"""Verbs of products without a listing: what waits for an ASIN, what was found for it, choose, take back, retry."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer
from typer.core import TyperGroup

from channelkit.cli.options import ByOption, JsonOption, OneStoreOption, SettingsOption
from channelkit.terminal import open_kit, print_frame, print_json, say


class _ShowByDefault(TyperGroup):
    """A group of verbs of which ``show`` may be left out: ``channelkit asins MUG-1``."""

    def parse_args(self, ctx: typer.Context, args: list[str]) -> list[str]:  # type: ignore[override]  # typer's own Context
        if not args or (args[0] not in self.commands and args[0] != "--help"):
            args = ["show", *args]
        return super().parse_args(ctx, args)


app = typer.Typer(help="Show which products wait for an ASIN, and choose it.", cls=_ShowByDefault)

ProductSku = Annotated[str, typer.Argument(help="The product, by Commerce's SKU.")]


@app.command()
def show(
    sku: Annotated[str, typer.Argument(help="Only this product: what was found for it, and how.")] = "",
    store: OneStoreOption = "",
    settings: SettingsOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show what waits for an ASIN and why; or, of one product, the items of Amazon's catalog that it could be."""
    with open_kit(settings, frames=True) as kit:
        asins = kit.one_store(store).asins
        if not sku:
            print_frame(asins.waiting(), as_json)
            return
        frame = asins.candidates(sku)
        print_frame(frame if as_json else frame[["asin", "title", "brand", "parent", "how", "chosen"]], as_json)


@app.command()
def choose(
    sku: ProductSku,
    asin: Annotated[str, typer.Argument(help="One of the candidates, or any other ASIN; never a parent's.")],
    *,
    by: ByOption = "",
    store: OneStoreOption = "",
    settings: SettingsOption = None,
    as_json: JsonOption = False,
) -> None:
    """Say which item of Amazon's catalog a product is; Amazon is asked whether it is there."""
    with open_kit(settings) as kit:
        chosen = kit.one_store(store).asins.choose(sku, asin, by)
        if as_json:
            print_json(asdict(chosen))
        else:
            say(f"Product {chosen.product_sku} is {chosen.asin}: {chosen.title or 'no title'}. {chosen.by} chose it.")


@app.command()
def withdraw(
    sku: ProductSku, store: OneStoreOption = "", settings: SettingsOption = None, as_json: JsonOption = False
) -> None:
    """Take back what was chosen for a product."""
    with open_kit(settings) as kit:
        was_there = kit.one_store(store).asins.withdraw(sku)
        if as_json:
            print_json({"product_sku": sku, "withdrawn": was_there})
        else:
            say("Taken back; what a search finds holds again." if was_there else "Nothing was chosen for it.")


@app.command()
def retry(
    skus: Annotated[list[str] | None, typer.Argument(help="Only these products, and these first.")] = None,
    store: OneStoreOption = "",
    settings: SettingsOption = None,
    as_json: JsonOption = False,
) -> None:
    """Make the next cycle search Amazon's catalog anew, with the settings as they are now."""
    with open_kit(settings) as kit:
        asins = kit.one_store(store).asins
        asins.retry(skus or ())
        if as_json:
            print_json({"store": asins.name, "retried": skus or "all"})
        else:
            say("The next cycle searches anew; to search at once, type: channelkit asins search")


@app.command()
def search(store: OneStoreOption = "", settings: SettingsOption = None, as_json: JsonOption = False) -> None:
    """Search Amazon's catalog now, with as many calls as a cycle spends, and show what waits for an ASIN."""
    with open_kit(settings, frames=True) as kit:
        print_frame(kit.one_store(store).asins.search(), as_json)
