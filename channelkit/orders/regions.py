"""What is known of countries without asking Commerce: how they are spelled, their postcodes, the American states."""

from __future__ import annotations

import re
from types import MappingProxyType

SPELLINGS = MappingProxyType({"UK": "GB", "EL": "GR"})
"""Codes that Amazon or people use, to those of ISO 3166, which Commerce has."""

TERRITORIES = MappingProxyType(
    {
        "PR": "Puerto Rico",
        "VI": "Virgin Islands",
        "GU": "Guam",
        "AS": "American Samoa",
        "MP": "Northern Mariana Islands",
    }
)
"""Places that are written both as countries of their own and as states of the US."""

_NONE = """AE AG AO AW BF BI BJ BO BS BW BZ CD CF CG CI CM CW DM ER FJ GA GD GH GM GN GQ GY HK IE JM KE KI KM KN KP LC
ML MO MR MW NR PA QA RW SB SC SL SR SS ST SY TD TF TG TL TO TT TV UG VU WS YE ZM ZW"""
WITHOUT_POSTCODE = frozenset(_NONE.split())
"""Countries where an address needs no postcode."""

CITY_STATES = MappingProxyType(
    {"SG": "Singapore", "MC": "Monaco", "HK": "Hong Kong", "MO": "Macao", "GI": "Gibraltar", "VA": "Vatican City"}
)
"""Countries that are their own city."""

_US = """AL Alabama;AK Alaska;AZ Arizona;AR Arkansas;CA California;CO Colorado;CT Connecticut;DE Delaware;
DC District of Columbia;FL Florida;GA Georgia;HI Hawaii;ID Idaho;IL Illinois;IN Indiana;IA Iowa;KS Kansas;KY Kentucky;
LA Louisiana;ME Maine;MD Maryland;MA Massachusetts;MI Michigan;MN Minnesota;MS Mississippi;MO Missouri;MT Montana;
NE Nebraska;NV Nevada;NH New Hampshire;NJ New Jersey;NM New Mexico;NY New York;NC North Carolina;ND North Dakota;
OH Ohio;OK Oklahoma;OR Oregon;PA Pennsylvania;RI Rhode Island;SC South Carolina;SD South Dakota;TN Tennessee;TX Texas;
UT Utah;VT Vermont;VA Virginia;WA Washington;WV West Virginia;WI Wisconsin;WY Wyoming;AA Armed Forces Americas;
AE Armed Forces Europe;AP Armed Forces Pacific"""
_PAIRS = dict(entry.split(" ", 1) for entry in _US.replace("\n", "").split(";"))

STATE_NAMES = MappingProxyType({**_PAIRS, **TERRITORIES})
"""American states by code."""

STATES = MappingProxyType(
    {name.upper(): code for code, name in STATE_NAMES.items()} | {code: code for code in STATE_NAMES}
)
"""American states in capitals, by name and by code, to their code."""

_DIGITS = {3: "IS", 4: "AT AU BE BG CH CY DK HU LI LU NO NZ SI ZA", 6: "CN IN RO SG"}
_DIGITS[5] = "DE EE EG ES FI FR HR IT LT MC ME MX MY SA TH TR UA VA"
_PATTERNS = {
    "US": r"\d{5}(?:-\d{4})?",
    "CA": r"[A-Z]\d[A-Z] ?\d[A-Z]\d",
    "GB": r"[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}",
    "NL": r"\d{4} ?[A-Z]{2}",
    "BR": r"\d{5}-?\d{3}",
    "JP": r"\d{3}-?\d{4}",
    "PL": r"\d{2}-\d{3}",
    "PT": r"\d{4}-\d{3}",
    "IE": r"[A-Z]\d[\dW] ?[A-Z\d]{4}",
    "LV": r"(?:LV-)?\d{4}",
    **dict.fromkeys(("CZ", "GR", "SE", "SK"), r"\d{3} ?\d{2}"),
    **{country: rf"\d{{{count}}}" for count, countries in _DIGITS.items() for country in countries.split()},
    **dict.fromkeys(TERRITORIES, r"\d{5}(?:-\d{4})?"),
}
POSTCODES = MappingProxyType({country: re.compile(pattern, re.IGNORECASE) for country, pattern in _PATTERNS.items()})
"""How a country's postcodes look."""


def spell_country(code: str) -> str:
    """Return a country's code as ISO and Commerce have it; what is no code stays what it is.

    >>> spell_country(" uk "), spell_country("PR")
    ('GB', 'PR')
    """
    code = code.strip().upper()
    return SPELLINGS.get(code, code)
