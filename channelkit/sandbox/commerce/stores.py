"""Websites, store groups and store views, as Magento nests them."""

from __future__ import annotations

from dataclasses import dataclass, field

from channelkit.sandbox.commerce.refusal import no_route

ADMIN = 0
"""The store view and website number under which values hold everywhere."""


@dataclass(frozen=True)
class Website:
    """A website; its base currency is the one its prices are in."""

    id: int
    code: str
    name: str
    base_currency: str
    default_group_id: int


@dataclass(frozen=True)
class StoreGroup:
    """A store: the level between a website and its views."""

    id: int
    code: str
    name: str
    website_id: int
    root_category_id: int
    default_store_id: int


@dataclass(frozen=True)
class StoreView:
    """A store view: the level that values are read and written under."""

    id: int
    code: str
    name: str
    website_id: int
    group_id: int
    locale: str
    timezone: str
    display_currency: str


@dataclass
class Stores:
    """Every website, group and view, numbered in the order in which they came; 0 is the admin's."""

    websites: list[Website] = field(default_factory=lambda: [Website(0, "admin", "Admin", "USD", 0)])
    groups: list[StoreGroup] = field(default_factory=lambda: [StoreGroup(0, "default", "Default", 0, 0, 0)])
    views: list[StoreView] = field(
        default_factory=lambda: [StoreView(0, "admin", "Admin", 0, 0, "en_US", "UTC", "USD")]
    )

    def add_website(self, code: str, name: str, base_currency: str) -> Website:
        """Add a website with its one store group."""
        group_id = len(self.groups)
        website = Website(len(self.websites), code, name, base_currency, group_id)
        self.websites.append(website)
        self.groups.append(StoreGroup(group_id, f"{code}_store", f"{name} Store", website.id, 2, 0))
        return website

    def add_view(self, website_code: str, code: str, name: str, locale: str, timezone: str) -> StoreView:
        """Add a store view to a website; the first one becomes its default."""
        website = self.website(website_code)
        group = self.groups[website.default_group_id]
        view = StoreView(len(self.views), code, name, website.id, group.id, locale, timezone, website.base_currency)
        self.views.append(view)
        if not group.default_store_id:
            self.groups[group.id] = StoreGroup(
                group.id, group.code, group.name, group.website_id, group.root_category_id, view.id
            )
        return view

    def website(self, code: str) -> Website:
        """Return the website with this code.

        Raises:
            KeyError: there is none.
        """
        for website in self.websites:
            if website.code == code:
                return website
        raise KeyError(f"There is no website {code!r}.")

    def view(self, code: str) -> StoreView:
        """Return the store view with this code; ``default`` is the first website's default view.

        Raises:
            Refusal: there is none; Magento then reads the code as part of an address that it does not know.
        """
        for view in self.views[1:]:
            if view.code == code:
                return view
        if code == "default" and len(self.views) > 1:
            return self.views[self.groups[1].default_store_id] if len(self.groups) > 1 else self.views[1]
        raise no_route()

    def views_of(self, website_id: int) -> list[StoreView]:
        """Return the views of one website."""
        return [view for view in self.views[1:] if view.website_id == website_id]
