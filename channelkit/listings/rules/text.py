"""A rule as text that people write: TOML, with the same words as the neutral document."""

from __future__ import annotations

import json
import tomllib

from channelkit.errors import UsageError
from channelkit.listings.rules.tree import Condition, Group, Node, parse_rule


def read_rule(text: str) -> Group:
    """Read a rule from TOML.

    Raises:
        UsageError: it is no TOML, or no rule; says where.

    >>> read_rule('all = false\\n[[children]]\\nattribute = "price"\\nop = ">="\\nvalue = 10\\n').children
    (Condition(attribute='price', op='>=', value='10'),)
    """
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise UsageError(
            f"The rule is no TOML: {error}.",
            "Write [[children]], and below it attribute, op and value, each in quotes.",
        ) from None
    return parse_rule(document)


def write_rule(group: Group) -> str:
    """Return a rule as TOML; reading it again gives the same rule.

    >>> print(write_rule(Group(children=(Condition("brand", "==", "Acme"), Group(all=False)))), end="")
    all = true
    match = true
    <BLANKLINE>
    [[children]]
    attribute = "brand"
    op = "=="
    value = "Acme"
    <BLANKLINE>
    [[children]]
    all = false
    match = true
    """
    return "\n".join(_lines(group, "children")) + "\n"


def _lines(node: Node, below: str) -> list[str]:
    if isinstance(node, Condition):
        lines = [f"attribute = {_quoted(node.attribute)}", f"op = {_quoted(node.op)}"]
        return lines if node.op == "<=>" else [*lines, f"value = {_written(node.value)}"]
    lines = [f"all = {_flag(node.all)}", f"match = {_flag(node.match)}"]
    for child in node.children:
        lines += ["", f"[[{below}]]", *_lines(child, f"{below}.children")]
    return lines


def _written(value: str | tuple[str, ...]) -> str:
    return _quoted(value) if isinstance(value, str) else f"[{', '.join(map(_quoted, value))}]"


def _flag(value: bool) -> str:
    return "true" if value else "false"


def _quoted(text: str) -> str:
    # What JSON escapes TOML reads; only this one character is bare in JSON and forbidden in TOML.
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
