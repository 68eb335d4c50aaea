"""Amazon listings and an Adobe Commerce catalog in one view.

>>> import channelkit
>>> kit = channelkit.open("channelkit.toml")      # doctest: +SKIP
>>> kit.stores["us"].listings(tab="Inactive")     # doctest: +SKIP
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from channelkit.attributes.product_form import ProductForm

if TYPE_CHECKING:
    from channelkit.kit import Kit

__all__ = ["ProductForm", "__version__", "open"]
__version__ = "0.1.0"


def open(settings: str | Path | None = None) -> Kit:
    """Open channelkit with a settings file, or with the nearest one here or above.

    Arguments:
        settings: path of ``channelkit.toml``.

    Raises:
        SettingsError: there is none, or something in it is wrong; the message names the key, the file and the fix.
        DatabaseError: the database cannot be used.
    """
    # Everything heavy loads here, so that importing channelkit costs nothing.
    from channelkit.kit import Kit  # noqa: PLC0415

    return Kit.open(settings)
