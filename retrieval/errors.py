"""What can go wrong while searching, and is told to the person in Chinese."""

from __future__ import annotations

from corpus.errors import ClausewiseError


class EmbeddingError(ClausewiseError):
    """An embedding model cannot be used or does not answer."""


class EngineError(ClausewiseError):
    """A search engine's server cannot be reached or does not answer."""


class LostIndexError(EngineError):
    """The server answers, but holds the index no more: it has to be built again."""


class IndexingError(ClausewiseError):
    """An index could not be written."""


class RerankError(ClausewiseError):
    """A reranker does not answer, or not in its protocol."""
