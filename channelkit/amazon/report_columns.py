"""What the columns of a listings report are called: by Amazon in English, in British, and in other languages.

Reports are cached without regard to their language, so a localised header can come back whatever was asked for.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

_NAMES: dict[str, tuple[str, ...]] = {
    "seller_sku": ("seller-sku", "Händler-SKU", "sku-vendeur", "SKU venditore", "SKU del vendedor", "出品者SKU"),
    "title": (
        *("item-name", "Artikelbezeichnung", "Artikelname", "nom-produit", "Nome dell'articolo"),
        *("Título del producto", "商品名"),
    ),
    "description": ("item-description", "Artikelbeschreibung", "description-article", "商品説明"),
    "listing_id": ("listing-id", "Angebotsnummer", "id-offre", "出品ID"),
    "price": ("price", "Preis", "prix", "Prezzo", "Precio", "価格"),
    "quantity": ("quantity", "Menge", "quantité", "Quantità", "Cantidad", "数量"),
    "opened": (
        *("open-date", "Erstellungsdatum", "Einstelldatum", "date-ouverture", "Data di creazione"),
        *("Fecha de creación", "出品日"),
    ),
    "image_url": ("image-url", "Bild-URL", "url-image"),
    "product_id_type": (
        *("product-id-type", "Produkt-ID-Typ", "type-id-produit", "Tipo di identificativo del prodotto"),
        *("Tipo de identificador de producto", "商品IDタイプ"),
    ),
    "condition_note": ("item-note", "Anmerkung zum Artikel", "note-article", "コンディション説明"),
    "condition": (
        *("item-condition", "Artikelzustand", "état-produit", "Condizione dell'articolo", "Estado del producto"),
        "コンディション",
    ),
    "asin": ("asin1", "ASIN 1"),
    "product_id": (
        *("product-id", "Produkt-ID", "id-produit", "Identificativo del prodotto", "Identificador del producto"),
        "商品ID",
    ),
    "pending_quantity": ("pending-quantity", "Anzahl Bestellungen", "quantité-en-attente"),
    "fulfillment_channel": (
        *("fulfillment-channel", "fulfilment-channel", "Versender", "canal-traitement", "Canale di gestione"),
        *("Canal de gestión logística", "フルフィルメント・チャンネル"),
    ),
    "shipping_group": ("merchant-shipping-group", "Händlerversandgruppe", "groupe-expédition"),
    "status": ("status", "Status", "état", "stato", "estado", "ステータス"),
}

CONDITIONS = {
    "1": "used_like_new",
    "2": "used_very_good",
    "3": "used_good",
    "4": "used_acceptable",
    "5": "collectible_like_new",
    "6": "collectible_very_good",
    "7": "collectible_good",
    "8": "collectible_acceptable",
    "10": "refurbished_refurbished",
    "11": "new_new",
}
"""The report's numbers of conditions in the words of the Listings Items API."""


def find_columns(header: Sequence[str]) -> dict[str, int]:
    """Return the position of each column that we know, by our name.

    >>> find_columns(["Deprecated column", "Händler-SKU", "Deprecated column", "fulfilment-channel"])
    {'seller_sku': 1, 'fulfillment_channel': 3}
    """
    found: dict[str, int] = {}
    for position, name in enumerate(header):
        ours = _OURS.get(_plain(name))
        if ours is not None:
            found.setdefault(ours, position)
    return found


def _plain(name: str) -> str:
    return re.sub(r"[\s_\-・\"]+", "", unicodedata.normalize("NFKC", name)).casefold()


_OURS = {_plain(name): ours for ours, names in _NAMES.items() for name in names}
