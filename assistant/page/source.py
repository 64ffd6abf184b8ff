"""The panel beside an answer: the clause in whole, its proving words highlighted."""

from __future__ import annotations

import html
from collections.abc import Callable

from nicegui import ui

from assistant.answer import Citation
from corpus.document import LEVEL_NAMES, Status


def panel(citation: Citation, close: Callable[[], None]) -> None:
    """Build the panel of one citation into the current element."""
    with ui.element("button").classes("cw-close").props('aria-label="关闭"').on("click", close):
        _words("×")
    with ui.element("h2"):
        _words(f"《{citation.document_title}》")
    with ui.element("div").classes("cw-facts"):
        for fact in _facts(citation):
            _words(fact)
        if citation.status == Status.DRAFT:
            _words(citation.status).classes("cw-draft")
    with ui.element("nav").classes("cw-path").props('aria-label="条款位置"'):
        _words(" › ".join(citation.clause_path))
    ui.html(highlighted(citation), sanitize=False).classes("cw-clause")
    if citation.source_url and citation.source_url.startswith(("http://", "https://")):
        with ui.element("p").classes("cw-foot"):
            link = ui.link("查看原文网页", citation.source_url, new_tab=True)
            link.props('rel="noopener noreferrer"')


def highlighted(citation: Citation) -> str:
    """The clause as HTML text with the proving span marked."""
    start, end = citation.span
    text = citation.clause_text.rstrip()
    before, proof, after = text[:start], text[start:end], text[end:]
    return f"{html.escape(before)}<mark>{html.escape(proof)}</mark>{html.escape(after)}"


def _facts(citation: Citation) -> list[str]:
    facts = [f"{citation.region} · {LEVEL_NAMES[citation.level]}"]
    if citation.pages:
        facts.append(f"第{'、'.join(map(str, citation.pages))}页")
    if citation.status != Status.DRAFT:
        facts.append(citation.status)
    if citation.excerpt:
        facts.append("指标摘录，非原文")
    if citation.recognised:
        facts.append("扫描识别，请核对原件")
    return facts


def _words(text: str) -> ui.html:
    return ui.html(html.escape(text), sanitize=False, tag="span")
