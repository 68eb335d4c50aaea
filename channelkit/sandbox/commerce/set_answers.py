"""What is answered about attribute sets, and what happens when an attribute is put into one."""

from __future__ import annotations

from typing import Any

from channelkit.sandbox.commerce.attribute_documents import ENTITY_TYPE, attribute_document
from channelkit.sandbox.commerce.attribute_sets import AttributeSet
from channelkit.sandbox.commerce.call import Call
from channelkit.sandbox.commerce.criteria import read_criteria
from channelkit.sandbox.commerce.refusal import Refusal, no_entity
from channelkit.sandbox.commerce.search import find_rows, results

_ATTACHED = ("attributeSetId", "attributeGroupId", "attributeCode", "sortOrder")


def list_sets(call: Call) -> Any:
    """Answer ``GET products/attribute-sets/sets/list`` and ``GET eav/attribute-sets/list``."""
    criteria = read_criteria(call)
    rows = [_set_document(each) for each in call.state.attributes.sets.all]
    # Filters name the type of entity by its code there; the answer shows its number.
    searched = [row | {"entity_type_code": "catalog_product"} for row in rows]
    found = find_rows(searched, criteria, ("attribute_set_id", "entity_type_id"))
    found.items = [{name: row[name] for name in rows[0]} for row in found.items]
    return results(found, criteria)


def show_set(call: Call) -> Any:
    """Answer ``GET products/attribute-sets/:attributeSetId``."""
    return _set_document(_set(call, call.whole("attributeSetId")))


def add_set(call: Call) -> Any:
    """Answer ``POST products/attribute-sets``: a new set has what another one has."""
    record, skeleton = call.field("attributeSet"), call.field("skeletonId")
    name = str(record.get("attribute_set_name") or "").strip()
    if not name:
        raise Refusal(400, '"%fieldName" is required. Enter and try again.', {"fieldName": "attribute_set_name"})
    sets = call.state.attributes.sets
    if any(known.name.lower() == name.lower() for known in sets.all):
        raise Refusal(400, 'A "%1" attribute set name already exists. Create a new name and try again.', [name])
    _set(call, skeleton)
    return _set_document(sets.add(name, skeleton=skeleton, sort_order=int(record.get("sort_order") or 0)))


def list_groups(call: Call) -> Any:
    """Answer ``GET products/attribute-sets/groups/list``, which wants to know of which set."""
    criteria = read_criteria(call)
    wanted = [each.value for group in criteria.groups for each in group if each.field == "attribute_set_id"]
    if not wanted:
        raise Refusal(400, '"%fieldName" is required. Enter and try again.', {"fieldName": "attribute_set_id"})
    _set(call, int(wanted[0]) if wanted[0].isdecimal() else 0)
    rows = [
        {
            "attribute_group_id": str(group.id),
            "attribute_group_name": group.name,
            "attribute_set_id": each.id,
            "extension_attributes": {
                "attribute_group_code": group.name.lower().replace(" ", "-"),
                "sort_order": str(place),
            },
        }
        for each in call.state.attributes.sets.all
        for place, group in enumerate(each.groups, 1)
    ]
    return results(find_rows(rows, criteria, ("attribute_set_id",)), criteria)


def list_set_attributes(call: Call) -> Any:
    """Answer ``GET products/attribute-sets/:attributeSetId/attributes``."""
    known = call.state.attributes.by_code
    found = _set(call, call.whole("attributeSetId"))
    return [attribute_document(known[code], call.store_id) for code in found.codes]


def attach_attribute(call: Call) -> Any:
    """Answer ``POST products/attribute-sets/attributes`` with a number; one that is in the set moves."""
    set_id, group_id, code, _order = (call.field(name) for name in _ATTACHED)
    found = _set(call, set_id)
    group = found.group(int(group_id))
    if group is None:
        if any(each.group(int(group_id)) for each in call.state.attributes.sets.all):
            raise Refusal(400, "The attribute group doesn't belong to the attribute set.")
        raise no_entity("id", group_id)
    attribute = call.state.attributes.by_code.get(str(code))
    if attribute is None:
        raise Refusal(
            404,
            'The attribute with a "%1" attributeCode doesn\'t exist. Verify the attribute and try again.',
            [str(code)],
        )
    found.attach(attribute.code, group)
    return found.id * 1000 + attribute.id


def _set(call: Call, number: Any) -> AttributeSet:
    found = call.state.attributes.sets.find(number)
    if found is None:
        raise no_entity("id", number)
    return found


def _set_document(each: AttributeSet) -> dict[str, Any]:
    return {
        "attribute_set_id": each.id,
        "attribute_set_name": each.name,
        "sort_order": each.sort_order,
        "entity_type_id": ENTITY_TYPE,
    }
