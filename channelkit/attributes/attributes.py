"""The room of attributes as a person works with it: recommended, mapped, imported, reviewed, taken back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from channelkit.attributes import catalogue, importing, recommended, review
from channelkit.attributes.catalog_plan import CatalogPlan
from channelkit.attributes.confirming import confirm_changes, list_changes
from channelkit.attributes.facts import read_links
from channelkit.attributes.new_products import plan_products
from channelkit.attributes.product_form import ProductForm
from channelkit.attributes.proposal import Proposal
from channelkit.commerce.attributes import Attribute
from channelkit.database import attribute_map
from channelkit.errors import UsageError
from channelkit.model.attributes import Mapping, Scope
from channelkit.parts import Parts

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Attributes:
    """Attributes in Commerce, and what Amazon's catalog tells; nothing here ever flows back to Amazon.

    What is written to Commerce is written by `Proposal.apply` and `CatalogPlan.apply`, after somebody has looked. A
    store that is read-only still imports: read-only is about what leaves for Amazon.
    """

    parts: Parts

    def recommend(self, sets: Sequence[str] = ()) -> Proposal:
        """Return what would be made so that Commerce has the recommended attributes (AT-01).

        Arguments:
            sets: names of the attribute sets that get them; those that products are in when empty.

        Raises:
            UsageError: Commerce has no set of this name.
        """
        return recommended.recommend(self.parts, sets)

    def create(
        self,
        code: str,
        label: str,
        *,
        sets: Sequence[str] = (),
        input: str = "text",
        scope: str = "global",
        options: Sequence[str] = (),
        price_rules: bool = True,
        search: bool = True,
        comparable: bool = False,
        navigation: bool = False,
    ) -> Proposal:
        """Return what would be made for one more Commerce attribute (AT-03); one of this code is used as it is.

        Arguments:
            code: lower-case letters, digits and underscores.
            sets: names of the attribute sets that get it; those that products are in when empty.
            input: text, textarea, select, multiselect, boolean, or price.
            scope: global, website, or store: where a value may differ.
            options: labels to begin with; an import adds those that it needs.
            price_rules, search, comparable, navigation: what it can be used for; only choices, yes or no, and prices
                can stand in navigation.

        Raises:
            UsageError: the code, the kind or a flag is not possible, or Commerce has no such set.
        """
        attribute = Attribute(
            code=code,
            label=label,
            input=input,
            scope=scope,
            options=tuple(options),
            searchable=search,
            comparable=comparable,
            used_for_promo_rules=price_rules,
            used_in_grid=True,
            filterable_in_grid=True,
            filterable=navigation,
        )
        return recommended.propose_attribute(self.parts, attribute, sets)

    def choices(self, country: str = "US") -> pd.DataFrame:
        """Return the Amazon attributes to choose from, and for how many items Amazon was seen to tell each."""
        import pandas as pd  # noqa: PLC0415 - loaded when a table is looked at

        return pd.DataFrame(catalogue.list_choices(self.parts, country))

    def catalogue(self) -> pd.DataFrame:
        """Return the attribute catalogue (AT-02): which Commerce attribute takes which of Amazon's values."""
        import pandas as pd  # noqa: PLC0415 - loaded when a table is looked at

        with self.parts.database.read() as connection:
            rows = [_row(each) for each in attribute_map.load_mappings(connection)]
        return pd.DataFrame(rows, columns=list(_CATALOGUE))

    def map(
        self,
        country: str,
        amazon_attribute: str,
        attribute: str,
        *,
        overwrite: bool = False,
        scope: Scope = "global",
        store_views: Sequence[str] = (),
        by: str = "",
    ) -> Mapping:
        """Link an Amazon attribute to a Commerce attribute that exists, and return the catalogue's row (AT-03).

        Arguments:
            country: of the marketplace, for instance ``US``.
            overwrite: a value that Commerce has already gives way (AT-05).
            scope: global, or views to fill only some store views (AT-06).
            store_views: their codes; none where the scope is global.
            by: your name; it is kept beside the row.

        Raises:
            UsageError: one of the two is not known, cannot take values, or they are linked already.
        """
        return catalogue.map_attribute(
            self.parts,
            country,
            amazon_attribute,
            attribute,
            overwrite=overwrite,
            scope=scope,
            store_views=store_views,
            by=by,
        )

    def map_all(self, rows: Sequence[str], by: str = "") -> pd.DataFrame:
        """Link several pairs, leave those that are linked already as they are, and return the whole catalogue.

        Arguments:
            rows: for each a country, Amazon's attribute and Commerce's, with spaces: ``US brand manufacturer``.
            by: your name; it is kept beside new rows.

        Raises:
            UsageError: a row is not three words, or its pair cannot be linked; the rows before it are.
        """
        for row in rows:
            words = row.split()
            if len(words) != len(_ROW):
                raise UsageError(f"{row!r} is no row of the catalogue.", f"Write {', '.join(_ROW)}, with spaces.")
            if not catalogue.is_mapped(self.parts, *words):
                self.map(*words, by=by)
        return self.catalogue()

    def change(
        self,
        mapping: int,
        *,
        attribute: str | None = None,
        active: bool | None = None,
        overwrite: bool | None = None,
        scope: Scope | None = None,
        store_views: Sequence[str] | None = None,
        by: str = "",
    ) -> Mapping:
        """Change a row of the catalogue; what is not said stays (AT-02).

        Raises:
            UsageError: there is no such row, or it would not be possible so.
        """
        return catalogue.change_mapping(
            self.parts,
            mapping,
            attribute=attribute,
            active=active,
            overwrite=overwrite,
            scope=scope,
            store_views=store_views,
            by=by,
        )

    def deactivate(self, mapping: int, by: str = "") -> Mapping:
        """Take a row of the catalogue out of use; what it imported stays in Commerce."""
        return self.change(mapping, active=False, by=by)

    def pull(self, stores: Sequence[str] = (), hours: float = 24.0) -> int:
        """Read what Amazon's catalog tells of matched listings' items, and return how many items were asked for.

        Arguments:
            stores: names of stores; all when empty.
            hours: items that were read within so many hours are not asked for again.
        """
        return importing.read_amazon(self.parts, stores, hours=hours)

    def plan(self, skus: Sequence[str] = ()) -> CatalogPlan:
        """Return the plan that brings Amazon's values into matched products (AT-04); nothing is written.

        Arguments:
            skus: only these products; all that are matched when empty.
        """
        return importing.plan_import(self.parts, skus)

    def values(self, imported: bool | None = None, skus: Sequence[str] = ()) -> pd.DataFrame:
        """Return Amazon's values beside Commerce's, imported or not, and why not (AT-07).

        Arguments:
            imported: only those that are, or only those that are not.
            skus: only these products; all that are matched when empty.
        """
        return review.review_values(self.parts, imported, skus)

    def reimport(
        self, skus: Sequence[str] = (), mappings: Sequence[int] = (), *, overwrite: bool | None = None
    ) -> CatalogPlan:
        """Read a selection from Amazon again, and return the plan that imports it (AT-07).

        Arguments:
            skus: only these products.
            mappings: only these rows of the catalogue.
            overwrite: for this selection, instead of what the catalogue says.

        Raises:
            UsageError: nothing was selected.
        """
        if not skus and not mappings:
            raise UsageError("Say what to import again.", "Name SKUs, or numbers of the catalogue's rows.")
        links = read_links(self.parts)
        rows = links.select(["sku", "asin"]).to_pylist()
        asins = [row["asin"] for row in rows if not skus or row["sku"] in set(skus)]
        if not asins:
            raise UsageError(f"None of {', '.join(skus)} is matched to a listing.", "Match it first.")
        importing.read_amazon(self.parts, asins=asins, hours=0.0)
        return importing.plan_import(self.parts, skus, mappings, overwrite)

    def undo(self, plan: str = "", ids: Sequence[int] = ()) -> CatalogPlan:
        """Return the plan that takes changes back to what stood there before; what somebody changed since is left.

        Arguments:
            plan: the fingerprint of an applied plan.
            ids: or numbers of changes.

        Raises:
            UsageError: there is no such plan or change.
        """
        return importing.plan_taking_back(self.parts, plan, ids)

    def products(self, store: str, seller_skus: Sequence[str], form: ProductForm) -> CatalogPlan:
        """Return the plan that creates a product for each of these listings, and links the two (MA-08).

        Arguments:
            store: the store's name.
            seller_skus: listings that no product matches.
            form: what all of them share.

        Raises:
            UsageError: the form is not possible, a listing is not known, or its currency is not the websites' own.
        """
        return plan_products(self.parts, store, seller_skus, form)

    def confirm(self) -> int:
        """Read back what Commerce had not shown yet, and return how many changes that closed."""
        return confirm_changes(self.parts)

    def changes(self, states: Sequence[str] = ()) -> pd.DataFrame:
        """Return what was written to Commerce, the newest first, with its plan and its state.

        Arguments:
            states: planned, sent, accepted, refused, confirmed, expired, dropped; all when empty.
        """
        return list_changes(self.parts, states)


_ROW = ("country", "amazon_attribute", "attribute")
_CATALOGUE = (
    *("id", "country", "amazon_attribute", "attribute", "status", "overwrite", "scope", "store_views"),
    *("made_by", "made_at"),
)


def _row(mapping: Mapping) -> dict[str, object]:
    import pandas as pd  # noqa: PLC0415 - loaded when a table is looked at

    return {
        "id": mapping.id,
        "country": mapping.country,
        "amazon_attribute": mapping.amazon_attribute,
        "attribute": mapping.attribute,
        "status": "Active" if mapping.active else "Inactive",
        "overwrite": "Enabled" if mapping.overwrite else "Disabled",
        "scope": "Global" if mapping.scope == "global" else "Store views",
        "store_views": ", ".join(mapping.store_views),
        "made_by": mapping.made_by,
        "made_at": pd.Timestamp(mapping.made_at, unit="ms", tz="UTC"),
    }
