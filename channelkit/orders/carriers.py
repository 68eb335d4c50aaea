"""Commerce's carriers as Amazon calls them; what Amazon does not know is ``Other`` with its name. (OR-14)"""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from channelkit.model.orders import Track

OTHER = "Other"

_NAMES = (
    "USPS;UPS;UPS Mail Innovations;FedEx;FedEx SmartPost;DHL;DHL Express;DHL eCommerce;OnTrac;LaserShip;"
    "Canada Post;Purolator;Estafeta;Correios;Royal Mail;Parcelforce;Hermes;Evri;Yodel;DPD;DPD Local;GLS;"
    "Deutsche Post;Hermes Logistik;La Poste;Colissimo;Chronopost;Mondial Relay;Colis Prive;Poste Italiane;BRT;"
    "SDA;TNT;Nexive;Correos;Correos Express;SEUR;MRW;NACEX;PostNL;bpost;PostNord;DB Schenker;InPost;"
    "Poczta Polska;PTT Kargo;Yurtici Kargo;Aras Kargo;Aramex;SMSA;India Post;BlueDart;Delhivery;Yamato;Sagawa;"
    "Japan Post;Australia Post;StarTrack;SingPost;4PX;Yun Express;China Post"
)
_COMMERCE = {"ups": "UPS", "usps": "USPS", "fedex": "FedEx", "dhl": "DHL"}


def _key(text: str) -> str:
    return re.sub(r"[^a-z0-9]", "", text.lower())


KNOWN = MappingProxyType({_key(name): name for name in _NAMES.split(";")} | _COMMERCE)
"""Carriers by their name in small letters and digits alone, as Amazon writes them."""


class Carrier(NamedTuple):
    """A carrier as Amazon wants it; the name counts where the code is ``Other``."""

    code: str
    name: str


def name_carrier(track: Track, mapped: Mapping[str, str]) -> Carrier:
    """Return a track's carrier as Amazon calls it.

    Arguments:
        mapped: the store's own map, by Commerce's carrier code or title, in any capitals; it goes first.

    >>> name_carrier(Track("custom", "Royal-Mail", "1"), {})
    Carrier(code='Royal Mail', name='Royal Mail')
    >>> name_carrier(Track("custom", "Bob's Bikes", "1"), {})
    Carrier(code='Other', name="Bob's Bikes")
    """
    own = {_key(name): code for name, code in mapped.items() if _key(name)}
    words = [word for word in (track.title, track.carrier_code) if _key(word)]
    names = [word for word in words if _key(word) != "custom"]
    name = next(iter(names), OTHER)
    for known in (own, KNOWN):
        code = next((known[_key(word)] for word in words if _key(word) in known), "")
        if code:
            return Carrier(code, name if code == OTHER else code)
    return Carrier(OTHER, name)
