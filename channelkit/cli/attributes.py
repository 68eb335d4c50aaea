"""Verbs of attributes: what Commerce gets of Amazon's catalog, previewed, written, and taken back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from channelkit.cli.options import ByOption, JsonOption, OneStoreOption, SettingsOption, StoreOption
from channelkit.terminal import open_kit, print_frame, print_json, say

if TYPE_CHECKING:
    from channelkit.apply.catalog import CatalogApplied
    from channelkit.attributes.catalog_plan import CatalogPlan

app = typer.Typer(
    help="Attributes in Commerce: recommended ones, the catalogue, and Amazon's values; nothing flows back to Amazon.",
    no_args_is_help=True,
)
SkuOption = Annotated[list[str] | None, typer.Option("--sku", help="Only this product; may be given several times.")]
SetOption = Annotated[list[str] | None, typer.Option("--set", help="An attribute set; else those of the products.")]
ApproveOption = Annotated[str, typer.Option("--approve", help="The fingerprint that was shown.")]
StoppedOption = Annotated[bool, typer.Option(help="Write a plan that was stopped for its size.")]
ReleaseOption = Annotated[list[str] | None, typer.Option("--release", help="Write what is held for this SKU, too.")]


@app.command("list")
def list_catalogue(
    choices: Annotated[str, typer.Option(help="List the Amazon attributes of a country instead.")] = "",
    settings: SettingsOption = None,
    as_json: JsonOption = False,
) -> None:
    """List the catalogue: which Commerce attribute takes which of Amazon's values."""
    with open_kit(settings, frames=True) as kit:
        print_frame(kit.attributes.choices(choices) if choices else kit.attributes.catalogue(), as_json)


@app.command()
def recommend(
    sets: SetOption = None,
    make: Annotated[bool, typer.Option("--apply", help="Create them; without it they are only shown.")] = False,
    by: ByOption = "",
    settings: SettingsOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show the recommended attributes, what is there and what would be created; with --apply create them."""
    with open_kit(settings, frames=True) as kit:
        proposal = kit.attributes.recommend(sets or ())
        if not make:
            print_json(proposal.summary()) if as_json else say(repr(proposal))
            return
        made = proposal.apply(by)
        print_json(made.row()) if as_json else say(str(made))
    if made.problems:
        raise typer.Exit(3)


@app.command("map")
def map_attribute(
    *,
    country: Annotated[str, typer.Argument(help="The marketplace's country, for instance US.")],
    amazon: Annotated[str, typer.Argument(help="Amazon's attribute, for instance item_name.")],
    attribute: Annotated[str, typer.Argument(help="The code of the Commerce attribute.")],
    view: Annotated[list[str] | None, typer.Option("--view", help="Only this store view; else all of them.")] = None,
    overwrite: Annotated[bool, typer.Option(help="Values that Commerce has already give way.")] = False,
    by: ByOption = "",
    settings: SettingsOption = None,
    as_json: JsonOption = False,
) -> None:
    """Link an Amazon attribute to a Commerce attribute."""
    with open_kit(settings) as kit:
        row = kit.attributes.map(
            country,
            amazon,
            attribute,
            overwrite=overwrite,
            scope="views" if view else "global",
            store_views=view or (),
            by=by,
        )
        if as_json:
            print_json({"id": row.id, "country": row.country, "attribute": row.attribute, "active": row.active})
        else:
            say(f"Row {row.id}: {row.amazon_attribute} in {row.country} goes into {row.attribute}.")


@app.command()
def change(
    *,
    row: Annotated[int, typer.Argument(help="The catalogue's row.")],
    active: Annotated[bool | None, typer.Option(help="Whether it imports.")] = None,
    overwrite: Annotated[bool | None, typer.Option(help="Whether values that are there give way.")] = None,
    by: ByOption = "",
    settings: SettingsOption = None,
    as_json: JsonOption = False,
) -> None:
    """Change a row of the catalogue: whether it imports, and whether it overwrites."""
    with open_kit(settings) as kit:
        changed = kit.attributes.change(row, active=active, overwrite=overwrite, by=by)
        if as_json:
            print_json({"id": changed.id, "active": changed.active, "overwrite": changed.overwrite})
            return
        what = "overwrites" if changed.overwrite else "does not overwrite"
        say(f"Row {changed.id} is {'active' if changed.active else 'inactive'} and {what}.")


@app.command()
def pull(store: StoreOption = None, settings: SettingsOption = None, as_json: JsonOption = False) -> None:
    """Read what Amazon's catalog tells of matched listings' items."""
    with open_kit(settings) as kit:
        count = kit.attributes.pull(store or ())
        print_json({"items": count}) if as_json else say(f"Read {count:,} items of Amazon's catalog.")


@app.command()
def values(
    sku: SkuOption = None,
    missing: Annotated[bool, typer.Option("--missing", help="Only what is not imported.")] = False,
    settings: SettingsOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show Amazon's values beside Commerce's: imported or not, and why not."""
    with open_kit(settings, frames=True) as kit:
        frame = kit.attributes.values(False if missing else None, sku or ())
        columns = ["region", "sku", "asin", "attribute", "scope", "amazon_value", "state", "reason"]
        print_frame(frame if as_json else frame[columns], as_json)


@app.command()
def changes(settings: SettingsOption = None, as_json: JsonOption = False) -> None:
    """Show what was written to Commerce, the newest first, with its plan and what became of it."""
    with open_kit(settings, frames=True) as kit:
        frame = kit.attributes.changes()
        columns = ["plan", "sku", "attribute", "scope", "before", "after", "state", "note"]
        print_frame(frame if as_json else frame[columns], as_json)


@app.command()
def plan(sku: SkuOption = None, settings: SettingsOption = None, as_json: JsonOption = False) -> None:
    """Show what would be written to Commerce, what is held and what stops it; nothing is written."""
    with open_kit(settings, frames=True) as kit:
        _show(kit.attributes.plan(sku or ()), as_json)


@app.command()
def apply(
    *,
    fingerprint: ApproveOption,
    sku: SkuOption = None,
    release: ReleaseOption = None,
    although_stopped: StoppedOption = False,
    by: ByOption = "",
    settings: SettingsOption = None,
    as_json: JsonOption = False,
) -> None:
    """Write a plan that you have looked at, and read it back; refused if the facts have moved since."""
    with open_kit(settings, frames=True) as kit:
        one = kit.attributes.plan(sku or ())
        one.require(fingerprint)
        _finish(one.apply(by, release_held=release or (), although_stopped=although_stopped), as_json)


@app.command()
def undo(
    taken: Annotated[str, typer.Argument(help="The fingerprint of the plan that is taken back.")],
    fingerprint: Annotated[str, typer.Option("--approve", help="The shown fingerprint; without it, it is shown.")] = "",
    by: ByOption = "",
    settings: SettingsOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show how a plan that was written would be taken back; with --approve take it back."""
    with open_kit(settings, frames=True) as kit:
        one = kit.attributes.undo(taken)
        if not fingerprint:
            _show(one, as_json)
            return
        one.require(fingerprint)
        _finish(one.apply(by), as_json)


@app.command()
def products(
    *,
    seller_sku: Annotated[list[str], typer.Argument(help="Listings that no product matches.")],
    website: Annotated[list[str], typer.Option("--website", help="A website that sells them; may be given again.")],
    enabled: Annotated[bool, typer.Option("--enabled/--disabled", help="Whether they can be sold at once.")],
    attribute_set: Annotated[str, typer.Option("--set", help="The attribute set.")] = "Default",
    visibility: Annotated[str, typer.Option(help="Where they can be seen.")] = "Not Visible Individually",
    tax_class: Annotated[int | None, typer.Option(help="Commerce's number of the tax class.")] = None,
    category: Annotated[list[int] | None, typer.Option("--category", help="Commerce's number of a category.")] = None,
    source: Annotated[str, typer.Option(help="The source that gets the quantity.")] = "",
    fingerprint: Annotated[str, typer.Option("--approve", help="The shown fingerprint; without it, it is shown.")] = "",
    by: ByOption = "",
    store: OneStoreOption = "",
    settings: SettingsOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show the products that would be created from listings; with --approve create and match them."""
    from channelkit import ProductForm  # noqa: PLC0415 - the form is only needed here

    form = ProductForm(
        enabled=enabled,
        websites=website,
        attribute_set=attribute_set,
        visibility=visibility,
        tax_class=tax_class,
        categories=category or (),
        source=source,
    )
    with open_kit(settings, frames=True) as kit:
        one = kit.attributes.products(kit.one_store(store).name, seller_sku, form)
        if not fingerprint:
            _show(one, as_json)
            return
        one.require(fingerprint)
        _finish(one.apply(by), as_json)


def _show(plan: CatalogPlan, as_json: bool) -> None:
    print_json(plan.summary()) if as_json else say(repr(plan))


def _finish(applied: CatalogApplied, as_json: bool) -> None:
    print_json(applied.row()) if as_json else say(str(applied))
    if not applied.is_complete:
        raise typer.Exit(3)
