"""Fact cards: documents whose sentences the program writes from the rows of the library."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import groupby

from corpus.document import Clause, Document, content_id
from corpus.library.tables import Card, Excerpt
from corpus.targets.target import Change, Comparison, Kind, Target

NOTICE = "指标摘录"
_NOTHING = "本文件未摘录到数值指标，内容请查阅原文。"
_VERBS = {Change.DOWN: "下降", Change.UP: "提高", Change.NEW: "", Change.NONE: "达到"}


def document_of(card: Card) -> tuple[Document, tuple[Target, ...]]:
    """A document with a clause for each clause excerpted, and its targets.

    Each sentence is one row in the words of a template; its clause keeps path and pages of the
    original.
    """
    texts: list[str] = []
    clauses: list[Clause] = []
    targets: list[Target] = []
    at = 0
    groups = [list(found) for _, found in groupby(card.excerpts, key=lambda e: e.clause)]
    for ordinal, group in enumerate(groups or [[]]):
        text, spans = _clause_text(group)
        clause_id = content_id(card.document.id, str(ordinal), text)
        path = group[0].path if group else (NOTICE,)
        clauses.append(
            Clause(
                id=clause_id,
                ordinal=ordinal,
                parent=None,
                marker="",
                heading=path[-1],
                path=path,
                start=at,
                end=at + len(text),
                pages=group[0].pages if group else (),
            )
        )
        targets += [
            replace(excerpt.target, clause_id=clause_id, start=start, end=end)
            for excerpt, (start, end) in zip(group, spans, strict=True)
        ]
        texts.append(text)
        at += len(text)
    known = replace(card.document, id=content_id(NOTICE, card.document.id, *texts), excerpt=True)
    return Document(known, "".join(texts), tuple(clauses)), tuple(targets)


def sentence(target: Target) -> str:
    """A row in the words of a template.

    到2025年，非化石能源消费比重达到20%左右
    """
    when = f"“{target.period}”期间，" if "五" in target.period else f"{target.period}年，"
    if not target.period:
        when = f"到{target.year}年，" if target.year else ""
    scope = "" if target.scope in target.words else f"（{target.scope}）"
    aspires = "力争" if target.aspires else ""
    subject = f"{target.words}{scope}"
    if target.kind is Kind.DEFERRED:
        return f"{when}{subject}：{target.printed}，未给数值"
    base = (
        f"比{target.base}年" if target.base.isdigit() else f"比{target.base}" if target.base else ""
    )
    return f"{when}{subject}{base}{aspires}{_verb(target)}{target.printed}"


def _verb(target: Target) -> str:
    """What joins subject and figure; a qualifier in front of the figure needs no verb."""
    verb = _VERBS[target.change]
    if target.change in (Change.DOWN, Change.UP):
        return "为" if target.words.endswith(("率", "幅", "量", "幅度")) else verb
    if target.comparison is Comparison.AT_MOST and not target.printed.startswith("不"):
        return "控制在"
    return "" if target.printed[:1] in "不≥≤" else verb or "："


def _clause_text(group: Sequence[Excerpt]) -> tuple[str, list[tuple[int, int]]]:
    """The sentences of a clause, and the span of each."""
    if not group:
        return _NOTHING, []
    text, spans = f"（{NOTICE}）", []
    for excerpt in group:
        said = sentence(excerpt.target)
        spans.append((len(text), len(text) + len(said)))
        text += f"{said}。"
    return text, spans
