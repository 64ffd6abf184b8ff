"""The search indexes: projections of the catalog, named after what they were built from.

`index-<hash of catalog, embedding spaces and layout>/` is written whole under another name, sealed
(`manifest.py`) and then named so; so a crash or a full disk leaves no half index and takes none
away, and a change of any of the three makes another index instead of mixing. One whose files are
not what was sealed is set aside and built again. The vectors' folders have names of their own each
time: Chroma keeps a client a path for as long as the process lives.
"""

from __future__ import annotations

import json
import shutil
import uuid
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from math import isfinite
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from corpus.document import content_id
from corpus.view import View
from retrieval import manifest
from retrieval.engines import lexical, postings, vectors
from retrieval.engines.engine import LexicalEngine, VectorEngine
from retrieval.engines.lexical import LexicalIndex
from retrieval.engines.postings import Postings
from retrieval.engines.vectors import VectorIndex, Vectors
from retrieval.errors import EmbeddingError
from retrieval.locks import Hold, is_held, locked
from retrieval.passages import Passage, passages
from retrieval.scope import labels_of
from retrieval.space import Space

if TYPE_CHECKING:
    from langchain_core.embeddings import Embeddings

LAYOUT = "8"
COMPLETE = "complete.json"
_BATCH = 1000

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
) -> Index:
    """Open the index of what the catalog holds now, building it where there is none.

    The last of the spaces is the built-in one; a model before it that cannot be reached is left
    out, with a note, and tried again the next time.
    """
    with _lock(data):
        folder = _ensured(catalog, spaces, data, rebuild, report, vectors_in)
        hold, watch = Hold(folder), manifest.Watch(folder)
    try:
        return _opened(folder, spaces, report, hold, watch)
    except Exception:  # whatever an engine raises over files that another version of it wrote
        watch.close()
        hold.release()
        if rebuild:
            raise
        report("索引文件无法打开，正在重建……")
    return open_index(catalog, spaces, data, rebuild=True, report=report, vectors_in=vectors_in)


def _opened(
    folder: Path, spaces: Sequence[Space], report: Report, hold: Hold, watch: manifest.Watch
) -> Index:
    built = json.loads((folder / COMPLETE).read_text(encoding="utf-8"))
    rows = Postings(folder / "postings")
    legs = []
    notes = []
    for space in spaces:
        try:
            legs.append(_leg(space, folder, built["vectors"], rows))
        except EmbeddingError as error:
            report(str(error))
            notes.append(f"向量模型 {space.model} 不可用，暂用内置向量")
    return Index(LexicalIndex(folder / "lexical"), tuple(legs), tuple(notes), hold, watch)


def _leg(space: Space, folder: Path, built: Mapping[str, str], rows: Postings) -> VectorLeg:
    if space.identity not in built:
        raise EmbeddingError(f"没有向量模型 {space.identity} 的索引")
    vectors_of = VectorIndex(folder / built[space.identity], rows)
    return VectorLeg(space, space.load(folder / "space"), vectors_of)


def ensure_index(
    catalog: View,
    spaces: Sequence[Space],
    data: Path,
    *,
    rebuild: bool = False,
    report: Report = print,
    vectors_in: Collection[Path] = (),
) -> Path:
    """Build the index of what the catalog holds now where there is none; returns its folder.

    With `rebuild` it is built anew in any case. One process builds at a time. Other indexes go,
    but for those that some process has open. What a configured model has embedded before is taken
    from them, and from the indexes in the folders `vectors_in`.
    """
    with _lock(data):
        return _ensured(catalog, spaces, data, rebuild, report, vectors_in)


def _ensured(
    catalog: View,
    spaces: Sequence[Space],
    data: Path,
    rebuild: bool,
    report: Report,
    vectors_in: Collection[Path],
) -> Path:
    folder = data / _name(catalog, spaces)
    if rebuild or not _is_sound(folder, report):
        folder = _built(catalog, spaces, data, (data, *vectors_in), report)
    for other in data.glob("index-*"):
        if other != folder and not is_held(other):
            shutil.rmtree(other, ignore_errors=True)
    return folder


def folder_of(catalog: View, spaces: Sequence[Space], data: Path) -> Path:
    """Where the index of what the catalog holds now is, or would be."""
    return data / _name(catalog, spaces)


def built_of(folder: Path) -> tuple[int, list[list[str]]]:
    """How many passages the lexical leg of an index has, and the keys of each vector leg."""
    built = json.loads((folder / COMPLETE).read_text(encoding="utf-8"))
    keys = [vectors.keys(folder / name) for name in built["vectors"].values()]
    return LexicalIndex(folder / "lexical").size, keys


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
    report: Report,
) -> Path:
    """Build, and without a model that fails; what it needs is then built another time."""
    folder = data / _name(catalog, spaces)
    try:
        _build(catalog, spaces, folder, vectors_in, report)
    except EmbeddingError as error:
        rest = [space for space in spaces if space.is_built_in]
        if not rest or len(rest) == len(spaces):
            raise
        report(f"{error}；暂用内置向量，下次启动时重试")
        folder = data / _name(catalog, rest)
        if not _is_sound(folder, report):
            _build(catalog, rest, folder, vectors_in, report)
    return folder


def _build(
    catalog: View,
    spaces: Sequence[Space],
    target: Path,
    vectors_in: Sequence[Path],
    report: Report,
) -> None:
    """Write an index beside what is there, and put it in its place once it is whole."""
    folder = target.with_name(f"{target.name}-new")
    shutil.rmtree(folder, ignore_errors=True)
    try:
        _fill(catalog, spaces, folder, vectors_in, report)
        manifest.seal(folder)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    _set_aside(target)
    folder.rename(target)


def _fill(
    catalog: View,
    spaces: Sequence[Space],
    folder: Path,
    vectors_in: Sequence[Path],
    report: Report,
) -> None:
    found = [passage for held in catalog.clauses() for passage in passages(held)]
    report(f"正在建立索引：{len(found)} 段……")
    lexical.build(folder / "lexical", found)
    postings.write(folder / "postings", (labels_of(passage.held) for passage in found))
    names = {space.identity: f"vectors-{uuid.uuid4().hex[:8]}" for space in spaces}
    for space in spaces:
        _embed(space, found, folder, folder / names[space.identity], vectors_in)
    built = {"vectors": names, "passages": len(found)}
    (folder / COMPLETE).write_text(json.dumps(built), encoding="utf-8")


def _embed(
    space: Space,
    found: Sequence[Passage],
    folder: Path,
    target: Path,
    vectors_in: Sequence[Path],
) -> None:
    """The vectors of the passages in one space; those that an older index holds are kept."""
    texts = [passage.in_context for passage in found]
    digests = [content_id(text) for text in texts]
    embeddings = space.fit(texts, folder / "space")
    known = {} if space.is_built_in else _known(vectors_in, space)

    def embedded(texts: list[str], digests: list[str]) -> Vectors:
        new = [text for text, digest in zip(texts, digests, strict=True) if digest not in known]
        made = iter(space.embed_documents(embeddings, new)) if new else iter(())
        rows = (known[digest] if digest in known else next(made) for digest in digests)
        return np.asarray(list(rows), np.float32)

    batches = (
        embedded(texts[at : at + _BATCH], digests[at : at + _BATCH])
        for at in range(0, len(texts), _BATCH)
    )
    target.mkdir()
    vectors.build(target, [passage.key for passage in found], digests, batches)


def _known(folders: Sequence[Path], space: Space) -> dict[str, Vectors]:
    """Vectors of this space in complete indexes, by the digest of their text."""
    found: dict[str, Vectors] = {}
    for complete in (one for data in folders for one in data.glob(f"index-*/{COMPLETE}")):
        if not manifest.is_intact(complete.parent, [complete]):
            continue
        built = json.loads(complete.read_text(encoding="utf-8"))["vectors"]
        if isinstance(built, dict) and space.identity in built:
            kept = complete.parent / built[space.identity]
            if manifest.is_intact(complete.parent, vectors.files_kept(kept)):
                digests, matrix = vectors.kept(kept)
                found.update(zip(digests, matrix, strict=True))
    return found


def _lock(data: Path) -> AbstractContextManager[None]:
    data.mkdir(parents=True, exist_ok=True)
    return locked(data / "index.lock")
