"""The documents that are held: found by words and facets, put in, taken out."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from anyio import to_thread
from nicegui import events, ui

from assistant.access.errors import AccessError
from assistant.access.principal import Principal, Role
from assistant.app import Assistant
from assistant.page.facets import (
    COLUMNS,
    PROVINCE,
    Column,
    Row,
    Selection,
    in_order,
    narrowed,
    printed,
)
from assistant.page.filters import Filters, Map
from assistant.page.pieces import button
from assistant.page.removal import Removal
from assistant.page.shell import Place, holdings, shell
from assistant.page.source import reader_address
from assistant.page.text import words
from assistant.page.upload import Upload
from assistant.service import Service
from corpus.document import LEVEL_NAMES, Metadata, Status

_SHOWN = 200  # rows at first, and with each press for more
_ADDRESS = Place.LIBRARY.value[0]
_REMOVE = (
    "(event) => { const button = event.target.closest('[data-remove]');"
    " if (button) emit(button.dataset.remove); }"
)


def rows_of(seen: Assistant) -> list[Row]:
    """The documents that somebody is answered from."""
    clauses = seen.catalog.clause_counts()
    return [Row(known, clauses.get(known.id, 0)) for known in seen.documents()]


class Library:
    """State and elements of one open page."""

    def __init__(self, service: Service, principal: Principal) -> None:
        self._service = service
        self._principal = principal
        self._rows: list[Row] = []
        self._selection = Selection()
        self._shown = _SHOWN
        self._is_admin = principal.role is Role.ADMIN
        self._removal = Removal(service, principal, self._refresh)

    def build(self, held: list[Row], query: Sequence[tuple[str, str]]) -> None:
        """Lay the page out over the documents that are held, filtered as the address says."""
        self._rows = held
        self._selection = Selection.of(query).within(self._rows)
        with (
            shell(self._principal, Place.LIBRARY),
            ui.element("div").classes("cw-main"),
            ui.element("main").classes("cw-sheet").props('id="cw-main"'),
        ):
            with ui.element("header").classes("cw-row cw-library-head"):
                words("文件库", "h1")
                self._held = words("", "p").classes("cw-quiet")
                if self._principal.role.includes(Role.CONTRIBUTOR):
                    Upload(self._service, self._principal, self._came).build()
            self._body = ui.element("div")
        self._removal.build()
        self._fill()

    def _fill(self) -> None:
        """Show what is held, from the counts on."""
        clauses = sum(row.clauses for row in self._rows)
        said = f"{holdings([row.known for row in self._rows])}，共 {clauses} 条条款"
        self._held.set_content(escape(said if self._rows else ""))
        self._body.clear()
        with self._body:
            if not self._rows:
                _nothing(may_upload=self._principal.role.includes(Role.CONTRIBUTOR))
                return
            with ui.element("div").classes("cw-library"):
                self._filters = Filters(self._rows, self._selection, self._select)
                with ui.element("div").classes("cw-library-list"):
                    self._map = Map(self._rows, self._select_province)
                    self._build_table()
        self._show()

    def _build_table(self) -> None:
        with ui.element("div").classes("cw-row cw-listed"):
            words("文件列表", "h2")
            self._found = words("").classes("cw-quiet").props('role="status"')
        with ui.element("table").classes("cw-table cw-documents"):
            words("文件列表", "caption").classes("cw-hidden")
            with ui.element("thead"), ui.element("tr"):
                self._heads = {column.name: self._head(column) for column in COLUMNS}
                if self._is_admin:
                    with ui.element("th").props('scope="col"'):
                        words("操作").classes("cw-hidden")
            self._table = ui.html("", sanitize=False, tag="tbody")
            self._table.on("click", self._ask_removal, js_handler=_REMOVE)
        self._more = button("再显示一些", self._show_more, "cw-button")

    def _head(self, column: Column) -> ui.element:
        with ui.element("th").props('scope="col"') as head:
            button(column.title, lambda: self._select(self._by(column)), "cw-sort")
        return head

    def _by(self, column: Column) -> Selection:
        return self._selection.sorted_by(column)

    def _select_province(self, name: str) -> None:
        self._select(self._selection.toggled(PROVINCE, name))

    def _select(self, selection: Selection) -> None:
        """Show another selection, and have the address say it."""
        self._selection = selection
        self._shown = _SHOWN
        self._show()
        query = selection.query
        ui.navigate.history.replace(f"{_ADDRESS}?{query}" if query else _ADDRESS)

    def _show(self) -> None:
        found = in_order(narrowed(self._rows, self._selection), self._selection)
        self._filters.show(self._selection)
        self._map.show(self._selection)
        for name, head in self._heads.items():
            way = "descending" if self._selection.descending else "ascending"
            head.props["aria-sort"] = way if name == self._selection.column else "none"
        self._found.set_content(f"{len(found)} 份" if found else "没有符合条件的文件")
        shown = found[: self._shown]
        self._table.set_content("".join(_row(row, removable=self._is_admin) for row in shown))
        self._more.set_visibility(len(found) > len(shown))

    def _show_more(self) -> None:
        self._shown += _SHOWN
        self._show()

    def _ask_removal(self, event: events.GenericEventArguments) -> None:
        row = next((row for row in self._rows if row.known.id == event.args), None)
        if row:
            self._removal.open(row.known, row.clauses)

    async def _came(self, _: Sequence[Metadata]) -> None:
        await self._refresh()

    async def _refresh(self) -> None:
        """Show what is held now."""
        try:
            principal = self._service.still(self._principal)
        except AccessError as error:
            ui.notify(str(error))
            return
        self._rows = await to_thread.run_sync(lambda: rows_of(self._service.seen_by(principal)))
        self._selection = self._selection.within(self._rows)
        self._fill()


def _row(row: Row, *, removable: bool) -> str:
    known = row.known
    marks = ['<span class="cw-draft">征求意见稿</span>'] if known.status is Status.DRAFT else []
    if known.excerpt:
        marks.append("指标摘录")
    state = " ".join(marks) or escape(known.status.value)
    title = f'<a href="{reader_address(known.id)}">{escape(known.title)}</a>'
    cells = [
        ("辖区", escape(known.region_name)),
        ("层级", LEVEL_NAMES[known.level]),
        ("文号", escape(known.number or "")),
        ("印发日期", printed(known.issued)),
        ("状态", state),
        ("条数", str(row.clauses)),
    ]
    if removable:
        said = escape(f"移除：{known.title}")
        remove = (
            f'<button type="button" class="cw-plain cw-danger" data-remove="{known.id}" '
            f'aria-label="{said}">移除</button>'
        )
        cells.append(("", remove))
    rest = "".join(f'<td data-label="{name}">{value}</td>' for name, value in cells)
    return f'<tr><th scope="row">{title}</th>{rest}</tr>'


def _nothing(*, may_upload: bool) -> None:
    with ui.element("div").classes("cw-card cw-nothing"):
        words("文件库还是空的", "h2")
        how = "可用上面的“上传文件”放入政策文件，导入后即可提问。"
        words(how if may_upload else "请联系管理员导入政策文件，导入后即可提问。", "p")
