"""Embedding spaces: the built-in one, a local ONNX model, or any of LangChain's by configuration.

Embeddings are imported where they are used, so that commands that embed nothing start fast.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from retrieval.deadline import within
from retrieval.errors import EmbeddingError

if TYPE_CHECKING:
    from langchain_core.embeddings import Embeddings

BUILT_IN = "lsa-256-2"
PROBE = "碳"  # what a model is asked to see how long its vectors are
FITTED_ON = 20_000  # texts at most; more teach the built-in space nothing new
_ONNX = "onnx:"
_OPENAI = "openai:"
_PATIENCE = 10.0  # seconds that a model's server may take
_QUESTION_PATIENCE = 3.0  # for a question, whose answer waits: the built-in vectors stand by


@dataclass(frozen=True, slots=True)
class Space:
    """An embedding space. `model` is LangChain's name for it, `onnx:folder`, or "" for built in;
    a bare name is an OpenAI-compatible one.

    `identity` names it, so that vectors of two are never mixed. `query_prefix` is what the model
    wants before a question (Qwen3-Embedding: an instruction).
    """

    model: str = ""
    base_url: str | None = None
    api_key: str | None = None
    query_prefix: str = ""

    @property
    def is_built_in(self) -> bool:
        return not self.model

    @property
    def identity(self) -> str:
        """The name of the space; a configured model counts with its address or its files."""
        if self.model.startswith(_ONNX):
            from retrieval.onnx import stamp

            return f"{self.model}@{stamp(Path(self.model.removeprefix(_ONNX)))}"
        return f"{self.model}@{self.base_url or ''}" if self.model else BUILT_IN

    @property
    def name(self) -> str:
        """What it is called outside: neither its address nor its folder is told."""
        if self.model.startswith(_ONNX):
            return f"{_ONNX}{Path(self.model.removeprefix(_ONNX)).name}"
        return self.model or BUILT_IN

    def fit(self, texts: Sequence[str], folder: Path) -> Embeddings:
        """The embedding for a new index over these texts, kept in the folder if it was fitted."""
        if not self.is_built_in:
            return self._configured()
        from retrieval.embedder import LsaEmbeddings

        step = max(1, len(texts) // FITTED_ON)
        space = LsaEmbeddings.fit(texts[::step])
        space.save(folder)
        return space

    def load(self, folder: Path) -> Embeddings:
        """The embedding that the index in this folder was made with."""
        if not self.is_built_in:
            return self._configured()
        from retrieval.embedder import LsaEmbeddings

        return LsaEmbeddings.load(folder)

    def embed_query(self, embeddings: Embeddings, text: str) -> list[float]:
        """The vector of a question. Raises EmbeddingError where the model fails."""
        asked = partial(embeddings.embed_query, self.query_prefix + text)
        vector: list[float] = self._guarded(
            asked if self.is_built_in else lambda: within(_QUESTION_PATIENCE, asked)
        )
        return vector

    def embed_documents(self, embeddings: Embeddings, texts: list[str]) -> list[list[float]]:
        """The vectors of texts. Raises EmbeddingError where the model fails."""
        vectors: list[list[float]] = self._guarded(partial(embeddings.embed_documents, texts))
        if len(vectors) != len(texts) or len({len(vector) for vector in vectors}) > 1:
            raise EmbeddingError(f"向量模型 {self.identity} 返回的向量数目或维数不一致")
        return vectors

    def width(self, embeddings: Embeddings) -> int:
        """How long the vectors are that the model makes now. Raises EmbeddingError."""
        return len(self.embed_documents(embeddings, [PROBE])[0])

    def _guarded(self, embed: Callable[[], Any]) -> Any:
        try:
            return embed()
        except Exception as error:  # whatever a provider's client raises is a model that failed
            raise EmbeddingError(f"向量模型 {self.identity} 不可用：{error}") from error

    def _configured(self) -> Embeddings:
        if self.model.startswith(_ONNX):
            from retrieval.onnx import OnnxEmbeddings

            return OnnxEmbeddings(Path(self.model.removeprefix(_ONNX)))
        from langchain.embeddings import init_embeddings
        from langchain_core.embeddings import Embeddings

        name = self.model if ":" in self.model else f"{_OPENAI}{self.model}"
        options: dict[str, Any] = {}
        if self.base_url:
            options["base_url"] = self.base_url
        if self.api_key:
            options["api_key"] = self.api_key
        if name.startswith(_OPENAI):
            # Counting tokens would download an encoding; the server cuts what is too long.
            options |= {"check_embedding_ctx_length": False, "chunk_size": 32}
            options |= {"timeout": _PATIENCE, "max_retries": 1}
        embedding = self._guarded(partial(init_embeddings, name, **options))
        if not isinstance(embedding, Embeddings):
            raise EmbeddingError(f"{self.model} 不是向量模型")
        return embedding
