"""Embeddings: the vectors of texts in the space that clauses are searched in."""

from __future__ import annotations

import base64

import numpy as np
from fastapi import HTTPException

from assistant.api.openai.models import unknown
from assistant.api.openai.shapes import (
    EmbeddingList,
    EmbeddingRequest,
    EmbeddingUsage,
    EmbeddingView,
)
from assistant.api.problems import refused
from assistant.app import Assistant
from assistant.chat.budget import counter
from retrieval.errors import EmbeddingError


def embedded(request: EmbeddingRequest, seen: Assistant) -> EmbeddingList:
    """The vectors of a request's texts.

    Raises EmptyIndexError, RequestValidationError, HTTPException (404 for another model's name,
    503 where the model does not answer).
    """
    leg = seen.embedder
    name = leg.space.name
    if request.model != name:
        raise unknown(request.model, [name])
    if request.dimensions not in (None, leg.index.dimensions):
        raise refused("dimensions", f"只能是 {leg.index.dimensions}")
    try:
        vectors = leg.embed_documents(request.input)
    except EmbeddingError as error:  # says where the model is, which is nobody's business
        raise HTTPException(503, f"向量模型 {name} 未应答，请稍后重试") from error
    tokens = sum(map(counter(), request.input))
    written = _packed if request.encoding_format == "base64" else _listed
    return EmbeddingList(
        model=name,
        data=[EmbeddingView(index=at, embedding=written(v)) for at, v in enumerate(vectors)],
        usage=EmbeddingUsage(prompt_tokens=tokens, total_tokens=tokens),
    )


def _listed(vector: list[float]) -> list[float] | str:
    return vector


def _packed(vector: list[float]) -> list[float] | str:
    """Little-endian float32 in base64, as the clients read it."""
    return base64.b64encode(np.asarray(vector, "<f4").tobytes()).decode()
