"""What is answered about websites, stores, store views, their settings, and the modules that are installed."""

from __future__ import annotations

from typing import Any

from channelkit.sandbox.commerce.call import Call
from channelkit.sandbox.commerce.refusal import no_entity


def list_websites(call: Call) -> Any:
    """Answer ``GET store/websites``."""
    return [
        {"id": each.id, "code": each.code, "name": each.name, "default_group_id": each.default_group_id}
        for each in call.state.stores.websites
    ]


def list_groups(call: Call) -> Any:
    """Answer ``GET store/storeGroups``."""
    return [
        {
            "id": each.id,
            "website_id": each.website_id,
            "root_category_id": each.root_category_id,
            "default_store_id": each.default_store_id,
            "name": each.name,
            "code": each.code,
        }
        for each in call.state.stores.groups
    ]


def list_views(call: Call) -> Any:
    """Answer ``GET store/storeViews``."""
    return [
        {
            "id": each.id,
            "code": each.code,
            "name": each.name,
            "website_id": each.website_id,
            "store_group_id": each.group_id,
            "is_active": 1,
        }
        for each in call.state.stores.views
    ]


def list_configs(call: Call) -> Any:
    """Answer ``GET store/storeConfigs``; ``storeCodes[]`` narrows it."""
    wanted = [value for name, value in call.query if name.startswith("storeCodes")]
    views = call.state.stores.views[1:]
    unknown = [code for code in wanted if code not in {view.code for view in views}]
    if unknown:
        raise no_entity("store_code", unknown[0])
    rows = []
    for view in views:
        if wanted and view.code not in wanted:
            continue
        website = call.state.stores.websites[view.website_id]
        row: dict[str, Any] = {
            "id": view.id,
            "code": view.code,
            "website_id": view.website_id,
            "locale": view.locale,
            "base_currency_code": website.base_currency,
            "default_display_currency_code": view.display_currency,
            "timezone": view.timezone,
            "weight_unit": "lbs" if website.base_currency == "USD" else "kgs",
        }
        for name, path in (("url", ""), ("link_url", ""), ("static_url", "static/"), ("media_url", "media/")):
            row[f"base_{name}"] = row[f"secure_base_{name}"] = f"https://{website.code}.shop.example/{path}"
        rows.append(row)
    return rows


def list_modules(call: Call) -> Any:
    """Answer ``GET modules``."""
    return list(call.state.settings.modules)
