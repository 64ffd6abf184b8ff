"""A corpus many times over: every copy is that of other jurisdictions, the clauses unchanged."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import count, cycle, islice

from sqlalchemy import create_engine, insert

from corpus.catalog import Catalog
from corpus.document import Document, Region, content_id
from corpus.regions import NATION, gazetteer
from corpus.rows import clause_row, document_row
from corpus.schema import ClauseRow, DocumentRow, OriginRow, SourceRow


def relabelled(documents: Iterable[Document], factor: int) -> Iterator[list[Document]]:
    """The documents, then `factor` - 1 copies of all; each names jurisdictions of its own."""
    originals = list(documents)
    yield originals
    held = {d.metadata.region for d in originals if d.metadata.region} - {NATION}
    line = sorted(held, key=lambda region: region.code)
    free = cycle(_free(held))
    for number in range(1, factor):
        others = dict(zip(line, islice(free, len(line)), strict=True))
        yield [_copy(document, number, others) for document in originals]


def _free(held: set[Region]) -> list[Region]:
    """Jurisdictions of the gazetteer that are not held: enough for sixty copies of fifty.

    Of more copies several are of the same jurisdiction.
    """
    codes = gazetteer().codes
    free = [r for r in codes.values() if r not in held and r != NATION and r.code[:2] != "G-"]
    return sorted(free, key=lambda region: (region.code[-2:], region.code))


def _copy(document: Document, number: int, others: dict[Region, Region]) -> Document:
    known = document.metadata
    region = others.get(known.region, known.region) if known.region else None
    title = f"{known.title}（之{number}）"
    if region and known.region and region != known.region:
        title = known.title.replace(known.region.short, region.short)
        title = title if title != known.title else f"{region.name}{title}"
    return replace(
        document,
        metadata=replace(
            known,
            id=content_id(known.id, str(number)),
            title=title,
            region=region,
            level=region.level if region and region != NATION else known.level,
        ),
        clauses=tuple(replace(c, id=content_id(c.id, str(number))) for c in document.clauses),
    )


def fill(target: Catalog, documents: Iterable[Document], factor: int) -> None:
    """Put the documents and their copies into an empty catalog, without targets.

    Row by row as the catalog holds them: what it looks after when documents come (others of the
    same words, cards that they replace) would take an hour for a million clauses.
    """
    engine = create_engine(target.place.url)
    numbered = count(1)
    for number, copies in enumerate(relabelled(documents, factor)):
        name = f"copy-{number}"
        source = {"sha256": content_id(name), "name": name}
        own = [(one, one.metadata.id) for one in copies]
        with engine.begin() as connection:
            connection.execute(insert(SourceRow), source)
            connection.execute(
                insert(DocumentRow), [document_row(one, next(numbered)) for one, _ in own]
            )
            connection.execute(
                insert(OriginRow),
                [{"document_id": id_, "sha256": source["sha256"]} for _, id_ in own],
            )
            connection.execute(
                insert(ClauseRow),
                [clause_row(c, id_, c.id) for one, id_ in own for c in one.clauses],
            )
    engine.dispose()
