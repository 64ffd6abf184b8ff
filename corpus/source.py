"""A source and what is read from it: bytes in, values out, no catalog.

So it can be read anywhere: here, one after the other, or by workers in other processes.
"""

from __future__ import annotations

import hashlib
import tempfile
import threading
import unicodedata
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from corpus import readers
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
from corpus.readers.archive import extract_member
from corpus.split import Entry, Section, split
from corpus.targets.extract import targets_of
from corpus.targets.target import Target
from corpus.traditional import simplified

_READS = threading.Lock()  # PDFium reads one file at a time in a process


@dataclass(frozen=True, slots=True)
class Source:
    """A file, or a member of an archive by its number; the name and the id that it goes by."""

    path: Path
    name: Path
    id: str
    member: int | None = None

    @contextmanager
    def file(self) -> Iterator[Path]:
        """The file itself; of a member a copy that goes afterwards."""
        if self.member is None:
            yield self.path
            return
        with tempfile.TemporaryDirectory() as folder:
            yield extract_member(self.path, self.member, Path(folder))


@dataclass(frozen=True, slots=True)
class Content:
    """What a source holds: its documents with their targets, and where its characters went.

    `unread` are those of its pages that are images, where nothing can read them.
    """

    documents: tuple[tuple[Document, tuple[Target, ...]], ...]
    ledger: tuple[Entry, ...]
    unread: tuple[int, ...]


Outcome = Content | str  # what a source holds, or why it is left out


def read(source: Source, collection: str = PUBLIC) -> Content:
    """Read a source. Raises SourceError where it holds no document, or no longer what it did."""
    with source.file() as file:
        try:
            if source_id(file, collection) == source.id:
                return content_of(file, source.name, collection)
        except SourceError as error:
            raise SourceError(said_of(error, file, source.name)) from error
    raise SourceError(f"{source.name}: 读取时文件有改动，请重新导入")


def read_all(sources: Sequence[Source], collection: str) -> list[Outcome]:
    """What each source holds, or why it is left out. This is what a worker process does."""
    with _READS:
        return [_content_or_why(source, collection) for source in sources]


def _content_or_why(source: Source, collection: str) -> Outcome:
    try:
        return read(source, collection)
    except SourceError as error:
        return str(error)
    except Exception as error:  # of one in a million files, not of them all
        return f"{source.name}: 无法解析（{type(error).__name__}: {error}）"


def content_of(file: Path, name: Path, collection: str = PUBLIC) -> Content:
    """Read a file that goes by this name. Raises SourceError where it holds no document."""
    reading = readers.read(file)
    parts = split(reading.pages, name.stem)
    found = [document(section, reading.url, collection) for section in parts.sections]
    documents = tuple((one, targets_of(one)) for one in found if one.clauses)
    if not documents:
        raise SourceError(f"{file}: 未找到正文")
    return Content(documents, parts.ledger, reading.unread)


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


def source_id(file: Path, collection: str) -> str:
    """A hash of a file's bytes; another one in each closed collection.

    Raises SourceError where it cannot be read, or is of no known format.
    """
    readers.check(file)
    sha256 = _hash(file)
    if collection == PUBLIC:
        return sha256
    return hashlib.sha256(f"{collection}\n{sha256}".encode()).hexdigest()


def said_of(error: SourceError, file: Path, name: Path) -> str:
    """The words of an error about a file, under the name that the file goes by."""
    return str(error).replace(str(file), str(name))


def _letters(text: str) -> str:
    """The letters and digits of a text: the same document in another format has the same."""
    folded = simplified(unicodedata.normalize("NFKC", text))
    return "".join(character for character in folded if character.isalnum())


def _hash(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise SourceError(f"{path}: 无法读取（{error.strerror}）") from error
