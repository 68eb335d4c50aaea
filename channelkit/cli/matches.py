"""Verbs of matching: show links, compare, ask, answer, assign, take back."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Literal

import typer

from channelkit.cli.options import ByOption, JsonOption, OneStoreOption, SettingsOption
from channelkit.terminal import open_kit, print_frame, print_json, say

app = typer.Typer(help="Show which product each listing is, and decide what is open.", invoke_without_command=True)

SellerSku = Annotated[str, typer.Argument(help="The listing, by its seller SKU.")]
ProductSku = Annotated[str, typer.Argument(help="The product, by Commerce's SKU.")]


@app.callback()
def links(
    context: typer.Context, store: OneStoreOption = "", settings: SettingsOption = None, as_json: JsonOption = False
) -> None:
    """Show which product each listing is linked to, and what speaks for it; or decide what is open."""
    if context.invoked_subcommand is None:
        with open_kit(settings, frames=True) as kit:
            frame = kit.one_store(store).matches.links().rename(columns={"seller_sku": "sku"})
            shown = ["sku", "asin", "product_sku", "method", "confidence", "linked_by", "evidence"]
            print_frame(frame if as_json else frame[shown], as_json)


@app.command()
def look(store: OneStoreOption = "", settings: SettingsOption = None, as_json: JsonOption = False) -> None:
    """Compare all unmatched listings with the products now, and sort them anew."""
    with open_kit(settings) as kit:
        matches = kit.one_store(store).matches
        standing = matches.look()
        if as_json:
            print_json({"standing": asdict(standing) if standing else None, "progress": matches.progress()})
            return
        figures = matches.progress()
        linked, listed, left = (figures[name] for name in ("linked", "listings", "open"))
        say(f"{linked:,} of {listed:,} listings are linked, {left:,} can be reviewed.")
        if standing:
            say(standing.words)


@app.command()
def attributes(store: OneStoreOption = "", settings: SettingsOption = None, as_json: JsonOption = False) -> None:
    """Tell how much it would help to name the attribute that holds the model or part number."""
    with open_kit(settings) as kit:
        weighed = kit.one_store(store).matches.weigh_attributes()
        if as_json:
            print_json(weighed)
        else:
            say("\n".join(weighed) or "No attribute holds anything like a part number.")


@app.command()
def questions(
    store: OneStoreOption = "",
    count: Annotated[int, typer.Option(help="How many, at most.", min=1)] = 10,
    settings: SettingsOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show what is most useful to answer next."""
    with open_kit(settings) as kit:
        asked = kit.one_store(store).matches.questions(count)
        if as_json:
            print_json([asdict(question) for question in asked])
            return
        for question in asked:
            sure = "" if question.probability is None else f" ({question.probability:.0%})"
            say(f"{question.seller_sku} = {question.product_sku}?{sure}")
            say(f"  Amazon:   {question.listing.get('title', '')}  {question.listing.get('price', '')}")
            say(f"  Commerce: {question.product.get('title', '')}  {question.product.get('price', '')}")
            say(f"  {question.evidence} {question.veto}".rstrip())
        say("Answer with: channelkit match answer SELLER_SKU PRODUCT_SKU yes|no|skip" if asked else "Nothing is open.")


@app.command()
def answer(
    seller_sku: SellerSku,
    product_sku: ProductSku,
    answer: Annotated[Literal["yes", "no", "skip"], typer.Argument(help="Is the listing this product?")],
    *,
    by: ByOption = "",
    store: OneStoreOption = "",
    settings: SettingsOption = None,
) -> None:
    """Say whether a listing is a product; a no is remembered, and a yes links at once."""
    with open_kit(settings) as kit:
        kit.one_store(store).matches.answer(seller_sku, product_sku, answer, by)
        say(
            f"Kept: {seller_sku} is {'' if answer == 'yes' else 'not ' if answer == 'no' else 'perhaps '}{product_sku}."
        )


@app.command()
def assign(
    seller_sku: SellerSku,
    product_sku: ProductSku,
    by: ByOption = "",
    store: OneStoreOption = "",
    settings: SettingsOption = None,
) -> None:
    """Link a listing to a product that you name; it survives every import, and can be assigned anew."""
    with open_kit(settings) as kit:
        kit.one_store(store).matches.assign(seller_sku, product_sku, by)
        say(f"Linked by hand: {seller_sku} is {product_sku}.")


@app.command()
def undo(by: ByOption = "", store: OneStoreOption = "", settings: SettingsOption = None) -> None:
    """Take your newest answer back."""
    with open_kit(settings) as kit:
        taken = kit.one_store(store).matches.undo(by)
        words = f"Taken back: {taken['answer']} to {taken['seller_sku']} = {taken['product_sku']}." if taken else ""
        say(words or "There is no answer of yours to take back.")
