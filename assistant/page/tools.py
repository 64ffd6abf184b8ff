"""What can be done with an answer: copy it, take it away, share it, look into it, judge it."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime

from anyio import to_thread
from nicegui import ui

from assistant.access.principal import Principal
from assistant.answer import Answer
from assistant.export.markdown import as_markdown
from assistant.export.paper import TITLE, Paper, Piece, file_name
from assistant.export.reference import reference
from assistant.export.word import as_word
from assistant.feedback import Feedback, Verdict
from assistant.page.how import show_how
from assistant.page.pieces import button, dialog, menu
from assistant.page.text import words
from assistant.service import Service
from corpus.database import now
from corpus.errors import ClausewiseError

_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_VERDICTS = {
    Verdict.WRONG: "答案有误",
    Verdict.UNPROVEN: "引文不能证明",
    Verdict.MISSING: "漏答或不该拒答",
}
_LONGEST_REASON = 2000
_COPY = (
    "clausewise.copy({text}).then((done) => "
    "Quasar.Notify.create({{message: done ? {said} : '未能复制，请手动选择文字', timeout: 1500}}))"
)


class Tools:
    """The tools under the answers of one open page."""

    def __init__(self, service: Service, principal: Principal) -> None:
        self._service = service
        self._principal = principal

    def build(self, answer: Answer, at: datetime | None, version: str) -> None:
        """The tools of one answer, given then (if that is known) from this state of documents."""
        paper = Paper(TITLE, (Piece(answer, at or now()),), version)
        button("复制", lambda: copy(plain_text(answer), "已复制，引文附在文末"), "cw-plain")
        with menu("导出", "导出这个回答"):
            take_away(lambda: paper)
        button("分享链接", lambda: share(f"/answers/{answer.id}"), "cw-plain")
        button("怎么得出的", lambda: self._how(answer), "cw-plain")
        self._judge(answer)

    async def _how(self, answer: Answer) -> None:
        try:
            seen = self._service.seen_by(self._service.still(self._principal))
            receipt = await to_thread.run_sync(seen.receipt, answer.id)
        except ClausewiseError as error:
            ui.notify(str(error), type="warning")
        else:
            show_how(receipt)

    def _judge(self, answer: Answer) -> None:
        with ui.element("span").classes("cw-judge").props('aria-live="polite"') as place:
            button("有用", lambda: self._said(place, answer, Verdict.RIGHT, ""), "cw-plain")
            button("有问题", lambda: self._ask_why(place, answer), "cw-plain")

    def _ask_why(self, place: ui.element, answer: Answer) -> None:
        chosen = [Verdict.WRONG, ""]

        def choose(verdict: Verdict) -> None:
            chosen[0] = verdict

        def explain(text: str) -> None:
            chosen[1] = text

        async def send() -> None:
            opened.close()
            await self._said(place, answer, Verdict(chosen[0]), chosen[1])

        with dialog("这个回答有什么问题？") as opened:
            with ui.element("fieldset").classes("cw-choices"):
                words("请选一项", "legend").classes("cw-hidden")
                for verdict, name in _VERDICTS.items():
                    with ui.element("label"):
                        box = ui.element("input").props(
                            f'type="radio" name="cw-verdict-{answer.id}"'
                        )
                        box.on("change", lambda verdict=verdict: choose(verdict), args=[])
                        if verdict is Verdict.WRONG:
                            box.props("checked")
                        words(name)
            why = ui.element("textarea").classes("cw-field cw-why")
            why.props(
                f'aria-label="说明（可不填）" placeholder="说明（可不填）" rows="3" '
                f'maxlength="{_LONGEST_REASON}"'
            )
            why.on(
                "change",
                lambda event: explain(str(event.args)),
                js_handler="(event) => emit(event.target.value)",
            )
            with ui.element("div").classes("cw-row cw-end"):
                button("取消", opened.close)
                button("提交", send, "cw-main-button")

    async def _said(
        self, place: ui.element, answer: Answer, verdict: Verdict, comment: str
    ) -> None:
        said = Feedback(answer_id=answer.id, verdict=verdict, comment=comment[:_LONGEST_REASON])
        try:
            who = self._service.still(self._principal)
            await to_thread.run_sync(self._service.judge, who, said)
        except ClausewiseError as error:
            ui.notify(str(error), type="warning")
            return
        place.clear()
        with place:
            words("已记录，谢谢").classes("cw-quiet")


def take_away(paper: Callable[[], Paper]) -> None:
    """Buttons that make a file of a paper; it is made when it is wanted."""

    async def word() -> None:
        made = paper()
        content = await to_thread.run_sync(as_word, made)
        ui.download.content(content, file_name(made, "docx"), _WORD)

    def markdown() -> None:
        made = paper()
        ui.download.content(as_markdown(made), file_name(made, "md"), "text/markdown")

    button("Word（.docx）", word, "cw-plain")
    button("Markdown（.md）", markdown, "cw-plain")
    button("打印或存为 PDF", lambda: ui.run_javascript("window.print()"), "cw-plain")


def copy(text: str, said: str) -> None:
    """Put a text on the clipboard of whoever is there, and say so."""
    ui.run_javascript(_COPY.format(text=json.dumps(text), said=json.dumps(said)))


def share(path: str) -> None:
    """Copy the whole address of one of our pages."""
    said = json.dumps("链接已复制，有权限的人可以打开")
    ui.run_javascript(_COPY.format(text=f"location.origin + {json.dumps(path)}", said=said))


def plain_text(answer: Answer) -> str:
    """An answer as it is pasted: its words with markers, and below what each marker stands for."""
    notes = (
        f"[{one.marker}] {reference(one)}：“{' '.join(one.quote.split())}”"
        + (f" {one.source_url}" if one.source_url else "")
        for one in answer.citations
    )
    return "\n".join([answer.answer.replace("**", ""), "", *notes]).rstrip() + "\n"
