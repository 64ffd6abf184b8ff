"""The page as somebody in front of it has it: what is sent, when it stands, when an answer shows.

In headless Chromium against a server of its own process; the first visit has an empty cache.
"""

from __future__ import annotations

import shutil
import statistics
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from corpus.catalog import Catalog
from evals.bench.load import questions_of
from evals.bench.server import served
from evals.errors import EvaluationError

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

_ARGUMENTS = ["--no-sandbox", "--disable-gpu"]
_QUESTIONS = 20
# From the click to the frame in which the first words of the new answer are there, in ms.
_FIRST_WORDS = """(turns) => new Promise((done) => {
  const start = performance.now();
  document.querySelector(".cw-ask .cw-main-button").click();
  const look = () => {
    const turn = document.querySelectorAll(".cw-turn")[turns];
    if (turn?.querySelector(".cw-text p, .cw-text table")) done(performance.now() - start);
    else requestAnimationFrame(look);
  };
  look();
})"""


@dataclass(frozen=True, slots=True)
class PageLoad:
    """What a visit costs: `kib` and `files` as sent; seconds until a question can be typed."""

    path: str
    files: int
    kib: float
    first_s: float
    again_s: float


@dataclass(frozen=True, slots=True)
class FirstWords:
    """Milliseconds from a click to the first words of the answer on the page."""

    questions: int
    p50_ms: float
    longest_ms: float


@contextmanager
def chromium() -> Iterator[Browser]:
    """A browser without a window. Raises EvaluationError where there is none."""
    try:
        from playwright.sync_api import sync_playwright
    except ImportError as error:
        raise EvaluationError("测量网页须先安装开发依赖（make test）") from error
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    if path is None:
        raise EvaluationError("没有找到 Chromium，无法测量网页")
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=path, args=_ARGUMENTS)
        yield browser
        browser.close()


def pages(data: Path, paths: Sequence[str], browser: Browser) -> tuple[list[PageLoad], FirstWords]:
    """Visit pages of a server over `data`, and ask. Raises EvaluationError as `loads` does."""
    catalog = Catalog(data)
    asked = list(islice(questions_of(catalog), _QUESTIONS))
    catalog.close()
    with served(data, {}) as url:
        return [_load(browser, url, path) for path in paths], _first_words(browser, url, asked)


def _load(browser: Browser, url: str, path: str) -> PageLoad:
    page = browser.new_context().new_page()
    network = page.context.new_cdp_session(page)
    network.send("Network.enable")
    sent: list[float] = []
    network.on("Network.loadingFinished", lambda event: sent.append(event["encodedDataLength"]))
    first = _stands(page, url + path)
    page.wait_for_load_state("networkidle")
    files, kib = len(sent), sum(sent) / 1024
    again = statistics.median(_stands(page, url + path) for _ in range(3))
    page.context.close()
    return PageLoad(path, files, kib, first, again)


def _stands(page: Page, address: str) -> float:
    start = time.perf_counter()
    page.goto(address)
    page.locator("#cw-main").wait_for()
    return time.perf_counter() - start


def _first_words(browser: Browser, url: str, questions: Sequence[str]) -> FirstWords:
    page = browser.new_context().new_page()
    page.goto(url)
    box = page.get_by_label("问题", exact=True)
    found = []
    for turns, question in enumerate(questions):
        box.fill(question)
        page.wait_for_load_state("networkidle")
        found.append(float(page.evaluate(_FIRST_WORDS, turns)))
        page.locator(".cw-deeds").nth(turns).wait_for()
    page.context.close()
    return FirstWords(len(found), statistics.median(found), max(found))
