"""Verbs of a store: add, connect, edit, list, review, and those of its life: pause, resume, delete."""

from __future__ import annotations

from datetime import date
from typing import Annotated

import typer

from channelkit.cli import golive
from channelkit.cli.options import JsonOption, SettingsOption
from channelkit.errors import UsageError
from channelkit.terminal import open_kit, print_json, say

app = typer.Typer(help="Add a store, connect it to its seller account, and look after it.", no_args_is_help=True)

NameArgument = Annotated[str, typer.Argument(help="The store's short name: letters, digits, - and _.")]


@app.command()
def add(
    name: NameArgument,
    *,
    website: Annotated[str, typer.Option(help="Code of the Commerce website; it never changes.")],
    email: Annotated[str, typer.Option(help="Whom to write to about this store.")],
    label: Annotated[str, typer.Option(help="What people call the store.")],
    marketplace: Annotated[str, typer.Option(help="The country: US, CA, MX, UK, DE, ...; it never changes.")],
    account: Annotated[str, typer.Option(help="A seller account of the settings; connect it later without.")] = "",
    store_view: Annotated[str, typer.Option(help="Code of the store view whose prices are shown.")] = "",
    identifier: Annotated[
        list[str] | None, typer.Option(help="IDENTIFIER=ATTRIBUTE, for instance asin=amazon_asin; for all stores.")
    ] = None,
    settings: SettingsOption = None,
) -> None:
    """Write a new store into the settings, each setting at its default; it is there before it is connected."""
    pairs = {}
    for text in identifier or ():
        kind, equals, code = text.partition("=")
        if not equals:
            raise UsageError(f"{text!r} names no attribute.", "Write it as asin=amazon_asin.")
        pairs[kind] = code
    with open_kit(settings) as kit:
        kit.add_store(
            name,
            website=website,
            email=email,
            label=label,
            marketplace=marketplace,
            account=account,
            store_view=store_view,
            identifiers=pairs,
        )
        step = "channelkit doctor" if account else f"channelkit store connect {name} --account NAME ..."
        say(f"Wrote store {name!r} into {kit.settings.file}. Next: {step}")


@app.command()
def connect(
    name: NameArgument,
    *,
    account: Annotated[str, typer.Option(help="The account's name; a new one needs the options below.")],
    seller_id: Annotated[str, typer.Option(help="The merchant token of Seller Central's Account Info.")] = "",
    region: Annotated[str, typer.Option(help="na, eu or fe; the store's where it is left out.")] = "",
    client_id: Annotated[str, typer.Option(help="The application's, from Develop Apps.")] = "",
    client_secret: Annotated[str, typer.Option(help="Where the secret is: env:NAME, keyring:…, file:PATH.")] = "",
    refresh_token: Annotated[str, typer.Option(help="Where the token is: env:NAME, keyring:…, file:PATH.")] = "",
    secret_made: Annotated[str, typer.Option(help="The day the client secret was made, such as 2026-11-24.")] = "",
    consent_granted: Annotated[str, typer.Option(help="The day the seller let the application in.")] = "",
    settings: SettingsOption = None,
    as_json: JsonOption = False,
) -> None:
    """Connect a store to a seller account, and check at once whether Amazon lets it in."""
    with open_kit(settings) as kit:
        report = kit.connect_store(
            name,
            account,
            seller_id=seller_id,
            region=region,
            client_id=client_id,
            client_secret=client_secret,
            refresh_token=refresh_token,
            secret_made=_day(secret_made),
            consent_granted=_day(consent_granted),
        )
    if as_json:
        print_json(report.rows())
    else:
        say(str(report))
    if not report.is_fine:
        raise typer.Exit(1)


@app.command()
def edit(
    name: NameArgument,
    *,
    email: Annotated[str | None, typer.Option(help="Whom to write to about this store.")] = None,
    label: Annotated[str | None, typer.Option(help="What people call the store.")] = None,
    website: Annotated[str | None, typer.Option(help="Never changes; says why.")] = None,
    marketplace: Annotated[str | None, typer.Option(help="Never changes; says why.")] = None,
    settings: SettingsOption = None,
) -> None:
    """Change a store's e-mail address or label; website and country never change."""
    with open_kit(settings) as kit:
        kit.edit_store(name, email=email, label=label, website=website, marketplace=marketplace)
        section = kit.settings.stores[name]
        say(f"Store {name!r} is now called {section.label!r}; mail goes to {section.email}.")


@app.command(name="list")
def list_stores(settings: SettingsOption = None, as_json: JsonOption = False) -> None:
    """List all stores of all seller accounts: country, website, state, and why one sends nothing."""
    from channelkit.onboarding.review import list_stores as rows_of  # noqa: PLC0415

    with open_kit(settings) as kit:
        rows = rows_of(kit.parts)
    if as_json:
        print_json(rows)
        return
    for row in rows:
        label = f" ({row['label']})" if row["label"] else ""
        account = row["account"] or "not connected"
        say(f"{row['store']}{label}: Amazon {row['country']}, website {row['website']}, account {account}")
        say(f"    {row['state']}; {row['silent'] or 'sends'}")
    if not rows:
        say("There is no store yet. Add one with: channelkit store add NAME")


@app.command()
def review(settings: SettingsOption = None, as_json: JsonOption = False) -> None:
    """Show every setting of every store with its default, and what is missing."""
    with open_kit(settings) as kit:
        found = kit.review()
    if as_json:
        print_json({"gaps": found.gaps, "lines": found.rows()})
    else:
        say(str(found))


for verb in (golive.pause, golive.resume, golive.delete):
    app.command()(verb)


def _day(text: str) -> date | None:
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise UsageError(f"{text!r} is no day.", "Write it as 2026-11-24.") from None
