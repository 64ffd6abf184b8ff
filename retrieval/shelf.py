"""Clauses lately read, so that a clause found again is not fetched and read again."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from itertools import islice
from threading import Lock

from corpus.view import View
from retrieval.reading import Reading, read

_ROOM = 10_000  # clauses; about 5 KB each


class Shelf:
    """The readings of a catalog's clauses, the least lately used put away when room is short."""

    def __init__(self, catalog: View, room: int = _ROOM) -> None:
        self._catalog = catalog
        self._room = room
        self._held: OrderedDict[str, Reading] = OrderedDict()
        self._lock = Lock()

    def fill(self) -> None:
        """Read the first clauses of the catalog, as many as there is room for (1 s for 6,000)."""
        new = {held.id: read(held) for held in islice(self._catalog.clauses(), self._room)}
        with self._lock:
            self._held = OrderedDict(new | self._held)

    def readings(self, ids: Sequence[str]) -> dict[str, Reading]:
        """The readings of these clauses, by id; ids that the catalog does not hold are left out."""
        with self._lock:
            found = {id_: self._held[id_] for id_ in ids if id_ in self._held}
            for id_ in found:
                self._held.move_to_end(id_)
        missing = [id_ for id_ in ids if id_ not in found]
        if missing:
            new = {held.id: read(held) for held in self._catalog.clauses(missing)}
            found |= new
            with self._lock:
                self._held |= new
                while len(self._held) > self._room:
                    self._held.popitem(last=False)
        return found
