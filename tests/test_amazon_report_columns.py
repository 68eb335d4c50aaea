"""A report's header in any language, spelling and order."""

from __future__ import annotations

import pytest

from channelkit.amazon.report_columns import find_columns


@pytest.mark.parametrize(
    ("header", "ours"),
    [
        ("item-name seller-sku price quantity fulfillment-channel status", "English"),
        ("item-name seller-sku price quantity fulfilment-channel status", "British"),
        ("Artikelbezeichnung Händler-SKU Preis Menge Versender Status", "German"),
        ("nom-produit sku-vendeur prix quantité canal-traitement état", "French"),
        ("Nome_dell'articolo SKU_venditore Prezzo Quantità Canale_di_gestione stato", "Italian"),
        ("Título_del_producto SKU_del_vendedor Precio Cantidad Canal_de_gestión_logística estado", "Spanish"),
        ("商品名 出品者SKU 価格 数量 フルフィルメント・チャンネル ステータス", "Japanese"),
        ("ITEM-NAME Seller_SKU PRICE Quantity Fulfilment_Channel STATUS", "shouted"),
    ],
)
def test_headers_of_every_language_are_known(header: str, ours: str) -> None:
    found = find_columns([name.replace("_", " ") for name in header.split()])
    assert found == {
        name: place
        for place, name in enumerate(("title", "seller_sku", "price", "quantity", "fulfillment_channel", "status"))
    }, ours


def test_a_column_that_comes_again_counts_once_and_deprecated_ones_not_at_all() -> None:
    header = ["Deprecated column", "seller-sku", "Deprecated column", "price", "price", "Sell remainder"]
    assert find_columns(header) == {"seller_sku": 1, "price": 3}


def test_letters_that_are_written_in_two_ways_are_the_same() -> None:
    assert find_columns(["Ha\u0308ndler-SKU", '"Menge"']) == {"seller_sku": 0, "quantity": 1}
