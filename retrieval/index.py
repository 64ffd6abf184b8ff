"""The search indexes: projections of the catalog, named after what they were built from.

`index-<hash of catalog, embedding spaces and layout>/` is written whole beside the old one and
marked complete last; so a crash leaves no half index, and a change of any of the three makes
another index instead of mixing. The folders of its shards have names of their own each time:
Chroma keeps a client a path for as long as the process lives.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from math import isfinite
from pathlib import Path
from typing import TYPE_CHECKING

from corpus.document import content_id
from corpus.view import View
from retrieval.build import LEXICAL, POSTINGS, SHARD, SPACE, Earlier, vectors_name, write
from retrieval.engines.engine import LexicalEngine, VectorEngine
from retrieval.engines.lexical import FIELD_WEIGHTS, LexicalIndex
from retrieval.engines.postings import Postings
from retrieval.engines.shards import LexicalShards, VectorShards
from retrieval.engines.vectors import VectorIndex
from retrieval.errors import EmbeddingError
from retrieval.locks import Hold, is_held, locked
from retrieval.space import Space

if TYPE_CHECKING:
    from langchain_core.embeddings import Embeddings

LAYOUT = "8"
COMPLETE = "complete.json"

Report = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class VectorLeg:
    """A space, its embedding and the vectors in it."""

    space: Space
    embeddings: Embeddings
    index: VectorEngine

    def embed(self, text: str) -> list[float]:
        """The vector of a question. Raises EmbeddingError where the model fails.

        So it does where the model is another one than the index was made with.
        """
        return self._fitting([self.space.embed_query(self.embeddings, text)])[0]

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """The vectors of texts, as those of passages are made. Raises EmbeddingError likewise."""
        return self._fitting(self.space.embed_documents(self.embeddings, texts))

    def _fitting(self, vectors: list[list[float]]) -> list[list[float]]:
        for vector in vectors:
            if len(vector) != self.index.dimensions or not all(map(isfinite, vector)):
                raise EmbeddingError(f"向量模型 {self.space.identity} 与索引不符，请重建索引")
        return vectors


@dataclass(frozen=True, slots=True)
class Index:
    """The lexical leg and the vector legs, the preferred one first; `notes` say what is missing."""

    lexical: LexicalEngine
    vectors: tuple[VectorLeg, ...]
    notes: tuple[str, ...] = ()
    hold: Hold | None = None  # on the folder, where the index has one

    def close(self) -> None:
        """Release what is open; the index must not be searched any more."""
        for leg in self.vectors:
            leg.index.close()
        if self.hold:
            self.hold.release()


def open_index(
    catalog: View,
    spaces: Sequence[Space],
    data: Path,
    *,
    rebuild: bool = False,
    report: Report = print,
    vectors_in: Collection[Path] = (),
    shard_size: int = SHARD,
) -> Index:
    """Open the index of what the catalog holds now, building it where there is none.

    The last of the spaces is the built-in one; a model before it that cannot be reached is left
    out, with a note, and tried again the next time.
    """
    with _lock(data):
        folder = _ensured(catalog, spaces, data, rebuild, report, vectors_in, shard_size)
        hold = Hold(folder)
    shards = shards_of(folder)
    rows = [Postings(shard / POSTINGS) for shard in shards]
    legs = []
    notes = []
    for space in spaces:
        try:
            legs.append(_leg(space, folder, rows))
        except EmbeddingError as error:
            report(str(error))
            notes.append(f"向量模型 {space.model} 不可用，暂用内置向量")
    return Index(lexical_in(shards), tuple(legs), tuple(notes), hold)


def _leg(space: Space, folder: Path, rows: Sequence[Postings]) -> VectorLeg:
    identities = _complete(folder)["spaces"]
    if space.identity not in identities:
        raise EmbeddingError(f"没有向量模型 {space.identity} 的索引")
    embeddings = space.load(folder / SPACE)
    name = vectors_name(identities.index(space.identity))
    shards = zip(shards_of(folder), rows, strict=True)
    parts = [VectorIndex(shard / name, of) for shard, of in shards]
    return VectorLeg(space, embeddings, parts[0] if len(parts) == 1 else VectorShards(parts))


def lexical_in(
    shards: Sequence[Path], fields: Mapping[str, float] = FIELD_WEIGHTS
) -> LexicalEngine:
    """The lexical leg of an index, over these fields."""
    folders = [shard / LEXICAL for shard in shards]
    return LexicalIndex(folders[0], fields) if len(folders) == 1 else LexicalShards(folders, fields)


def shards_of(folder: Path) -> list[Path]:
    """The folders of the shards of a complete index."""
    return [folder / name for name in _complete(folder)["shards"]]


def _complete(folder: Path) -> dict[str, list[str]]:
    """What a complete index is made of: the names of its shards, the identities of its spaces."""
    built: dict[str, list[str]] = json.loads((folder / COMPLETE).read_text(encoding="utf-8"))
    return built


def ensure_index(
    catalog: View,
    spaces: Sequence[Space],
    data: Path,
    *,
    rebuild: bool = False,
    report: Report = print,
    vectors_in: Collection[Path] = (),
    shard_size: int = SHARD,
) -> Path:
    """Build the index of what the catalog holds now where there is none; returns its folder.

    With `rebuild` it is built anew in any case. One process builds at a time. Other indexes go,
    but for those that some process has open. What a configured model has embedded before is taken
    from them, and from the indexes in the folders `vectors_in`.
    """
    with _lock(data):
        return _ensured(catalog, spaces, data, rebuild, report, vectors_in, shard_size)


def _ensured(
    catalog: View,
    spaces: Sequence[Space],
    data: Path,
    rebuild: bool,
    report: Report,
    vectors_in: Collection[Path],
    shard_size: int,
) -> Path:
    folder = data / _name(catalog, spaces)
    if rebuild or not (folder / COMPLETE).exists():
        folder = _built(catalog, spaces, data, (data, *vectors_in), shard_size, report)
    for other in data.glob("index-*"):
        if other != folder and not is_held(other):
            shutil.rmtree(other, ignore_errors=True)
    return folder


def _name(catalog: View, spaces: Sequence[Space]) -> str:
    identities = [space.identity for space in spaces]
    return "index-" + content_id(catalog.fingerprint(), *identities, LAYOUT)


def _built(
    catalog: View,
    spaces: Sequence[Space],
    data: Path,
    vectors_in: Sequence[Path],
    shard_size: int,
    report: Report,
) -> Path:
    """Build, and without a model that fails; what it needs is then built another time."""
    folder = data / _name(catalog, spaces)
    try:
        _build(catalog, spaces, folder, vectors_in, shard_size, report)
    except EmbeddingError as error:
        shutil.rmtree(folder, ignore_errors=True)
        rest = [space for space in spaces if space.is_built_in]
        if not rest or len(rest) == len(spaces):
            raise
        report(f"{error}；暂用内置向量，下次启动时重试")
        folder = data / _name(catalog, rest)
        if not (folder / COMPLETE).exists():
            _build(catalog, rest, folder, vectors_in, shard_size, report)
    return folder


def _build(
    catalog: View,
    spaces: Sequence[Space],
    folder: Path,
    vectors_in: Sequence[Path],
    shard_size: int,
    report: Report,
) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    report(f"正在建立索引：{catalog.size().clauses} 条……")
    shards = write(catalog, spaces, folder, list(_earlier(vectors_in)), shard_size)
    built = {"shards": shards, "spaces": [space.identity for space in spaces]}
    (folder / COMPLETE).write_text(json.dumps(built), encoding="utf-8")


def _earlier(folders: Sequence[Path]) -> Iterator[Earlier]:
    """The vectors in complete indexes of this layout."""
    for complete in (one for data in folders for one in data.glob(f"index-*/{COMPLETE}")):
        built = _complete(complete.parent)
        for shard in built.get("shards", []):
            for number, identity in enumerate(built["spaces"]):
                yield Earlier(complete.parent / shard / vectors_name(number), identity)


def _lock(data: Path) -> AbstractContextManager[None]:
    data.mkdir(parents=True, exist_ok=True)
    return locked(data / "index.lock")
