"""The all-listings report as a file: columns, rows, words and encoding as each marketplace has them."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from channelkit.model.marketplaces import Marketplace
from channelkit.sandbox.amazon.listings import MERCHANT, Listing, Shelf

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

_LINES_AT_ONCE = 5_000
_ZONE_WORDS = {"Europe/Berlin": ("MET", "MEST"), "Europe/London": ("GMT", "BST")}


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


def write_report(shelf: Shelf, *, language: str, status_column: bool = True) -> bytes:
    """Return the gzipped report on a shelf, as it stands.

    Arguments:
        language: two letters; the headers come in it where Amazon has them.
        status_column: some accounts lack it.
    """
    place = shelf.marketplace
    words = headers(place, language)
    _, encoding = charset(place)
    squeeze = zlib.compressobj(1, zlib.DEFLATED, 31)
    head = "\t".join(words if status_column else words[:-1]) + "\r\n"
    parts = [squeeze.compress(head.encode(encoding, "replace"))]
    parts += [
        squeeze.compress("".join(lines).encode(encoding, "replace"))
        for lines in _chunks(shelf, status_column=status_column)
    ]
    return b"".join([*parts, squeeze.flush()])


def _chunks(shelf: Shelf, *, status_column: bool) -> Iterator[list[str]]:
    place = shelf.marketplace
    middle = "\t\t\t" if place.region == "eu" else ""
    local = _LocalTimes(place.time_zone)
    lines: list[str] = []
    for listing in shelf.listings.values():
        end = f"{middle}\t{listing.report_status}\r\n" if status_column else f"{middle}\r\n"
        lines.append(_line(listing, place, local) + end)
        if len(lines) >= _LINES_AT_ONCE:
            yield lines
            lines = []
    if lines:
        yield lines


def _line(listing: Listing, place: Marketplace, local: _LocalTimes) -> str:
    item = listing.item
    asin, title, text = (item.asin, item.title, item.description) if item else ("", "", "")
    price = "" if listing.price is None else _money(listing.price, place.digits)
    quantity = listing.quantity if listing.channel == MERCHANT else ""
    return (
        f"{_flat(listing.title or title)}\t{_flat(text)}\t{listing_id(listing, place)}\t{listing.sku}\t{price}\t"
        f"{quantity}\t{local.text(listing.created)}\t\ty\t{product_id_type(listing.product_id)}\t\t"
        f"{_flat(listing.note)}\t{listing.condition}\t\t\t\t{asin}\t\t\t\t\t\t{listing.product_id}\t\t\t"
        f"{listing.pending}\t{listing.channel}\t{listing.group}"
    )


def listing_id(listing: Listing, place: Marketplace) -> str:
    """Return Amazon's own id of a listing: month and day of its creation, then a number in base 36."""
    born = datetime.fromtimestamp(listing.created / 1000, UTC)
    return f"{born.month:02d}{born.day:02d}{place.country[0]}{listing.number:07d}"


def product_id_type(product_id: str) -> str:
    """Return the report's number for the kind of an identifier: 1 ASIN, 2 ISBN, 3 UPC, 4 EAN.

    >>> [product_id_type(code) for code in ("B000FQ9QVI", "9780306406157", "036000291452", "4006381333931")]
    ['1', '2', '3', '4']
    """
    if not product_id:
        return ""
    if not product_id[:-1].isdigit():
        return "1"
    if len(product_id) == 12:
        return "3"
    return "2" if len(product_id) == 10 or product_id.startswith(("978", "979")) else "4"


def _money(amount: int, digits: int) -> str:
    if digits == 0:
        return str(amount)
    return f"{amount // 10**digits}.{amount % 10**digits:0{digits}d}"


def _flat(text: str) -> str:
    if "\t" in text or "\n" in text or "\r" in text:
        return text.replace("\t", " ").replace("\r", " ").replace("\n", " ")
    return text


class _LocalTimes:
    """Times as the report writes them: local, with the zone's word; remembered by the hour."""

    def __init__(self, zone: str) -> None:
        self._zone = ZoneInfo(zone)
        self._words = _ZONE_WORDS.get(zone)
        self._hours: dict[int, tuple[str, str]] = {}

    def text(self, at: int) -> str:
        """Return a time in milliseconds as the report's text."""
        hour, rest = divmod(at // 1000, 3600)
        known = self._hours.get(hour)
        if known is None:
            local = datetime.fromtimestamp(hour * 3600, UTC).astimezone(self._zone)
            word = self._words[bool(local.dst())] if self._words else str(local.tzname())
            # Zones half an hour off would need the minutes too; no marketplace's listings report is read there.
            known = self._hours[hour] = (
                f"{local:%Y-%m-%d %H:}" if self._words is None else f"{local:%d/%m/%Y %H:}",
                word,
            )
        return f"{known[0]}{rest // 60:02d}:{rest % 60:02d} {known[1]}"
