"""Files into the catalog: read → clean → split → parse → keep."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from corpus import readers
from corpus.catalog import Catalog
from corpus.clauses import parse
from corpus.document import Document, Metadata, content_id
from corpus.errors import SourceError
from corpus.metadata import level_of, number_of, region_of, status_of
from corpus.split import Section, split


@dataclass(frozen=True, slots=True)
class Ingested:
    """What became of one file. `error` says why it was left out; `skipped`, that it was held."""

    path: Path
    documents: int = 0
    clauses: int = 0
    skipped: bool = False
    error: str | None = None


def find(paths: Sequence[Path]) -> list[Path]:
    """Files named, and files of known formats in the folders named, sorted.

    Raises SourceError for a path that does not exist.
    """
    found: list[Path] = []
    for path in paths:
        if path.is_dir():
            found.extend(sorted(p for p in _walk(path) if p.suffix.lower() in readers.SUFFIXES))
        elif path.exists():
            found.append(path)
        else:
            raise SourceError(f"{path}: 文件或文件夹不存在")
    return list(dict.fromkeys(path.resolve() for path in found))


def _walk(folder: Path) -> Iterator[Path]:
    for root, _, names in os.walk(folder):
        yield from (Path(root) / name for name in names if not name.startswith("."))


def ingest(files: Iterable[Path], catalog: Catalog) -> Iterator[Ingested]:
    """Take in files one by one; a bad file is reported and the rest goes on."""
    for path in files:
        try:
            yield _ingest_file(path, catalog)
        except SourceError as error:
            yield Ingested(path, error=str(error))


def _ingest_file(path: Path, catalog: Catalog) -> Ingested:
    sha256 = _hash(path)
    if catalog.holds(sha256):
        return Ingested(path, skipped=True)
    documents = [document(section) for section in split(readers.read(path), path.stem)]
    documents = [found for found in documents if found.clauses]
    if not documents:
        raise SourceError(f"{path}: 未找到正文")
    catalog.add(str(path), sha256, documents)
    return Ingested(path, len(documents), sum(len(found.clauses) for found in documents))


def document(section: Section) -> Document:
    """A section parsed and described."""
    region = region_of(section.issuer, section.title)
    name = region.name if region else ""
    numbers = section.pages.numbers
    metadata = Metadata(
        id=content_id(section.title, name, section.text),
        title=section.title,
        issuer=section.issuer or None,
        region=region,
        level=level_of(section.issuer, region),
        status=status_of(section.title),
        number=number_of(section.text),
        source_url=section.url,
        pages=(numbers[0], numbers[-1]) if numbers else None,
    )
    return Document(metadata, section.text, parse(section.text, section.pages, section.title, name))


def _hash(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise SourceError(f"{path}: 无法读取（{error.strerror}）") from error
