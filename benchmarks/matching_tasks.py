"""Folders of two tables and labelled pairs, read without knowing what they are about."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv

from channelkit.matching.candidates import Pairs, find_candidates, unite
from channelkit.matching.comparison import Compared, compare_pairs
from channelkit.matching.probability import gather_features
from channelkit.matching.wording import Floats, Ints, Side, read_sides

Mask = npt.NDArray[np.bool_]

SPLITS = ("train", "valid", "test")

ROLES = {
    "title": ("title", "name"),
    "brand": ("brand", "manufacturer", "vendor", "maker"),
    "model": ("modelno", "modelnumber", "model", "mpn", "partnumber", "partno"),
    "description": ("description",),
    "price": ("price",),
}
"""What columns are usually called, without spaces and underscores: exactly so, or with something before it."""


@dataclass(frozen=True)
class Task:
    """One folder, ready to be judged: listings are the rows of table B, products those of table A.

    Arguments:
        left, right: the wording of listings and products.
        candidates: pairs that were found without labels.
        compared: evidence on candidates and on all pairs with a label.
        columns: what they are judged by.
        rows: where the pairs with a label stand, by split.
        same: their labels.
    """

    left: Side
    right: Side
    candidates: Pairs
    compared: Compared
    columns: dict[str, Floats]
    rows: dict[str, Ints]
    same: dict[str, Mask]

    @property
    def known(self) -> tuple[Ints, Mask]:
        """Pairs that may be learned from, and their labels: train and valid."""
        rows = np.concatenate([self.rows["train"], self.rows["valid"]])
        return rows, np.concatenate([self.same["train"], self.same["valid"]])

    @property
    def gold(self) -> Mask:
        """Which of all pairs are known to be the same, in any split."""
        found = np.zeros(len(self.compared.pairs), np.bool_)
        for split in SPLITS:
            found[self.rows[split][self.same[split]]] = True
        return found

    @property
    def found(self) -> Mask:
        """Which of all pairs were found without labels."""
        width = len(self.right)
        pairs = self.compared.pairs
        return np.isin(
            pairs.left * width + pairs.right, self.candidates.left * width + self.candidates.right, assume_unique=True
        )


def prepare(folder: Path) -> Task:
    """Read a folder, find candidates, and gather the evidence on them and on all labelled pairs."""
    products, listings = (read_table(folder / name) for name in ("tableA.csv", "tableB.csv"))
    left, right = read_sides(listings, products)
    candidates = find_candidates(left, right)
    labels = {split: pyarrow.csv.read_csv(folder / f"{split}.csv") for split in SPLITS}
    labelled = {
        split: Pairs(
            *(
                pc.index_in(one[name].cast(pa.string()).combine_chunks(), value_set=side["id"].combine_chunks())
                .to_numpy()
                .astype(np.int64)
                for name, side in (("rtable_id", listings), ("ltable_id", products))
            )
        )
        for split, one in labels.items()
    }
    compared = compare_pairs(left, right, unite([candidates, *labelled.values()], len(right)))
    keys = compared.pairs.left * len(right) + compared.pairs.right
    rows = {split: np.searchsorted(keys, each.left * len(right) + each.right) for split, each in labelled.items()}
    same = {split: labels[split]["label"].to_numpy().astype(np.bool_) for split in SPLITS}
    return Task(left, right, candidates, compared, gather_features(compared), rows, same)


def read_table(path: Path) -> pa.Table:
    """Return a table's columns by role; what has none is read with the description.

    Columns that hold the table's own numbers (``id``) are kept as ``id`` only.
    """
    lines = pyarrow.csv.ParseOptions(newlines_in_values=True)
    names = pyarrow.csv.open_csv(path, parse_options=lines).schema.names
    as_text = pyarrow.csv.ConvertOptions(column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=False)
    raw = pyarrow.csv.read_csv(path, parse_options=lines, convert_options=as_text)
    free = [name for name in raw.column_names if name != "id"]
    columns: dict[str, pa.Array] = {"id": raw["id"]}
    for role, usual in ROLES.items():
        name = _called(free, usual)
        if name:
            free.remove(name)
            columns[role] = raw[name]
    rest = [columns.pop("description")] if "description" in columns else []
    rest += [raw[name] for name in free]
    if rest:
        columns["description"] = pc.binary_join_element_wise(*rest, " ")
    if "price" in columns:
        columns["price"] = pa.array([_price(value) for value in columns["price"].to_pylist()], pa.float64())
    return pa.table(columns)


def _called(free: list[str], names: tuple[str, ...]) -> str | None:
    plain = {name: re.sub(r"[^a-z]", "", name.lower()) for name in free}
    exact = [name for wanted in names for name in free if plain[name] == wanted]
    ending = [name for wanted in names for name in free if plain[name].endswith(wanted)]
    return next(iter(exact + ending), None)


def _price(value: str) -> float | None:
    found = re.search(r"\d+(?:\.\d+)?", value.replace(",", ""))
    return float(found[0]) if found else None
