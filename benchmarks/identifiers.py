"""``python -m benchmarks.identifiers [--count N] [--repeats N] [--json FILE]``: identifiers by the column, and linking.

Every measurement is repeated; the median counts. The same codes go through python-stdnum one by one, a tenth of them,
because it is that much slower.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from stdnum import ean

from channelkit.matching.links import link
from channelkit.model.check_digits import complete
from channelkit.model.identifier_problems import examine
from channelkit.model.identifiers import asin, gcid, gtin14, read_codes

SEED = 7
TARGET = 1_000_000
"""Clean codes a second."""

_SPOILT = ("{}", "'{}", "{}.0", " {} ", "GTIN_321146_{}", "8.87277E+11", "Does not apply", "n/a", "000000000000", "")


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.identifiers", description=__doc__)
    parser.add_argument("--count", type=int, default=1_000_000, help="codes, listings and products")
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write the figures, flat")
    chosen = parser.parse_args()
    clean, mixed = make_codes(chosen.count)
    few = clean.slice(0, max(1, chosen.count // 10)).to_pylist()
    measured: dict[str, tuple[Callable[[], object], int]] = {
        "gtin14, clean digits": (lambda: gtin14(clean, "upc"), len(clean)),
        "read_codes, clean digits": (lambda: read_codes(clean, "upc"), len(clean)),
        "gtin14, as people leave them": (lambda: gtin14(mixed), len(mixed)),
        "read_codes, as people leave them": (lambda: read_codes(mixed), len(mixed)),
        "python-stdnum, clean digits": (lambda: [ean.is_valid(code) for code in few], len(few)),
        "asin": (lambda: asin(pc.utf8_slice_codeunits(clean, 2)), len(clean)),
        "gcid": (lambda: gcid(mixed), len(mixed)),
        "examine a catalog": (lambda: examine(make_catalog(clean)), len(clean)),
        "link by GTIN, titles not given": (lambda: link(make_listings(clean), make_catalog(clean)), len(clean)),
        "link by GTIN, titles weighed": (lambda: link(*make_titled(clean), "USD"), len(clean)),
    }
    found: dict[str, float] = {}
    print(f"{'':<36}{'seconds':>10}{'a second':>14}")
    for name, (work, count) in measured.items():
        seconds = _median(work, chosen.repeats)
        found[f"{name} seconds"], found[f"{name} a second"] = round(seconds, 4), round(count / seconds)
        print(f"{name:<36}{seconds:>10.3f}{count / seconds:>14,.0f}")
    ratio = found["gtin14, clean digits a second"] / found["python-stdnum, clean digits a second"]
    found["times faster than python-stdnum"] = round(ratio, 1)
    print(f"\nours is {ratio:,.0f} times as fast as python-stdnum on clean digits; target {TARGET:,} a second")
    disagreements = sum(
        ean.is_valid(code) != (status not in ("bad_check", "bad_length"))
        for code, status in zip(few, read_codes(pa.array(few))["status"].to_pylist(), strict=True)
    )
    found["disagreements with python-stdnum"] = disagreements
    print(f"disagreements with python-stdnum: {disagreements} of {len(few):,}")
    if chosen.json:
        chosen.json.write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")


def make_codes(count: int) -> tuple[pa.Array, pa.Array]:
    """Return UPCs with their check digits, a tenth of them mistyped, and the same as spreadsheets leave them."""
    draw = np.random.default_rng(SEED)
    stems = 600_000_000_000 + draw.permutation(count) * 10
    numbers = complete(stems)
    numbers = np.where(draw.random(count) < 0.1, numbers - numbers % 10 + (numbers + 1) % 10, numbers)
    clean = pc.utf8_lpad(pa.array(numbers).cast(pa.string()), 12, "0")
    forms = pc.choose(
        pa.array(draw.integers(0, len(_SPOILT), count)),
        *(pc.binary_join_element_wise(*_around(form, clean), "") for form in _SPOILT),
    )
    return clean, forms


def make_catalog(codes: pa.Array) -> pa.Table:
    """Return products that hold these codes as UPCs."""
    nothing = pa.nulls(len(codes), pa.string())
    columns = dict.fromkeys(("seller_sku", "asin", "ean", "isbn", "gtin", "gcid"), nothing)
    return pa.table({"sku": pc.binary_join_element_wise("P", codes, "-"), "upc": codes, **columns})


def make_listings(codes: pa.Array) -> pa.Table:
    """Return listings whose sellers gave these codes."""
    size = len(codes)
    skus = pc.binary_join_element_wise("L", codes, "-")
    kinds = pa.repeat("3", size)
    columns = {"asin": pa.nulls(size, pa.string()), "product_id": codes, "product_id_type": kinds}
    return pa.table({"seller_sku": skus, **columns})


def make_titled(codes: pa.Array) -> tuple[pa.Table, pa.Table]:
    """Return both sides with titles and prices; of one pair in a hundred they have nothing in common."""
    size = len(codes)
    numbers = pa.array(np.arange(size)).cast(pa.string())
    odd = pa.array(np.arange(size) % 100 == 0)
    title = pc.binary_join_element_wise("Acme stainless kettle 1.7 l, black, model", numbers, " ")
    name = pc.if_else(odd, "Trail running shoes, men, size 44", pc.binary_join_element_wise("Kettle", numbers, " "))
    listings = make_listings(codes).append_column("title", title).append_column("price", pa.repeat(1990, size))
    return (
        listings.append_column("currency", pa.repeat("USD", size)),
        make_catalog(codes).append_column("name", name).append_column("price", pa.repeat("19.90", size)),
    )


def _around(form: str, codes: pa.Array) -> list[object]:
    if "{}" not in form:
        return [pa.repeat(form, len(codes))]
    before, after = form.split("{}")
    return [pa.repeat(before, len(codes)), codes, after]


def _median(work: Callable[[], object], repeats: int) -> float:
    seconds = []
    for _ in range(repeats):
        began = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - began)
    return median(seconds)


if __name__ == "__main__":
    main()
