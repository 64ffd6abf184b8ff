"""The index in Milvus: a projection of the catalog there, named after what it was built from.

A state of the catalog is a collection of its own and one of what else belongs to it (counts of
words, the built-in space), so that a process needs nothing but the catalog and Milvus. An alias
with the name of the state is given last: a crash leaves no half index. Other processes may still
answer from the state before, so that one is kept.
"""

from __future__ import annotations

import json
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from corpus.document import content_id
from corpus.view import View
from retrieval.engines import milvus_rows, parts
from retrieval.engines.bm25 import Counts, Statistics, read
from retrieval.engines.milvus import Milvus, MilvusLexical, MilvusVectors
from retrieval.engines.milvus_hybrid import MilvusHybrid
from retrieval.errors import EmbeddingError, EngineError
from retrieval.index import Index, VectorLeg
from retrieval.passages import Passage, passages
from retrieval.space import FITTED_ON, Space

if TYPE_CHECKING:
    from langchain_core.embeddings import Embeddings
    from pymilvus import MilvusClient

_LAYOUT = "2"
_PREFIX = "clausewise_"
_MANIFEST = "manifest"
_KEPT = 2  # states of a line: the newest, and the one that others may still answer from
_UNFINISHED = 3600.0  # seconds after which a collection without its alias was left by a crash
_BATCH = 500  # passages embedded and sent at a time

Report = Callable[[str], None]
Manifest = dict[str, Any]


@dataclass(frozen=True, slots=True)
class State:
    """A state of the catalog in a line of them: those of the same readers."""

    line: str
    name: str

    @classmethod
    def of(cls, catalog: View, spaces: Sequence[Space]) -> State:
        readers = catalog.collections
        line = "all" if readers is None else content_id(*sorted(readers))
        identities = [space.identity for space in spaces]
        return cls(line, content_id(catalog.fingerprint(), *identities, _LAYOUT))

    @property
    def prefix(self) -> str:
        """What the collections of the line are called."""
        return f"{_PREFIX}{self.line}_"

    @property
    def alias(self) -> str:
        return f"{self.prefix}{self.name}"

    def new(self) -> str:
        """The name of a collection to build; it tells when that began."""
        return f"{self.alias}_{int(time.time()):010x}{uuid.uuid4().hex[:8]}"


def open_index(
    catalog: View, spaces: Sequence[Space], server: Milvus, *, report: Report = print
) -> Index:
    """Open the index of what the catalog holds now, building it where there is none.

    As `retrieval.index.open_index`. Raises EngineError where Milvus does not answer.
    """
    collection = ensure_index(catalog, spaces, server, report=report)
    manifest = _manifest(server, collection)
    statistics = Statistics.loads(_part(server, collection, manifest, "statistics"))
    legs, notes = [], []
    for space in spaces:
        if space.identity not in manifest["spaces"]:
            notes.append(f"向量模型 {space.model} 不可用，暂用内置向量")
            continue
        try:
            legs.append(_leg(space, server, collection, manifest, statistics))
        except EmbeddingError as error:
            report(str(error))
            notes.append(f"向量模型 {space.model} 不可用，暂用内置向量")
    return Index(MilvusLexical(server, collection, statistics), tuple(legs), tuple(notes))


def _leg(
    space: Space, server: Milvus, collection: str, manifest: Manifest, statistics: Statistics
) -> VectorLeg:
    kept = manifest["spaces"][space.identity]
    with TemporaryDirectory() as folder:
        if space.is_built_in:
            parts.unpack(_part(server, collection, manifest, "space"), Path(folder))
        embeddings = space.load(Path(folder))
    index = MilvusVectors(server, collection, kept["field"], kept["dimensions"])
    hybrid = MilvusHybrid(server, collection, statistics, kept["field"], kept["dimensions"])
    return VectorLeg(space, embeddings, index, hybrid)


def ensure_index(
    catalog: View,
    spaces: Sequence[Space],
    server: Milvus,
    *,
    rebuild: bool = False,
    report: Report = print,
) -> str:
    """Build the index of what the catalog holds now where there is none; returns its collection."""
    state = State.of(catalog, spaces)
    found = None if rebuild else server.ask(lambda client: _named(client, state.alias))
    if found:
        return found
    try:
        return _built(catalog, spaces, server, state, report)
    except EmbeddingError as error:
        rest = [space for space in spaces if space.is_built_in]
        if not rest or len(rest) == len(spaces):
            raise
        report(f"{error}；暂用内置向量，下次启动时重试")
        return ensure_index(catalog, rest, server, report=report)


def held(catalog: View, spaces: Sequence[Space], server: Milvus) -> tuple[int, int]:
    """How many passages the catalog has, and how many of the index are these. Raises EngineError.

    Where the index has others besides, none of it counts.
    """
    keys = [passage.key for passage in _passages(catalog)]
    state = State.of(catalog, spaces)
    collection = server.ask(lambda client: _named(client, state.alias))
    if collection is None or milvus_rows.count(server, collection) > len(keys):
        return len(keys), 0
    batches = (keys[at : at + _BATCH] for at in range(0, len(keys), _BATCH))
    patience = milvus_rows.SLOW
    return len(keys), sum(len(server.read(collection, b, ["key"], patience)) for b in batches)


def _built(
    catalog: View, spaces: Sequence[Space], server: Milvus, state: State, report: Report
) -> str:
    """Build beside what there is, make it the index of its state, and drop what is too old."""
    collection = state.new()
    counts = Counts()
    for passage in _passages(catalog):
        counts.add(read(passage))
    statistics = counts.statistics()
    report(f"正在 Milvus 中建立索引：{statistics.passages} 段……")
    try:
        _fill(catalog, spaces, server, collection, statistics)
        server.ask(lambda client: _give(client, state.alias, collection))
    except BaseException:
        with suppress(EngineError):
            server.ask(lambda client: _drop(client, collection))
        raise
    server.ask(lambda client: _sweep(client, state.prefix))
    return collection


def _passages(catalog: View) -> Iterator[Passage]:
    return (passage for held in catalog.clauses() for passage in passages(held))


def _fill(
    catalog: View,
    spaces: Sequence[Space],
    server: Milvus,
    collection: str,
    statistics: Statistics,
) -> None:
    """Send all passages, then what else belongs to them, last of it the manifest."""
    with TemporaryDirectory() as folder:
        step = max(1, statistics.passages // FITTED_ON)
        sample = [passage.in_context for passage in islice(_passages(catalog), 0, None, step)]
        fitted = [space.fit(sample, Path(folder)) for space in spaces]
        built_in = parts.packed(Path(folder))
    complete = _earlier(server)
    earlier = [_known(*one, complete) for one in zip(spaces, fitted, strict=True)]
    lengths: list[int] = []
    coming = _passages(catalog)
    while batch := list(islice(coming, _BATCH)):
        vectors = [
            _vectors(space, embeddings, batch, server, known)
            for space, embeddings, known in zip(spaces, fitted, earlier, strict=True)
        ]
        if not lengths:
            lengths = [len(some[0]) for some in vectors]
            milvus_rows.create(server, collection, lengths)
        milvus_rows.insert(server, collection, batch, vectors, statistics)
    milvus_rows.settle(server, collection, statistics.passages)
    beside = _beside(collection)
    parts.create(server, beside)
    kept = {
        name: parts.write(server, beside, name, content)
        for name, content in (("statistics", statistics.dumps()), ("space", built_in))
    }
    identified = {
        space.identity: {"field": milvus_rows.vector_field(number), "dimensions": length}
        for number, (space, length) in enumerate(zip(spaces, lengths, strict=True))
    }
    manifest = {"passages": statistics.passages, "spaces": identified, "parts": kept}
    parts.write(server, beside, _MANIFEST, json.dumps(manifest).encode())
    server.ask(lambda client: client.flush(beside, timeout=milvus_rows.SLOW))


def _vectors(
    space: Space,
    embeddings: Embeddings,
    batch: Sequence[Passage],
    server: Milvus,
    earlier: Sequence[tuple[str, str]],
) -> list[milvus_rows.Vector]:
    """The vectors of passages; what a configured model has embedded before is taken from there."""
    known: dict[str, milvus_rows.Vector] = {}
    wanted = [milvus_rows.digest_of(passage) for passage in batch]
    for collection, field in earlier:
        if missing := [digest for digest in wanted if digest not in known]:
            known.update(milvus_rows.embedded(server, collection, field, missing))
    new = [p.in_context for p, digest in zip(batch, wanted, strict=True) if digest not in known]
    made = iter(space.embed_documents(embeddings, new)) if new else iter(())
    return [known[digest] if digest in known else next(made) for digest in wanted]


def _known(
    space: Space, embeddings: Embeddings, complete: Sequence[tuple[str, Manifest]]
) -> list[tuple[str, str]]:
    """The collections and fields that hold vectors of a configured model, as it makes them now."""
    if space.is_built_in:
        return []
    spaces = [(one, manifest["spaces"].get(space.identity)) for one, manifest in complete]
    same = [(one, held) for one, held in spaces if held]
    width = space.width(embeddings) if same else 0
    return [(one, held["field"]) for one, held in same if held["dimensions"] == width]


def _earlier(server: Milvus) -> list[tuple[str, Manifest]]:
    """The complete indexes that there are, of any line, the newest first."""

    def complete(client: MilvusClient) -> list[str]:
        return [one for one in _collections(client, _PREFIX) if _aliases(client, one)]

    return [(one, _manifest(server, one)) for one in server.ask(complete)]


def _collections(client: MilvusClient, prefix: str) -> list[str]:
    """The collections of passages whose names begin so, the newest first."""
    found = [
        str(one)
        for one in client.list_collections()
        if one.startswith(prefix) and not one.endswith(_beside(""))
    ]
    return sorted(found, key=_begun, reverse=True)


def _begun(collection: str) -> str:
    return collection.rpartition("_")[2]


def _aliases(client: MilvusClient, collection: str) -> list[str]:
    return list(client.list_aliases(collection)["aliases"])


def _named(client: MilvusClient, alias: str) -> str | None:
    """The collection that an alias stands for."""
    found = (one for one in _collections(client, alias) if alias in _aliases(client, one))
    return next(found, None)


def _give(client: MilvusClient, alias: str, collection: str) -> None:
    """From now on this is the index of its state."""
    if _named(client, alias):
        client.alter_alias(collection, alias)
    else:
        client.create_alias(collection, alias)


def _sweep(client: MilvusClient, prefix: str) -> None:
    """Drop what is too old of a line, and what a crash has left."""
    found = _collections(client, prefix)
    complete = [one for one in found if _aliases(client, one)]
    recent = f"{int(time.time() - _UNFINISHED):010x}"
    for collection in found:
        if collection not in complete[:_KEPT] and (
            collection in complete or _begun(collection) < recent
        ):
            _drop(client, collection)


def _drop(client: MilvusClient, collection: str) -> None:
    for one in (collection, _beside(collection)):
        if client.has_collection(one):
            for alias in _aliases(client, one):
                client.drop_alias(alias)
            client.drop_collection(one)


def _beside(collection: str) -> str:
    return f"{collection}_parts"


def _manifest(server: Milvus, collection: str) -> Manifest:
    manifest: Manifest = json.loads(parts.read(server, _beside(collection), _MANIFEST, 1))
    return manifest


def _part(server: Milvus, collection: str, manifest: Manifest, name: str) -> bytes:
    return parts.read(server, _beside(collection), name, manifest["parts"][name])
