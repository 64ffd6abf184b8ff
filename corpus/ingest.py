"""Files into the catalog: read → clean → split → parse → keep."""

from __future__ import annotations

import hashlib
import os
import tempfile
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from corpus import readers
from corpus.catalog import Catalog
from corpus.clauses import parse
from corpus.document import PUBLIC, Document, Metadata, content_id
from corpus.errors import SourceError
from corpus.metadata import (
    issued_of,
    level_of,
    number_of,
    region_of,
    status_of,
    subject_of,
)
from corpus.readers.archive import extract
from corpus.split import Entry, Section, split
from corpus.traditional import simplified


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
    """Files named, and files of known formats in the folders named, sorted.

    Raises SourceError for a path that does not exist.
    """
    found: list[Path] = []
    for path in paths:
        if path.is_dir():
            found.extend(sorted(p for p in _walk(path) if p.suffix.lower() in _FORMATS))
        elif path.exists():
            found.append(path)
        else:
            raise SourceError(f"{path}: 文件或文件夹不存在")
    return list(dict.fromkeys(path.resolve() for path in found))


_FORMATS = (*readers.SUFFIXES, *readers.ARCHIVES)


def _walk(folder: Path) -> Iterator[Path]:
    for root, _, names in os.walk(folder):
        yield from (Path(root) / name for name in names if not name.startswith("."))


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
    if path.suffix.lower() in readers.ARCHIVES:
        yield from _ingest_archive(path, name, catalog, collection, again)
    else:
        yield _ingest_file(path, name, catalog, collection, again)


def _ingest_archive(
    path: Path, name: Path, catalog: Catalog, collection: str, again: bool
) -> Iterator[Ingested]:
    """Each member as a file of its own, named after archive and member."""
    with tempfile.TemporaryDirectory() as folder:
        try:
            readers.check(path)
            for member, file in extract(path, Path(folder)):
                if Path(member).suffix.lower() in readers.SUFFIXES:
                    inner = name / member.replace("..", ".")
                    yield _ingest_file(file, inner, catalog, collection, again)
                file.unlink()
        except SourceError as error:
            yield Ingested(name, error=str(error).replace(str(path), str(name)))


def _ingest_file(
    file: Path, name: Path, catalog: Catalog, collection: str, again: bool
) -> Ingested:
    try:
        readers.check(file)
        sha256 = _source_id(file, collection)
        if catalog.holds(sha256) and not (again and catalog.is_emptied(sha256)):
            _keep_original(file, sha256, catalog)
            return Ingested(name, skipped=True)
        reading = readers.read(file)
        documents, ledger = _documents(reading, file, name, collection)
        catalog.add(str(name), sha256, documents, ledger)
        _keep_original(file, sha256, catalog)
    except SourceError as error:
        return Ingested(name, error=str(error).replace(str(file), str(name)))
    clauses = sum(len(found.clauses) for found in documents)
    return Ingested(name, len(documents), clauses, unread=reading.unread)


def _keep_original(file: Path, source: str, catalog: Catalog) -> None:
    """Keep it also where the source was held before originals were kept, or a stop came between."""
    if not catalog.is_emptied(source):
        catalog.originals.keep(file, source)


def _documents(
    reading: readers.Reading, file: Path, name: Path, collection: str
) -> tuple[list[Document], tuple[Entry, ...]]:
    """The documents of a file that hold any text, and its ledger.

    Raises SourceError where no document does.
    """
    parts = split(reading.pages, name.stem)
    found = [document(section, reading.url, collection) for section in parts.sections]
    documents = [one for one in found if one.clauses]
    if not documents:
        raise SourceError(f"{file}: 未找到正文")
    return documents, parts.ledger


def document(section: Section, url: str | None = None, collection: str = PUBLIC) -> Document:
    """A section parsed and described. `url` is the source's own, where the section names none.

    In a closed collection it is a document of its own: its id, pages and source are not shared.
    """
    issuer, title = simplified(section.issuer), simplified(section.title)
    region = region_of(issuer, title)
    name = region.name if region else ""
    numbers = section.pages.numbers
    id_ = content_id(_letters(title), name, _letters(section.text))
    metadata = Metadata(
        id=id_ if collection == PUBLIC else content_id(id_, collection),
        title=section.title,
        issuer=section.issuer or None,
        region=region,
        level=level_of(issuer, region),
        status=status_of(title),
        number=number_of(section.text),
        source_url=section.url or url,
        pages=(numbers[0], numbers[-1]) if numbers else None,
        issued=issued_of(section.text),
        subject=subject_of(title),
        recognised_pages=section.recognised,
        collection=collection,
    )
    return Document(metadata, section.text, parse(section.text, section.pages, section.title, name))


def _letters(text: str) -> str:
    """The letters and digits of a text: the same document in another format has the same."""
    folded = simplified(unicodedata.normalize("NFKC", text))
    return "".join(character for character in folded if character.isalnum())


def _source_id(path: Path, collection: str) -> str:
    """A hash of the file's bytes; another one in each closed collection."""
    sha256 = _hash(path)
    if collection == PUBLIC:
        return sha256
    return hashlib.sha256(f"{collection}\n{sha256}".encode()).hexdigest()


def _hash(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise SourceError(f"{path}: 无法读取（{error.strerror}）") from error
