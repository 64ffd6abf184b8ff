"""The side of the talk: somebody's conversations, found, renamed, deleted."""

from __future__ import annotations

from collections.abc import Callable

from anyio import to_thread
from nicegui import ui

from assistant.access.errors import AccessError
from assistant.access.principal import Principal
from assistant.conversations import LONGEST_TITLE, Conversation
from assistant.page.pieces import button, dialog, field, link, menu
from assistant.page.text import said_when, words
from assistant.service import Service

_PAUSE = 0.3  # seconds; a search for each letter would be too much


class History:
    """The list of one open page; `gone` is told when the conversation that is open is deleted."""

    def __init__(self, service: Service, principal: Principal, gone: Callable[[], None]) -> None:
        self._service = service
        self._principal = principal
        self._gone = gone
        self._current: str | None = None
        self._searching = ""

    def build(self) -> None:
        """The list with its search, empty until `refresh`."""
        self._nav = ui.element("nav").classes("cw-history").props('aria-label="对话记录"')
        with self._nav:
            button("收起", self.toggle, "cw-plain cw-narrow")
            link("新对话", "/", "cw-button cw-new")
            field("查找对话", self._searched, kind="search", pause=_PAUSE).props(
                'placeholder="查找对话"'
            )
            self._list = ui.element("ul")

    def toggle(self) -> None:
        """Show or hide it where there is no room for it all the time."""
        self._nav.classes(toggle="cw-shown")

    async def refresh(self, current: str | None) -> None:
        """Show what there is now."""
        self._current = current
        await self._show()

    async def _searched(self, searching: str) -> None:
        self._searching = searching
        await self._show()

    async def _show(self) -> None:
        searching = self._searching
        try:
            who = self._service.still(self._principal)
        except AccessError as error:
            self._list.clear()
            with self._list:
                words(str(error), "li")
            return
        found = await to_thread.run_sync(self._service.conversations.of, who, searching)
        self._list.clear()
        with self._list:
            for one in found:
                with ui.element("li"):
                    self._entry(one)
            if not found:
                words("没有找到" if searching else "还没有对话", "li").classes("cw-quiet")

    def _entry(self, one: Conversation) -> None:
        way = link(one.title, f"/c/{one.id}", "cw-entry")
        if one.id == self._current:
            way.props('aria-current="page"')
        with way:
            words(said_when(one.at), "small")
        with menu("⋯", f"对话“{one.title}”的操作"):
            button("改名", lambda: self._rename(one), "cw-plain")
            button("删除", lambda: self._delete(one), "cw-plain")

    def _rename(self, one: Conversation) -> None:
        title = one.title

        def typed(text: str) -> None:
            nonlocal title
            title = text

        async def save() -> None:
            opened.close()
            conversations = self._service.conversations
            await to_thread.run_sync(conversations.rename, self._principal, one.id, title)
            await self._show()

        with dialog("给对话改名") as opened:
            name = field("对话名称", typed, value=one.title, longest=LONGEST_TITLE)
            name.props("autofocus").on("keydown.enter", save)
            with ui.element("div").classes("cw-row cw-end"):
                button("取消", opened.close)
                button("保存", save, "cw-main-button")

    def _delete(self, one: Conversation) -> None:
        async def delete() -> None:
            opened.close()
            conversations = self._service.conversations
            await to_thread.run_sync(conversations.delete, self._principal, one.id)
            if one.id == self._current:
                self._gone()
            else:
                await self._show()

        with dialog("删除对话") as opened:
            words(f"“{one.title}”中的问答将全部删除，不能恢复。", "p")
            with ui.element("div").classes("cw-row cw-end"):
                button("取消", opened.close).props("autofocus")
                button("删除", delete, "cw-button cw-danger")
