"""The panel beside an answer: the clause in whole, its proving words highlighted."""

from __future__ import annotations

import html
from collections.abc import Iterator
from dataclasses import dataclass

from nicegui import ui

from assistant.access.principal import Principal
from assistant.answer import Citation
from assistant.app import Assistant
from assistant.page.pieces import button
from assistant.page.text import label, words
from assistant.service import Service
from corpus.document import LEVEL_NAMES, Clause, Document, HeldClause, Metadata, Status
from corpus.errors import ClausewiseError

_FOCUS = (
    "requestAnimationFrame(() => {"
    "document.querySelector('.cw-close')?.focus({preventScroll: true});"
    "document.querySelector('.cw-clause mark')?.scrollIntoView({block: 'center'});})"
)


@dataclass(frozen=True, slots=True)
class Proof:
    """What to open: a clause, and the words in it that prove something.

    `kept` is the clause as it was cited, for when it is held no longer.
    """

    clause_id: str
    span: tuple[int, int]
    kept: Citation | None = None


class SourcePanel:
    """The panel of one open page; one clause at a time."""

    def __init__(self, service: Service, principal: Principal) -> None:
        self._service = service
        self._principal = principal
        self._opener: ui.element | None = None

    def build(self) -> None:
        """The place of the panel, closed."""
        self._aside = ui.element("aside").classes("cw-source").props('aria-label="条款原文"')
        self._aside.set_visibility(False)

    async def open(self, proof: Proof, opener: ui.element) -> None:
        """Show a clause; `opener` is marked, and has the focus again after closing."""
        try:
            found = await self._service.look_up(
                self._service.still(self._principal),
                lambda seen: _held(self._service, seen, proof.clause_id),
            )
        except ClausewiseError as error:
            ui.notify(str(error), type="warning")
            return
        self._unmark()
        self._opener = opener.classes("cw-open")
        self._aside.clear()
        self._aside.set_visibility(True)
        with self._aside:
            close = ui.element("button").classes("cw-close").on("click", self.close)
            with close.props('type="button" aria-label="关闭"'):
                words("×")
            if found:
                _build(*found, proof.span)
            elif proof.kept and not self._service.holds(proof.clause_id):
                _build_kept(proof.kept)
            else:
                words("这条条款已不在文件库中，或您已无权查看。", "p")
        ui.run_javascript(_FOCUS)

    def close(self) -> None:
        """Hide the panel and go back to where it was opened from."""
        self._aside.set_visibility(False)
        if self._opener is not None:
            ui.run_javascript(f"getHtmlElement({self._opener.id})?.focus({{preventScroll: true}})")
        self._unmark()

    def _unmark(self) -> None:
        if self._opener is not None and not self._opener.is_deleted:
            self._opener.classes(remove="cw-open")
        self._opener = None


def reader_address(
    document_id: str, clause_id: str = "", span: tuple[int, int] | None = None
) -> str:
    """Where a document is read whole, and a clause of it found, with words in it marked."""
    words_of = f"&span={span[0]}-{span[1]}" if span else ""
    return f"/documents/{document_id}" + (f"?clause={clause_id}{words_of}" if clause_id else "")


def _held(
    service: Service, seen: Assistant, clause_id: str
) -> tuple[HeldClause, Document, bool] | None:
    """A clause, its document, and whether pages of that can be shown."""
    held = seen.clause(clause_id)
    whole = seen.document(held.document.id) if held else None
    if held is None or whole is None:
        return None
    return held, whole, service.original(seen, whole.metadata) is not None


def _build(held: HeldClause, whole: Document, has_original: bool, span: tuple[int, int]) -> None:
    known, clause = held.document, held.clause
    _head(known.title, facts(known, clause), is_draft=known.status is Status.DRAFT)
    _breadcrumb(list(clause.path))
    before, after = _neighbours(whole, clause)
    if before:
        _neighbour("上一条", whole, before)
    ui.html(highlighted(held.text, span), sanitize=False).classes("cw-clause")
    if after:
        _neighbour("下一条", whole, after)
    with ui.element("p").classes("cw-links"):
        with ui.element("a").props(f'href="{reader_address(known.id, clause.id, span)}"'):
            words("在全文中查看")
        outside(known.source_url)
        if has_original:
            _pages(known, clause)


def _build_kept(citation: Citation) -> None:
    """A clause that is held no longer, as it was when it was cited."""
    number = [citation.number] if citation.number else []
    is_draft = citation.status == Status.DRAFT
    _head(citation.document_title, [*number, citation.region], is_draft=is_draft)
    words("这份文件已不在文件库中，或有了新版本；以下是回答时的条款。", "p").classes("cw-quiet")
    _breadcrumb(citation.clause_path)
    ui.html(highlighted(citation.clause_text, citation.span), sanitize=False).classes("cw-clause")
    with ui.element("p").classes("cw-links"):
        outside(citation.source_url)


def _head(title: str, said: list[str], *, is_draft: bool) -> None:
    words(f"《{title}》", "h2")
    with ui.element("div").classes("cw-facts"):
        for fact in said:
            words(fact)
        if is_draft:
            words("征求意见稿").classes("cw-draft")


def facts(known: Metadata, clause: Clause | None = None) -> list[str]:
    """What there is to say of a document, and of where a clause stands in it."""
    return list(_facts(known, clause))


def _facts(known: Metadata, clause: Clause | None) -> Iterator[str]:
    if known.number:
        yield known.number
    yield f"{known.region_name} · {LEVEL_NAMES[known.level]}"
    if known.issued:
        yield f"{known.issued:%Y}年{known.issued.month}月{known.issued.day}日"
    if clause and clause.pages:
        yield f"第{'、'.join(map(str, clause.pages))}页"
    if known.status is not Status.DRAFT and not known.excerpt:
        yield known.status.value
    if known.excerpt:
        yield "指标摘录，非原文"
    if clause and any(page in known.recognised_pages for page in clause.pages):
        yield "扫描识别，请核对原件"


def _breadcrumb(path: list[str]) -> None:
    with (
        ui.element("nav").classes("cw-path").props('aria-label="条款位置"'),
        ui.element("ol"),
    ):
        for step in path:
            words(step, "li")


def _neighbours(whole: Document, clause: Clause) -> tuple[Clause | None, Clause | None]:
    ordinals = {one.ordinal: one for one in whole.clauses}
    return ordinals.get(clause.ordinal - 1), ordinals.get(clause.ordinal + 1)


def _neighbour(which: str, whole: Document, clause: Clause) -> None:
    text = whole.clause_text(clause).strip()
    with ui.element("details").classes("cw-neighbour"):
        with ui.element("summary"):
            words(f"{which}：{clause.path[-1] if clause.path else text[:20]}")
        words(text, "div")


def _pages(known: Metadata, clause: Clause) -> None:
    """Buttons that show the original's pages; static/original.js does it."""
    for page in clause.pages:
        shows = button(f"查看原件第{page}页", None, "cw-plain")
        shows.props(f'data-document="{known.id}" data-page="{page}"')
        if known.pages:
            shows.props(f'data-first="{known.pages[0]}" data-last="{known.pages[1]}"')


def outside(address: str | None) -> None:
    """A link to the official source, where it is one of the web."""
    if address and address.startswith(("http://", "https://")):
        link = ui.link("查看原文网页", address, new_tab=True)
        link.props(f'rel="noopener noreferrer" {label("查看原文网页（新窗口）")}')


def highlighted(clause_text: str, span: tuple[int, int]) -> str:
    """The clause as HTML text with the proving span marked."""
    start, end = span
    text = clause_text.rstrip()
    before, proof, after = text[:start], text[start:end], text[end:]
    return f"{html.escape(before)}<mark>{html.escape(proof)}</mark>{html.escape(after)}"
