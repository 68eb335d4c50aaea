"""The modules that a Commerce has: they tell which other programs work on the same products."""

from __future__ import annotations

from channelkit.commerce.client import Commerce
from channelkit.commerce.operations import LIST_MODULES
from channelkit.errors import RefusedError


def list_modules(commerce: Commerce) -> list[str]:
    """Return the names of all modules that are on, for instance ``Magento_Catalog``.

    Raises:
        AuthError: the integration may not see them; it needs the resource Magento_Backend::admin.
        RefusedError: Commerce as a Cloud Service does not tell.
    """
    body = commerce.call(LIST_MODULES)
    if isinstance(body, dict):
        body = body.get("items")
    if not isinstance(body, list):
        raise RefusedError(
            f"commerce, {LIST_MODULES.name}: the answer is not a list of modules.",
            "A module or a proxy has changed it; ask whoever runs the shop.",
            system="commerce",
            operation=LIST_MODULES.name,
        )
    return sorted(str(name) for name in body)
