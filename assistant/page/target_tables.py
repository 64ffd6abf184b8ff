"""Targets as tables on a page: a value and its proof in every cell, or why there is none."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence

from nicegui import ui

from assistant.page.choices import NO_YEAR, REGION, Choice
from assistant.page.source import Proof
from assistant.page.text import label, words
from assistant.target_views import (
    CellView,
    Descent,
    EntryView,
    Matrix,
    TargetCitation,
    TargetPage,
    TargetView,
)
from corpus.document import LEVEL_NAMES, Level, Status

Open = Callable[[Proof, ui.element], Awaitable[None]]
Sort = Callable[[str], Awaitable[None]]
_DEPTHS = {Level.PROVINCE: 1, Level.CITY: 2, Level.DISTRICT: 3, Level.COUNTY: 3}
_STANDINGS = {"高于上级": "↑ ", "低于上级": "↓ ", "与上级持平": "＝ "}
_LIST_HEADS = ("辖区", "指标", "数值", "年份", "文件", "条款")


class Tables:
    """Builds the tables of one page; markers are numbered through each of them."""

    def __init__(self, open_source: Open) -> None:
        self._open = open_source
        self._number = 0

    def matrix(self, matrix: Matrix, choice: Choice, sort: Sort) -> None:
        """Jurisdictions by years, sorted by a press on a head."""
        self._number = 0
        heads = [(REGION, "辖区")]
        heads += [
            (str(year or NO_YEAR), f"{year}年" if year else "未写年份") for year in matrix.years
        ]
        with _table(f"{matrix.indicator}：各辖区各年份的数值"):
            with ui.element("thead"), ui.element("tr"):
                for key, said in heads:
                    _sortable(key, said, choice.sort, sort)
            with ui.element("tbody"):
                for row in matrix.rows:
                    with ui.element("tr"):
                        with ui.element("th").props('scope="row"'):
                            words(row.region)
                            words(LEVEL_NAMES[row.level]).classes("cw-quiet")
                        for cell in row.cells:
                            self._cell(row.region, cell)

    def descent(self, found: Descent) -> None:
        """The line from the nation down, and how each stands to the one above."""
        self._number = 0
        with _table(f"{found.indicator}：{found.year}年逐级数值"):
            _heads(("辖区", f"{found.year}年", "与上级相比"))
            with ui.element("tbody"):
                for step in found.steps:
                    with ui.element("tr"):
                        depth = _DEPTHS.get(step.level, 0)
                        with ui.element("th").props('scope="row"').classes(f"cw-depth-{depth}"):
                            words(step.region)
                            words(LEVEL_NAMES[step.level]).classes("cw-quiet")
                        self._cell(step.region, step.cell)
                        with ui.element("td"):
                            words(_STANDINGS.get(step.standing, "") + step.standing)

    def rows(self, page: TargetPage) -> None:
        """Targets one by one."""
        self._number = page.offset
        with _table("目标逐条"):
            _heads(_LIST_HEADS)
            with ui.element("tbody"):
                for row in page.items:
                    with ui.element("tr"):
                        self._row(row)

    def _row(self, row: TargetView) -> None:
        citation = row.citation
        with ui.element("th").props('scope="row"'):
            words(citation.region)
        with ui.element("td"):
            words(row.indicator or row.words)
            if row.indicator and row.indicator != row.words:
                words(f"原文：{row.words}", "div").classes("cw-quiet")
        with ui.element("td"):
            words(row.said, "strong")
            self._marker(f"{citation.region}{row.said}", citation)
            _draft(citation.status)
            if row.scope:
                words(row.scope, "div").classes("cw-quiet")
        with ui.element("td").classes("cw-when"):
            words(row.period or (f"{row.year}年" if row.year else "未写"))
        with ui.element("td"):
            words(f"《{citation.document_title}》")
            if citation.excerpt:
                words("指标摘录", "div").classes("cw-quiet")
        with ui.element("td"):
            words(citation.clause_path[-1] if citation.clause_path else "")

    def _cell(self, region: str, cell: CellView) -> None:
        whole = [entry for entry in cell.entries if entry.whole]
        parts = [entry for entry in cell.entries if not entry.whole]
        with ui.element("td"):
            if cell.silence:
                words(cell.silence, "div").classes("cw-quiet")
            if cell.conflict:
                words("各文件数值不一", "div").classes("cw-conflict")
            for entry in whole:
                self._entry(region, cell, entry)
            if len(parts) == 1 and not whole:
                self._entry(region, cell, parts[0])
            elif parts:
                with ui.element("details").classes("cw-parts"):
                    with ui.element("summary"):
                        words(f"{'另有 ' if whole else ''}{len(parts)} 项限于部分范围的数值")
                    for entry in parts:
                        self._entry(region, cell, entry)

    def _entry(self, region: str, cell: CellView, entry: EntryView) -> None:
        with ui.element("div").classes("cw-value"):
            if not entry.whole:
                scope = entry.value.scope
                known = scope and scope in entry.value.words
                about = entry.value.words if known or not scope else f"{scope}{entry.value.words}"
                words(f"{about}：").classes("cw-quiet")
            words(entry.value.said, "span" if entry.value.low is None else "strong")
            for citation in entry.citations:
                when = f"{cell.year}年" if cell.year else ""
                self._marker(f"{region}{when}{entry.value.said}", citation)
            for status in dict.fromkeys(citation.status for citation in entry.citations):
                _draft(status)
            if entry.value.flags:
                words("、".join(entry.value.flags)).classes("cw-quiet")

    def _marker(self, about: str, citation: TargetCitation) -> None:
        self._number += 1
        button = ui.element("button").classes("cw-marker")
        said = f"查看第{self._number}条引文：{about}，《{citation.document_title}》"
        button.props(f'type="button" {label(said)}')
        proof = Proof(citation.clause_id, citation.span)
        button.on("click", lambda: self._open(proof, button))
        with button:
            words(f"[{self._number}]")


def _table(caption: str) -> ui.element:
    """A table in a box of its own to scroll in, reached by keyboard too."""
    box = (
        ui.element("div")
        .classes("cw-figures")
        .props(f'tabindex="0" role="region" {label(caption)}')
    )
    with box:
        table = ui.element("table").classes("cw-table")
    with table:
        words(caption, "caption").classes("cw-hidden")
    return table


def _heads(names: Sequence[str]) -> None:
    with ui.element("thead"), ui.element("tr"):
        for name in names:
            with ui.element("th").props('scope="col"'):
                words(name)


def _sortable(key: str, said: str, current: str, sort: Sort) -> None:
    """A head that sorts: numbers the highest first, then the other way round, then as before."""
    way = {key: "ascending", f"-{key}": "descending"}.get(current, "none")
    first, second = (key, f"-{key}") if key == REGION else (f"-{key}", key)
    following = {first: second, second: ""}.get(current, first)
    with ui.element("th").props(f'scope="col" aria-sort="{way}"'):
        button = ui.element("button").classes("cw-sorts").props('type="button"')
        button.on("click", lambda: sort(following))
        with button:
            words(said)
            arrow = {"ascending": "▲", "descending": "▼"}.get(way, "↕")
            words(arrow).props('aria-hidden="true"')


def _draft(status: str) -> None:
    if status == Status.DRAFT.value:
        words("征求意见稿").classes("cw-draft")
