"""The chat page: ask, read, and open the clause that proves each sentence."""

from __future__ import annotations

from pathlib import Path

from fastapi import FastAPI
from nicegui import ui

from assistant.app import Assistant
from assistant.page.talk import Talk

_STYLE = Path(__file__).with_name("style.css")


def mount(app: FastAPI, assistant: Assistant) -> None:
    """Serve the page at `/` of the app."""

    @ui.page("/", title="条析 Clausewise")
    def page() -> None:
        ui.add_css(_STYLE)
        ui.colors(primary="#0b5cad")
        Talk(assistant).build()

    ui.run_with(app, title="条析 Clausewise", language="zh-CN", show_welcome_message=False)
