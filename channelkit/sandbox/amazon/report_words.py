"""The words of the all-listings report: its columns, their names by language, and its encodings."""

from __future__ import annotations

from channelkit.model.marketplaces import Marketplace

COLUMNS = (
    "item-name",
    "item-description",
    "listing-id",
    "seller-sku",
    "price",
    "quantity",
    "open-date",
    "image-url",
    "item-is-marketplace",
    "product-id-type",
    "zshop-shipping-fee",
    "item-note",
    "item-condition",
    "zshop-category1",
    "zshop-browse-path",
    "zshop-storefront-feature",
    "asin1",
    "asin2",
    "asin3",
    "will-ship-internationally",
    "expedited-shipping",
    "zshop-boldface",
    "product-id",
    "bid-for-featured-placement",
    "add-delete",
    "pending-quantity",
    "fulfillment-channel",
    "merchant-shipping-group",
    "status",
)
"""The columns of GET_MERCHANT_LISTINGS_ALL_DATA, in order."""

DEPRECATED = "Deprecated column"
_GONE_IN_EUROPE = {
    "zshop-shipping-fee",
    "zshop-category1",
    "zshop-browse-path",
    "zshop-storefront-feature",
    "zshop-boldface",
    "bid-for-featured-placement",
    "add-delete",
    "expedited-shipping",
    "item-is-marketplace",
    "will-ship-internationally",
}
_EXTRA_IN_EUROPE = ("optional-payment-type-exclusion", "Minimum order quantity", "Sell remainder")

_GERMAN = {
    "item-name": "Artikelbezeichnung",
    "item-description": "Artikelbeschreibung",
    "listing-id": "Angebotsnummer",
    "seller-sku": "Händler-SKU",
    "price": "Preis",
    "quantity": "Menge",
    "open-date": "Erstellungsdatum",
    "image-url": "Bild-URL",
    "product-id-type": "Produkt-ID-Typ",
    "item-note": "Anmerkung zum Artikel",
    "item-condition": "Artikelzustand",
    "asin1": "ASIN 1",
    "asin2": "ASIN 2",
    "asin3": "ASIN 3",
    "product-id": "Produkt-ID",
    "pending-quantity": "Anzahl Bestellungen",
    "fulfillment-channel": "Versender",
    "merchant-shipping-group": "Händlerversandgruppe",
    "status": "Status",
}
_FRENCH = {
    "item-name": "nom-produit",
    "seller-sku": "sku-vendeur",
    "price": "prix",
    "quantity": "quantité",
    "product-id-type": "type-id-produit",
    "item-condition": "état-produit",
    "product-id": "id-produit",
    "fulfillment-channel": "canal-traitement",
    "status": "état",
}
_ITALIAN = {
    "item-name": "Nome dell'articolo",
    "seller-sku": "SKU venditore",
    "price": "Prezzo",
    "quantity": "Quantità",
    "open-date": "Data di creazione",
    "product-id-type": "Tipo di identificativo del prodotto",
    "item-condition": "Condizione dell'articolo",
    "product-id": "Identificativo del prodotto",
    "fulfillment-channel": "Canale di gestione",
    "status": "stato",
}
_SPANISH = {
    "item-name": "Título del producto",
    "seller-sku": "SKU del vendedor",
    "price": "Precio",
    "quantity": "Cantidad",
    "open-date": "Fecha de creación",
    "product-id-type": "Tipo de identificador de producto",
    "item-condition": "Estado del producto",
    "product-id": "Identificador del producto",
    "fulfillment-channel": "Canal de gestión logística",
    "status": "estado",
}
_JAPANESE = {
    "item-name": "商品名",
    "listing-id": "出品ID",
    "seller-sku": "出品者SKU",
    "price": "価格",
    "quantity": "数量",
    "open-date": "出品日",
    "product-id-type": "商品IDタイプ",
    "item-note": "コンディション説明",
    "item-condition": "コンディション",
    "will-ship-internationally": "国外へ配送可",
    "expedited-shipping": "迅速な配送",
    "product-id": "商品ID",
    "pending-quantity": "在庫数",
    "fulfillment-channel": "フルフィルメント・チャンネル",
    "status": "ステータス",
}
LOCALISED = {"de": _GERMAN, "fr": _FRENCH, "it": _ITALIAN, "es": _SPANISH, "ja": _JAPANESE}
"""Headers by language, where Amazon has them in that language; the rest stay English."""

CHARSETS = {"eu": ("Cp1252", "cp1252"), "na": ("UTF-8", "utf-8"), "fe": ("UTF-8", "utf-8")}
"""By region: how the answer names the encoding, and what Python calls it."""


def charset(marketplace: Marketplace) -> tuple[str, str]:
    """Return how the answer names a report's encoding there, and what Python calls it.

    >>> from channelkit.model.marketplaces import marketplace
    >>> charset(marketplace("JP"))
    ('Windows-31J', 'cp932')
    """
    if marketplace.country == "JP":
        return "Windows-31J", "cp932"
    if marketplace.country == "CA":
        return "ISO-8859-1", "latin-1"
    return CHARSETS[marketplace.region]


def headers(marketplace: Marketplace, language: str) -> list[str]:
    """Return the header line's words in a language, with what is particular to Europe."""
    words = LOCALISED.get(language, {})
    if marketplace.region != "eu":
        return [words.get(column, column) for column in COLUMNS]
    named = ["fulfilment-channel" if column == "fulfillment-channel" else column for column in COLUMNS]
    shown = [
        DEPRECATED if column in _GONE_IN_EUROPE else words.get(column, name)
        for column, name in zip(COLUMNS, named, strict=True)
    ]
    # The status stays last, behind what only Europe has.
    return [*shown[:-1], *_EXTRA_IN_EUROPE, shown[-1]]
