"""Which identifiers each side has, as keys that can be compared."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from channelkit.matching.holders import Positions
from channelkit.model.columns import mask, one
from channelkit.model.identifiers import Source, asin, gcid, gtin14, read_codes

_ID_TYPES: dict[str, Source] = {"2": "isbn", "3": "upc", "4": "ean"}
"""Amazon's product-id-type in listings reports; 1 is an ASIN."""

_GTIN_COLUMNS: tuple[Source, ...] = ("upc", "ean", "isbn", "gtin")


@dataclass(frozen=True)
class ListingCodes:
    """What identifies each listing; null where nothing does.

    Arguments:
        asins: ASINs.
        gtins: GTIN-14 as whole numbers.
        gcids: GCIDs.
        units: of a listing that carries a case's code, the GTIN-14 of the unit in it.
        cases: that code.
    """

    asins: pa.Array
    gtins: pa.Array
    gcids: pa.Array
    units: pa.Array
    cases: pa.Array


@dataclass(frozen=True)
class ProductCodes:
    """Pairs of a key and the position of a product that holds it; a product may hold several.

    Arguments:
        gtins, gtin_owners: GTIN-14 as whole numbers.
        units, unit_owners: the units of the cases whose code a product carries.
    """

    gtins: pa.Array
    gtin_owners: Positions
    units: pa.Array
    unit_owners: Positions


def read_listing_codes(listings: pa.Table) -> ListingCodes:
    """Return what identifies each listing: the ASIN, and the identifier that the seller gave.

    A book's ASIN is its ISBN-10. A GCID is known by its sixteen characters, whatever its type says, because Amazon
    does not document its number.

    Arguments:
        listings: ``asin``, ``product_id``, ``product_id_type``.
    """
    given, kinds = one(listings["product_id"]), one(listings["product_id_type"])
    is_asin = pc.fill_null(pc.equal(kinds, "1"), False)
    nothing = pa.scalar(None, pa.string())
    # Some reports give the ASIN only as the product's identifier.
    asins = asin(pc.coalesce(one(listings["asin"]), pc.if_else(is_asin, given, nothing)))
    gtins, units = (np.zeros(len(given), np.int64) for _ in range(2))
    for kind, source in _ID_TYPES.items():
        place = np.flatnonzero(mask(pc.equal(kinds, kind)))
        if place.size:
            found = read_codes(given.take(pa.array(place)), source)
            gtins[place], units[place] = (pc.fill_null(one(found[name]), 0).to_numpy() for name in ("gtin14", "unit"))
    place = np.flatnonzero(~mask(pc.starts_with(asins, "B")) & mask(pc.is_valid(asins)) & (gtins == 0))
    gtins[place] = pc.fill_null(gtin14(asins.take(pa.array(place)), "asin"), 0).to_numpy()
    is_long = pc.greater_equal(pc.binary_length(given), 16)
    gcids = pa.nulls(len(given), pa.string())
    if pc.any(is_long).as_py():
        gcids = gcid(pc.if_else(is_long, given, nothing))
    return ListingCodes(
        asins,
        pa.array(gtins, mask=gtins == 0),
        gcids,
        pa.array(units, mask=units == 0),
        pc.if_else(pa.array(units != 0), given, nothing),
    )


def read_product_codes(products: pa.Table) -> ProductCodes:
    """Return which product holds which GTIN, and which holds a case of what, from every column that has codes.

    Arguments:
        products: ``upc``, ``ean``, ``isbn``, ``gtin``.
    """
    keys, owners = [pa.array([], pa.int64())], [np.zeros(0, np.int64)]
    units, unit_owners = [pa.array([], pa.int64())], [np.zeros(0, np.int64)]
    for column in _GTIN_COLUMNS:
        place = np.flatnonzero(mask(pc.is_valid(one(products[column]))))
        found = read_codes(one(products[column]).take(pa.array(place)), column)
        keys.append(one(found["gtin14"]))
        owners.append(place)
        unit = one(found["unit"])
        units.append(unit.drop_null())
        unit_owners.append(place[mask(pc.is_valid(unit))])
    return ProductCodes(
        pa.concat_arrays(keys), np.concatenate(owners), pa.concat_arrays(units), np.concatenate(unit_owners)
    )
