"""What is odd about a rule: conditions that can never hold, that contradict each other, that make no difference."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import pyarrow as pa

from channelkit.listings.rules.admission import combine, condition_tester
from channelkit.listings.rules.attributes import LISTS, Attributes, attribute_of
from channelkit.listings.rules.description import describe_condition, describe_node, group_words
from channelkit.listings.rules.operators import parse_value, takes_list
from channelkit.listings.rules.tree import Condition, Group, Node, codes_of, walk
from channelkit.listings.rules.values import is_number, moment_of
from channelkit.listings.rules.witnesses import Witnesses, contexts, ways

UNKNOWN, OPERATOR, NEVER = "unknown", "operator", "never"
CONTRADICTION, UNREACHABLE, ALWAYS, UNTOUCHED = "contradiction", "unreachable", "always", "untouched"

COUNTS = pa.schema([("path", pa.string()), ("holds", pa.int64()), ("products", pa.int64()), ("untouched", pa.int64())])
"""How many products each node of a rule holds for, and how many have none of the attributes that it looks at."""


@dataclass(frozen=True)
class Finding:
    """One thing that a person should look at.

    Arguments:
        kind: unknown (attribute or option), operator (not one that Commerce offers there), never (can or does never
            hold), contradiction, unreachable (makes no difference), always (holds for every product), untouched.
        path: the node's place: numbers of children from the root, joined by dots; empty for the rule itself.
        words: what is odd, and what to do.
    """

    kind: str
    path: str
    words: str


def lint_rule(group: Group, attributes: Attributes, counts: pa.Table | None = None) -> list[Finding]:
    """Return what is odd about a rule, in the order of the rule.

    Arguments:
        attributes: what Commerce says of the attributes.
        counts: what `count_rule` counted; None says only what the rule tells by itself.

    >>> rule = Group(children=(Condition("price", ">=", "20"), Condition("price", "<", "10")))
    >>> print(lint_rule(rule, {})[0].words)
    These can never hold together: price is at least “20”; price is less than “10”.
    """
    nodes = {_dotted(path): node for path, node in walk(group)}
    findings = [
        finding
        for path, node in nodes.items()
        if isinstance(node, Condition)
        for finding in _odd(node, path, attributes)
    ]
    witnesses = Witnesses(attributes)
    spoken = {finding.path for finding in findings if finding.kind in (NEVER, UNKNOWN)}
    contradictions = list(_contradictions(group, attributes, witnesses, spoken))
    findings += contradictions
    if witnesses.is_possible([(group, True)]):
        findings += _idle(group, attributes, witnesses, spoken | {finding.path for finding in contradictions})
    if counts is not None:
        findings += _counted(nodes, counts, attributes, {finding.path for finding in findings})
    order = list(nodes)
    return sorted(findings, key=lambda finding: order.index(finding.path))


def count_rule(group: Group, batches: Iterable[pa.Table], attributes: Attributes, time_zone: str) -> pa.Table:
    """Return for how many products each group and condition of a rule holds.

    Arguments:
        batches: as `channelkit.listings.rules.admission.admits` takes them.

    Returns:
        The columns `COUNTS`, one row a node, in the order of the rule; ``untouched`` counts products that have no value
        in any of the rule's attributes.
    """
    nodes, codes = [(_dotted(path), node) for path, node in walk(group)], codes_of(group)
    holds, products, untouched = [0] * len(nodes), 0, 0
    nothing = Group(children=tuple(Condition(code, "<=>") for code in codes))
    for batch in batches:
        test = condition_tester(batch, attributes, time_zone)
        products += batch.num_rows
        untouched += int(combine(nothing, test, batch.num_rows).sum()) if codes else 0
        for place, (_path, node) in enumerate(nodes):
            holds[place] += int(combine(node, test, batch.num_rows).sum())
    every = [products] * len(nodes)
    paths = [path for path, _node in nodes]
    return pa.table([paths, holds, every, [untouched] * len(nodes)], schema=COUNTS)


def _odd(condition: Condition, path: str, attributes: Attributes) -> Iterable[Finding]:
    """Yield what is odd about a condition by itself."""
    code, op = condition.attribute, condition.op
    attribute = attribute_of(code, attributes)
    words = describe_condition(condition, attributes)
    if attributes and code not in attributes:
        yield Finding(
            UNKNOWN,
            path,
            f"Commerce does not offer the attribute {code!r} in rules: its values are compared as text. "
            'Set "Use for Promo Rule Conditions" of it in Commerce.',
        )
        return
    if code in attributes and op not in attribute.operators:
        yield Finding(
            OPERATOR,
            path,
            f"{words}: Commerce does not offer {op} for {attribute.label}, but {', '.join(attribute.operators)}.",
        )
    if op == "<=>":
        return
    wanted = parse_value(condition, attribute)
    if takes_list(op, attribute) != isinstance(wanted, tuple) and not (attribute.kind in LISTS and op == "=="):
        yield Finding(NEVER, path, f"{words}: it never holds, since {op} {_takes(isinstance(wanted, tuple))}.")
        return
    items = wanted if isinstance(wanted, tuple) else (wanted,)
    if attribute.kind == "date" and any(moment_of(item, "UTC") is None for item in items):
        yield Finding(NEVER, path, f"{words}: that is no date. Write YYYY-MM-DD.")
    if attribute.is_number and op in (">=", "<=", ">", "<") and not all(map(is_number, items)):
        yield Finding(NEVER, path, f"{words}: that is no number, so it is compared as text.")
    known = set(attribute.options) if attribute.kind == "category" else {v.lower() for v in attribute.options.values()}
    lost = [item for item in items if item not in known and item.lower() not in known]
    if known and attribute.kind not in ("string", "date") and lost:
        what = "category" if attribute.kind == "category" else f"option of {attribute.label}"
        yield Finding(UNKNOWN, path, f"{words}: there is no {what} {', '.join(map(repr, lost))}.")


def _contradictions(group: Group, attributes: Attributes, witnesses: Witnesses, spoken: set[str]) -> Iterable[Finding]:
    """Yield the innermost groups whose conditions exclude each other, and conditions that exclude themselves."""
    impossible: set[tuple[int, ...]] = set()
    for path, node in sorted(walk(group), key=lambda each: -len(each[0])):
        if _dotted(path) in spoken or witnesses.is_possible([(node, True)]):
            if _dotted(path) in spoken and not witnesses.is_possible([(node, True)]):
                impossible.add(path)
            continue
        if any(inner[: len(path)] == path for inner in impossible):
            # What is inside explains it, unless it matters to nobody who asks for any of several.
            impossible.add(path)
            continue
        impossible.add(path)
        if isinstance(node, Condition):
            yield Finding(NEVER, _dotted(path), f"{describe_condition(node, attributes)}: no product can be like that.")
            continue
        clashing = next((way for found in ways([(node, True)]) or () if (way := witnesses.clash(found))), ())
        asked = "; ".join(
            describe_condition(condition, attributes) if wanted else f"not: {describe_condition(condition, attributes)}"
            for condition, wanted in clashing
        )
        yield Finding(CONTRADICTION, _dotted(path), f"These can never hold together: {asked or group_words(node)}.")


def _idle(group: Group, attributes: Attributes, witnesses: Witnesses, spoken: set[str]) -> Iterable[Finding]:
    """Yield nodes that change nothing, the later of two that say the same."""
    idle: set[tuple[int, ...]] = set()
    for path, node in sorted(walk(group), key=lambda each: (len(each[0]), tuple(-place for place in each[0]))):
        around = [path[: depth + 1] for depth in range(len(path))]
        is_inside = any(outer in idle or _dotted(outer) in spoken for outer in around)
        if not path or is_inside or (isinstance(node, Group) and not node.children):
            continue
        beside = contexts(_without(group, idle), _moved(path, idle))
        words = describe_node(node, attributes)
        if not witnesses.is_possible(beside):
            said = f"{words}: it makes no difference, since what stands beside it has always decided already."
        elif not witnesses.is_possible([*beside, (node, True)]):
            said = f"{words}: it never holds where it would matter, since what stands beside it excludes it."
        elif not witnesses.is_possible([*beside, (node, False)]):
            said = f"{words}: it makes no difference, since what stands beside it says so already."
        else:
            continue
        idle.add(path)
        yield Finding(UNREACHABLE, _dotted(path), said)


def _without(group: Group, idle: set[tuple[int, ...]], path: tuple[int, ...] = ()) -> Group:
    """Return a rule without some of its nodes."""
    children: list[Node] = []
    for place, child in enumerate(group.children):
        inner = (*path, place)
        if inner not in idle:
            children.append(_without(child, idle, inner) if isinstance(child, Group) else child)
    return Group(group.all, group.match, tuple(children))


def _moved(path: Sequence[int], idle: set[tuple[int, ...]]) -> list[int]:
    """Return where a node is in a rule without some others."""
    earlier = [
        [other for other in idle if len(other) == depth + 1 and other[:-1] == tuple(path[:depth]) and other[-1] < place]
        for depth, place in enumerate(path)
    ]
    return [place - len(before) for place, before in zip(path, earlier, strict=True)]


def _counted(nodes: dict[str, Node], counts: pa.Table, attributes: Attributes, spoken: set[str]) -> Iterable[Finding]:
    for row in counts.to_pylist():
        path, products = row["path"], row["products"]
        node = nodes.get(path)
        if not path and row["untouched"]:
            yield Finding(
                UNTOUCHED,
                "",
                f"{row['untouched']:,} of {products:,} products have none of the attributes that the rule looks at: "
                f"nothing is known of them, and yet it decides about them.",
            )
        if not isinstance(node, Condition) or not products or path in spoken:
            continue
        words = describe_condition(node, attributes)
        if not row["holds"]:
            yield Finding(NEVER, path, f"{words}: of {products:,} products none is like that today.")
        elif row["holds"] == products:
            yield Finding(ALWAYS, path, f"{words}: all {products:,} products are like that today.")


def _takes(is_list: bool) -> str:
    return "takes one value, and there are several" if is_list else "takes a list, and there is none"


def _dotted(path: Sequence[int]) -> str:
    return ".".join(map(str, path))
