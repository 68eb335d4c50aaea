"""What is said of single rows, collected as it comes up and joined at the end; most rows have nothing said of them."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from channelkit.model.columns import Mask, Numbers, one


class Notes:
    """Sentences about rows.

    >>> notes = Notes(3)
    >>> notes.add(np.array([True, False, True]), "A.")
    >>> notes.add_at(np.array([2]), pa.array(["B."]))
    >>> notes.join().to_pylist()
    ['A.', None, 'A. B.']
    """

    def __init__(self, rows: int) -> None:
        self._rows = rows
        self._places: list[Numbers] = []
        self._words: list[pa.Array] = []

    def add(self, where: Mask, words: str) -> None:
        """Say one sentence of all rows of a mask."""
        places = np.flatnonzero(where)
        self.add_at(places, pa.repeat(words, len(places)))

    def add_at(self, places: Numbers, words: pa.Array) -> None:
        """Say a sentence of its own of each of some rows."""
        if len(places):
            self._places.append(places)
            self._words.append(words)

    def join(self) -> pa.Array:
        """Return what is said of each row, in the order in which it was said; null where nothing is."""
        if not self._places:
            return pa.nulls(self._rows, pa.string())
        places, words = np.concatenate(self._places), one(pa.chunked_array(self._words))
        order = np.argsort(places, kind="stable")
        places, words = places[order], words.take(pa.array(order))
        rows, first = np.unique(places, return_index=True)
        begins = pa.array([*first.tolist(), len(places)], pa.int32())
        joined = pc.binary_join(pa.ListArray.from_arrays(begins, words), " ")
        place = np.full(self._rows, -1)
        place[rows] = np.arange(len(rows))
        return joined.take(pa.array(place, mask=place < 0))
