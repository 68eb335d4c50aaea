"""``python -m benchmarks.matching FOLDER [--json FILE]`` or ``--speed [--sizes 10000,30000,100000]``: measure matching.

A folder holds ``tableA.csv``, ``tableB.csv`` and ``train.csv``, ``valid.csv``, ``test.csv`` with ``ltable_id``,
``rtable_id`` and ``label``; table B is taken as the listings, table A as the products. Nothing is chosen by looking at
test: thresholds come from train and valid, by models that saw no answer on a pair's listing.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from time import perf_counter

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from benchmarks.matching_speed import measure_speed
from benchmarks.matching_tasks import Task, prepare
from channelkit.matching.acceptance import judge
from channelkit.matching.probability import Chances, estimate, rank
from channelkit.matching.questions import choose_questions
from channelkit.matching.rivals import place_of
from channelkit.matching.similarity import may_accept
from channelkit.matching.wording import Ints

Figures = dict[str, float | None]
Mask = npt.NDArray[np.bool_]

ANSWERS, BATCH, SEEDS = (50, 100, 400), 25, (1, 2, 3)
TARGET = 0.98
NEAREST = 5


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.matching", description=__doc__)
    parser.add_argument("folder", type=Path, nargs="?", help="with tableA.csv, tableB.csv, train, valid and test")
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write the figures, flat")
    parser.add_argument("--speed", action="store_true", help="measure seconds and memory on a made-up catalog instead")
    parser.add_argument("--sizes", default="10000,30000,100000", help="goods on either side, with commas between")
    chosen = parser.parse_args()
    if chosen.speed:
        found: Figures = dict(measure_speed([int(size) for size in chosen.sizes.split(",")]))
    elif chosen.folder:
        found = measure(chosen.folder)
        print_table(chosen.folder.name, found)
    else:
        parser.error("name a folder, or ask for --speed")
    if chosen.json:
        chosen.json.write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")


def measure(folder: Path) -> Figures:
    """Return all figures of a folder."""
    start = perf_counter()
    task = prepare(folder)
    found: Figures = {"prepare_seconds": perf_counter() - start}
    found |= measure_candidates(task)
    found |= _named("no_labels", score(task, rank(task.columns) >= 0.5))
    begun = perf_counter()
    runs = [after_answers(task, seed) for seed in SEEDS]
    for count in ANSWERS:
        found |= _named(f"labels_{count}", np.mean([run[count] for run in runs], axis=0))
    found["answers_seconds"] = perf_counter() - begun
    begun = perf_counter()
    found |= with_all_labels(task)
    found["all_labels_seconds"] = perf_counter() - begun
    found["seconds"] = perf_counter() - start
    return {name: None if value is None else round(float(value), 4) for name, value in found.items()}


def measure_candidates(task: Task) -> Figures:
    """Return how many of the pairs that are the same are among the five candidates most alike, from either side."""
    rows = np.flatnonzero(task.found)
    figures: Figures = {"candidates": float(rows.size)}
    for name, goods in (("", task.compared.pairs.left), ("_from_products", task.compared.pairs.right)):
        place, _ = place_of(goods[rows], task.columns["likeness"][rows])
        figures[f"candidates_recall_at_5{name}"] = float(task.gold[rows[place <= NEAREST]].sum() / task.gold.sum())
    return figures


def after_answers(task: Task, seed: int) -> dict[int, tuple[float, float, float]]:
    """Return precision, recall and F1 on test after so many answers, each batch asked for by our own questions."""
    rows, same = task.known
    pairs = task.compared.pairs
    skus = pa.array(pairs.left[rows]).cast(pa.string()), pa.array(pairs.right[rows]).cast(pa.string())
    pool = pairs.left[rows] * len(task.right) + pairs.right[rows]
    order = np.argsort(pool)
    chances = rank(task.columns)
    asked = np.empty(0, np.int64)
    scores = {}
    while asked.size < max(ANSWERS):
        table = pa.table(
            {
                "seller_sku": skus[0],
                "product_sku": skus[1],
                "probability": chances[rows],
                "verdict": pa.repeat("possible", rows.size),
                "audit": pa.repeat(False, rows.size),
            }
        )
        batch = choose_questions(table, table.take(pa.array(asked)), BATCH, seed * 1000 + asked.size)
        keys = [batch[name].cast(pa.int64()).to_numpy() for name in ("seller_sku", "product_sku")]
        asked = np.concatenate([asked, order[np.searchsorted(pool[order], keys[0] * len(task.right) + keys[1])]])
        chances = estimate(task.columns, rows[asked], same[asked], pairs.left, seed).everywhere
        if asked.size in ANSWERS:
            scores[int(asked.size)] = score(task, chances >= 0.5)
    return scores


def with_all_labels(task: Task) -> Figures:
    """Return the figures where train and valid are known: on test, and against the whole other table."""
    rows, same = task.known
    found = estimate(task.columns, rows, same, task.compared.pairs.left, SEEDS[0])
    cut = best_cut(found.unseen, same)
    figures = _named("all_labels", score(task, found.everywhere >= cut)) | {"all_labels_cut": cut}
    chances = found.everywhere.copy()
    chances[rows] = found.unseen
    allowed = may_accept(task.compared, chances)
    standing = judge(found.unseen, same, allowed[rows], np.zeros(rows.size, np.bool_), target=TARGET, stage=found.stage)
    accepted = allowed & (chances >= (standing.threshold or 0)) & standing.accepts
    precision, recall, _ = score(task, accepted)
    count = int(accepted[task.rows["test"]].sum())
    figures |= {
        "auto_accepts": float(standing.accepts),
        "auto_precision": precision if count else None,
        "auto_recall": recall,
        "auto_accepted": float(count),
        "auto_threshold": standing.threshold,
        "auto_proven": standing.lower_bound,
    }
    for name, goods in (("listings", task.compared.pairs.left), ("products", task.compared.pairs.right)):
        figures |= end_to_end(task, chances, goods, cut, name)
    figures |= _named("end_to_end_auto", _against_gold(task, np.flatnonzero(accepted), task.compared.pairs.left))
    return figures


def end_to_end(task: Task, chances: Chances, goods: Ints, cut: float, name: str) -> Figures:
    """Return precision, recall and F1 where each good gets its best candidate of the whole other table, or none.

    A pair that is the same and that nobody has labelled counts as an error.
    """
    rows = np.flatnonzero(task.found)
    order = rows[np.lexsort((-chances[rows], goods[rows]))]
    best = order[np.r_[True, goods[order][1:] != goods[order][:-1]]]
    return _named(f"end_to_end_{name}", _against_gold(task, best[chances[best] >= cut], goods))


def _against_gold(task: Task, chosen: Ints, goods: Ints) -> tuple[float, float, float]:
    """Return precision, recall and F1 of pairs; recall is the share of goods with a counterpart that got one."""
    right = int(task.gold[chosen].sum())
    return _shares(right, chosen.size, np.unique(goods[task.gold]).size)


def score(task: Task, predicted: Mask) -> tuple[float, float, float]:
    """Return precision, recall and F1 on test."""
    rows, same = task.rows["test"], task.same["test"]
    return _shares(int((predicted[rows] & same).sum()), int(predicted[rows].sum()), int(same.sum()))


def best_cut(chances: Chances, same: Mask) -> float:
    """Return the probability from which saying "the same" gives the best F1."""
    order = np.argsort(-chances, kind="stable")
    right, said = np.cumsum(same[order]), np.arange(1, same.size + 1)
    best = int(np.argmax(2 * right / (said + same.sum())))
    return float(np.mean(chances[order][best : best + 2]))


def _shares(right: int, said: int, true: int) -> tuple[float, float, float]:
    precision, recall = right / max(1, said), right / max(1, true)
    return precision, recall, 2 * right / max(1, said + true)


def _named(name: str, scores: tuple[float, float, float] | npt.NDArray[np.float64]) -> Figures:
    return {
        f"{name}_{figure}": float(value) for figure, value in zip(("precision", "recall", "f1"), scores, strict=True)
    }


def print_table(name: str, found: Figures) -> None:
    """Print the figures of a folder."""
    print(f"\n{name:<34}{'precision':>10}{'recall':>10}{'F1':>10}")
    rows = [("no_labels", "no labels")]
    rows += [(f"labels_{count}", f"{count} answers, mean of {len(SEEDS)} seeds") for count in ANSWERS]
    rows += [("all_labels", "all labels")]
    rows += [(f"end_to_end_{side}", f"end to end, for each of the {side}") for side in ("listings", "products")]
    rows += [("end_to_end_auto", "end to end, accepted by itself")]
    for key, label in rows:
        print(
            f"{label:<34}"
            + "".join(f"{found[f'{key}_{figure}'] or 0:>10.3f}" for figure in ("precision", "recall", "f1"))
        )
    if found["auto_accepts"]:
        print(f"{'accepted by itself':<34}{found['auto_precision'] or 0:>10.3f}{found['auto_recall'] or 0:>10.3f}")
    else:
        print(f"{'accepted by itself':<34}nothing: {found['auto_proven'] or 0:.3f} is proven, {TARGET} was asked for")
    print(
        f"{'candidates, recall at 5':<34}{found['candidates_recall_at_5'] or 0:>10.3f} from the listings,"
        f"{found['candidates_recall_at_5_from_products'] or 0:>7.3f} from the products"
    )
    print(
        f"{'seconds':<34}{found['seconds'] or 0:>10.1f} in all,"
        f"{found['prepare_seconds'] or 0:>7.1f} to compare,{found['all_labels_seconds'] or 0:>7.1f} to learn"
    )


if __name__ == "__main__":
    main()
