"""Files into the catalog, one by one: what a source holds, then one transaction that keeps it."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from corpus import readers
from corpus.catalog import Catalog
from corpus.document import PUBLIC
from corpus.errors import SourceError
from corpus.readers.archive import extract
from corpus.source import Content, Source, content_of, said_of, source_id


@dataclass(frozen=True, slots=True)
class Ingested:
    """What became of one file.

    `error` says why it was left out; `skipped`, that it was held; `unread`, which of its pages
    are images that nothing could read.
    """

    path: Path
    documents: int = 0
    clauses: int = 0
    skipped: bool = False
    error: str | None = None
    unread: tuple[int, ...] = ()


def find(paths: Sequence[Path]) -> list[Path]:
    """Files named, and files of known formats in the folders named, sorted, each once.

    Raises SourceError for a path that does not exist.
    """
    return list(dict.fromkeys(each(paths)))


def each(paths: Sequence[Path]) -> Iterator[Path]:
    """The same one at a time, so that millions need no memory; a file named twice comes twice."""
    for path in paths:
        if path.is_dir():
            found = (one for one in _walk(path) if one.suffix.lower() in _FORMATS)
            yield from (one.resolve() for one in found)
        elif path.exists():
            yield path.resolve()
        else:
            raise SourceError(f"{path}: 文件或文件夹不存在")


_FORMATS = (*readers.SUFFIXES, *readers.ARCHIVES)


def _walk(folder: Path) -> Iterator[Path]:
    """The files below a folder in the order of their paths; no link to a folder is followed."""
    try:
        names = sorted(os.listdir(folder))
    except OSError:
        return
    for name in names:
        path = folder / name
        if path.is_dir():
            yield from () if path.is_symlink() else _walk(path)
        elif not name.startswith("."):
            yield path


def ingest(files: Iterable[Path], catalog: Catalog, collection: str = PUBLIC) -> Iterator[Ingested]:
    """Take files into a collection one by one; a bad file is reported and the rest goes on."""
    for path in files:
        yield from ingest_file(path, path, catalog, collection)


def ingest_file(
    path: Path, name: Path, catalog: Catalog, collection: str = PUBLIC, *, again: bool = False
) -> Iterator[Ingested]:
    """Take in one file, or each member of an archive, under a name.

    The name goes into the catalog and into messages. With `again`, a file whose documents were
    all taken out is taken in anew.
    """
    if path.suffix.lower() not in readers.ARCHIVES:
        yield _ingest_file(path, name, catalog, collection, again)
        return
    try:
        for _, member, file in members(path, name):
            yield _ingest_file(file, member, catalog, collection, again)
    except SourceError as error:
        yield Ingested(name, error=said_of(error, path, name))


def members(path: Path, name: Path) -> Iterator[tuple[int, Path, Path]]:
    """Of each member that can be read its number, its name, and a copy that goes with the next.

    They are named after the archive and themselves. Raises SourceError where it is no archive.
    """
    with tempfile.TemporaryDirectory() as folder:
        readers.check(path)
        for number, (member, file) in enumerate(extract(path, Path(folder))):
            if Path(member).suffix.lower() in readers.SUFFIXES:
                yield number, name / member.replace("..", "."), file
            file.unlink()


def _ingest_file(
    file: Path, name: Path, catalog: Catalog, collection: str, again: bool
) -> Ingested:
    try:
        source = Source(file, name, source_id(file, collection))
        if catalog.holds(source.id) and not (again and catalog.is_emptied(source.id)):
            return skip(source, catalog)
        return keep(source, content_of(file, name, collection), catalog)
    except SourceError as error:
        return Ingested(name, error=said_of(error, file, name))


def skip(source: Source, catalog: Catalog) -> Ingested:
    """What is to be done about a source that is held: see that its original is kept.

    It may come from before originals were kept, or a stop came between.
    """
    if catalog.originals.lack(source.name, source.id) and not catalog.is_emptied(source.id):
        _keep_original(source, catalog)
    return Ingested(source.name, skipped=True)


def keep(source: Source, content: Content, catalog: Catalog) -> Ingested:
    """Write what a source holds into the catalog, in one transaction, and keep its original."""
    catalog.put(str(source.name), source.id, content.documents, content.ledger)
    if catalog.originals.lack(source.name, source.id):
        _keep_original(source, catalog)
    clauses = sum(len(document.clauses) for document, _ in content.documents)
    return Ingested(source.name, len(content.documents), clauses, unread=content.unread)


def _keep_original(source: Source, catalog: Catalog) -> None:
    with source.file() as file:
        catalog.originals.keep(file, source.id)
