"""The page in a real browser against the real server."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Dialog, Page, Request, expect, sync_playwright
from serving import served

from assistant.api import create_app
from assistant.page import mount
from assistant.service import Service
from assistant.settings import Settings

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

pytestmark = [
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine"),
    # Libraries of the server and the browser driver, not ours.
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
]


@pytest.fixture(scope="module")
def url(sample_kept: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    data = Path(shutil.copytree(sample_kept, tmp_path_factory.mktemp("page") / "data"))
    service = Service.open(Settings(data=data), lambda _: None)
    app = create_app(service)
    mount(app, service)
    with served(app) as address:
        yield address
    service.close()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as driver:
        opened = driver.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield opened
        opened.close()


@pytest.fixture
def requests() -> list[str]:
    return []


@pytest.fixture
def page(browser: Browser, url: str, requests: list[str]) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1366, "height": 768}, locale="zh-CN")
    opened = context.new_page()

    def seen(request: Request) -> None:
        requests.append(request.url)

    opened.on("request", seen)
    opened.goto(url)
    expect(opened.get_by_role("heading", name="条析 Clausewise")).to_be_visible()
    yield opened
    context.close()


def ask(page: Page, question: str) -> None:
    page.get_by_label("问题").fill(question)
    page.get_by_role("button", name="提问").click()


def test_ask_and_open_the_clause_that_proves_it(page: Page, requests: list[str], url: str) -> None:
    ask(page, "合肥2025年森林覆盖率是多少？")
    answer = page.locator(".cw-answer").last
    expect(answer).to_contain_text("森林覆盖率达到29.5%")
    expect(answer).to_contain_text("未使用模型")
    answer.get_by_role("button", name="查看第1条引文").click()
    panel = page.get_by_label("条款原文")
    expect(panel).to_be_visible()
    expect(panel).to_contain_text("《合肥市碳达峰实施方案》")
    expect(panel).to_contain_text("一、主要目标")
    expect(panel.locator("mark")).to_have_text("森林覆盖率达到29.5%")
    expect(panel.locator(".cw-clause")).to_contain_text("非化石能源消费比重达到14.5%")
    panel.get_by_role("button", name="关闭").click()
    expect(panel).to_be_hidden()
    outside = [seen for seen in requests if not seen.startswith((url, "data:", "blob:"))]
    assert outside == []


def test_enter_sends_and_a_follow_up_is_understood(page: Page) -> None:
    box = page.get_by_label("问题")
    box.fill("合肥2030年绿色出行比例多少？")
    box.press("Enter")
    expect(page.locator(".cw-answer").last).to_contain_text("不低于75%")
    box.fill("贵阳呢？")
    box.press("Enter")
    last = page.locator(".cw-answer").last
    expect(last).to_contain_text("理解为：贵阳2030年绿色出行比例多少？")
    expect(last).to_contain_text("70%")
    expect(last).to_contain_text("征求意见稿")


def test_a_comparison_is_a_table_with_a_citation_in_each_row(page: Page) -> None:
    ask(page, "贵阳和合肥2025年森林覆盖率哪个高？")
    rows = page.locator(".cw-answer").last.locator("tbody tr")
    expect(rows).to_have_count(2)
    expect(rows.nth(0)).to_contain_text("55%以上")
    expect(rows.nth(1).get_by_role("button")).to_have_text("[2]")


def test_untrusted_text_is_text(page: Page) -> None:
    fired: list[str] = []

    def dismiss(dialog: Dialog) -> None:
        fired.append(dialog.message)
        dialog.dismiss()

    page.on("dialog", dismiss)
    ask(
        page,
        "<img src=x onerror=alert(1)> ![x](http://evil.example/) 合肥森林覆盖率 <script>alert(2)</script>",
    )
    expect(page.locator(".cw-question").last).to_contain_text("<img src=x onerror=alert(1)>")
    expect(page.locator(".cw-answer").last).to_contain_text("29.5%")
    assert page.locator(".cw-turns img, .cw-turns script").count() == 0
    assert fired == []


def test_a_refusal_is_said_calmly(page: Page) -> None:
    ask(page, "北京2025年非化石能源占比多少？")
    answer = page.locator(".cw-answer.cw-refused").last
    expect(answer).to_contain_text("未收录北京市的相关文件")


def test_an_example_can_be_asked_with_a_click(page: Page) -> None:
    example = page.locator(".cw-example").first
    text = example.inner_text()
    example.click()
    expect(page.locator(".cw-question").last).to_have_text(text)
    expect(page.locator(".cw-answer").last).to_contain_text("毫秒")


def test_at_phone_width_the_source_covers_the_talk(page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    ask(page, "安徽2025年煤炭消费量")
    page.get_by_role("button", name="查看第1条引文").last.click()
    panel = page.get_by_label("条款原文")
    expect(panel.locator("mark")).to_be_visible()
    box = panel.bounding_box()
    assert box is not None
    assert box["width"] == 390
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_enter_that_ends_a_composition_does_not_send(page: Page) -> None:
    box = page.get_by_label("问题")
    box.fill("合肥2025年森林覆盖率")
    box.evaluate(
        "box => box.dispatchEvent(new KeyboardEvent("
        "'keydown', {key: 'Enter', isComposing: true, bubbles: true, cancelable: true}))"
    )
    box.press_sequentially("是多少？")
    box.press("Shift+Enter")
    box.press("Enter")
    expect(page.locator(".cw-question")).to_have_text(["合肥2025年森林覆盖率是多少？"])
    expect(page.locator(".cw-answer").last).to_contain_text("29.5%")


def test_the_open_citation_is_marked_and_escape_goes_back_to_it(page: Page) -> None:
    ask(page, "合肥2025年森林覆盖率是多少？")
    marker = page.get_by_role("button", name="查看第1条引文")
    marker.click()
    expect(page.get_by_label("关闭")).to_be_focused()
    expect(page.locator(".cw-open")).to_have_text("[1]")
    page.keyboard.press("Escape")
    expect(page.get_by_label("条款原文")).to_be_hidden()
    expect(page.locator(".cw-open")).to_have_count(0)
    expect(marker).to_be_focused()


def test_a_page_that_is_not_there_says_so_in_chinese(page: Page, url: str) -> None:
    response = page.goto(f"{url}/nowhere")
    assert response is not None
    assert response.status == 404
    page.get_by_role("link", name="回到条析").click()
    expect(page.get_by_role("heading", name="条析 Clausewise")).to_be_visible()


def test_files_are_taken_in_and_answered_from(page: Page, tmp_path: Path) -> None:
    plan = "滁州市碳达峰实施方案\n\n一、主要目标\n\n到2025年，森林覆盖率达到36.6%。\n"
    (tmp_path / "滁州.txt").write_text(plan, encoding="utf-8")
    (tmp_path / "<b>坏.xyz").write_bytes(b"x")
    page.get_by_role("button", name="上传文件").click()
    page.get_by_label("选择文件").set_input_files([*tmp_path.iterdir()])
    page.get_by_role("button", name="上传", exact=True).click()
    dialog = page.locator(".cw-upload")
    expect(dialog).to_contain_text("完成：2 / 2 个文件", timeout=60_000)
    expect(dialog).to_contain_text("滁州.txt：1 份文件")
    expect(dialog).to_contain_text("<b>坏.xyz：未导入")
    expect(page.locator(".cw-bar")).to_contain_text("已收录 5 份文件")
    page.get_by_role("button", name="关闭").click()
    page.get_by_label("问题").fill("滁州2025年森林覆盖率是多少？")
    page.keyboard.press("Enter")
    expect(page.locator(".cw-answer")).to_contain_text("36.6%")
