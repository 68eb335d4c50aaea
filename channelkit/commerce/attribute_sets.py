"""Attribute sets and their groups: a product has only the attributes that its set has.

A value for an attribute outside a product's set is taken with a good answer, and dropped.
"""

from __future__ import annotations

from dataclasses import dataclass

from channelkit.commerce.attributes import Attribute, attribute_of
from channelkit.commerce.client import Commerce
from channelkit.commerce.criteria import Filter
from channelkit.commerce.operations import ATTACH_ATTRIBUTE, LIST_GROUPS, LIST_SET_ATTRIBUTES, LIST_SETS
from channelkit.commerce.paging import read_rows


@dataclass(frozen=True)
class AttributeSet:
    """One set of attributes, by which products are made."""

    id: int
    name: str


@dataclass(frozen=True)
class AttributeGroup:
    """One heading of a set, under which the product page shows attributes."""

    id: int
    name: str
    set_id: int


def list_sets(commerce: Commerce) -> list[AttributeSet]:
    """Return all attribute sets of products."""
    rows = read_rows(commerce, LIST_SETS)
    return [AttributeSet(int(row["attribute_set_id"]), str(row["attribute_set_name"])) for row in rows]


def list_groups(commerce: Commerce, set_id: int) -> list[AttributeGroup]:
    """Return the groups of one set, in the order of their numbers."""
    rows = read_rows(commerce, LIST_GROUPS, [[Filter("attribute_set_id", str(set_id))]])
    groups = [AttributeGroup(int(row["attribute_group_id"]), str(row["attribute_group_name"]), set_id) for row in rows]
    return sorted(groups, key=lambda group: group.id)


def list_set_attributes(commerce: Commerce, set_id: int) -> list[Attribute]:
    """Return the attributes of one set.

    Raises:
        RefusedError: there is no such set.
    """
    return [attribute_of(row) for row in commerce.call(LIST_SET_ATTRIBUTES, path={"set_id": str(set_id)})]


def attach_attribute(commerce: Commerce, set_id: int, group_id: int, code: str) -> None:
    """Put an attribute into a set; one that is there already stays in the group that it is in.

    Raises:
        RefusedError: there is no such set, group or attribute.
        TemporaryError: nobody knows whether it is there; calling this again is safe.
    """
    if any(known.code == code for known in list_set_attributes(commerce, set_id)):
        return
    body = {"attributeSetId": set_id, "attributeGroupId": group_id, "attributeCode": code, "sortOrder": 100}
    commerce.call(ATTACH_ATTRIBUTE, body=body)
