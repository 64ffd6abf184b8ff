"""The conversation of one visitor: questions, answers, and what is open beside them."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from random import Random

from anyio import to_thread
from nicegui import ui

from assistant import answer as said
from assistant.access.principal import Principal
from assistant.answer import MAXIMUM_QUESTION, Answer, Mode, Question
from assistant.app import Assistant
from assistant.ask import Line, Trace, Understood
from assistant.conversations import Exchange
from assistant.export.paper import Paper, Piece
from assistant.page.around import Extras, chips_of, extras_of
from assistant.page.history import History
from assistant.page.kept import Opened
from assistant.page.pieces import button, link, menu
from assistant.page.shell import holdings
from assistant.page.source import SourcePanel
from assistant.page.text import reword, words
from assistant.page.tools import Tools, take_away
from assistant.page.turn import Deeds, Turn, example
from assistant.service import Service
from corpus.errors import ClausewiseError

_LOG = logging.getLogger(__name__)
_EXAMPLES = 4
_REMEMBERED = 20  # turns that a follow-up is understood from
# Enter that ends an input-method composition chooses a word; it must not send half a question.
_SEND_UNLESS_COMPOSING = (
    "(event) => { if (event.isComposing || event.keyCode === 229) return;"
    " event.preventDefault(); emit(); }"
)
# The newest turn whole, or as much of it as there is room for from its beginning.
_TO_THE_NEWEST = (
    "requestAnimationFrame(() => {const box = document.querySelector('.cw-scroll');"
    "const turn = [...document.querySelectorAll('.cw-turn')].at(-1);"
    "turn?.scrollIntoView({block: turn.offsetHeight > box.clientHeight ? 'start' : 'end'});})"
)
_MODES = {Mode.AUTO: "自动", Mode.EXTRACTIVE: "只摘原文", Mode.AGENT: "多步检索"}
_UNKEPT = "这次问答没有保存到对话记录（磁盘可能已满），请联系管理员。"
_UNSEEN = "这个回答引用了您已无权查看的文件，不再显示。"


class Talk:
    """State and elements of one open page; `opened` is the conversation that it goes on with."""

    def __init__(
        self, service: Service, principal: Principal, opened: Opened | None = None
    ) -> None:
        self._service = service
        self._principal = principal
        self._opened = opened
        self._conversation = opened.conversation if opened else None
        self._turns: list[Turn] = []
        self._papers: dict[Turn, tuple[Piece, str]] = {}
        self._mode = Mode.AUTO
        self._task: asyncio.Task[None] | None = None
        self._edited: Turn | None = None
        self._history = History(service, principal, lambda: ui.navigate.to("/"))
        self._panel = SourcePanel(service, principal)
        self._tools = Tools(service, principal)

    def build(self, seen: Assistant) -> None:
        """Lay the page out over what its reader may see."""
        held = seen.documents()
        with ui.element("div").classes("cw-main"):
            self._history.build()
            with ui.element("main").classes("cw-talk").props('id="cw-main"'):
                self._build_head(holdings(held))
                with ui.element("div").classes("cw-scroll"):
                    self._empty = ui.element("div").classes("cw-empty")
                    self._list = ui.element("div").classes("cw-turns").props('aria-live="polite"')
                self._build_input(enabled=bool(held))
            self._panel.build()
        if self._opened:
            self._empty.set_visibility(False)
            for exchange, extras in self._opened.exchanges:
                self._show(exchange, extras)
            ui.run_javascript(_TO_THE_NEWEST)
        else:
            with self._empty:
                _build_empty(seen, self._ask)

    async def ready(self) -> None:
        """What can wait until the page stands."""
        await self._history.refresh(self._conversation.id if self._conversation else None)

    def _build_head(self, held: str) -> None:
        with ui.element("div").classes("cw-talk-head"):
            button("对话记录", self._history.toggle, "cw-plain cw-narrow")
            self._title = words(self._conversation.title if self._conversation else held)
            self._title.classes("cw-quiet cw-title")
            self._whole = ui.element("div").classes("cw-row")
            with self._whole, menu("导出对话", "导出整个对话"):
                take_away(self._paper)
            self._whole.set_visibility(self._conversation is not None)

    def _build_input(self, *, enabled: bool) -> None:
        with ui.element("div").classes("cw-ask"):
            with ui.element("p").classes("cw-editing cw-quiet") as self._editing:
                words("正在修改问题：重新提问后，它和它后面的问答会被替换。")
                button("不改了", self._stop_editing, "cw-plain")
            self._editing.set_visibility(False)
            with ui.element("div").classes("cw-ask-row"):
                if self._service.settings.chat_model:
                    self._build_modes()
                self._input = ui.textarea(placeholder="输入问题，回车提问")
                self._input.props(
                    f'autogrow outlined dense maxlength={MAXIMUM_QUESTION} aria-label="问题"'
                )
                self._input.on("keydown.enter.exact", self._send, js_handler=_SEND_UNLESS_COMPOSING)
                self._button = button("提问", self._send, "cw-main-button")
                self._stop = button("停止", self._stopped, "cw-button")
                self._stop.set_visibility(False)
        self._input.set_enabled(enabled)
        if not enabled:
            self._button.props("disabled")

    def _build_modes(self) -> None:
        chosen = ui.element("select").classes("cw-field").props('aria-label="回答方式"')
        chosen.on(
            "change",
            lambda event: setattr(self, "_mode", Mode(str(event.args))),
            js_handler="(event) => emit(event.target.value)",
        )
        with chosen:
            for mode, name in _MODES.items():
                with ui.element("option").props(f'value="{mode.value}"'):
                    words(name)

    async def _send(self) -> None:
        text = (self._input.value or "").strip()
        if text and self._task is None:
            self._input.value = ""
            edited = self._edited
            self._stop_editing()
            await self._ask(text, edited)

    async def _again(self, turn: Turn, text: str) -> None:
        """Ask instead of a turn; what followed it goes."""
        await self._ask(text, turn)

    def _edit(self, turn: Turn) -> None:
        self._edited = turn
        self._editing.set_visibility(True)
        self._input.value = turn.question
        self._input.run_method("focus")

    def _stop_editing(self) -> None:
        self._edited = None
        self._editing.set_visibility(False)

    async def _ask(self, text: str, instead_of: Turn | None = None) -> None:
        """Ask and show what comes; what cannot be answered stays, to be asked again."""
        if self._task is not None:
            return
        self._task = asyncio.current_task()
        self._set_busy(True)
        with self._list:  # what was clicked may be gone before the answer is there
            try:
                await self._cut(instead_of)
                self._empty.set_visibility(False)
                await self._answered(self._add(text))
            finally:
                if self._task is asyncio.current_task():
                    self._set_busy(False)

    async def _answered(self, turn: Turn) -> None:
        """Have the question of a turn answered into it."""
        ui.run_javascript(_TO_THE_NEWEST)
        try:
            self._principal = await to_thread.run_sync(self._service.still, self._principal)
            question = Question(
                question=turn.question, history=self._said_before(), mode=self._mode
            )
            async for stage in self._service.stages(self._principal, question, "page"):
                match stage:
                    case Understood(text):
                        await self._understood(turn, text)
                    case said.Step():
                        turn.step(stage)
                    case Line(text, citations):
                        turn.line(text, citations)
                    case Trace():
                        await self._done(turn, stage)
                ui.run_javascript(_TO_THE_NEWEST)
            ui.run_javascript("clausewise.forget()")
        except asyncio.CancelledError:
            return  # it was said when it was stopped
        except ClausewiseError as error:
            turn.failed(str(error))
        except Exception:
            _LOG.exception("a question failed")
            turn.failed("出错了，请稍后再试。")
        ui.run_javascript(_TO_THE_NEWEST)

    async def _understood(self, turn: Turn, text: str) -> None:
        seen = await to_thread.run_sync(self._service.seen_by, self._principal)
        query = await to_thread.run_sync(seen.understand, text)
        turn.understood(query.text, chips_of(query))

    async def _done(self, turn: Turn, trace: Trace) -> None:
        """Keep an answer, and show it whole."""
        seen = await to_thread.run_sync(self._service.seen_by, self._principal)
        try:
            exchange = await to_thread.run_sync(self._kept, seen, turn, trace.answer)
        except Exception:
            _LOG.exception("an answer was not kept")
            extras = await to_thread.run_sync(extras_of, seen, trace.query, trace.answer)
            turn.done(trace.answer, extras, None, seen.version)
            turn.warn(_UNKEPT)
            return
        if self._conversation and len(self._turns) == 1:
            ui.navigate.history.replace(f"/c/{self._conversation.id}")
            reword(self._title, self._conversation.title)
            self._whole.set_visibility(True)
        extras = await to_thread.run_sync(extras_of, seen, trace.query, trace.answer)
        self._finish(turn, exchange, extras)
        await self.ready()

    def _kept(self, seen: Assistant, turn: Turn, answer: Answer) -> Exchange:
        """Put an answer in the conversation; one that was deleted meanwhile is begun anew."""
        kept = self._service.conversations
        for _ in range(2):
            if self._conversation is None:
                self._conversation = kept.start(self._principal, turn.question)
            added = kept.add(
                self._principal, self._conversation.id, answer, seen.version, seen.collections
            )
            if added:
                return added
            self._conversation = None
        raise ClausewiseError("对话没有保存成，请刷新网页后再试。")

    def _show(self, exchange: Exchange, extras: Extras | None) -> None:
        """A turn that was kept; without extras it may not be seen any more."""
        turn = self._add(exchange.answer.question)
        if extras is None:
            turn.exchange = exchange.id
            turn.failed(_UNSEEN)
        else:
            self._finish(turn, exchange, extras)

    def _finish(self, turn: Turn, exchange: Exchange, extras: Extras) -> None:
        turn.exchange = exchange.id
        self._papers[turn] = (Piece(exchange.answer, exchange.at), exchange.version)
        turn.done(exchange.answer, extras, exchange.at, exchange.version)

    def _add(self, text: str) -> Turn:
        deeds = Deeds(self._tools.build, self._ask, self._again, self._edit)
        turn = Turn(text, self._panel, deeds)
        with self._list:
            turn.build()
        self._turns.append(turn)
        return turn

    async def _cut(self, turn: Turn | None) -> None:
        """Take out a turn and what followed it."""
        if turn is None or turn not in self._turns:
            return
        at = self._turns.index(turn)
        gone, self._turns = self._turns[at:], self._turns[:at]
        kept = [one.exchange for one in gone if one.exchange is not None]
        if self._conversation and kept:
            cut = self._service.conversations.cut
            await to_thread.run_sync(cut, self._principal, self._conversation.id, min(kept))
        for one in gone:
            self._papers.pop(one, None)
            one.remove()

    def _said_before(self) -> list[said.Turn]:
        """What was asked and answered before, as far as a follow-up may need it."""
        answers = [turn.answer for turn in self._turns if turn.answer]
        history = [
            message
            for answer in answers
            for message in (
                said.Turn(role="user", content=answer.understood or answer.question),
                said.Turn(role="assistant", content=answer.answer),
            )
        ]
        return history[-_REMEMBERED:]

    def _stopped(self) -> None:
        """Give up at once; what is being looked up ends by itself."""
        if self._task is not None:
            self._task.cancel()
            for turn in self._turns[-1:]:
                turn.failed("已停止。")
            self._set_busy(False)

    def _set_busy(self, busy: bool) -> None:
        if not busy:
            self._task = None
        self._button.set_visibility(not busy)
        self._stop.set_visibility(busy)

    def _paper(self) -> Paper:
        """The whole conversation, to be taken away."""
        kept = [self._papers[turn] for turn in self._turns if turn in self._papers]
        title = self._conversation.title if self._conversation else ""
        versions = dict.fromkeys(version for _, version in kept)
        return Paper(title, tuple(piece for piece, _ in kept), "、".join(versions))


def _build_empty(seen: Assistant, ask: Callable[[str], Awaitable[None]]) -> None:
    """What stands before the first question."""
    words("问一个政策问题，回答引到具体条款", "h2")
    if not seen.documents():
        with ui.element("div").classes("cw-card"):
            words("还没有文件可供查找。请先在", "span")
            link("文件库", "/documents", "cw-inline")
            words("上传，或在命令行运行 clausewise ingest 文件夹路径。", "span")
        return
    words("数值、措施、责任单位、时间、对比都可以问", "p").classes("cw-quiet")
    with ui.element("div").classes("cw-examples"):
        pool = seen.suggested
        for text in Random().sample(pool, min(_EXAMPLES, len(pool))):  # noqa: S311 - for variety
            example(text, ask)
