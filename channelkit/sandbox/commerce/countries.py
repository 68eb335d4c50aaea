"""The countries that a shop knows, and the regions of those that have them, under Magento's numbers."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Region:
    """A state, province or the like of a country."""

    number: int
    code: str
    name: str


@dataclass(frozen=True)
class Country:
    """A country by its two codes and its English name; most have no regions."""

    code: str
    long_code: str
    name: str
    regions: tuple[Region, ...] = ()


_US = (
    "AL Alabama|AK Alaska|AS American Samoa|AZ Arizona|AR Arkansas|AF Armed Forces Africa|AA Armed Forces Americas"
    "|AC Armed Forces Canada|AE Armed Forces Europe|AM Armed Forces Middle East|AP Armed Forces Pacific|CA California"
    "|CO Colorado|CT Connecticut|DE Delaware|DC District of Columbia|FM Federated States Of Micronesia|FL Florida"
    "|GA Georgia|GU Guam|HI Hawaii|ID Idaho|IL Illinois|IN Indiana|IA Iowa|KS Kansas|KY Kentucky|LA Louisiana|ME Maine"
    "|MH Marshall Islands|MD Maryland|MA Massachusetts|MI Michigan|MN Minnesota|MS Mississippi|MO Missouri|MT Montana"
    "|NE Nebraska|NV Nevada|NH New Hampshire|NJ New Jersey|NM New Mexico|NY New York|NC North Carolina"
    "|ND North Dakota|MP Northern Mariana Islands|OH Ohio|OK Oklahoma|OR Oregon|PW Palau|PA Pennsylvania"
    "|PR Puerto Rico|RI Rhode Island|SC South Carolina|SD South Dakota|TN Tennessee|TX Texas|UT Utah|VT Vermont"
    "|VI Virgin Islands|VA Virginia|WA Washington|WV West Virginia|WI Wisconsin|WY Wyoming"
)
_CA = (
    "AB Alberta|BC British Columbia|MB Manitoba|NL Newfoundland and Labrador|NB New Brunswick|NS Nova Scotia"
    "|NT Northwest Territories|NU Nunavut|ON Ontario|PE Prince Edward Island|QC Quebec|SK Saskatchewan"
    "|YT Yukon Territory"
)
_DE = (
    "NDS Niedersachsen|BAW Baden-Württemberg|BAY Bayern|BER Berlin|BRG Brandenburg|BRE Bremen|HAM Hamburg|HES Hessen"
    "|MEC Mecklenburg-Vorpommern|NRW Nordrhein-Westfalen|RHE Rheinland-Pfalz|SAR Saarland|SAS Sachsen"
    "|SAC Sachsen-Anhalt|SCN Schleswig-Holstein|THE Thüringen"
)
_AT = (
    "WI Wien|NO Niederösterreich|OO Oberösterreich|SB Salzburg|KN Kärnten|ST Steiermark|TI Tirol|BL Burgenland"
    "|VB Vorarlberg"
)
_REGIONS = {"US": (1, _US), "CA": (66, _CA), "DE": (79, _DE), "AT": (95, _AT)}
_NAMES = (
    "AE ARE United Arab Emirates|AT AUT Austria|AU AUS Australia|BE BEL Belgium|BG BGR Bulgaria|BR BRA Brazil"
    "|CA CAN Canada|CH CHE Switzerland|CN CHN China|CY CYP Cyprus|CZ CZE Czechia|DE DEU Germany|DK DNK Denmark"
    "|EE EST Estonia|EG EGY Egypt|ES ESP Spain|FI FIN Finland|FR FRA France|GB GBR United Kingdom|GG GGY Guernsey"
    "|GR GRC Greece|GU GUM Guam|HK HKG Hong Kong SAR China|HR HRV Croatia|HU HUN Hungary|IE IRL Ireland|IL ISR Israel"
    "|IM IMN Isle of Man|IN IND India|IS ISL Iceland|IT ITA Italy|JE JEY Jersey|JP JPN Japan|KR KOR South Korea"
    "|LI LIE Liechtenstein|LT LTU Lithuania|LU LUX Luxembourg|LV LVA Latvia|MC MCO Monaco|MT MLT Malta|MX MEX Mexico"
    "|NL NLD Netherlands|NO NOR Norway|NZ NZL New Zealand|PL POL Poland|PR PRI Puerto Rico|PT PRT Portugal"
    "|RO ROU Romania|SA SAU Saudi Arabia|SE SWE Sweden|SG SGP Singapore|SI SVN Slovenia|SK SVK Slovakia"
    "|TR TUR Türkiye|US USA United States|VI VIR U.S. Virgin Islands|ZA ZAF South Africa"
)


def _regions(code: str) -> tuple[Region, ...]:
    if code not in _REGIONS:
        return ()
    first, written = _REGIONS[code]
    return tuple(Region(number, *each.split(" ", 1)) for number, each in enumerate(written.split("|"), first))


def _countries() -> dict[str, Country]:
    found = {}
    for written in _NAMES.split("|"):
        code, long_code, name = written.split(" ", 2)
        found[code] = Country(code, long_code, name, _regions(code))
    return found


COUNTRIES = _countries()
