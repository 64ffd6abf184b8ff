"""One question with its answer: written as it comes, then with what can be done with it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from nicegui import ui

from assistant.answer import (
    TOOLS,
    Answer,
    Citation,
    Refusal,
    Source,
    Step,
    made_by,
    searched_line,
)
from assistant.export.reference import reference
from assistant.page.around import Chip, Extras
from assistant.page.chart import build_chart, chart_of_answer
from assistant.page.pieces import button
from assistant.page.source import Proof, SourcePanel
from assistant.page.text import said_when, words
from assistant.page.written import Written

_NEAREST = 3


@dataclass(frozen=True, slots=True)
class Deeds:
    """What a turn asks of the page; without `again`, it can only be read."""

    tools: Callable[[Answer, datetime | None, str], None]  # build what can be done with an answer
    ask: Callable[[str], Awaitable[None]] | None = None
    again: Callable[[Turn, str], Awaitable[None]] | None = None
    edit: Callable[[Turn], None] | None = None


@dataclass(eq=False)
class Turn:
    """The elements of one exchange. `answer` is None until there is one."""

    question: str
    panel: SourcePanel
    deeds: Deeds
    answer: Answer | None = None
    exchange: int | None = None  # its number in the conversation that is kept
    _place: ui.element = field(init=False)

    def build(self) -> None:
        """The question, and a place for its answer."""
        with ui.element("section").classes("cw-turn") as self._whole:
            with ui.element("div").classes("cw-asked"):
                words(self.question, "h2").classes("cw-question")
                if edit := self.deeds.edit:
                    says = f"修改问题：{self.question[:40]}"
                    button("修改", lambda: edit(self), "cw-plain cw-edit", says)
            self._place = ui.element("article").classes("cw-answer")
        with self._place:
            self._chips = ui.element("div").classes("cw-chips")
            self._steps = ui.element("div").classes("cw-quiet")
            self._text = Written(self.panel)
            self._chart = ui.element("div")
            self._news = words("正在查找条款……", "p").classes("cw-quiet cw-waiting")
            self._foot = ui.element("div").classes("cw-foot")

    def understood(self, text: str, chips: Sequence[Chip]) -> None:
        """Show what the question was taken for."""
        self._chips.clear()
        with self._chips:
            if text != self.question:
                words(f"理解为：{text}").classes("cw-taken")
            for chip in chips:
                self._chip(chip)

    def _chip(self, chip: Chip) -> None:
        with ui.element("span").classes("cw-chip"):
            words(chip.said)
            without, again = chip.without, self.deeds.again
            if without and again:
                button("×", lambda: again(self, without), "cw-remove", f"去掉“{chip.said}”再问")

    def step(self, step: Step) -> None:
        """Show one look-up of an agent."""
        with self._steps:
            words(f"{TOOLS[step.tool]}：{step.asked}（{step.found}条）", "p")

    def line(self, text: str, citations: Sequence[Citation]) -> None:
        """Add a line of the answer."""
        self._news.set_visibility(False)
        self._text.add(text, citations)

    def done(self, answer: Answer, extras: Extras, at: datetime | None, version: str) -> None:
        """The whole answer, given then from this state of the documents, and what to do with it."""
        self.answer = answer
        self._news.set_visibility(False)
        self.understood(answer.understood or answer.question, extras.chips)
        self._text.put(answer.answer, answer.citations)
        if option := chart_of_answer(answer):
            with self._chart:
                build_chart(option, f"柱状图：{answer.question[:60]}")
        if answer.refused:
            self._place.classes("cw-refused")
        self._foot.clear()
        with self._foot:
            if answer.refused:
                self._refusal(answer, extras.instead)
            if answer.citations:
                _sources(answer.citations)
            said = (answer.note, made_by(answer), said_when(at) if at else "")
            words(" · ".join(part.rstrip("。") for part in said if part), "p").classes("cw-quiet")
            with ui.element("div").classes("cw-deeds"):
                self.deeds.tools(answer, at, version)
                if again := self.deeds.again:
                    button("重新回答", lambda: again(self, self.question), "cw-plain")

    def warn(self, reason: str) -> None:
        """Say under an answer what became of it."""
        with self._foot:
            words(reason, "p").props('role="alert"')

    def failed(self, reason: str) -> None:
        """Say why there is no answer, and offer to try again."""
        self._news.set_visibility(False)
        self._place.classes("cw-bad")
        self._foot.clear()
        with self._foot:
            words(reason, "p").props('role="alert"')
            if again := self.deeds.again:
                button("再试一次", lambda: again(self, self.question))

    def remove(self) -> None:
        """Take it off the page."""
        self._whole.delete()

    def _refusal(self, answer: Answer, instead: Sequence[str]) -> None:
        """What was searched, what comes nearest, what to ask instead."""
        if answer.searched and answer.refusal_reason is not Refusal.OUT_OF_SCOPE:
            words(searched_line(answer.searched), "p").classes("cw-quiet")
            if answer.related:
                words("最接近的条款：", "p").classes("cw-quiet")
                with ui.element("ul").classes("cw-nearest"):
                    for source in answer.related[:_NEAREST]:
                        with ui.element("li"):
                            self._nearest(source)
        if instead and self.deeds.ask:
            words("可以改问：", "p").classes("cw-quiet")
            with ui.element("div").classes("cw-examples"):
                for text in instead:
                    example(text, self.deeds.ask)

    def _nearest(self, source: Source) -> None:
        path = " › ".join(source.clause_path)
        proof = Proof(source.clause_id, (0, 0))
        opener = button(
            f"《{source.document_title}》{path}", lambda: self.panel.open(proof, opener), "cw-link"
        )


def _sources(citations: Sequence[Citation]) -> None:
    """What each marker stands for, in the form that official papers cite in; shown in print."""
    with ui.element("details").classes("cw-cited"):
        words(f"引文 {len(citations)} 条", "summary")
        with ui.element("ol"):
            for citation in citations:
                with ui.element("li").props(f'value="{citation.marker}"'):
                    words(f"{reference(citation)}：“{' '.join(citation.quote.split())}”")


def example(text: str, ask: Callable[[str], Awaitable[None]]) -> None:
    """A question that is asked with a click."""
    button(text, lambda: ask(text), "cw-example")
