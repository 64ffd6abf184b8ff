"""The search indexes: projections of the catalog, named after what they were built from.

`index-<hash of catalog, embedding spaces and layout>/` is written whole under another name, sealed
(`manifest.py`) and then named so; so a crash or a full disk leaves no half index and takes none
away, and a change of any of the three makes another index instead of mixing. One whose files are
not what was sealed is set aside and built again. The folders of its shards have names of their own
each time: Chroma keeps a client a path for as long as the process lives.
"""

from __future__ import annotations

import json
import shutil
import uuid
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from math import isfinite
from pathlib import Path
from typing import TYPE_CHECKING

from corpus.document import content_id
from corpus.view import View
from retrieval import manifest
from retrieval.build import LEXICAL, POSTINGS, SHARD, SPACE, Earlier, vectors_name, write
from retrieval.engines import vectors
from retrieval.engines.engine import HybridEngine, LexicalEngine, VectorEngine
from retrieval.engines.lexical import LexicalIndex
from retrieval.engines.postings import Postings
from retrieval.engines.shards import LexicalShards, VectorShards
from retrieval.engines.terms import FIELD_WEIGHTS
from retrieval.engines.vectors import VectorIndex
from retrieval.errors import EmbeddingError
from retrieval.locks import Hold, is_held, locked
from retrieval.space import Space

if TYPE_CHECKING:
    from langchain_core.embeddings import Embeddings

LAYOUT = "10"
COMPLETE = "complete.json"

Report = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class VectorLeg:
    """A space, its embedding and the vectors in it; `hybrid` asks for words at the same time."""

    space: Space
    embeddings: Embeddings
    index: VectorEngine
    hybrid: HybridEngine | None = None

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
    watch: manifest.Watch | None = None  # over its files

    def close(self) -> None:
        """Release what is open; the index must not be searched any more."""
        for leg in self.vectors:
            leg.index.close()
        if self.watch:
            self.watch.close()
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
        hold, watch = Hold(folder), manifest.Watch(folder)
    try:
        return _opened(folder, spaces, report, hold, watch)
    except Exception:  # whatever an engine raises over files that another version of it wrote
        watch.close()
        hold.release()
        if rebuild:
            raise
        report("索引文件无法打开，正在重建……")
    return open_index(
        catalog,
        spaces,
        data,
        rebuild=True,
        report=report,
        vectors_in=vectors_in,
        shard_size=shard_size,
    )


def _opened(
    folder: Path, spaces: Sequence[Space], report: Report, hold: Hold, watch: manifest.Watch
) -> Index:
    shards = shards_of(folder)
    rows = _labels_in(shards)
    legs = []
    notes = []
    for space in spaces:
        try:
            legs.append(_leg(space, folder, rows))
        except EmbeddingError as error:
            report(str(error))
            notes.append(f"向量模型 {space.model} 不可用，暂用内置向量")
    return Index(lexical_in(shards, labels=rows), tuple(legs), tuple(notes), hold, watch)


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
    shards: Sequence[Path],
    fields: Mapping[str, float] = FIELD_WEIGHTS,
    labels: Sequence[Postings] | None = None,
) -> LexicalEngine:
    """The lexical leg of an index, over these fields; `labels` of the shards, if they are open."""
    folders = [shard / LEXICAL for shard in shards]
    if len(folders) == 1:
        return LexicalIndex(folders[0], fields)
    return LexicalShards(zip(folders, labels or _labels_in(shards), strict=True), fields)


def _labels_in(shards: Sequence[Path]) -> list[Postings]:
    """Which rows of each shard have which label."""
    return [Postings(shard / POSTINGS) for shard in shards]


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
    if rebuild or not _is_sound(folder, report):
        folder = _built(catalog, spaces, data, (data, *vectors_in), shard_size, report)
    for other in data.glob("index-*"):
        if other != folder and not is_held(other):
            shutil.rmtree(other, ignore_errors=True)
    return folder


def folder_of(catalog: View, spaces: Sequence[Space], data: Path) -> Path:
    """Where the index of what the catalog holds now is, or would be."""
    return data / _name(catalog, spaces)


def built_of(folder: Path) -> tuple[int, list[list[str]]]:
    """How many passages the lexical leg of an index has, and the keys of each vector leg."""
    shards = shards_of(folder)
    legs = [
        [key for shard in shards for key in vectors.keys(shard / vectors_name(number))]
        for number in range(len(_complete(folder)["spaces"]))
    ]
    return lexical_in(shards).size, legs


def _is_sound(folder: Path, report: Report) -> bool:
    """Whether an index is there and whole; one that is not whole is set aside."""
    if not manifest.is_sealed(folder):
        return False
    if manifest.damaged(folder):
        report("索引文件已损坏，正在重建……")
        _set_aside(folder)
        return False
    return True


def _set_aside(folder: Path) -> None:
    """Out of the way, until nobody has it open; its vectors may still be of use."""
    if folder.exists():
        folder.rename(folder.with_name(f"{folder.name}-{uuid.uuid4().hex[:8]}"))


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
        rest = [space for space in spaces if space.is_built_in]
        if not rest or len(rest) == len(spaces):
            raise
        report(f"{error}；暂用内置向量，下次启动时重试")
        folder = data / _name(catalog, rest)
        if not _is_sound(folder, report):
            _build(catalog, rest, folder, vectors_in, shard_size, report)
    return folder


def _build(
    catalog: View,
    spaces: Sequence[Space],
    target: Path,
    vectors_in: Sequence[Path],
    shard_size: int,
    report: Report,
) -> None:
    """Write an index beside what is there, and put it in its place once it is whole."""
    folder = target.with_name(f"{target.name}-new")
    shutil.rmtree(folder, ignore_errors=True)
    report(f"正在建立索引：{catalog.size().clauses} 条……")
    try:
        shards = write(catalog, spaces, folder, list(_earlier(vectors_in, spaces)), shard_size)
        built = {"shards": shards, "spaces": [space.identity for space in spaces]}
        (folder / COMPLETE).write_text(json.dumps(built), encoding="utf-8")
        manifest.seal(folder)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    _set_aside(target)
    folder.rename(target)


def _earlier(folders: Sequence[Path], spaces: Sequence[Space]) -> Iterator[Earlier]:
    """The intact vectors of configured models in complete indexes of this layout."""
    wanted = {space.identity for space in spaces if not space.is_built_in}
    if not wanted:
        return
    for complete in (one for data in folders for one in data.glob(f"index-*/{COMPLETE}")):
        index = complete.parent
        damaged = manifest.damaged(index)
        built = {} if COMPLETE in damaged else _complete(index)
        for shard in built.get("shards", []):
            for number, identity in enumerate(built["spaces"]):
                kept = index / shard / vectors_name(number)
                files = {str(file.relative_to(index)) for file in vectors.files_kept(kept)}
                if identity in wanted and damaged.isdisjoint(files):
                    yield Earlier(kept, identity)


def _lock(data: Path) -> AbstractContextManager[None]:
    data.mkdir(parents=True, exist_ok=True)
    return locked(data / "index.lock")
