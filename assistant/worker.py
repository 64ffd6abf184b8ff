"""A process that takes uploaded files in: `python -m assistant.worker`, started by the jobs.

Reading what strangers upload is kept apart from the server: a file that takes all memory or
crashes a reader ends this process, not the answers. What it does is told in lines of JSON on
standard output. Killed at any moment it leaves the catalog whole (every file is one transaction).
"""

from __future__ import annotations

import json
import os
import sys
from contextlib import suppress
from pathlib import Path
from threading import Thread

from pydantic import BaseModel

from assistant.indexes import ensure_index
from assistant.settings import Settings
from corpus.catalog import Catalog
from corpus.database import UNREACHABLE
from corpus.disk import is_full
from corpus.errors import CatalogError
from corpus.ingest import Ingested, ingest_file
from retrieval.errors import EngineError

NO_DATABASE = 75  # exit code: what is to be done is to be done later
FULL = 28  # exit code: the disk has no room
_LONGEST_NAME = 200  # characters of a file's name
_NICE = 10  # answers go first


class Order(BaseModel):
    """What is to be done: files by the numbers of the upload, each under its own name.

    `folder` of the uploaded files, `name` for the sources in the catalog.
    """

    folder: Path
    files: list[tuple[int, str]]
    name: Path
    collection: str


class FileResult(BaseModel):
    """What became of an uploaded file (its number from 0), or of a member of an archive."""

    file: int
    name: str
    documents: int = 0
    clauses: int = 0
    skipped: bool = False
    error: str | None = None
    unread: list[int] = []

    @classmethod
    def of(cls, file: int, result: Ingested, order: Order) -> FileResult:
        """The result under the name that the uploader knows."""
        base = f"{order.name}/"
        return cls(
            file=file,
            name=str(result.path).removeprefix(base),
            documents=result.documents,
            clauses=result.clauses,
            skipped=result.skipped,
            error=result.error.replace(base, "") if result.error else None,
            unread=list(result.unread),
        )


def work(order: Order, settings: Settings) -> None:
    """Take the files in and build the index of what is then held."""
    os.nice(_NICE)
    catalog = Catalog(settings.data, settings.database)
    for number, name in order.files:
        file = stored(order.folder, number, name)
        for result in ingest_file(file, order.name / name, catalog, order.collection, again=True):
            _tell(result=FileResult.of(number, result, order).model_dump())
        _tell(read=number)
    _tell(indexing=True)
    if catalog.size().clauses:
        with suppress(EngineError):  # the documents are in; the server waits for the engine
            ensure_index(catalog, settings, report=lambda _: None)
    catalog.close()


def stored(folder: Path, number: int, name: str) -> Path:
    """Where an uploaded file is kept: by its number; of its name only the ending, if plain."""
    suffix = Path(name).suffix.lower()
    return folder / f"{number:04d}{suffix if suffix[1:].isalnum() and suffix.isascii() else ''}"


def plain_name(said: str) -> str:
    """The last part of a name, without what is no plain character: a label, never a path."""
    last = said.replace("\\", "/").rpartition("/")[2]
    plain = "".join(c for c in last if c.isprintable()).strip(". ")
    stem, dot, suffix = plain.rpartition(".")
    return f"{(stem or suffix)[:_LONGEST_NAME]}{dot if stem else ''}{suffix[:16] if stem else ''}"


def _tell(**said: object) -> None:
    print(json.dumps(said, ensure_ascii=True), flush=True)


def _end_with_parent() -> None:
    """Who started this process keeps its input open for as long as it lives."""
    sys.stdin.read()
    os._exit(1)


def _main() -> None:
    order, settings = Order.model_validate_json(sys.stdin.readline()), Settings()
    Thread(target=_end_with_parent, daemon=True).start()
    try:
        work(order, settings)
    except Exception as error:
        if is_full(error):
            sys.exit(FULL)
        if settings.database and isinstance(error, (*UNREACHABLE, CatalogError)):
            sys.exit(NO_DATABASE)
        raise


if __name__ == "__main__":
    _main()
