"""Verbs of people's data: find, export, erase, the log of every look, and the key that it is encrypted with."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TextIO
from uuid import uuid4

import typer

from channelkit.cli.options import ByOption, JsonOption, SettingsOption
from channelkit.terminal import open_kit, print_frame, print_json, say

if TYPE_CHECKING:
    from channelkit.kit import Kit

app = typer.Typer(help="Buyers' data: export it, erase it, see who looked, change its key.", no_args_is_help=True)

WhoArgument = Annotated[str, typer.Argument(help="Amazon's number of an order, a pseudonym, or an e-mail address.")]


@app.command()
def find(who: WhoArgument, settings: SettingsOption = None, as_json: JsonOption = False) -> None:
    """List the orders of one person, by pseudonym; nobody's data is shown."""
    with open_kit(settings, frames=True) as kit:
        print_frame(kit.people.find(who), as_json)


@app.command()
def export(
    who: WhoArgument,
    out: Annotated[Path, typer.Option("--out", help="The file to write, for your eyes alone; it must not be there.")],
    *,
    by: ByOption = "",
    purpose: Annotated[str, typer.Option(help="What for; it is kept.")] = "the person asked for it",
    settings: SettingsOption = None,
    as_json: JsonOption = False,
) -> None:
    """Write all that is kept of one person into a JSON file."""
    with open_kit(settings) as kit:
        # Opened first: a file that cannot be written must not leave a line in the log.
        with _open_private(out) as file:
            try:
                found = kit.people.export(who, by, purpose)
            except BaseException:
                out.unlink()
                raise
            file.write(json.dumps(found, indent=2, ensure_ascii=False) + "\n")
        count = len(found["orders"])
    if as_json:
        print_json({"file": out, "orders": count, "elsewhere": found["elsewhere"]})
    else:
        say(f"Wrote {out}: {count} {'order' if count == 1 else 'orders'}. Hand it over, then delete it.")
        for words in found["elsewhere"]:
            say(f"- {words}")


@app.command()
def erase(
    who: WhoArgument,
    *,
    by: ByOption = "",
    although_open: Annotated[
        bool, typer.Option("--although-open", help="Also where an order is still to be sent.")
    ] = False,
    settings: SettingsOption = None,
    as_json: JsonOption = False,
) -> None:
    """Delete what is kept of one person for ever; what was bought and paid stays."""
    with open_kit(settings) as kit:
        erased = kit.people.erase(who, by, although_open=although_open)
        if as_json:
            print_json(erased.to_dict())
        else:
            say(str(erased))


@app.command()
def log(
    who: Annotated[str, typer.Argument(help="Only one person's; everybody's by default.")] = "",
    days: Annotated[float, typer.Option(help="Only the last so many days; all by default.")] = 0.0,
    settings: SettingsOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show who did what with people's data, when, and what for."""
    with open_kit(settings, frames=True) as kit:
        print_frame(kit.people.log(who, days), as_json)


@app.command()
def purge(settings: SettingsOption = None, as_json: JsonOption = False) -> None:
    """Delete the data of people whose time is over now, as every cycle does."""
    with open_kit(settings) as kit:
        count = kit.people.purge()
        if as_json:
            print_json({"orders": count})
        else:
            say(f"Who placed {count} {'order' if count == 1 else 'orders'} is kept no longer.")


@app.command()
def key(
    *,
    again: Annotated[
        bool, typer.Option("--encrypt", help="Make no new key: encrypt anew with the newest there is.")
    ] = False,
    lost: Annotated[
        bool, typer.Option("--lost", help="Make no new key: delete what no key reads any more, for ever.")
    ] = False,
    by: ByOption = "",
    settings: SettingsOption = None,
    as_json: JsonOption = False,
) -> None:
    """Make a new key and encrypt everything anew; older keys go on to read until you take them away."""
    from channelkit.database.lease import hold  # noqa: PLC0415

    # Two at once would each put a key before the old ones, and one of the two keys would be lost.
    with open_kit(settings) as kit, hold(kit.database, "people/key", uuid4().hex):
        said = [_drop(kit, by)] if lost else ([] if again else [_make_key(kit)])
        turned = kit.people.encrypt_anew()
        said.append(f"Encrypted anew: {turned.encrypted}. Unreadable, its key is not there: {turned.unreadable}.")
        keys = kit.people.keys()
    if as_json:
        print_json({"keys": keys, "encrypted": turned.encrypted, "unreadable": turned.unreadable})
        return
    for words in said:
        say(words)
    for number, (name, count) in enumerate(keys.items()):
        spare = "" if number == 0 or count else " Its line may go once no cycle runs that began before now."
        say(f"Key {name}: {count} {'order' if count == 1 else 'orders'}.{spare}")


def _make_key(kit: Kit) -> str:
    """Put a new key where the settings say, and return that in words.

    Raises:
        UsageError: the settings name no place that can be written.
    """
    from channelkit.errors import UsageError  # noqa: PLC0415
    from channelkit.people.key_file import FILE, write_key_file  # noqa: PLC0415

    reference = kit.settings.people.key.reference
    if not reference:
        raise UsageError(
            "The settings name no place for the key to people's data.", f'Write under [people]: key = "file:{FILE}"'
        )
    kind, _, name = reference.partition(":")
    if kind != "file":
        raise UsageError(
            f"The key to people's data is not in a file but in {reference}, which cannot be written from here.",
            "Put a new key before the one there, on a line of its own (python -c 'from channelkit.people.cipher import "
            "make_keys; print(make_keys())' prints one with its names: line, which you leave as it was), then: "
            "channelkit people key --encrypt",
        )
    path = kit.settings.folder / Path(name).expanduser()
    write_key_file(path, anew=True)
    kit.parts.__dict__.pop("vault", None)
    return f"Wrote a new key into {path}. Keep it, and share it never."


def _drop(kit: Kit, by: str) -> str:
    dropped = kit.people.drop_unreadable(by)
    return f"Deleted, since no key reads it any more: of {len(dropped)} {'order' if len(dropped) == 1 else 'orders'}."


def _open_private(path: Path) -> TextIO:
    from channelkit.errors import UsageError  # noqa: PLC0415

    try:
        return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8")
    except FileExistsError:
        raise UsageError(f"{path} is there already; it was not touched.", "Name another file with --out.") from None
    except OSError as error:
        raise UsageError(f"{path} cannot be written: {error.strerror}.", "Name another file with --out.") from None
