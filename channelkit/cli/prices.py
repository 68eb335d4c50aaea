"""Verbs of price rules: show, preview, ask what would have been, find oddities, change, put in force, bring back."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from channelkit.cli.options import ByOption, ItsStoreOption, JsonOption, OneStoreOption, SettingsOption
from channelkit.cli.telling import tell, tell_findings, tell_versions
from channelkit.terminal import open_kit, print_json, say

app = typer.Typer(help="Decide how a store's prices are made, and see what rules would do.", no_args_is_help=True)

RulesFile = Annotated[
    Path | None, typer.Argument(help="Price rules, as TOML or JSON in a file; those that hold if none is named.")
]
NewRules = Annotated[Path, typer.Argument(help="Price rules, as TOML or JSON in a file.")]
RuleId = Annotated[str, typer.Argument(help="The id of a rule, as prices show tells it.")]


@app.command()
def show(
    store: OneStoreOption = "",
    toml: Annotated[bool, typer.Option("--toml", help="Print the rules as TOML, to be edited and given back.")] = False,
    settings: SettingsOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show the price rules that hold, in the order in which they are applied."""
    with open_kit(settings) as kit:
        prices = kit.one_store(store).prices
        if toml:
            say(prices.write().rstrip("\n"))
        else:
            tell(prices.current(), as_json)


@app.command()
def preview(
    rules: RulesFile = None,
    *,
    out: Annotated[Path | None, typer.Option(help="Also write every price into this file, .csv or .xlsx.")] = None,
    store: OneStoreOption = "",
    settings: SettingsOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show what price rules would do; nothing is kept and nothing is sent."""
    with open_kit(settings) as kit:
        found = kit.one_store(store).prices.preview(rules)
        written = "" if out is None else found.export(out)
        tell(found, as_json, written)


@app.command()
def whatif(
    rules: RulesFile = None,
    days: Annotated[int, typer.Option(help="How many days, up to now.", min=1)] = 30,
    store: OneStoreOption = "",
    settings: SettingsOption = None,
    as_json: JsonOption = False,
) -> None:
    """Tell what price rules would have asked in the last days, against what others wanted then."""
    with open_kit(settings) as kit:
        tell(kit.one_store(store).prices.what_if(rules, days), as_json)


@app.command()
def lint(
    rules: RulesFile = None, store: OneStoreOption = "", settings: SettingsOption = None, as_json: JsonOption = False
) -> None:
    """Tell what is odd about price rules; ends with 3 where there is something."""
    with open_kit(settings) as kit:
        tell_findings(kit.one_store(store).prices.lint(rules), as_json)


@app.command()
def commit(
    rules: NewRules,
    *,
    name: Annotated[str, typer.Option(help="What this version changes.")],
    by: ByOption = "",
    store: OneStoreOption = "",
    settings: SettingsOption = None,
    as_json: JsonOption = False,
) -> None:
    """Put price rules in force in place of all that hold; the next cycle sends what comes of it."""
    with open_kit(settings) as kit:
        tell(kit.one_store(store).prices.commit(rules, name, by), as_json)


@app.command()
def add(
    rules: NewRules,
    by: ByOption = "",
    store: OneStoreOption = "",
    settings: SettingsOption = None,
    as_json: JsonOption = False,
) -> None:
    """Add the rules of a file to those that hold."""
    with open_kit(settings) as kit:
        prices = kit.one_store(store).prices
        for rule in prices.read(rules):
            prices.add(rule, by)
        tell(prices.current(), as_json)


@app.command()
def remove(
    rule: RuleId,
    by: ByOption = "",
    store: OneStoreOption = "",
    settings: SettingsOption = None,
    as_json: JsonOption = False,
) -> None:
    """Take one rule away; earlier versions still have it."""
    with open_kit(settings) as kit:
        tell(kit.one_store(store).prices.remove(rule, by), as_json)


@app.command()
def activate(
    rule: RuleId,
    by: ByOption = "",
    store: OneStoreOption = "",
    settings: SettingsOption = None,
    as_json: JsonOption = False,
) -> None:
    """Let a rule take part."""
    with open_kit(settings) as kit:
        tell(kit.one_store(store).prices.activate(rule, by), as_json)


@app.command()
def deactivate(
    rule: RuleId,
    by: ByOption = "",
    store: OneStoreOption = "",
    settings: SettingsOption = None,
    as_json: JsonOption = False,
) -> None:
    """Let a rule rest."""
    with open_kit(settings) as kit:
        tell(kit.one_store(store).prices.deactivate(rule, by), as_json)


@app.command()
def reorder(
    rules: Annotated[list[str], typer.Argument(help="Ids of rules; the first goes first.")],
    *,
    by: ByOption = "",
    store: OneStoreOption = "",
    settings: SettingsOption = None,
    as_json: JsonOption = False,
) -> None:
    """Let rules go first, in this order; others that have a priority follow."""
    with open_kit(settings) as kit:
        tell(kit.one_store(store).prices.reorder(rules, by), as_json)


@app.command()
def versions(store: OneStoreOption = "", settings: SettingsOption = None, as_json: JsonOption = False) -> None:
    """Show every version of the price rules: what it changed, and who put it in force when."""
    with open_kit(settings, frames=True) as kit:
        prices = kit.one_store(store).prices
        tell_versions(prices.history(), prices.versions, as_json)


@app.command()
def restore(
    version: Annotated[int, typer.Argument(help="The number of an earlier version.")],
    by: ByOption = "",
    store: OneStoreOption = "",
    settings: SettingsOption = None,
    as_json: JsonOption = False,
) -> None:
    """Put an earlier version in force again, as a new one."""
    with open_kit(settings) as kit:
        tell(kit.one_store(store).prices.restore(version, by), as_json)


def explain_price(
    sku: Annotated[str, typer.Argument(help="A seller SKU, or the SKU of a product.")],
    store: ItsStoreOption = "",
    settings: SettingsOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show how a listing's price comes about, from its source to what is sent, step by step."""
    with open_kit(settings) as kit:
        found = (kit.one_store(store) if store else kit.store_with(sku)).explain_price(sku)
        if as_json:
            print_json(found.to_dict())
        else:
            say(str(found))
