"""Taking files in from the page: choose or drop, send, watch, cancel."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Sequence
from html import escape

from anyio import to_thread
from nicegui import background_tasks, events, ui

from assistant.access.errors import AccessError
from assistant.access.principal import Principal
from assistant.job import Job, State
from assistant.page.facets import collection_name
from assistant.page.pieces import button
from assistant.page.text import words
from assistant.service import Service
from assistant.worker import FileResult
from corpus.document import PUBLIC, Metadata

_LONGEST = 3600  # seconds that sending may take
_NAMED = 8  # of the files that are chosen
_CHOSEN = "(event) => emit([...event.target.files].map((file) => file.name))"
# The files go to the same address as a program's, with the same limits (static/upload.js).
_SEND = "return await clausewiseUpload.send(%s)"
_HEADS = ("文件", "结果", "文件数", "条数", "未读入的页", "说明")


class Upload:
    """The dialog of one open page; `changed` is told all documents when some have come."""

    def __init__(
        self,
        service: Service,
        principal: Principal,
        changed: Callable[[Sequence[Metadata]], Awaitable[None] | None],
    ) -> None:
        self._service = service
        self._principal = principal
        self._changed = changed
        self._job: Job | None = None

    def build(self) -> None:
        """The button that opens the dialog, and the dialog."""
        with ui.dialog() as dialog, ui.element("div").classes("cw-dialog cw-upload"):
            dialog.props('aria-label="上传文件"')
            words("上传文件", "h2")
            self._build_zone()
            self._build_collection()
            with ui.element("div").classes("cw-row"):
                self._send = button("上传", self._sent, "cw-main-button")
                self._send.props["disabled"] = True
                self._stop = button("取消导入", self._cancel, "cw-button")
                self._stop.set_visibility(False)
                button("关闭", dialog.close, "cw-button")
            with ui.element("div").props('role="status"'):
                self._news = words("", "p")
            self._bar = ui.element("div")
            self._report = ui.element("div").classes("cw-report")
        button("上传文件", dialog.open, "cw-main-button")

    def _build_zone(self) -> None:
        """A label that is as large as what may be dropped on it; the keyboard has the input."""
        with ui.element("label").classes("cw-drop"):
            box = ui.element("input").classes("cw-hidden")
            box.props('type="file" multiple id="cw-files" aria-label="选择文件"')
            box.on("change", self._chosen, js_handler=_CHOSEN)
            words("把文件拖到这里，或点此选择", "strong")
            words("文本、网页、PDF、Word、OFD，或它们的 ZIP 压缩包；可一次多个").classes("cw-quiet")
            self._names = words("")

    def _build_collection(self) -> None:
        names = sorted(self._service.readable(self._principal), key=lambda name: name != PUBLIC)
        self._collection = PUBLIC
        with ui.element("label").classes("cw-row") as choice:
            words("放入文件集")
            with ui.element("select").classes("cw-field") as select:
                for name in names:
                    with ui.element("option") as option:
                        option.props["value"] = name
                        words(f"{collection_name(name)}（人人可读）" if name == PUBLIC else name)
            select.on("change", self._choose, js_handler="(event) => emit(event.target.value)")
        choice.set_visibility(len(names) > 1)

    def _choose(self, event: events.GenericEventArguments) -> None:
        self._collection = str(event.args)

    def _chosen(self, event: events.GenericEventArguments) -> None:
        names = [str(name) for name in event.args] if isinstance(event.args, list) else []
        more = f" 等 {len(names)} 个文件" if len(names) > _NAMED else ""
        said = f"已选：{'、'.join(names[:_NAMED])}{more}" if names else ""
        self._names.set_content(escape(said))
        self._send.props["disabled"] = not names
        self._say("")
        self._bar.clear()
        self._report.clear()

    async def _sent(self) -> None:
        self._send.props["disabled"] = True
        self._job = None
        self._say("正在上传……")
        self._report.clear()
        self._progress("上传进度", 'id="cw-sent" max="1" value="0"')
        self._stop.set_visibility(True)
        answer = await ui.run_javascript(_SEND % json.dumps(self._collection), timeout=_LONGEST)
        said = answer if isinstance(answer, dict) else {}
        job = self._service.jobs.job(str(said.get("id")), self._principal)
        if job is None:
            self._bar.clear()
            self._stop.set_visibility(False)
            self._say(str(said.get("detail", "没有传成。")))
            self._send.props["disabled"] = False
            return
        ui.run_javascript("clausewiseUpload.forget()")
        self._names.set_content("")
        background_tasks.create(self._watch(job))

    async def _watch(self, job: Job) -> None:
        async for now in self._service.jobs.changes(job.id, self._principal):
            self._job = now
            self._show(now)
        self._stop.set_visibility(False)
        try:
            principal = self._service.still(self._principal)
        except AccessError as error:
            self._say(str(error))
            return
        seen = await to_thread.run_sync(self._service.seen_by, principal)
        with self._bar:
            if waiting := self._changed(seen.documents()):
                await waiting

    async def _cancel(self) -> None:
        if self._job:
            await self._service.jobs.cancel(self._job)
        else:
            ui.run_javascript("clausewiseUpload.stop()")

    def _say(self, text: str) -> None:
        self._news.set_content(escape(text))

    def _progress(self, name: str, said: str) -> None:
        self._bar.clear()
        with self._bar:
            ui.element("progress").props(f'{said} aria-label="{name}"').classes("cw-progress")

    def _show(self, job: Job) -> None:
        self._say(f"{job.state.label}：{job.read} / {len(job.files)} 个文件 {job.message}".strip())
        if job.state is State.INDEXING:  # for how long cannot be told
            self._progress("导入进度", "")
        elif not job.state.is_over:
            self._progress("导入进度", f'max="{len(job.files)}" value="{job.read}"')
        else:
            self._bar.clear()
        self._report.clear()
        if job.results:
            with self._report:
                _table(job.results)


def _table(results: Sequence[FileResult]) -> None:
    """What became of each file."""
    with ui.element("table").classes("cw-table"):
        words("导入结果", "caption").classes("cw-hidden")
        with ui.element("thead"), ui.element("tr"):
            for head in _HEADS:
                words(head, "th").props('scope="col"')
        with ui.element("tbody"):
            for result in results:
                with ui.element("tr"):
                    words(result.name, "th").props('scope="row"')
                    for cell in _cells(result):
                        words(cell, "td")


def _cells(result: FileResult) -> tuple[str, ...]:
    if result.error:
        return "未导入", "", "", "", result.error.removeprefix(f"{result.name}: ")
    if result.skipped:
        return "已有", "", "", "", "没有重复导入"
    unread = "、".join(map(str, result.unread))
    why = "这些页是图像，没有读入" if unread else ""
    return "已导入", str(result.documents), str(result.clauses), unread, why
