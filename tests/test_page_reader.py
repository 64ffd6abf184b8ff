"""The reader of a document in a real browser: outline, search, addresses, pages of the original."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from browser import TWO_PAGES, pages_of, printed, visitor
from playwright.sync_api import Browser, Dialog, Page, expect

from assistant.page.fulltext import Marked, full_text, outline
from assistant.page.reader import marked_of
from assistant.service import Service
from assistant.settings import Settings
from corpus.catalog import Catalog
from corpus.document import Document
from corpus.ingest import find, ingest

EVIL = """<img src=x onerror=alert(1)>市碳达峰实施方案

一、<script>alert(2)</script>目标

到2025年，“<b>粗</b>”与 & 森林覆盖率达到30%。
"""

pytestmark = [
    # Libraries of the server and the browser driver, not ours.
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
]


@pytest.fixture(scope="module")
def service(
    sample_kept: Path, browser: Browser, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Service]:
    root = tmp_path_factory.mktemp("reader")
    data = Path(shutil.copytree(sample_kept, root / "data"))
    catalog = Catalog(data)
    (root / "in").mkdir()
    printed(browser, TWO_PAGES, root / "in" / "池州.pdf")
    (root / "in" / "evil.txt").write_text(EVIL, encoding="utf-8")
    assert [result.error for result in ingest(find([root / "in"]), catalog)] == [None, None]
    catalog.close()
    opened = Service.open(Settings(data=data), lambda _: None)
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def url(service: Service) -> Iterator[str]:
    with pages_of(service) as address:
        yield address


@pytest.fixture
def page(browser: Browser, url: str) -> Iterator[Page]:
    with visitor(browser, url) as opened:
        yield opened


def held(service: Service, title: str) -> Document:
    """The document whose title holds these words."""
    with_title = (known for known in service._edition.whole.documents() if title in known.title)
    found = service._edition.whole.document(next(with_title).id)
    assert found is not None
    return found


def opened(page: Page, url: str, document: Document, query: str = "") -> None:
    page.goto(f"{url}/documents/{document.metadata.id}{query}")
    expect(page.locator(".cw-part").first).to_be_attached()


def test_a_document_is_there_whole(page: Page, url: str, service: Service) -> None:
    document = held(service, "贵阳市")
    response = page.goto(f"{url}/documents/{document.metadata.id}")
    assert response is not None
    assert response.status == 200
    expect(page.get_by_role("heading", level=1)).to_have_text(document.metadata.title)
    expect(page.locator(".cw-facts")).to_contain_text("征求意见稿")
    expect(page.locator(".cw-part")).to_have_count(len(document.clauses))
    shown = "".join(page.locator(".cw-part :is(h2, h3, .cw-body)").all_text_contents())
    assert re.sub(r"\s", "", shown) == re.sub(r"\s", "", document.text)
    expect(page.get_by_role("heading", level=3).first).to_contain_text("（一）加强统筹协调")
    assert page.get_by_role("button", name=re.compile("原件")).count() == 0


def test_the_outline_leads_to_a_clause_without_a_reload(
    page: Page, url: str, service: Service
) -> None:
    document = held(service, "合肥市")
    opened(page, url, document)
    page.evaluate("window.still = true")
    wanted = next(clause for clause in document.clauses if "优化出行结构" in clause.path[-1])
    page.get_by_role("link", name="2.优化出行结构").click()
    expect(page).to_have_url(f"{url}/documents/{document.metadata.id}#c-{wanted.id}")
    expect(page.locator(".cw-here")).to_contain_text("绿色出行比例不低于75%")
    expect(page.locator(".cw-outline [aria-current]")).to_have_text("2.优化出行结构")
    assert page.evaluate("window.still") is True
    page.get_by_role("link", name="一、主要目标").click()
    expect(page.locator(".cw-here")).to_contain_text("森林覆盖率")
    page.go_back()
    expect(page.locator(".cw-here")).to_contain_text("绿色出行比例")


def test_a_part_of_the_outline_folds(page: Page, url: str, service: Service) -> None:
    opened(page, url, held(service, "合肥市"))
    below = page.get_by_role("link", name="2.优化出行结构")
    toggle = page.get_by_role("button", name="二、重点任务：下级条款")
    toggle.press("Enter")
    expect(below).to_be_hidden()
    expect(toggle).to_have_attribute("aria-expanded", "false")
    toggle.press("Enter")
    expect(below).to_be_visible()


def test_words_are_found_and_stepped_through(page: Page, url: str, service: Service) -> None:
    opened(page, url, held(service, "合肥市"))
    page.keyboard.press("/")
    page.keyboard.type("2025 年")
    count = page.locator("#cw-found")
    expect(count).to_have_text("1/2")
    expect(page.locator("mark.cw-match")).to_have_text(["2025年", "2025年"])
    page.keyboard.press("Enter")
    expect(count).to_have_text("2/2")
    page.keyboard.press("Enter")
    expect(count).to_have_text("1/2")
    page.keyboard.press("Shift+Enter")
    expect(count).to_have_text("2/2")
    page.get_by_role("button", name="上一处").click()
    expect(count).to_have_text("1/2")
    expect(page.locator("mark.cw-current")).to_be_in_viewport()
    page.get_by_label("在文中查找").get_by_role("searchbox").fill("没有的词")
    expect(count).to_have_text("没有找到")
    expect(page.locator("mark")).to_have_count(0)
    expect(page.get_by_role("button", name="下一处")).to_be_disabled()


def test_words_are_found_across_a_heading_and_line_ends(
    page: Page, url: str, service: Service
) -> None:
    opened(page, url, held(service, "合肥市"))
    page.get_by_role("searchbox").fill("人均绿地面积（平方米）")
    expect(page.locator("#cw-found")).to_have_text("1/1")
    page.get_by_role("searchbox").fill("推广节能车辆。到2025年")
    expect(page.locator("#cw-found")).to_have_text("1/1")
    expect(page.locator("mark.cw-match")).to_have_count(2)


def test_the_address_of_a_clause_is_copied_and_leads_back(
    page: Page, url: str, service: Service
) -> None:
    document = held(service, "合肥市")
    opened(page, url, document)
    copy = page.get_by_role("button", name="复制链接：一、主要目标")
    copy.focus()
    expect(copy).to_have_css("opacity", "1")
    copy.press("Enter")
    expect(page.locator("#cw-said")).to_have_text("已复制链接")
    address = page.evaluate("navigator.clipboard.readText()")
    assert address == f"{url}/documents/{document.metadata.id}?clause={document.clauses[0].id}"
    page.goto(address)
    expect(page.locator(".cw-here")).to_contain_text("森林覆盖率")


@pytest.mark.parametrize("form", ["?clause={}", "#c-{}"])
def test_an_address_marks_its_clause(page: Page, url: str, service: Service, form: str) -> None:
    document = held(service, "安徽省")
    last = document.clauses[-1]
    opened(page, url, document, form.format(last.id))
    expect(page.locator(f"#c-{last.id}.cw-here")).to_be_in_viewport()


def test_from_a_citation_to_its_words_in_the_whole(page: Page, url: str) -> None:
    page.goto(url)
    page.get_by_label("问题", exact=True).fill("合肥2025年森林覆盖率是多少？")
    page.get_by_role("button", name="提问").click()
    page.get_by_role("button", name="查看第1条引文").click()
    page.get_by_role("link", name="在全文中查看").click()
    expect(page.locator(".cw-here mark.cw-proof")).to_have_text("森林覆盖率达到29.5%")


def test_what_is_gone_is_said_calmly(page: Page, url: str, service: Service) -> None:
    response = page.goto(f"{url}/documents/none")
    assert response is not None
    assert response.status == 404
    expect(page.get_by_role("heading", level=1)).to_have_text("没有这份文件")
    page.get_by_role("link", name="回到文件库").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("文件库")
    document = held(service, "合肥市")
    opened(page, url, document, "?clause=none&span=1-x")
    expect(page.get_by_role("status").first).to_contain_text("已不在这份文件中")


def test_a_page_of_the_original_is_shown(page: Page, url: str, service: Service) -> None:
    document = held(service, "池州市")
    opened(page, url, document)
    page.get_by_role("button", name="查看原件第2页").click()
    dialog = page.get_by_role("dialog", name="原件")
    image = dialog.get_by_role("img", name="原件第2页的图像")
    expect(image).to_be_visible()
    page.wait_for_function("document.querySelector('.cw-original img').naturalWidth > 1000")
    expect(dialog.get_by_role("button", name="下一页")).to_be_disabled()
    dialog.get_by_role("button", name="上一页").click()
    expect(dialog.get_by_role("img", name="原件第1页的图像")).to_be_visible()
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)


def test_the_panel_beside_an_answer_shows_the_page(page: Page, url: str) -> None:
    page.goto(url)
    page.get_by_label("问题", exact=True).fill("池州2025年用水总量控制在多少？")
    page.get_by_role("button", name="提问").click()
    page.get_by_role("button", name="查看第1条引文").click()
    page.get_by_role("button", name="查看原件第1页").click()
    expect(page.get_by_role("img", name="原件第1页的图像")).to_be_visible()


def test_untrusted_words_are_text(page: Page, url: str, service: Service) -> None:
    fired: list[str] = []

    def dismiss(dialog: Dialog) -> None:
        fired.append(dialog.message)
        dialog.dismiss()

    page.on("dialog", dismiss)
    document = held(service, "onerror")
    opened(page, url, document)
    expect(page.get_by_role("heading", level=1)).to_have_text(document.metadata.title)
    expect(page.locator(".cw-fulltext")).to_contain_text("“<b>粗</b>”与 & 森林覆盖率")
    page.get_by_role("searchbox").fill("<b>粗")
    expect(page.locator("mark.cw-match")).to_have_text("<b>粗")
    assert page.locator(".cw-reader img, .cw-reader script, .cw-reader b").count() == 0
    assert fired == []


def test_on_a_phone_the_outline_is_folded_above_the_text(
    page: Page, url: str, service: Service
) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    opened(page, url, held(service, "合肥市"))
    link = page.get_by_role("link", name="2.优化出行结构")
    expect(link).to_be_hidden()
    page.locator(".cw-outline summary").click()
    link.click()
    expect(link).to_be_hidden()
    expect(page.locator(".cw-here")).to_be_in_viewport()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_what_is_marked_of_a_clause(service: Service) -> None:
    document = held(service, "合肥市")
    clause = document.clauses[0]
    text = document.clause_text(clause)
    start = text.index("森林")
    shown = full_text(document, Marked(clause.id, (start, start + 5)), has_original=False)
    assert '<mark class="cw-proof">森林覆盖率</mark>' in shown
    across = full_text(document, Marked(clause.id, (2, 999_999)), has_original=False)
    assert across.count('<mark class="cw-proof">') == 2
    none = full_text(document, Marked(clause.id, (9, 3)), has_original=False)
    assert none == full_text(document, None, has_original=False)
    assert outline(document).count("<li>") == len(document.clauses)


def test_what_an_address_may_say() -> None:
    assert marked_of("", "1-2") is None
    assert marked_of("a", "1-2") == Marked("a", (1, 2))
    for span in ("", "1", "-1-2", "1-2-3", "1-99999999", "x"):
        assert marked_of("a", span) == Marked("a")
