"""Which embedding is used: the built-in one, or any of LangChain's by configuration.

Embeddings are imported where they are used, so that commands that embed nothing start fast.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from langchain_core.embeddings import Embeddings

IDENTITY = "lsa-256-1"


class Space:
    """An embedding space: `identity` names it, so that vectors of two are never mixed."""

    def __init__(
        self, model: str = "", base_url: str | None = None, api_key: str | None = None
    ) -> None:
        self._model = model
        self._base_url = base_url
        self._api_key = api_key

    @property
    def identity(self) -> str:
        """The name of the space; a configured model counts with its address."""
        return f"{self._model}@{self._base_url or ''}" if self._model else IDENTITY

    def fit(self, texts: Sequence[str], folder: Path) -> Embeddings:
        """The embedding for a new index over these texts, kept in the folder if it was fitted."""
        if self._model:
            return self._configured()
        from retrieval.embedder import LsaEmbeddings

        space = LsaEmbeddings.fit(texts)
        space.save(folder)
        return space

    def load(self, folder: Path) -> Embeddings:
        """The embedding that the index in this folder was made with."""
        if self._model:
            return self._configured()
        from retrieval.embedder import LsaEmbeddings

        return LsaEmbeddings.load(folder)

    def _configured(self) -> Embeddings:
        from langchain.embeddings import init_embeddings
        from langchain_core.embeddings import Embeddings

        options: dict[str, Any] = {}
        if self._base_url:
            options["base_url"] = self._base_url
        if self._api_key:
            options["api_key"] = self._api_key
        if self._model.startswith("openai:"):
            # Counting tokens would download an encoding; the server cuts what is too long.
            options["check_embedding_ctx_length"] = False
        embedding = init_embeddings(self._model, **options)
        if not isinstance(embedding, Embeddings):
            raise TypeError(f"{self._model} is no embedding model")
        return embedding
