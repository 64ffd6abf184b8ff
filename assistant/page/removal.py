"""Taking a document out, once somebody has said that they mean it."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from html import escape

from nicegui import ui

from assistant.access.errors import AccessError
from assistant.access.principal import Principal
from assistant.page.pieces import button
from assistant.page.text import words
from assistant.service import Service
from corpus.document import Metadata

_LOG = logging.getLogger(__name__)
_FAILED = "出错了，文件可能还在，请刷新后再看。"


class Removal:
    """The dialog of one open page; `done` is called once a document has gone."""

    def __init__(
        self, service: Service, principal: Principal, done: Callable[[], Awaitable[None] | None]
    ) -> None:
        self._service = service
        self._principal = principal
        self._done = done
        self._known: Metadata | None = None

    def build(self) -> None:
        """The dialog, closed."""
        with ui.dialog() as self._dialog, ui.element("div").classes("cw-dialog"):
            self._dialog.props('aria-label="移除文件"')
            words("移除文件", "h2")
            self._about = ui.element("div")
            self._news = words("", "p").props('role="status"').classes("cw-quiet")
            with ui.element("div").classes("cw-row"):
                self._yes = button("移除", self._confirmed, "cw-button cw-danger")
                self._no = button("不移除", self._dialog.close, "cw-button")

    def open(self, known: Metadata, clauses: int) -> None:
        """Ask whether this document is to go."""
        self._known = known
        self._about.clear()
        self._say("")
        self._wait(False)
        with self._about:
            words(f"《{known.title}》", "p").classes("cw-named")
            words(
                f"这份文件的 {clauses} 条条款和从中读出的指标将从文件库移除，回答不再引用它；"
                "只属于它的 PDF 原件一并删除。对所有人生效，不能撤销，需要时可重新上传。",
                "p",
            )
        self._dialog.open()

    async def _confirmed(self) -> None:
        if self._known is None:
            return
        self._wait(True)
        self._say("正在移除并更新索引，请稍候……")
        try:
            principal = self._service.still(self._principal)
            job = await self._service.remove_document(principal, self._known.id)
            if job:
                async for _ in self._service.jobs.changes(job.id, principal):
                    pass
        except AccessError as error:
            self._say(str(error))
        except Exception:
            _LOG.exception("a document could not be removed")
            self._say(_FAILED)
        else:
            self._dialog.close()
            if job is None:
                ui.notify("这份文件已经不在文件库中。")
            if waiting := self._done():
                await waiting
        finally:
            self._wait(False)

    def _wait(self, is_waiting: bool) -> None:
        for pressed in (self._yes, self._no):
            pressed.props["disabled"] = is_waiting
        self._dialog.props["persistent"] = is_waiting

    def _say(self, text: str) -> None:
        self._news.set_content(escape(text))
