"""Headless Chromium for tests: a browser, PDF files that it prints, the pages on a port."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from nicegui.testing.general import nicegui_reset_globals
from playwright.sync_api import Browser, Page, sync_playwright
from serving import served

from assistant.api import create_app
from assistant.page import mount
from assistant.service import Service

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
# A document of two pages.
TWO_PAGES = """<html lang="zh"><body><p>池州市节约用水实施方案</p>
<p>一、总体要求</p><p>到2025年，全市用水总量控制在31亿立方米以内。</p>
<div style="page-break-after:always"></div>
<p>二、重点任务</p><p>（一）农业节水。推广滴灌一百万亩。（市农业农村局负责）</p></body></html>"""


@contextmanager
def chromium() -> Iterator[Browser]:
    """A browser."""
    with sync_playwright() as driver:
        opened = driver.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield opened
        opened.close()


def printed(browser: Browser, html: str, path: Path) -> Path:
    """A page as a PDF file."""
    page = browser.new_page()
    page.set_content(html)
    page.pdf(path=path)
    page.close()
    return path


@contextmanager
def pages_of(service: Service) -> Iterator[str]:
    """The pages of a service on a port; gives their address."""
    app = create_app(service)
    with nicegui_reset_globals():  # pages are the framework's, one set for a process
        with pytest.MonkeyPatch.context() as patch:
            # Without its middleware, the policy of scripts included, it would be another server.
            patch.delenv("PYTEST_CURRENT_TEST")
            mount(app, service)
        with served(app) as address:
            yield address


@contextmanager
def visitor(browser: Browser) -> Iterator[Page]:
    """Somebody with a browser of their own, in which nothing may go wrong."""
    context = browser.new_context(
        viewport={"width": 1366, "height": 768},
        locale="zh-CN",
        permissions=["clipboard-read", "clipboard-write"],
    )
    page = context.new_page()
    page.set_default_timeout(15_000)
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda said: faults.append(said.text) if "Policy" in said.text else None)
    yield page
    context.close()
    assert faults == []
