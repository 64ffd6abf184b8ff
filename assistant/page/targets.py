"""The page of targets: choose an indicator and jurisdictions, see them side by side."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import TypeVar

from anyio import to_thread
from nicegui import ui

from assistant.access.principal import Principal
from assistant.app import Assistant
from assistant.page.chart import build_chart, option_of, plot_of
from assistant.page.choices import Choice, Offer, Way, arranged
from assistant.page.source import Proof, SourcePanel
from assistant.page.target_controls import Controls
from assistant.page.target_tables import Tables
from assistant.page.text import words
from assistant.service import Service
from assistant.sheet import as_csv, as_xlsx, matrix_csv, matrix_xlsx
from assistant.target_views import (
    Descent,
    Matrix,
    RowView,
    TargetPage,
    compared,
    descent,
    targets_page,
    with_readings,
)
from corpus.errors import ClausewiseError
from corpus.targets.select import Filter, region_named, select

_LOG = logging.getLogger(__name__)
_T = TypeVar("_T")
_PAGE = 50  # targets of a list
_SUGGESTED = 24  # indicators to begin with
_FAILED = "出错了，请稍后重试。"
_NO_FILE_NAME = re.compile(r'[\\/:*?"<>|\s]+')
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_Shown = Matrix | Descent | TargetPage


class Targets:
    """State and elements of one open page."""

    def __init__(self, service: Service, principal: Principal, choice: Choice) -> None:
        self._service = service
        self._principal = principal
        self._choice = choice
        self._asked = 0

    async def build(self) -> None:
        """Lay the page out, and show what its address asks for."""
        seen = await to_thread.run_sync(self._service.seen_by, self._principal)
        self._offer = await to_thread.run_sync(Offer.of, seen)
        self._controls = Controls(self._offer, self._choice, self._choose)
        with ui.element("div").classes("cw-main"):
            with ui.element("main").classes("cw-sheet cw-targets").props('id="cw-main"'):
                words("指标", "h1")
                self._controls.build()
                self._news = words("", "p").classes("cw-quiet").props('aria-live="polite"')
                self._result = ui.element("div")
            self._source = SourcePanel(self._service, self._principal)
            self._source.build()
        self._tables = Tables(self._open)
        self._controls.show(self._choice)
        ui.timer(0, self._show, once=True)  # once the page is there, and can say that it looks

    async def _look_up(self, work: Callable[[Assistant], _T], way: str = "") -> _T:
        self._principal = await to_thread.run_sync(self._service.still, self._principal)
        about = self._choice.indicator if way else ""
        return await self._service.look_up(self._principal, work, way, about)

    async def _open(self, proof: Proof, opener: ui.element) -> None:
        try:
            await self._source.open(proof, opener)
        except ClausewiseError as error:
            ui.notify(str(error))

    async def _choose(self, choice: Choice) -> None:
        """Show what is chosen now, under an address that says so."""
        self._choice = choice
        ui.navigate.history.replace(choice.address)
        self._controls.show(choice)
        await self._show()

    async def _sort(self, by: str) -> None:
        await self._choose(replace(self._choice, sort=by))

    async def _turn(self, page: int) -> None:
        await self._choose(replace(self._choice, page=page))
        ui.run_javascript("document.getElementById('cw-main').scrollTo(0, 0)")

    async def _show(self) -> None:
        """Look up what is chosen; what was chosen before it came is forgotten."""
        self._asked += 1
        asked = self._asked
        self._say("正在查找……")
        self._result.props('aria-busy="true"')
        try:
            found = await self._found()
        except ClausewiseError as error:
            found, failure = None, str(error)
        except Exception:
            _LOG.exception("targets could not be shown")
            found, failure = None, _FAILED
        else:
            failure = ""
        if asked != self._asked:
            return
        self._say("")
        self._result.props('aria-busy="false"').clear()
        with self._result:
            if failure:
                words(failure, "p").classes("cw-card cw-bad").props('role="alert"')
            elif found is None:
                self._build_beginning()
            else:
                self._build_found(found)

    def _say(self, text: str) -> None:
        self._news.set_content(text)

    async def _found(self) -> _Shown | None:
        """What is chosen, or None where something is still to be chosen."""
        choice = self._choice
        if choice.way is Way.LIST:
            wanted = _filter(choice)
            start = (choice.page - 1) * _PAGE
            page = await self._look_up(lambda seen: targets_page(seen, wanted, start, _PAGE))
            return with_readings(page, choice.regions[:1])
        if not choice.indicator:
            return None
        if choice.way is Way.DESCENT:
            if not choice.regions or choice.year is None:
                return None
            lowest, year = region_named(choice.regions[0]), choice.year
            line = await self._look_up(
                lambda seen: descent(seen, choice.indicator, year, lowest), "descent"
            )
            return with_readings(line, choice.regions[:1])
        regions, wrong = self._offer.meant(choice)
        if not regions:
            raise ClausewiseError("；".join(wrong) or "还没有导入文件。")
        years = [choice.year] if choice.year else []
        matrix = await self._look_up(
            lambda seen: compared(seen, choice.indicator, regions, years), "compare"
        )
        named = [name for name in choice.regions if name not in self._offer.presets]
        matrix = with_readings(matrix, named)
        matrix = matrix.model_copy(update={"notes": [*wrong, *matrix.notes]})
        return arranged(matrix, choice)

    def _build_beginning(self) -> None:
        """What can be chosen, where nothing is yet."""
        if not self._offer.holders:
            words("还没有导入带有数值目标的文件。", "p").classes("cw-card")
            return
        if self._choice.indicator:
            words("请填写最低一级辖区，如 四平市，查看由全国到该辖区逐级的数值。", "p")
            return
        words("选一项指标", "h2")
        with ui.element("ul").classes("cw-offers"):
            for name, holders in list(self._offer.holders.items())[:_SUGGESTED]:
                with ui.element("li"):
                    button = ui.element("button").classes("cw-button").props('type="button"')
                    button.on("click", lambda name=name: self._controls.indicate(name))
                    with button:
                        words(name)
                        words(f"{len(holders)} 个辖区").classes("cw-quiet")
        if len(self._offer.holders) > _SUGGESTED:
            more = f"共 {len(self._offer.holders)} 项，其余在“指标”框中输入几个字查找。"
            words(more, "p").classes("cw-quiet")

    def _build_found(self, found: _Shown) -> None:
        for note in found.notes:
            words(note, "p").classes("cw-card cw-remark")
        if isinstance(found, TargetPage):
            self._build_list(found)
            return
        matrix = found if isinstance(found, Matrix) else _matrix_of(found)
        said = any(cell.entries for row in matrix.rows for cell in row.cells)
        if isinstance(found, Matrix) and not said and not (self._choice.regions and matrix.rows):
            words(_nothing(self._choice, matrix), "p").classes("cw-card")
            return
        plot = plot_of(matrix)
        words(matrix.indicator, "h2")
        with ui.element("div").classes("cw-row"):
            words(_counted(matrix)).classes("cw-quiet")
            self._build_downloads(found)
            if plot:
                with ui.element("a").props('href="#cw-figure"').classes("cw-plain"):
                    words("看图 ↓")
        if isinstance(found, Descent):
            self._tables.descent(found)
        else:
            self._tables.matrix(found, self._choice, self._sort)
        if plot:
            with ui.element("section").props('id="cw-figure" tabindex="-1"'):
                words(f"图：{plot.axis}", "h2")
                build_chart(option_of(plot), plot.summary)
                if plot.note:
                    words(plot.note, "p").classes("cw-quiet")
        else:
            words("可比的数值不足两个，不作图。", "p").classes("cw-quiet")

    def _build_list(self, page: TargetPage) -> None:
        if not page.items:
            if page.total:
                words("没有这一页。", "p").classes("cw-card")
            return
        last = -(-page.total // _PAGE)
        with ui.element("div").classes("cw-row"):
            words(f"共 {page.total} 条，第 {self._choice.page} / {last} 页").classes("cw-quiet")
            self._build_downloads(page)
        self._tables.rows(page)
        with ui.element("nav").classes("cw-row cw-pager").props('aria-label="翻页"'):
            for name, to in (("上一页", self._choice.page - 1), ("下一页", self._choice.page + 1)):
                button = ui.element("button").classes("cw-button").props('type="button"')
                button.props["disabled"] = not 1 <= to <= last
                button.on("click", lambda to=to: self._turn(to))
                with button:
                    words(name)

    def _build_downloads(self, found: _Shown) -> None:
        for name, suffix in (("下载 Excel", "xlsx"), ("下载 CSV", "csv")):
            button = ui.element("button").classes("cw-button").props('type="button"')
            button.on("click", lambda suffix=suffix: self._download(found, suffix))
            with button:
                words(name)

    async def _download(self, found: _Shown, suffix: str) -> None:
        """Send what is shown as a file; of a list, all pages."""
        choice, is_csv = self._choice, suffix == "csv"
        try:
            content = await self._look_up(lambda seen: _file(seen, found, choice, is_csv=is_csv))
        except ClausewiseError as error:
            ui.notify(str(error))
            return
        parts = [choice.indicator or "目标", str(choice.year or ""), f"{date.today():%Y-%m-%d}"]
        name = "_".join(_NO_FILE_NAME.sub("", part) for part in parts if part)
        ui.download.content(content, f"{name}.{suffix}", "text/csv" if is_csv else _XLSX)


def _filter(choice: Choice) -> Filter:
    """What a list is of. Raises ClausewiseError for a name that is no jurisdiction."""
    return Filter(
        region=region_named(choice.regions[0]) if choice.regions else None,
        inside=True,
        indicator=choice.indicator or None,
        year=choice.year,
        level=choice.level,
        status=choice.status,
    )


def _file(seen: Assistant, found: _Shown, choice: Choice, *, is_csv: bool) -> bytes:
    if isinstance(found, TargetPage):
        rows = select(seen.catalog, _filter(choice))
        return as_csv(rows).encode() if is_csv else as_xlsx(rows)
    standings = [step.standing for step in found.steps] if isinstance(found, Descent) else []
    matrix = found if isinstance(found, Matrix) else _matrix_of(found)
    return matrix_csv(matrix, standings).encode() if is_csv else matrix_xlsx(matrix, standings)


def _matrix_of(line: Descent) -> Matrix:
    """A line of descent as jurisdictions by one year."""
    rows = [RowView(region=step.region, level=step.level, cells=[step.cell]) for step in line.steps]
    return Matrix(indicator=line.indicator, years=[line.year], rows=rows, notes=line.notes)


def _counted(matrix: Matrix) -> str:
    known = sum(
        any(entry.value.low is not None for cell in row.cells for entry in cell.entries)
        for row in matrix.rows
    )
    return f"{len(matrix.rows)} 个辖区，{known} 个有数值"


def _nothing(choice: Choice, matrix: Matrix) -> str:
    """Why a table would be empty."""
    if choice.level or choice.status or choice.numbers:
        return "筛选后没有数值，请放宽层级、状态等条件。"
    year = f"{choice.year}年的" if choice.year else ""
    return f"所选辖区的文件都没有提到{year}“{matrix.indicator}”。可换一种说法，或改选辖区、年份。"
