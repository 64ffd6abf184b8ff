"""Question sets of others by name of their format, and a catalog of their passages to ask over."""

from __future__ import annotations

from pathlib import Path

from corpus.catalog import Catalog
from corpus.document import Clause, Document, Level, Metadata, Status, content_id
from evals.errors import EvaluationError
from evals.external import lexrag, rgb, squad
from evals.external.files import options_of
from evals.external.shape import External, Passage

__all__ = ["FORMATS", "External", "Passage", "catalog_of", "document_of", "read_external"]

FORMATS = ("rgb", "squad", "cmrc", "lexrag")


def read_external(format_: str, path: Path, **options: object) -> External:
    """Read a set; the options are those of its format, as text or as what they are.

    Raises EvaluationError, naming the format, the option, or file, place and field.
    """
    match format_:
        case "rgb":
            return rgb.read(path, options_of(rgb.RgbOptions, options))
        case "squad" | "cmrc":
            return squad.read(path, options_of(squad.SquadOptions, options))
        case "lexrag":
            return lexrag.read(path, options_of(lexrag.LexragOptions, options))
    raise EvaluationError(f"没有名为 {format_} 的格式；可用的格式：{'、'.join(FORMATS)}")


def catalog_of(external: External, folder: Path) -> Catalog:
    """The passages as documents of one clause each, in a data directory that has none yet.

    Raises EvaluationError where it has some.
    """
    if (folder / "catalog.sqlite").exists():
        raise EvaluationError(f"{folder} 中已有文件，请另用一个空文件夹")
    catalog = Catalog(folder)
    documents = [document_of(passage) for passage in external.passages]
    catalog.add("collection", content_id("collection"), documents)
    return catalog


def document_of(passage: Passage) -> Document:
    """A passage as a document of one clause, whose id is the `content_id` of the passage's."""
    metadata = Metadata(
        id=content_id("document", passage.id),
        title=passage.title,
        issuer=None,
        region=None,
        level=Level.UNKNOWN,
        status=Status.FINAL,
        number=None,
        source_url=None,
        pages=None,
    )
    title, text = passage.title, passage.text
    path = (title,) if title else ()
    clause = Clause(content_id(passage.id), 0, None, "", title, path, 0, len(text), ())
    return Document(metadata, text, (clause,))
