"""The conversation of one visitor: questions, answers, and what is open beside them."""

from __future__ import annotations

import html
import logging
from collections.abc import Sequence

from nicegui import ui

from assistant.access.principal import Principal, Role
from assistant.answer import (
    MAXIMUM_QUESTION,
    TOOLS,
    Answer,
    Citation,
    Mode,
    Question,
    Turn,
    searched_line,
)
from assistant.markup import Cell, Marker, Table, blocks
from assistant.page.shell import holdings
from assistant.page.source import Proof, SourcePanel
from assistant.page.text import words
from assistant.page.upload import Upload
from assistant.service import Service
from corpus.document import Level, Metadata
from corpus.errors import ClausewiseError

_LOG = logging.getLogger(__name__)
_EXAMPLE_LEVELS = (Level.CITY, Level.PROVINCE, Level.NATIONAL)
_EXAMPLE_TEXTS = (
    "{place}2025年森林覆盖率的目标是多少？",
    "{place}怎么推广新能源汽车？",
    "{place}提出到2030年非化石能源消费比重达到多少？",
)
# Enter that ends an input-method composition chooses a word; it must not send half a question.
_SEND_UNLESS_COMPOSING = (
    "(event) => { if (event.isComposing || event.keyCode === 229) return;"
    " event.preventDefault(); emit(); }"
)


class Talk:
    """State and elements of one open page."""

    def __init__(self, service: Service, principal: Principal) -> None:
        self._service = service
        self._principal = principal
        self._history: list[Turn] = []
        self._busy = False

    def build(self, held: Sequence[Metadata]) -> None:
        """Lay the page out over the documents that are held."""
        with ui.element("div").classes("cw-main"):
            with ui.element("main").classes("cw-talk").props('id="cw-main"'):
                self._held = words(holdings(held)).classes("cw-quiet")
                if self._principal.role.includes(Role.CONTRIBUTOR):
                    Upload(self._service, self._principal, self._came).build()
                self._scroll = ui.element("div").classes("cw-scroll")
                with self._scroll:
                    self._empty = ui.element("div").classes("cw-empty")
                    self._turns = ui.element("div").classes("cw-turns")
                    self._turns.props('aria-live="polite"')
                self._build_input(enabled=bool(held))
            self._source = SourcePanel(self._service, self._principal)
            self._source.build()
        with self._empty:
            self._build_empty(held)

    def _came(self, held: Sequence[Metadata]) -> None:
        """Documents have come: say how many there are, and let them be asked."""
        self._held.set_content(html.escape(holdings(held)))
        self._input.set_enabled(bool(held))
        self._button.set_enabled(bool(held))
        if not self._history:
            self._empty.clear()
            with self._empty:
                self._build_empty(held)

    def _build_input(self, *, enabled: bool) -> None:
        with ui.element("div").classes("cw-ask"), ui.element("div"):
            self._input = ui.textarea(placeholder="输入问题")
            self._input.props(
                f'autogrow outlined dense maxlength={MAXIMUM_QUESTION} aria-label="问题"'
            )
            self._input.on("keydown.enter.exact", self._send, js_handler=_SEND_UNLESS_COMPOSING)
            self._button = ui.button("提问", on_click=self._send).props("unelevated no-caps")
            self._input.set_enabled(enabled)
            self._button.set_enabled(enabled)

    def _build_empty(self, documents: Sequence[Metadata]) -> None:
        with ui.element("h2"):
            words("问一个政策问题，回答引到具体条款")
        if not documents:
            with ui.element("div").classes("cw-how"):
                ui.html(
                    "还没有导入文件。请在命令行运行 <code>make run DOCS=文件夹路径</code>，"
                    "或 <code>clausewise ingest 文件夹路径</code> 后重新启动。",
                    sanitize=False,
                )
            return
        words("数值、措施、责任单位、时间、对比都可以问").classes("cw-quiet")
        with ui.element("div").classes("cw-examples"):
            for text in _examples(documents):
                with (
                    ui.element("button")
                    .classes("cw-example")
                    .on("click", lambda text=text: self._ask(text))
                ):
                    words(text)

    async def _send(self) -> None:
        await self._ask((self._input.value or "").strip())

    async def _ask(self, text: str) -> None:
        """Ask off the event loop; a question that fails stays in the box."""
        if not text or self._busy:
            return
        self._set_busy(True)
        self._empty.set_visibility(False)
        self._input.value = ""
        with self._turns:
            with ui.element("div").classes("cw-question"):
                words(text)
            place = ui.element("article").classes("cw-answer")
        with place:
            words("正在查找条款……").classes("cw-quiet")
        await self._scroll_down()
        try:
            question = Question(question=text, history=self._history[-20:])
            self._principal = self._service.still(self._principal)
            answer = await self._service.answer(self._principal, question, "page")
        except ClausewiseError as error:
            self._show_failure(place, text, str(error))
        except Exception:
            _LOG.exception("a question failed")
            self._show_failure(place, text, "出错了，问题已放回输入框，请稍后重试。")
        else:
            self._show_answer(place, answer)
            self._history += [
                Turn(role="user", content=answer.understood or text),
                Turn(role="assistant", content=answer.answer),
            ]
        finally:
            self._set_busy(False)
            await self._scroll_down()

    def _set_busy(self, busy: bool) -> None:
        self._busy = busy
        self._button.set_enabled(not busy)

    def _show_failure(self, place: ui.element, text: str, reason: str) -> None:
        self._input.value = text
        place.clear()
        place.classes("cw-failed").props('role="alert"')
        with place:
            words(reason)

    def _show_answer(self, place: ui.element, answer: Answer) -> None:
        place.clear()
        if answer.refused:
            place.classes("cw-refused")
        citations = {citation.marker: citation for citation in answer.citations}
        with place:
            if answer.understood:
                with ui.element("p").classes("cw-quiet"):
                    words(f"理解为：{answer.understood}")
            for number, step in enumerate(answer.steps, start=1):
                with ui.element("p").classes("cw-quiet"):
                    words(f"第{number}步 {TOOLS[step.tool]}：{step.asked}（{step.found}条）")
            for block in blocks(answer.answer):
                if isinstance(block, Table):
                    self._show_table(block, citations)
                else:
                    with ui.element("p"):
                        self._show_line(block.parts, citations)
            if answer.searched:
                with ui.element("p").classes("cw-quiet"):
                    words(searched_line(answer.searched))
                self._show_nearest(answer)
            with ui.element("div").classes("cw-foot"):
                words(_foot(answer))

    def _show_nearest(self, answer: Answer) -> None:
        """The nearest clauses of a refusal: what there is instead."""
        with ui.element("ul").classes("cw-nearest"):
            for source in answer.related[:3]:
                path = " > ".join(source.clause_path)
                with ui.element("li"):
                    words(f"最接近：{source.region}《{source.document_title}》{path}")

    def _show_table(self, table: Table, citations: dict[int, Citation]) -> None:
        with ui.element("table"):
            with ui.element("thead"), ui.element("tr"):
                for cell in table.head:
                    with ui.element("th").props('scope="col"'):
                        self._show_line(cell, citations)
            with ui.element("tbody"):
                for row in table.rows:
                    with ui.element("tr"):
                        for cell in row:
                            with ui.element("td"):
                                self._show_line(cell, citations)

    def _show_line(self, parts: Cell, citations: dict[int, Citation]) -> None:
        for part in parts:
            if isinstance(part, Marker):
                self._show_marker(part.number, citations.get(part.number))
            else:
                ui.html(part.html, sanitize=False, tag="strong" if part.bold else "span")

    def _show_marker(self, number: int, citation: Citation | None) -> None:
        if citation is None:
            words(f"[{number}]")
            return
        proof = Proof(citation.clause_id, citation.span, citation)
        button = ui.element("button").classes("cw-marker")
        button.props(f'type="button" aria-label="查看第{number}条引文"')
        button.on("click", lambda: self._source.open(proof, button))
        with button:
            words(f"[{number}]")
            ui.tooltip(citation.quote[:120])

    async def _scroll_down(self) -> None:
        ui.run_javascript(
            "requestAnimationFrame(() => {const box = document.querySelector('.cw-scroll');"
            "if (box) box.scrollTop = box.scrollHeight;})"
        )


def _foot(answer: Answer) -> str:
    """How the answer was made."""
    how = (
        "由对话模型撰写，逐句核对条款"
        if answer.mode in (Mode.GENERATIVE, Mode.AGENT)
        else "未使用模型，依据指标摘录（非原文）"
        if any(citation.excerpt for citation in answer.citations)
        else "未使用模型，摘自条款原文"
    )
    said = f"{how} · 用时 {answer.timings_ms.get('total', 0):.0f} 毫秒"
    return f"{answer.note}　{said}" if answer.note else said


def _examples(documents: Sequence[Metadata]) -> list[str]:
    """Questions about jurisdictions that are held."""
    places: list[str] = []
    for level in _EXAMPLE_LEVELS:
        held = (d.region for d in documents if d.level is level and d.region)
        places += [region.name for region in held][:1]
    return [text.format(place=place) for text, place in zip(_EXAMPLE_TEXTS, places, strict=False)]
