"""What a search is limited to."""

from __future__ import annotations

from dataclasses import dataclass

from corpus.document import Level, Metadata


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

    def admits(self, document: Metadata) -> bool:
        """Whether a document is inside; years are those of clauses."""
        region = document.region
        return (
            (not self.regions or (region is not None and any(map(region.within, self.regions))))
            and (not self.levels or document.level in self.levels)
            and (not self.document_ids or document.id in self.document_ids)
        )


EVERYTHING = Scope()
