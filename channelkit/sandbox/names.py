"""What a shop sells: brands that do not exist, kinds of things, and how a title is put together."""

from __future__ import annotations

import random
from dataclasses import dataclass

from channelkit.sandbox.amazon.items import check_digit


@dataclass(frozen=True)
class Kind:
    """A kind of thing: what it is called, what it costs about, in cents, and how Amazon files it."""

    name: str
    product_type: str
    from_cents: int
    to_cents: int
    details: tuple[str, ...]


KINDS = (
    Kind("Electric Kettle", "KETTLE", 1990, 7990, ("1.7 l, stainless steel", '0.8 l, "Cordless"', "1.2 l, gooseneck")),
    Kind("Espresso Machine", "COFFEE_MAKER", 8990, 49900, ("15 bar, steam wand", "with grinder, 250 g")),
    Kind(
        "Wireless Headphones",
        "HEADPHONES",
        2990,
        24900,
        ("over-ear, 30 h", "in-ear, with case", "on-ear"),
    ),
    Kind("Desk Lamp", "LAMP", 1590, 8990, ("LED, dimmable, 3 colours", 'LED, clamp, 24" arm')),
    Kind("Chef's Knife", "KITCHEN_KNIFE", 1490, 12900, ('8" blade, forged', "20 cm, Damascus", "15 cm, santoku")),
    Kind("Trail Running Shoes", "SHOES", 4990, 15900, ("women, size 39", "men, size 44", "unisex, size 42, dry")),
    Kind("Hiking Backpack", "BACKPACK", 3990, 18900, ("35 l, rain cover", "50 l, adjustable back")),
    Kind("Bluetooth Speaker", "SPEAKERS", 1990, 19900, ("IPX7, 12 h", "stereo pair, 20 W")),
    Kind("Mechanical Keyboard", "KEYBOARDS", 4990, 16900, ("75 %, hot-swap, brown", "full size, ISO-DE, red")),
    Kind("Garden Shears", "HAND_TOOL", 990, 5990, ("bypass, 8 1/2 in", "telescopic, 65-100 cm")),
    Kind("Yoga Mat", "SPORTING_GOODS", 1290, 6990, ("6 mm, 183 x 61 cm", "cork, 4 mm")),
    Kind("Board Game", "BOARD_GAME", 1490, 5990, ("2-4 players, age 10+", "English edition, 90 min")),
    Kind("USB-C Charger", "CHARGER", 1490, 7990, ("65 W, GaN, 2 ports", "100 W, 4 ports, US/EU/UK plugs")),
    Kind("Cast Iron Skillet", "COOKWARE", 1990, 9990, ('10", pre-seasoned', "28 cm, with lid")),
    Kind("Water Bottle", "BOTTLE", 990, 4490, ("750 ml, vacuum", "1 l, Tritan, leak-proof")),
    Kind("Novel", "ABIS_BOOK", 790, 2990, ("paperback, 352 pages", "hardcover", "Taschenbuch, 288 Seiten")),
)
BRANDS = (
    "Alderwick",
    "Brühl & Söhne",
    "Caldera",
    "Dörrfeld",
    "Evertrail",
    "Fjällmark",
    "Grünspan",
    "Halcyon",
    "Iskra",
    "Jägerhof",
    "Kestrel Bay",
    "Lumière",
    "Mähren",
    "Northwind",
    "O'Hara",
    "Peñasco",
    "Quillon",
    "Rødby",
    "Solvenor",
    "Tørn",
    "Überland",
    "Vantage",
    "Wollenweber",
    "Zephyr",
)
SERIES = ("Aurora", "Basis", "Classic", "Delta", "Éclair", "Fönix", "Glide", "Hydra", "Ion", "Jade", "Kilo", "Lynx")
COLOURS = ("black", "white", "forest green", "navy", "red", "graphite", "türkis", "sand")

BOOK = "ABIS_BOOK"
_STEPS = {"asin": 2_654_435_761, "code": 7_919_117}
_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"


@dataclass(frozen=True)
class Named:
    """A product before it has a price or a stock."""

    kind: Kind
    brand: str
    model: str
    title: str
    description: str


def make_name(rng: random.Random, number: int) -> Named:
    """Return a believable product; its model number makes it the only one."""
    kind = KINDS[int(rng.random() * len(KINDS))]
    brand = BRANDS[int(rng.random() * len(BRANDS))]
    series = SERIES[int(rng.random() * len(SERIES))]
    detail = kind.details[int(rng.random() * len(kind.details))]
    colour = COLOURS[int(rng.random() * len(COLOURS))]
    model = f"{brand[0]}{series[0]}-{number + 1000}"
    title = f"{brand} {series} {model} {kind.name}, {detail}, {colour}"
    text = f"The {series} {kind.name} by {brand}: {detail}. Colour {colour}, model {model}, 2 years of warranty."
    return Named(kind, brand, model, title, text)


def make_asin(number: int) -> str:
    """Return the n-th ASIN; no two numbers below 36 ** 8 have the same.

    >>> make_asin(1)
    'B002FSRJHE'
    """
    rest, text = (number + 1) * _STEPS["asin"] % 36**8, ""
    for _ in range(8):
        rest, place = divmod(rest, 36)
        text = _ALPHABET[place] + text
    return f"B0{text}"


def make_code(number: int, kind: str) -> str:
    """Return the n-th UPC, EAN or ISBN, with its check digit; those for shops' own use are left out.

    >>> make_code(0, "upc"), make_code(0, "ean"), make_code(0, "isbn")
    ('800079191179', '4000079191179', '9783079191176')
    """
    spread = (number + 1) * _STEPS["code"]
    body = {
        "upc": f"8{spread % 10**10:010d}",
        "ean": f"40{spread % 10**10:010d}",
        "isbn": f"9783{spread % 10**8:08d}",
    }[kind]
    return body + check_digit(body)
