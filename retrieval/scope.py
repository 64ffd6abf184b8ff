"""What a search is limited to."""

from __future__ import annotations

from dataclasses import dataclass

from corpus.document import Level


@dataclass(frozen=True, slots=True)
class Scope:
    """Limits pushed down into the engines; an empty one limits nothing.

    `regions` are jurisdiction names and include what lies inside them; `years` are years that
    the clause itself names.
    """

    regions: tuple[str, ...] = ()
    levels: tuple[Level, ...] = ()
    document_ids: tuple[str, ...] = ()
    years: tuple[int, ...] = ()


EVERYTHING = Scope()
