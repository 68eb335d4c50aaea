"""Verbs of listing rules: show, preview, ask what would have been, find oddities, put in force, bring back, import."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from channelkit.cli.options import ByOption, JsonOption, OneStoreOption, SettingsOption
from channelkit.cli.telling import tell, tell_findings, tell_versions
from channelkit.terminal import open_kit, print_frame, print_json, say

app = typer.Typer(help="Decide which products a store sells, and see what a rule would do.", no_args_is_help=True)

RuleFile = Annotated[
    Path | None, typer.Argument(help="The rule, as TOML or JSON in a file; the one that holds if none is named.")
]
NewRule = Annotated[Path, typer.Argument(help="The rule, as TOML or JSON in a file.")]


@app.command()
def show(
    store: OneStoreOption = "",
    toml: Annotated[bool, typer.Option("--toml", help="Print the rule as TOML, to be edited and given back.")] = False,
    settings: SettingsOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show the rule that holds."""
    with open_kit(settings) as kit:
        rules = kit.one_store(store).rules
        current = rules.current()
        if toml:
            say(rules.write(current.rule).rstrip("\n"))
        else:
            tell(current, as_json)


@app.command()
def preview(
    rule: RuleFile = None, store: OneStoreOption = "", settings: SettingsOption = None, as_json: JsonOption = False
) -> None:
    """Show what a rule would do; nothing is kept and nothing is sent."""
    with open_kit(settings) as kit:
        rules = kit.one_store(store).rules
        tell(rules.preview(rule or rules.current().rule), as_json)


@app.command()
def whatif(
    rule: RuleFile = None,
    days: Annotated[int, typer.Option(help="How many days, up to now.", min=1)] = 30,
    store: OneStoreOption = "",
    settings: SettingsOption = None,
    as_json: JsonOption = False,
) -> None:
    """Tell what would have been lost and won, had a rule stood for the last days."""
    with open_kit(settings) as kit:
        rules = kit.one_store(store).rules
        tell(rules.what_if(rule or rules.current().rule, days), as_json)


@app.command()
def lint(
    rule: RuleFile = None, store: OneStoreOption = "", settings: SettingsOption = None, as_json: JsonOption = False
) -> None:
    """Tell what is odd about a rule; ends with 3 where there is something."""
    with open_kit(settings) as kit:
        rules = kit.one_store(store).rules
        tell_findings(rules.lint(rule or rules.current().rule), as_json)


@app.command()
def commit(
    rule: NewRule,
    *,
    name: Annotated[str, typer.Option(help="What the rule is called.")],
    by: ByOption = "",
    store: OneStoreOption = "",
    settings: SettingsOption = None,
    as_json: JsonOption = False,
) -> None:
    """Put a rule in force, and sort the listings by it; what it leaves out gets quantity 0 with the next cycle."""
    with open_kit(settings) as kit:
        tell(kit.one_store(store).rules.commit(rule, name, by), as_json)


@app.command()
def versions(store: OneStoreOption = "", settings: SettingsOption = None, as_json: JsonOption = False) -> None:
    """Show every version of the rule: who put it in force when, and what moved by it."""
    with open_kit(settings, frames=True) as kit:
        rules = kit.one_store(store).rules
        tell_versions(rules.history(), rules.versions, as_json)


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
        tell(kit.one_store(store).rules.restore(version, by), as_json)


@app.command("import")
def import_(
    rule: Annotated[Path, typer.Argument(help="JSON of conditions_serialized, or of /V1/salesRules, in a file.")],
    store: OneStoreOption = "",
    settings: SettingsOption = None,
    as_json: JsonOption = False,
) -> None:
    """Print a rule of Commerce's own as a listing rule in TOML; keep it in a file, look at it, then commit it."""
    with open_kit(settings) as kit:
        rules = kit.one_store(store).rules
        found = rules.import_magento(rule)
        if as_json:
            print_json({"rule": rules.document(found), "words": rules.describe(found)})
        else:
            say(f"# {rules.describe(found)}\n{rules.write(found)}".rstrip("\n"))


@app.command()
def attributes(store: OneStoreOption = "", settings: SettingsOption = None, as_json: JsonOption = False) -> None:
    """Show what a rule may ask about, and with which operators."""
    with open_kit(settings, frames=True) as kit:
        print_frame(kit.one_store(store).rules.attributes(), as_json)
