"""What people are told to type can be typed: in the README, and in every sentence that names a verb."""

from __future__ import annotations

import ast
import re
import shlex
from pathlib import Path

import pytest
import typer
from typer.core import TyperCommand, TyperGroup

import channelkit
from channelkit.cli import app

PACKAGE = Path(channelkit.__file__).parent
README = PACKAGE.parent / "README.md"
PROGRAM = typer.main.get_command(app)
TYPED = re.compile(r"[:(,] ?channelkit ([a-z-]+)(?: ([a-z]+))?")


def typed_lines() -> list[str]:
    """Return the commands that the README shows, without what is said about them; lines that go on are joined."""
    text = README.read_text(encoding="utf-8").replace("\\\n", " ")
    blocks = text.split("\n```")[1::2]
    lines = [line.split(" #")[0].strip() for block in blocks if block.startswith("\n") for line in block.splitlines()]
    return [line for line in lines if line.removeprefix(".venv/bin/").startswith("channelkit ")]


def find_command(words: list[str]) -> tuple[TyperCommand | TyperGroup, list[str]]:
    """Return the command that these words name, and the words after it."""
    command, rest = PROGRAM, list(words)
    while isinstance(command, TyperGroup) and rest and rest[0] in command.commands:
        command = command.commands[rest.pop(0)]
    assert isinstance(command, TyperCommand | TyperGroup)
    return command, rest


def test_the_readme_shows_many_commands() -> None:
    assert len(typed_lines()) > 50


@pytest.mark.parametrize("line", typed_lines())
def test_each_command_of_the_readme_is_one_that_the_program_takes(line: str) -> None:
    command, rest = find_command(shlex.split(line)[1:])
    command.make_context("channelkit", rest).close()  # reads the options, and runs nothing


def sentences() -> list[tuple[str, str, str]]:
    """Return what the package's texts say is to be typed: the file, the verb, and the word after it."""
    found = set()
    for path in sorted(PACKAGE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                found |= {(path.name, verb, word) for verb, word in TYPED.findall(node.value)}
    return sorted(found)


def test_every_sentence_that_says_what_to_type_names_a_verb_that_exists() -> None:
    said = sentences()
    assert len(said) > 50
    for name, verb, word in said:
        command, rest = find_command([verb, word] if word else [verb])
        assert command is not PROGRAM, f"{name}: channelkit {verb}"
        if isinstance(command, TyperGroup):
            # One with verbs of its own is followed by one of them, or by nothing where it does something itself.
            assert not rest, f"{name}: channelkit {verb} {word}"
            command.make_context(f"channelkit {verb}", []).close()
