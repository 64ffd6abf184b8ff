"""Systems by name: which one a word on the command line means."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from assistant.answer import Mode
from assistant.indexes import open_index
from assistant.settings import Settings
from corpus.catalog import Catalog
from corpus.document import Document
from evals.errors import EvaluationError
from evals.retrieval.baselines import Bm25, Chunk, HybridChunks, VectorChunks, chunks
from evals.systems.baselines import Chunks, Finder, Stuffing
from evals.systems.clausewise import InProcess, Server
from evals.systems.models import Endpoint, Model
from evals.systems.runnable import Chain
from evals.systems.system import System

BASELINES = ("bm25", "vectors", "hybrid")
HELP = (
    "被测系统，可重复：clausewise（或 clausewise:extractive 等）、http://主机:8000、"
    "openai:模型@地址、langchain:模块:名称、bm25、vectors、hybrid（可加 +模型@地址）、"
    "stuffing+模型@地址"
)


@contextmanager
def opened(spec: str, material: Material) -> Iterator[System]:
    """The system that `spec` means, closed afterwards.

    Raises EvaluationError for a spec that means none.
    """
    system = _system(spec, material)
    try:
        yield system
    finally:
        system.close()


@dataclass
class Material:
    """What systems are made from: the catalog of a data directory; chunks are cut once."""

    settings: Settings
    catalog: Catalog
    key: str = ""  # of servers of this assistant
    model_key: str = field(default_factory=lambda: os.environ.get("OPENAI_API_KEY", ""))
    stuffed: int = 100_000  # tokens of documents that a model is sent whole

    @cached_property
    def documents(self) -> dict[str, Document]:
        """Every document whole, by id."""
        held = (self.catalog.document(known.id) for known in self.catalog.documents())
        return {document.metadata.id: document for document in held if document}

    @cached_property
    def chunks(self) -> list[Chunk]:
        """500 characters, 50 shared."""
        return chunks((id_, document.text) for id_, document in self.documents.items())

    @cached_property
    def by_words(self) -> Bm25:
        return Bm25((chunk.id, chunk.text) for chunk in self.chunks)

    @cached_property
    def by_vectors(self) -> VectorChunks:
        """In the embedding space of the index: the configured one, or what is built in."""
        index = open_index(self.catalog, self.settings)
        try:
            return VectorChunks(self.chunks, index.vectors[0].embeddings)
        finally:
            index.close()

    def finder(self, name: str) -> Finder:
        """What finds chunks for a baseline."""
        if name == "bm25":
            return self.by_words
        if name == "vectors":
            return self.by_vectors
        return HybridChunks(self.by_words, self.by_vectors)

    def endpoint(self, address: str) -> Endpoint:
        """A model at `model@url`."""
        model, _, url = address.partition("@")
        if not model or not url.startswith(("http://", "https://")):
            raise EvaluationError(f"模型应写作 模型@http://地址/v1，而不是 {address}")
        return Endpoint(model, url, self.model_key)


def _system(spec: str, material: Material) -> System:
    kind, _, rest = spec.partition(":")
    if spec.startswith(("http://", "https://")):
        return Server(spec, material.key, material.catalog.clause)
    if kind == "clausewise":
        return InProcess(material.settings, _mode(rest))
    if kind == "openai" and rest:
        return Model(material.endpoint(rest))
    if kind == "langchain" and rest:
        return Chain(rest)
    name, _, address = spec.partition("+")
    endpoint = material.endpoint(address) if address else None
    if name in BASELINES:
        return Chunks(name, material.finder(name), material.chunks, material.documents, endpoint)
    if name == "stuffing" and endpoint is not None:
        return Stuffing(endpoint, material.documents, material.stuffed)
    raise EvaluationError(f"没有名为 {spec} 的系统。{HELP}")


def _mode(name: str) -> Mode:
    try:
        return Mode(name or "auto")
    except ValueError as error:
        modes = "、".join(Mode)
        raise EvaluationError(f"clausewise:{name} 应为 {modes} 之一") from error


def data_of(settings: Settings) -> Path:
    """Where the runs of a data directory are kept."""
    return settings.data / "evaluations"
