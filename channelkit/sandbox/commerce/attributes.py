"""Product attributes with their options, and attribute sets."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal

from channelkit.sandbox.commerce.attribute_sets import AttributeSet, AttributeSets

Scope = Literal["global", "website", "store"]

BACKENDS = {
    "text": "varchar",
    "textarea": "text",
    "select": "int",
    "multiselect": "varchar",
    "boolean": "int",
    "price": "decimal",
    "weight": "decimal",
    "date": "datetime",
    "datetime": "datetime",
    "media_image": "varchar",
}
"""Each input kind of an attribute, and the table that Magento keeps its values in."""

FIELDS = ("name", "price", "status", "visibility", "weight")
"""Attributes that stand on the product itself on the wire, not among its custom attributes."""


@dataclass
class Option:
    """One choice of a select: its number, its label in the admin and in store views."""

    id: int
    label: str
    sort_order: int = 0
    is_default: bool = False
    labels: dict[int, str] = field(default_factory=dict)


@dataclass
class Attribute:
    """One product attribute."""

    id: int
    code: str
    label: str
    input: str
    scope: Scope = "global"
    required: bool = False
    user_defined: bool = True
    options: list[Option] = field(default_factory=list)
    flags: dict[str, bool] = field(default_factory=dict)

    @property
    def has_options(self) -> bool:
        return self.input in {"select", "multiselect", "boolean"}


# Code, label, input, scope: the system's own, as a fresh Magento has them (those that matter here).
_SYSTEM: tuple[tuple[str, str, str, Scope], ...] = (
    ("name", "Product Name", "text", "store"),
    ("sku", "SKU", "text", "global"),
    ("price", "Price", "price", "website"),
    ("special_price", "Special Price", "price", "website"),
    ("special_from_date", "Special Price From Date", "date", "website"),
    ("special_to_date", "Special Price To Date", "date", "website"),
    ("cost", "Cost", "price", "website"),
    ("weight", "Weight", "weight", "global"),
    ("status", "Enable Product", "select", "website"),
    ("visibility", "Visibility", "select", "store"),
    ("description", "Description", "textarea", "store"),
    ("short_description", "Short Description", "textarea", "store"),
    ("url_key", "URL Key", "text", "store"),
    ("tax_class_id", "Tax Class", "select", "website"),
    ("image", "Base", "media_image", "store"),
    ("category_ids", "Categories", "text", "global"),
    ("country_of_manufacture", "Country of Manufacture", "select", "website"),
)


class Attributes:
    """Every attribute by its code, every option by its number, every set."""

    def __init__(self) -> None:
        self.by_code: dict[str, Attribute] = {}
        self.sets = AttributeSets()
        self._options = 0
        self._number = 72
        for code, label, kind, scope in _SYSTEM:
            self.add(code, label, kind, scope=scope, user_defined=False)
        for code, labels in (
            ("status", ("Enabled", "Disabled")),
            ("visibility", ("Not Visible Individually", "Catalog", "Search", "Catalog, Search")),
            ("tax_class_id", ("None", "Taxable Goods")),
        ):
            # The system's own lists are numbered for themselves; tax classes from 0.
            first = 0 if code == "tax_class_id" else 1
            self.by_code[code].options = [Option(number, label) for number, label in enumerate(labels, first)]

    def add(
        self,
        code: str,
        label: str,
        kind: str,
        *,
        scope: Scope = "global",
        required: bool = False,
        user_defined: bool = True,
        options: Iterable[str] = (),
        attached: bool = True,
    ) -> Attribute:
        """Add an attribute, with its options by label; unless ``attached`` is False, to every set."""
        self._number += 1
        attribute = Attribute(self._number, code, label, kind, scope, required, user_defined)
        attribute.flags = {"is_used_for_promo_rules": user_defined and attached, "is_unique": code == "sku"}
        self.by_code[code] = attribute
        if kind == "boolean":
            attribute.options = [Option(1, "Yes"), Option(0, "No")]
        for option in options:
            self.add_option(attribute, option)
        for each in self.sets.all if attached else ():
            each.attach(code, each.groups[0])
        return attribute

    def find(self, code: str) -> Attribute | None:
        """Return the attribute of this code, in any case, as the database compares."""
        found = self.by_code.get(code)
        if found is None:
            found = next((each for each in self.by_code.values() if each.code.lower() == code.lower()), None)
        return found

    def add_option(self, attribute: Attribute, label: str, *, sort_order: int = 0, is_default: bool = False) -> Option:
        """Add a choice; its number is unique among all attributes, as in Magento."""
        self._options += 1
        option = Option(self._options, label, sort_order, is_default)
        attribute.options.append(option)
        return option

    def add_set(self, name: str) -> AttributeSet:
        """Add an attribute set with what the default one has."""
        return self.sets.add(name)

    def stored(self, code: str, value: object) -> object:
        """Return what is kept for a value as a person writes it: options by number, added where they are new.

        >>> attributes = Attributes()
        >>> color = attributes.add("color", "Color", "select", options=["Red"])
        >>> attributes.stored("color", "Red"), attributes.stored("color", "Blue"), attributes.stored("upc", "01")
        ('1', '2', '01')
        """
        attribute = self.by_code.get(code)
        if attribute is None or value is None or not attribute.has_options:
            return value
        labels = value if isinstance(value, (list, tuple)) else [value]
        return ",".join(str(self._option(attribute, str(label)).id) for label in labels)

    def _option(self, attribute: Attribute, label: str) -> Option:
        for option in attribute.options:
            if option.label == label:
                return option
        return self.add_option(attribute, label)
