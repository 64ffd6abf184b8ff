"""Kept replies as an EvaluationDataset of ragas (Es et al., EACL 2024), for its judges.

ragas wants all samples of a file to be of one kind. Questions without history are single-turn
samples: `user_input`, `response`, `retrieved_contexts`, `reference`, `reference_contexts`.
Questions with history are multi-turn samples, which hold the conversation as messages of type
`human` and `ai`, the reply last, and the `reference`, but have no field for contexts.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from evals.case import Case
from evals.errors import EvaluationError
from evals.external.files import write_whole
from evals.originals import Gold
from evals.reply import Reply, Row

SILENT = "现有文件没有说明，不能回答。"
"""The reference of a question that should be refused."""


def write_ragas(golds: Iterable[Gold], rows: Iterable[Row], file: Path) -> list[Path]:
    """Write the rows that have a reply, in their order; returns the files written.

    Single-turn samples go to `file`, multi-turn ones to `<name>.multi.jsonl` beside it. A refusal
    is a reply like any other; a question that failed has none and is left out. Raises
    EvaluationError, before anything is written, for a row that no gold question belongs to.
    """
    known = {gold.case.id: gold for gold in golds}
    single: list[dict[str, Any]] = []
    multi: list[dict[str, Any]] = []
    for row in rows:
        gold = known.get(row.id)
        if gold is None:
            raise EvaluationError(f"回答 {row.id} 没有对应的问题，请用同一题库")
        if row.reply is None:
            continue
        if row.question.history:
            multi.append(_conversation(gold, row, row.reply))
        else:
            single.append(_turn(gold, row, row.reply))
    if not single and not multi:
        raise EvaluationError("没有一个问题得到回答，没有可以写出的样本")
    wanted = [(file, single), (file.with_suffix(".multi.jsonl"), multi)]
    written = [(path, samples) for path, samples in wanted if samples]
    for path, samples in written:
        lines = (json.dumps(sample, ensure_ascii=False) + "\n" for sample in samples)
        write_whole(path, "".join(lines))
    return [path for path, _ in written]


def _turn(gold: Gold, row: Row, reply: Reply) -> dict[str, Any]:
    """A SingleTurnSample. What a system cites stands for what it found where it does not tell."""
    found = reply.citations if reply.ranked is None else reply.ranked
    return _told(
        {
            "user_input": row.question.question,
            "retrieved_contexts": [passage.whole for passage in found],
            "reference_contexts": _evidence(gold),
            "response": reply.text,
            "reference": _reference(gold.case),
        }
    )


def _conversation(gold: Gold, row: Row, reply: Reply) -> dict[str, Any]:
    """A MultiTurnSample."""
    earlier = [
        {"content": turn.content, "type": "human" if turn.role == "user" else "ai"}
        for turn in row.question.history
    ]
    asked = {"content": row.question.question, "type": "human"}
    said = {"content": reply.text, "type": "ai"}
    return _told({"user_input": [*earlier, asked, said], "reference": _reference(gold.case)})


def _told(sample: Mapping[str, Any]) -> dict[str, Any]:
    """Without what is not known: ragas leaves such fields out of its files too."""
    return {field: value for field, value in sample.items() if value is not None}


def _reference(case: Case) -> str:
    """The gold answer: as it is written, else its points in their first wording."""
    if case.answer:
        return case.answer
    return "；".join(point[0] for point in case.answer_points) if case.answerable else SILENT


def _evidence(gold: Gold) -> list[str] | None:
    """The proving words: as the question file quotes them, else as they were found."""
    sources, proofs = gold.case.sources, gold.proofs
    if proofs:
        pairs = zip(sources, proofs, strict=True)
        return [source.evidence or proof.evidence for source, proof in pairs]
    return [source.evidence for source in sources if source.evidence] or None
