"""`make screenshots`: the main states of the pages into docs/screenshots, as Chromium shows them.

Over the starter library and the tests' own small corpus, so that no source document is in them.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path

from browser import ARGUMENTS, CHROMIUM, DESKTOP, PHONE, ask, visitor
from playwright.sync_api import Browser, Page, sync_playwright
from sample import write_sample
from serving import started

from assistant.access.principal import LOCAL
from assistant.conversations import Conversations
from corpus.catalog import Catalog
from corpus.ingest import find, ingest
from corpus.library.load import load

FOLDER = Path(__file__).parents[1] / "docs" / "screenshots"
Steps = Callable[[Page], None]


def proof(page: Page) -> None:
    """An answer, and beside it the clause that proves it."""
    ask(page, "合肥2025年森林覆盖率是多少？")
    ask(page, "贵阳呢？")
    page.get_by_role("button", name="查看第1条引文").last.click()
    page.locator(".cw-clause mark").wait_for()


def comparison(page: Page) -> None:
    """A table with a citation in each row, and its chart."""
    ask(page, "贵阳、合肥和北京2025年森林覆盖率哪个高？")
    page.get_by_role("img", name="柱状图").wait_for()


def refusal(page: Page) -> None:
    """What is not held is refused, with what to ask instead."""
    ask(page, "合肥2035年森林覆盖率是多少？")


def receipt(page: Page) -> None:
    """How an answer was made."""
    ask(page, "合肥2025年森林覆盖率是多少？")
    page.get_by_role("button", name="怎么得出的").click()
    page.get_by_role("dialog").wait_for()


def reader(page: Page) -> None:
    """A document whole, a clause of it marked."""
    proof(page)
    page.get_by_role("link", name="在全文中查看").click()
    page.get_by_label("在文中查找").first.wait_for()


def targets(page: Page) -> None:
    """One indicator in all jurisdictions."""
    page.get_by_role("button", name="森林覆盖率").first.click()
    page.locator("tbody tr").first.wait_for()


def descent(page: Page) -> None:
    """The line from the nation down."""
    page.get_by_role("img", name="柱状图").wait_for()


def nothing(_: Page) -> None:
    """As it opens."""


STATES: dict[str, tuple[str, Steps, tuple[int, int], str]] = {
    "talk": ("/", nothing, DESKTOP, "light"),
    "proof": ("/", proof, DESKTOP, "light"),
    "proof-dark": ("/", proof, DESKTOP, "dark"),
    "comparison": ("/", comparison, DESKTOP, "light"),
    "refusal": ("/", refusal, DESKTOP, "light"),
    "receipt": ("/", receipt, DESKTOP, "light"),
    "reader": ("/", reader, DESKTOP, "light"),
    "targets": ("/targets", targets, DESKTOP, "light"),
    "descent": (
        "/targets?indicator=非化石能源消费比重&year=2025&view=descent&region=合肥市",
        descent,
        DESKTOP,
        "light",
    ),
    "documents": ("/documents", nothing, DESKTOP, "light"),
    "phone-talk": ("/", nothing, PHONE, "light"),
    "phone-comparison": ("/", comparison, PHONE, "light"),
    "phone-proof": ("/", proof, PHONE, "light"),
    "phone-reader": ("/", reader, PHONE, "dark"),
    "phone-documents": ("/documents", nothing, PHONE, "light"),
}


def take(browser: Browser, url: str, name: str) -> None:
    """One state into its file."""
    path, steps, size, theme = STATES[name]
    with visitor(browser, url, size, path) as page:
        page.get_by_label("配色").select_option(theme)
        steps(page)
        page.mouse.move(0, 0)
        page.wait_for_load_state("networkidle")
        page.screenshot(path=FOLDER / f"{name}.png", animations="disabled")


def main() -> None:
    """All of them."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as driver:
        data = Path(folder) / "data"
        catalog = Catalog(data)
        load(catalog)
        for result in ingest(find([write_sample(Path(folder) / "documents")]), catalog):
            assert result.error is None
        catalog.close()
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        with started(data) as (_, url):
            conversations = Conversations(data)
            for name in STATES:
                take(browser, url, name)
                for one in conversations.of(LOCAL):
                    conversations.delete(LOCAL, one.id)
            conversations.close()
        browser.close()


if __name__ == "__main__":
    main()
