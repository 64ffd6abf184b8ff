"""One state of the documents as it is served, whole and as each set of readers may see it."""

from __future__ import annotations

import gc
from collections.abc import Iterable
from threading import Lock

from assistant.app import Assistant
from assistant.follow import Follower
from assistant.settings import Settings
from corpus.catalog import Catalog


class Edition:
    """The assistant of everything held, and those of the sets of collections that are asked for.

    `before` is the edition that is answered from until this one takes its place; the sets that it
    was asked for are made ready.
    """

    def __init__(self, settings: Settings, whole: Assistant, before: Edition | None = None) -> None:
        self.whole = whole
        self._settings = settings
        self._views: dict[frozenset[str], Assistant] = {}
        self._lock = Lock()
        whole.warm()
        self.prepare(before.sets if before else ())

    @classmethod
    def after(cls, before: Edition, settings: Settings) -> Edition:
        """The state that the data directory has now."""
        whole = Assistant.open(settings, lambda _: None, before.whole)
        return cls(settings, whole, before)

    @property
    def follower(self) -> Follower:
        """What tells when this is no longer what the documents are."""
        return Follower(self.whole.changes)

    def changes(self) -> int:
        """How often the documents have been changed by now."""
        held = self.whole.catalog
        return held.changes() if isinstance(held, Catalog) else self.whole.changes

    @property
    def sets(self) -> list[frozenset[str]]:
        """The sets of collections that were asked for."""
        return list(self._views)

    def prepare(self, sets: Iterable[frozenset[str]]) -> None:
        """Open the views of these sets, so that nobody has to wait for one."""
        for collections in sets:
            self.seen_by(collections)

    def seen_by(self, collections: frozenset[str]) -> Assistant:
        """The assistant of a reader of these; the first to ask for a set waits for its index."""
        held = collections & self.whole.collections
        if held == self.whole.collections:
            return self.whole
        with self._lock:
            if held not in self._views:
                self._views[held] = self.whole.seen_by(held, self._settings)
            return self._views[held]

    def serves(self, assistant: Assistant) -> bool:
        """Whether an assistant is one of this edition."""
        return assistant is self.whole or assistant in self._views.values()

    def close(self) -> None:
        """Release all files."""
        for view in self._views.values():
            view.close_index()
        self.whole.close()

    def close_catalog(self) -> None:
        """Release the catalog alone; what is being read is read to its end."""
        self.whole.close_catalog()


def collect_all() -> None:
    """Give back the memory of editions that are no more: what was set apart as lasting is looked
    through too."""
    gc.unfreeze()
    gc.collect()
    gc.freeze()
