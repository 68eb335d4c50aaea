"""Attributes: what Amazon tells of an item, which Commerce attribute takes it, and the changes that follow."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from channelkit.model.tables import Column, Table

Scope = Literal["global", "views"]

ALL_VIEWS = "all"
"""The scope whose values hold in every store view that has none of its own: Commerce's own name for it."""

SET, CREATE = "set", "create"

LONGEST_TEXT = 255
"""Characters that Commerce keeps of a text or of an option's label; it cuts off the rest without a word."""

LONGEST_TEXTAREA = 20_000
"""Characters of a long text beyond which a person looks first; Commerce itself cuts at 65,535 bytes."""

NOT_FOR_IMPORT = (
    *("sku", "price", "special_price", "tier_price", "cost", "status", "visibility", "url_key", "tax_class_id"),
    *("category_ids", "quantity_and_stock_status", "attribute_set_id", "website_ids", "type_id"),
)
"""Commerce attributes that decide what is sold, where and for how much; Amazon's catalog has no say in them."""


@dataclass(frozen=True)
class AmazonAttribute:
    """One attribute that Amazon's catalog may tell of an item.

    Arguments:
        name: Amazon's own name.
        input: the kind of Commerce attribute that suits it.
    """

    name: str
    label: str
    input: str = "text"


KNOWN = (
    AmazonAttribute("asin", "ASIN"),
    AmazonAttribute("upc", "UPC"),
    AmazonAttribute("ean", "EAN"),
    AmazonAttribute("isbn", "ISBN"),
    AmazonAttribute("gtin", "GTIN"),
    AmazonAttribute("gcid", "Global catalog identifier"),
    AmazonAttribute("item_name", "Title"),
    AmazonAttribute("brand", "Brand", "select"),
    AmazonAttribute("manufacturer", "Manufacturer"),
    AmazonAttribute("model_name", "Model name"),
    AmazonAttribute("model_number", "Model number"),
    AmazonAttribute("part_number", "Part number"),
    AmazonAttribute("product_type", "Product type", "select"),
    AmazonAttribute("color", "Color", "select"),
    AmazonAttribute("size", "Size", "select"),
    AmazonAttribute("style", "Style", "select"),
    AmazonAttribute("material", "Material", "select"),
    AmazonAttribute("pattern", "Pattern", "select"),
    AmazonAttribute("department", "Department", "select"),
    AmazonAttribute("age_range_description", "Age range", "select"),
    AmazonAttribute("target_gender", "Target gender", "select"),
    AmazonAttribute("product_description", "Description", "textarea"),
    AmazonAttribute("bullet_point", "Bullet points", "textarea"),
    AmazonAttribute("item_weight", "Item weight"),
    AmazonAttribute("item_package_weight", "Package weight"),
    AmazonAttribute("item_dimensions", "Item dimensions"),
    AmazonAttribute("item_package_dimensions", "Package dimensions"),
    AmazonAttribute("number_of_items", "Number of items"),
    AmazonAttribute("unit_count", "Unit count"),
    AmazonAttribute("list_price", "List price", "price"),
    AmazonAttribute("country_of_origin", "Country of origin", "select"),
    AmazonAttribute("item_type_keyword", "Item type"),
    AmazonAttribute("product_site_launch_date", "Launch date"),
    AmazonAttribute("release_date", "Release date"),
    AmazonAttribute("author", "Author"),
    AmazonAttribute("binding", "Binding", "select"),
    AmazonAttribute("publisher", "Publisher", "select"),
    AmazonAttribute("publication_date", "Publication date"),
    AmazonAttribute("edition_number", "Edition"),
    AmazonAttribute("language", "Language", "select"),
    AmazonAttribute("pages", "Pages"),
    AmazonAttribute("genre", "Genre", "select"),
    AmazonAttribute("warranty_description", "Warranty", "textarea"),
    AmazonAttribute("safety_warning", "Safety warning", "textarea"),
    AmazonAttribute("batteries_required", "Batteries required", "boolean"),
    AmazonAttribute("is_assembly_required", "Assembly required", "boolean"),
    AmazonAttribute("wattage", "Wattage"),
    AmazonAttribute("voltage", "Voltage"),
    AmazonAttribute("capacity", "Capacity"),
)
"""What people most often take over (AT-02); whatever else Amazon sends can be mapped by its name, too."""


@dataclass(frozen=True)
class Mapping:
    """One row of the attribute catalogue (AT-02).

    Arguments:
        country: of the marketplace whose values are taken.
        attribute: code of the Commerce attribute.
        overwrite: a value that Commerce has already gives way; otherwise it stays (AT-05).
        scope: ``global``, or ``views`` where only some store views get the value (AT-06).
        store_views: their codes; empty where the scope is global.
        made_at: milliseconds since 1970.
    """

    id: int
    country: str
    amazon_attribute: str
    attribute: str
    active: bool
    overwrite: bool
    scope: Scope
    store_views: tuple[str, ...]
    made_at: int
    made_by: str

    @property
    def scopes(self) -> tuple[str, ...]:
        """The scopes that get the value, as Commerce names them."""
        return self.store_views if self.scope == "views" else (ALL_VIEWS,)


VALUES = Table(
    "attribute_values",
    ("marketplace_id", "asin", "amazon_attribute"),
    (
        Column("marketplace_id", "text", "the marketplace whose catalog says so"),
        Column("asin", "text", "Amazon's catalog item"),
        Column("amazon_attribute", "text", "Amazon's name of the attribute"),
        Column("value", "json", "a list of texts: an attribute may have several values"),
        Column("observed_at", "time", "when it was last read"),
    ),
)

CATALOG_CHANGES = Table(
    "catalog_changes",
    ("sku", "action", "attribute", "scope"),
    (
        Column("store", "text", "the Amazon store whose listing it comes from"),
        Column("sku", "text", "the Commerce product"),
        Column("action", "text", "set a value, or create a product"),
        Column("attribute", "text", "code of the attribute; empty where a product is created"),
        Column("scope", "text", "all, or the code of a store view"),
        Column("before", "text", "what stands there, in words; nothing where it is empty"),
        Column("after", "text", "what is to stand there, in words; JSON where a product is created"),
        Column("because", "text", "why, in a sentence"),
    ),
)
"""What is to change in Commerce; option numbers are written as their labels."""
