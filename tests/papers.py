"""Papers for the tests of exports."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from assistant.answer import Answer, Citation, Mode
from assistant.export.paper import TITLE, Paper, Piece
from corpus.document import Level

LATE = datetime(2026, 7, 4, 18, 30, tzinfo=UTC)  # the 5th of July in China


def citation(marker: int, quote: str, **fields: Any) -> Citation:
    known: dict[str, Any] = {
        "clause_id": f"c{marker}",
        "document_id": "d",
        "document_title": "合肥市碳达峰实施方案",
        "number": None,
        "region": "合肥市",
        "level": Level.CITY,
        "status": "正式",
        "clause_path": ["一、主要目标"],
        "pages": [3],
        "source_url": f"https://example.gov.cn/{marker}?a=1&b=2",
        "score": 1.0,
        "marker": marker,
        "quote": quote,
        "clause_text": quote,
        "span": (0, len(quote)),
    }
    return Citation.model_validate(known | fields)


def answer(question: str, said: str, *citations: Citation, **fields: Any) -> Answer:
    known: dict[str, Any] = {
        "id": "a",
        "question": question,
        "answer": said,
        "refused": False,
        "refusal_reason": None,
        "mode": Mode.EXTRACTIVE,
        "citations": list(citations),
        "related": [],
        "timings_ms": {},
    }
    return Answer.model_validate(known | fields)


def paper(*answers: Answer) -> Paper:
    return Paper(TITLE, tuple(Piece(one, LATE) for one in answers), "0123456789abcdef")
