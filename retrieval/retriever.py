"""The search as a LangChain retriever, for chains and agents of others."""

from __future__ import annotations

from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document
from langchain_core.retrievers import BaseRetriever
from pydantic import ConfigDict

from corpus.document import HeldClause
from retrieval.found import Hit
from retrieval.scope import EVERYTHING, Scope
from retrieval.search import Search
from retrieval.understand import Holdings, understand


class ClauseRetriever(BaseRetriever):
    """Clauses for a question: `ClauseRetriever(search=…, holdings=…, k=5).invoke("…")`."""

    model_config = ConfigDict(arbitrary_types_allowed=True)

    search: Search
    holdings: Holdings
    scope: Scope = EVERYTHING
    k: int = 10

    def _get_relevant_documents(
        self,
        query: str,
        *,
        run_manager: CallbackManagerForRetrieverRun,  # noqa: ARG002
    ) -> list[Document]:
        found = self.search.search(understand(query, self.holdings), self.scope, self.k)
        return [_document(hit) for hit in found]


def _document(hit: Hit) -> Document:
    return Document(
        id=hit.held.id,
        page_content=hit.held.text,
        metadata={**metadata_of(hit.held), "score": hit.score},
    )


def metadata_of(held: HeldClause) -> dict[str, object]:
    """All that is known of a clause and its document, as plain values."""
    clause, known = held.clause, held.document
    return {
        "clause_id": held.id,
        "clause_path": list(clause.path),
        "pages": list(clause.pages),
        "departments": [{"name": d.name, "role": d.role.value} for d in clause.departments],
        "document_id": known.id,
        "title": known.title,
        "region": known.region_name,
        "level": known.level.value,
        "status": known.status.value,
        "issuer": known.issuer,
        "number": known.number,
        "issued": known.issued.isoformat() if known.issued else None,
        "subject": known.subject,
        "source_url": known.source_url,
        "excerpt": known.excerpt,
    }
