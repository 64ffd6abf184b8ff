"""Headless Chromium for the tests of pages: a fresh context for each visitor, PDF files it prints."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from unittest.mock import patch

from axe_playwright_python.sync_playwright import Axe
from nicegui.slot import Slot
from nicegui.testing.general import nicegui_reset_globals
from playwright.sync_api import Browser, Page, expect
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
DESKTOP = (1366, 768)
PHONE = (390, 844)
# A document of two pages.
TWO_PAGES = """<html lang="zh"><body><p>池州市节约用水实施方案</p>
<p>一、总体要求</p><p>到2025年，全市用水总量控制在31亿立方米以内。</p>
<div style="page-break-after:always"></div>
<p>二、重点任务</p><p>（一）农业节水。推广滴灌一百万亩。（市农业农村局负责）</p></body></html>"""
# The levels of WCAG 2 that are law for public bodies, and what axe counts as good practice.
_RULES = {
    "resultTypes": ["violations"],
    "runOnly": ["wcag2a", "wcag2aa", "wcag21aa", "best-practice"],
}


@contextmanager
def pages_of(service: Service) -> Iterator[str]:
    """The pages of a service on a port of the loopback; gives their address.

    The framework keeps one set of pages for a process, and clears away on leaving the modules that
    have some; and of several servers in a process each would forget the tasks of the others.
    """
    app = create_app(service)
    ours = {name: held for name, held in sys.modules.items() if name.split(".")[0] == "assistant"}
    with nicegui_reset_globals(), patch.object(Slot, "prune_stacks"):
        mount(app, service)
        with served(app) as address:
            yield address
    sys.modules.update(ours)


@contextmanager
def visitor(
    browser: Browser, url: str, size: tuple[int, int] = DESKTOP, path: str = "/"
) -> Iterator[Page]:
    """Somebody with a browser of their own, on a page; no script of it may fail or be refused."""
    width, height = size
    context = browser.new_context(
        viewport={"width": width, "height": height},
        locale="zh-CN",
        reduced_motion="reduce",
        permissions=["clipboard-read", "clipboard-write"],
    )
    page = context.new_page()
    page.set_default_timeout(15_000)
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("console", lambda said: wrong.append(said.text) if "Policy" in said.text else None)
    page.goto(url + path)
    settle(page)
    yield page
    context.close()
    assert wrong == []


def settle(page: Page) -> None:
    """Wait until a page of the framework is connected to its server."""
    page.wait_for_function("!document.querySelector('#app') || window.socket?.connected")


def printed(browser: Browser, html: str, path: Path) -> Path:
    """A page as a PDF file."""
    page = browser.new_page()
    page.set_content(html)
    page.pdf(path=path)
    page.close()
    return path


def log_in(page: Page, name: str, password: str) -> None:
    """From the login page to where they were going."""
    page.get_by_label("账号").fill(name)
    page.get_by_label("口令").fill(password)
    page.get_by_role("button", name="登录").click()


def ask(page: Page, question: str) -> None:
    """Ask, and wait until the answer is whole."""
    before = page.locator(".cw-deeds").count()
    page.get_by_label("问题", exact=True).fill(question)
    page.get_by_role("button", name="提问").click()
    expect(page.locator(".cw-deeds")).to_have_count(before + 1)


def faults(page: Page) -> list[str]:
    """What axe finds wrong with a page as it is: the rule and the first element, each."""
    page.mouse.move(0, 0)  # what shows while something is pointed at comes and goes by fading
    expect(page.get_by_role("tooltip")).to_have_count(0)
    found = Axe().run(page, options=_RULES).response["violations"]
    return [
        f"{one['id']} {one['impact']}: {one['nodes'][0]['html'][:120]} {one['nodes'][0]['failureSummary']}"
        for one in found
    ]
