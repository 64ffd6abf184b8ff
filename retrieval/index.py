"""The search indexes: projections of the catalog, named after what they were built from.

`index-<hash of catalog, embedding space and layout>/` is written whole beside the old one and
marked complete last; so a crash leaves no half index, and a change of any of the three makes
another index instead of mixing. The vectors' folder has a name of its own each time: Chroma
keeps a client a path for as long as the process lives.
"""

from __future__ import annotations

import fcntl
import json
import shutil
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from corpus.catalog import Catalog
from corpus.document import content_id
from retrieval.engines import lexical, vectors
from retrieval.engines.lexical import LexicalIndex
from retrieval.engines.vectors import VectorIndex
from retrieval.passages import passages
from retrieval.space import Space

if TYPE_CHECKING:
    from langchain_core.embeddings import Embeddings

LAYOUT = "3"
_COMPLETE = "complete.json"

Report = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Index:
    """Both legs, open for searching."""

    lexical: LexicalIndex
    vectors: VectorIndex
    embeddings: Embeddings


def open_index(
    catalog: Catalog, space: Space, data: Path, *, rebuild: bool = False, report: Report = print
) -> Index:
    """Open the index of what the catalog holds now, building it where there is none."""
    folder = ensure_index(catalog, space, data, rebuild=rebuild, report=report)
    built = json.loads((folder / _COMPLETE).read_text(encoding="utf-8"))
    return Index(
        LexicalIndex(folder / "lexical"),
        VectorIndex(folder / built["vectors"]),
        space.load(folder / "space"),
    )


def ensure_index(
    catalog: Catalog, space: Space, data: Path, *, rebuild: bool = False, report: Report = print
) -> Path:
    """Build the index of what the catalog holds now where there is none; returns its folder.

    With `rebuild` it is built anew in any case. One process builds at a time.
    """
    name = "index-" + content_id(catalog.fingerprint(), space.identity, LAYOUT)
    folder = data / name
    with _lock(data):
        if rebuild or not (folder / _COMPLETE).exists():
            _build(catalog, space, folder, report)
        for other in data.glob("index-*"):
            if other.name != name:
                shutil.rmtree(other, ignore_errors=True)
    return folder


def _build(catalog: Catalog, space: Space, folder: Path, report: Report) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    found = [passage for held in catalog.clauses() for passage in passages(held)]
    report(f"正在建立索引：{len(found)} 段……")
    lexical.build(folder / "lexical", found)
    texts = [passage.in_context for passage in found]
    embeddings = space.fit(texts, folder / "space")
    name = f"vectors-{uuid.uuid4().hex[:8]}"
    vectors.build(folder / name, found, embeddings.embed_documents(texts))
    built = {"vectors": name, "passages": len(found), "space": space.identity}
    (folder / _COMPLETE).write_text(json.dumps(built), encoding="utf-8")


@contextmanager
def _lock(data: Path) -> Iterator[None]:
    with (data / "index.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
