"""The benchmark of matching reads any folder of two tables and labelled pairs, whatever its columns are called."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from benchmarks.matching import best_cut, measure, print_table
from benchmarks.matching_tasks import read_table

FIGURES = (
    *("no_labels_f1", "labels_50_f1", "labels_100_f1", "labels_400_f1", "all_labels_f1"),
    *("auto_recall", "candidates_recall_at_5", "end_to_end_listings_f1", "seconds"),
)


def write_folder(folder: Path) -> Path:
    """Write 150 products and their listings, with pairs of which each third is the same."""
    products = ["id,Product_Name,Manufacturer,Part Number,price,colour"]
    listings = ["id,title,brand,modelno,price"]
    for row in range(150):
        products.append(f'{row},"Kettle KX{1000 + 7 * row}, steel",Nordix,KX{1000 + 7 * row},{10 + row}.50,red')
        listings.append(f"{row},nordix kettle kx-{1000 + 7 * row},,,$ {11 + row}")
    pairs = [f"{row},{(row + step) % 150},{int(step == 0)}" for row in range(150) for step in range(5)]
    (folder / "tableA.csv").write_text("\n".join(products), encoding="utf-8")
    (folder / "tableB.csv").write_text("\n".join(listings), encoding="utf-8")
    for split, part in (("train", pairs[:450]), ("valid", pairs[450:600]), ("test", pairs[600:])):
        (folder / f"{split}.csv").write_text("\n".join(["ltable_id,rtable_id,label", *part]), encoding="utf-8")
    return folder


def test_columns_are_known_by_what_they_are_usually_called(tmp_path: Path) -> None:
    row = read_table(write_folder(tmp_path) / "tableA.csv").slice(0, 1).to_pylist()[0]
    assert row == {
        "id": "0",
        "title": "Kettle KX1000, steel",
        "brand": "Nordix",
        "model": "KX1000",
        "description": "red",
        "price": 10.5,
    }


def test_every_figure_is_measured_and_printed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = measure(write_folder(tmp_path))
    assert all(found[name] is not None for name in FIGURES)
    assert found["all_labels_f1"] == found["candidates_recall_at_5"] == 1.0
    print_table("folder", found)
    assert "all labels" in capsys.readouterr().out


def test_the_cut_is_where_f1_is_best() -> None:
    assert best_cut(np.array([0.9, 0.8, 0.4, 0.1]), np.array([True, True, False, False])) == pytest.approx(0.6)
