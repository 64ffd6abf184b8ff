"""Taking files in from the page: choose, upload, watch, cancel."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence

from anyio import to_thread
from nicegui import background_tasks, ui

from assistant.access.principal import Principal
from assistant.job import Job
from assistant.page.text import words
from assistant.service import Service
from assistant.worker import FileResult
from corpus.document import PUBLIC, Metadata

_LONGEST = 3600  # seconds that sending may take
# The files go to the same address as a program's, with the same limits.
_SEND = """
const box = document.getElementById('cw-files');
const form = new FormData();
for (const file of box.files) form.append('files', file, file.name);
form.append('collection', %s);
try {
  const answer = await fetch('/v1/ingest', {method: 'POST', body: form});
  return await answer.json();
} catch (error) {
  return {detail: '没有传成，请检查网络后再试'};
}
"""


class Upload:
    """The dialog of one open page; `changed` is told all documents when some have come."""

    def __init__(
        self, service: Service, principal: Principal, changed: Callable[[Sequence[Metadata]], None]
    ) -> None:
        self._service = service
        self._principal = principal
        self._changed = changed
        self._job: Job | None = None

    def build(self) -> None:
        """The button that opens the dialog, and the dialog."""
        with ui.dialog() as dialog, ui.element("div").classes("cw-upload"):
            with ui.element("h2"):
                words("上传文件")
            words("文本、网页、PDF、Word、OFD，或它们的 ZIP 压缩包").classes("cw-quiet")
            files = ui.element("input").props(
                'type="file" multiple id="cw-files" aria-label="选择文件"'
            )
            files.on("change", self._chosen, args=[])
            names = sorted(self._service.readable(self._principal))
            labels = {name: "公开（人人可读）" if name == PUBLIC else name for name in names}
            self._collection = ui.select(labels, value=PUBLIC, label="放入文件集")
            self._collection.set_visibility(len(names) > 1)
            with ui.element("div").classes("cw-upload-buttons"):
                self._send = ui.button("上传", on_click=self._sent).props("unelevated no-caps")
                self._send.set_enabled(False)
                self._stop = ui.button("取消导入", on_click=self._cancel).props("flat no-caps")
                self._stop.set_visibility(False)
                ui.button("关闭", on_click=dialog.close).props("flat no-caps")
            self._news = ui.element("div").props('aria-live="polite"')
        ui.button("上传文件", on_click=dialog.open).props("flat dense no-caps")

    def _chosen(self) -> None:
        self._send.set_enabled(True)

    async def _sent(self) -> None:
        self._send.set_enabled(False)
        self._say("正在上传……")
        collection = json.dumps(self._collection.value)
        answer = await ui.run_javascript(_SEND % collection, timeout=_LONGEST)
        job = self._service.jobs.job(str(answer.get("id")), self._principal)
        if job is None:
            self._say(str(answer.get("detail", "没有传成")))
            self._send.set_enabled(True)
            return
        background_tasks.create(self._watch(job))

    async def _watch(self, job: Job) -> None:
        self._stop.set_visibility(True)
        async for now in self._service.jobs.changes(job.id, self._principal):
            self._job = now
            self._show(now)
        self._stop.set_visibility(False)
        seen = await to_thread.run_sync(self._service.seen_by, self._principal)
        with self._news:
            self._changed(seen.documents())

    async def _cancel(self) -> None:
        if self._job:
            await self._service.jobs.cancel(self._job)

    def _say(self, text: str) -> None:
        self._news.clear()
        with self._news, ui.element("p"):
            words(text)

    def _show(self, job: Job) -> None:
        self._say(f"{job.state.label}：{job.read} / {len(job.files)} 个文件{job.message}")
        with self._news, ui.element("ul"):
            for result in job.results:
                with ui.element("li"):
                    words(_told(result))


def _told(result: FileResult) -> str:
    if result.error:
        return f"{result.name}：未导入。{result.error}"
    if result.skipped:
        return f"{result.name}：已有，未重复导入"
    pages = "、".join(map(str, result.unread))
    unread = f"；第 {pages} 页是图像，没有读入" if pages else ""
    return f"{result.name}：{result.documents} 份文件、{result.clauses} 条{unread}"
