"""Rerankers over the common `/rerank` HTTP protocol, as a LangChain document compressor.

Two dialects: `cohere` (Cohere, Jina, Xinference, vLLM) and `tei` (Text Embeddings Inference).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import isfinite
from typing import Any, Literal

from langchain_core.callbacks import Callbacks
from langchain_core.documents import BaseDocumentCompressor, Document
from pydantic import Field, SecretStr

from retrieval.deadline import within
from retrieval.errors import RerankError


class HttpReranker(BaseDocumentCompressor):
    """A reranker behind an address; `timeout` in seconds."""

    base_url: str
    model: str = ""
    api_key: SecretStr | None = Field(default=None, repr=False)
    timeout: float = 5.0
    dialect: Literal["cohere", "tei"] = "cohere"

    def scores(self, query: str, texts: Sequence[str]) -> list[float]:
        """A score for each text, in their order, higher is better. Raises RerankError."""
        if not texts:
            return []
        answer = self._ask(query, texts)
        rows = answer.get("results") if isinstance(answer, dict) else answer
        found = dict(map(self._row, rows if isinstance(rows, list) else ()))
        if set(found) != set(range(len(texts))):
            raise self._failed("返回的结果与所给文本不对应")
        return [found[at] for at in range(len(texts))]

    def _row(self, row: object) -> tuple[int, float]:
        """Which text, and its score."""
        field = "relevance_score" if self.dialect == "cohere" else "score"
        at, score = (row.get("index"), row.get(field)) if isinstance(row, dict) else (None, None)
        if not isinstance(at, int) or not isinstance(score, int | float) or not isfinite(score):
            raise self._failed("返回的结果不合协议")
        return at, float(score)

    def compress_documents(
        self,
        documents: Sequence[Document],
        query: str,
        callbacks: Callbacks | None = None,  # noqa: ARG002
    ) -> Sequence[Document]:
        """The documents, best first, each with its `relevance_score`."""
        scores = self.scores(query, [document.page_content for document in documents])
        order = sorted(range(len(scores)), key=lambda at: -scores[at])
        return [
            documents[at].model_copy(
                update={"metadata": {**documents[at].metadata, "relevance_score": scores[at]}}
            )
            for at in order
        ]

    def _ask(self, query: str, texts: Sequence[str]) -> Any:
        import httpx

        key = self.api_key.get_secret_value() if self.api_key else ""
        headers = {"Authorization": f"Bearer {key}"} if key else {}

        def posted() -> Any:
            # Not by the environment's proxies, and only to the address that was configured.
            with httpx.Client(timeout=self.timeout, trust_env=False) as client:
                answer = client.post(
                    f"{self.base_url.rstrip('/')}/rerank",
                    json=self._body(query, texts),
                    headers=headers,
                )
            answer.raise_for_status()
            return answer.json()

        try:
            return within(self.timeout, posted)
        except (httpx.HTTPError, httpx.InvalidURL, TimeoutError, ValueError) as error:
            raise self._failed(f"{type(error).__name__}") from error

    def _body(self, query: str, texts: Sequence[str]) -> Mapping[str, object]:
        if self.dialect == "tei":
            return {"query": query, "texts": list(texts), "truncate": True}
        return {
            "model": self.model,
            "query": query,
            "documents": list(texts),
            "top_n": len(texts),
            "return_documents": False,
        }

    def _failed(self, why: str) -> RerankError:
        return RerankError(f"重排序服务 {self.base_url} 不可用：{why}")
