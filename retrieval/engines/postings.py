"""Which rows have which label: sorted row numbers a label, intersected to answer a filter.

A graph of neighbours is a slow way to the few rows of one jurisdiction (Chroma: 3 ms among 5,000
rows, 80 ms among 80,000); these find them in microseconds at any size.
"""

from __future__ import annotations

from array import array
from collections import defaultdict
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from retrieval.scope import Conditions, Labels

Rows = NDArray[np.int32]

_LABELS, _ROWS, _BOUNDS = "labels.txt", "rows.npy", "bounds.npy"
_NO_ROWS: Rows = np.empty(0, np.int32)
_FILTERS = 16  # whose rows are kept at hand


def among(rows: Rows, passing: Rows) -> NDArray[np.bool_]:
    """For each of `rows`, whether it is one of those that pass, which ascend."""
    if not len(passing):
        return np.zeros(len(rows), np.bool_)
    at = np.minimum(np.searchsorted(passing, rows), len(passing) - 1)
    return np.asarray(passing[at] == rows)


class Postings:
    """The rows of each label of each field, read from a folder that `Writer` made."""

    def __init__(self, folder: Path) -> None:
        labels = (folder / _LABELS).read_text(encoding="utf-8").splitlines()
        bounds = np.load(folder / _BOUNDS).tolist()
        rows = np.load(folder / _ROWS)
        self._size = int(rows.max()) + 1 if len(rows) else 0
        self._rows: dict[str, Rows] = {
            label: rows[start:end]
            for label, start, end in zip(labels, bounds[:-1], bounds[1:], strict=True)
        }
        self.rows = lru_cache(maxsize=_FILTERS)(self._found)

    def _found(self, conditions: Conditions) -> Rows:
        """Rows that have one of the values in every field listed, ascending."""
        fewest, *others = sorted((self._any(*one) for one in conditions), key=len)
        for rows in others:
            fewest = fewest[self._marked(rows)[fewest]]
        return fewest

    def _any(self, field: str, values: Iterable[str]) -> Rows:
        labels = (f"{field}:{value}" for value in dict.fromkeys(values))
        held = [self._rows[label] for label in labels if label in self._rows]
        if len(held) > 1:
            return np.flatnonzero(self._marked(np.concatenate(held))).astype(np.int32)
        return held[0] if held else _NO_ROWS

    def _marked(self, rows: Rows) -> NDArray[np.bool_]:
        """A mark a row: to look up in marks is faster than to sort, where many rows pass."""
        marks = np.zeros(self._size, np.bool_)
        marks[rows] = True
        return marks


class Writer:
    """Gathers the labels of rows 0, 1, …"""

    def __init__(self) -> None:
        self._found: dict[str, array[int]] = defaultdict(lambda: array("i"))
        self._next = 0

    def add(self, labels: Labels) -> None:
        """Note the labels of the next row."""
        for field, values in labels.items():
            for value in dict.fromkeys(values):
                self._found[f"{field}:{value}"].append(self._next)
        self._next += 1

    def write(self, folder: Path) -> None:
        """Write the postings into a folder."""
        folder.mkdir(parents=True, exist_ok=True)
        rows = [np.frombuffer(found, np.int32) for found in self._found.values()]
        (folder / _LABELS).write_text("\n".join(self._found), encoding="utf-8")
        np.save(folder / _ROWS, np.concatenate(rows) if rows else _NO_ROWS)
        np.save(folder / _BOUNDS, np.cumsum([0, *map(len, rows)]))
