"""What a model reads of each result: short lines, each with the clause that proves it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from assistant.answer import TOOLS, Answer, Citation, Source, searched_line
from assistant.api.search import HitView, SearchPage
from assistant.api.views import ClauseView, DocumentView, OutlineEntry
from assistant.target_views import (
    CellView,
    Matrix,
    TargetCitation,
    TargetPage,
    TargetValue,
    TargetView,
)
from corpus.document import LEVEL_NAMES, Document

_NEAREST = 3  # clauses shown under a refusal


def answer_text(answer: Answer) -> str:
    """The answer, and its citations as footnotes."""
    return "\n".join([*_before(answer), answer.answer, *_after(answer)])


def _before(answer: Answer) -> Iterator[str]:
    if answer.understood:
        yield f"（理解为：{answer.understood}）"
    if answer.note:
        yield f"（{answer.note}）"
    for number, step in enumerate(answer.steps, start=1):
        yield f"（第{number}步 {TOOLS[step.tool]}：{step.asked}，{step.found}条）"


def _after(answer: Answer) -> Iterator[str]:
    if answer.searched:
        yield f"\n{searched_line(answer.searched)}"
        yield from (f"最接近：{_place(source)}" for source in answer.related[:_NEAREST])
    if answer.citations:
        yield "\n引文："
        yield from map(_footnote, answer.citations)


def _footnote(citation: Citation) -> str:
    return f"[{citation.marker}] {_place(citation)}\n    原文：“{citation.quote}”"


def search_text(page: SearchPage) -> str:
    """The hits, each by the passage that holds most of the question."""
    hits = [_hit(number, hit) for number, hit in enumerate(page.items, start=page.offset + 1)]
    head = _counted(page) if hits else "没有找到条款，请放宽检索范围或换一种说法。"
    return "\n".join([*page.notes, head, *hits])


def _hit(number: int, hit: HitView) -> str:
    lines = [f"{number}. {_place(hit)}", f"    {_one_line(hit.snippet.text)}"]
    if hit.same:
        others = "、".join(f"{same.region}《{same.document_title}》" for same in hit.same)
        lines.append(f"    同样规定：{others}")
    return "\n".join(lines)


def targets_text(page: TargetPage) -> str:
    """A line for each target."""
    return "\n".join([*page.notes, _counted(page), *map(_target, page.items)])


def _target(row: TargetView) -> str:
    return f"- {row.citation.region}：{_value(row)}。{_proof(row.citation)}"


def matrix_text(matrix: Matrix) -> str:
    """A line for each value of each cell, or why there is none."""
    lines = (
        line
        for row in matrix.rows
        for cell in row.cells
        for line in _cell(f"{row.region}{_year(cell)}", cell)
    )
    return "\n".join([*matrix.notes, f"指标：{matrix.indicator}", *lines])


def _cell(where: str, cell: CellView) -> Iterator[str]:
    if cell.silence:
        yield f"- {where}：{cell.silence}"
    if cell.conflict:
        yield f"- {where}：各文件数值不同，逐一列出"
    for entry in cell.entries:
        first, *others = entry.citations
        more = f"（另有 {len(others)} 处同样规定）" if others else ""
        yield f"- {where}：{_value(entry.value)}。{_proof(first)}{more}"


def _year(cell: CellView) -> str:
    return f" {cell.year}年" if cell.year else "（未写年份）"


def _value(value: TargetValue) -> str:
    """What is promised, in the text's own words, by when and with what limits."""
    tone = "力争" if value.aspires else ""
    change = value.change if value.low or value.high else ""
    facts = [
        value.period or (f"{value.year}年" if value.year else "未写年份"),
        "每年" if value.annual else "",
        value.base and f"基期{value.base}",
        value.scope,
        value.nature,
        *value.flags,
    ]
    return f"{value.words} {tone}{change}{value.printed}（{'，'.join(filter(None, facts))}）"


def _proof(citation: TargetCitation) -> str:
    return f"依据：{_place(citation)} 原文：“{_one_line(citation.quote)}”"


def clause_text(clause: ClauseView) -> str:
    """A clause verbatim, under where it stands."""
    lines = [
        _title(clause.document),
        f"条款：{' > '.join(clause.path)}{_pages(clause.pages)}",
        f"条款编号：{clause.id}；上一条：{clause.previous or '无'}；下一条：{clause.next or '无'}",
    ]
    if clause.departments:
        named = "、".join(f"{one.name}（{one.role}）" for one in clause.departments)
        lines.append(f"责任部门：{named}")
    return "\n".join([*lines, "", clause.text.strip()])


def outline_text(document: DocumentView, entries: Iterable[OutlineEntry]) -> str:
    """The clauses of a document, each with its id."""
    lines = (f"{' > '.join(one.path)}{_pages(one.pages)} [{one.id}]" for one in entries)
    return "\n".join([_title(document), "条款（方括号内为条款编号）：", *lines])


def document_text(document: Document) -> str:
    """A document whole."""
    return f"{_title(DocumentView.of(document.metadata))}\n\n{document.text}"


def _title(document: DocumentView) -> str:
    """What a document is and where it is from."""
    facts = [document.region, LEVEL_NAMES[document.level], document.status]
    facts += [document.number] if document.number else []
    facts += ["指标摘录，非原文"] if document.excerpt else []
    facts += [document.source_url] if document.source_url else []
    return f"《{document.title}》（{'，'.join(filter(None, facts))}）文件编号：{document.id}"


def _place(source: Source | TargetCitation) -> str:
    """Where a clause stands: document, path, page, link, id."""
    facts = [source.region, source.status]
    facts += ["指标摘录，非原文"] if source.excerpt else []
    facts += ["所在页由扫描识别"] if isinstance(source, Source) and source.recognised else []
    link = f" {source.source_url}" if source.source_url else ""
    return (
        f"《{source.document_title}》（{'，'.join(filter(None, facts))}）"
        f"{' > '.join(source.clause_path)}{_pages(source.pages)}{link}"
        f" [条款编号 {source.clause_id}]"
    )


def _pages(pages: list[int]) -> str:
    return f" 第{'、'.join(map(str, pages))}页" if pages else ""


def _counted(page: SearchPage | TargetPage) -> str:
    if not page.items:
        return f"共 {page.total} 条。"
    first = page.offset + 1
    return f"共 {page.total} 条，以下为第 {first} 至 {page.offset + len(page.items)} 条："


def _one_line(text: str) -> str:
    return " ".join(text.split())
