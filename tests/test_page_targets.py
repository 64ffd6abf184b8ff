"""The page of targets in a real browser against the real server."""

import csv
import io
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

import pytest
from browser import faults, settle, visitor
from openpyxl import load_workbook
from playwright.sync_api import Browser, Locator, Page, WebSocketRoute, expect

pytestmark = [
    # Libraries of the server and the browser driver, not ours.
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
]


@pytest.fixture
def errors() -> list[str]:
    return []


@pytest.fixture
def page(browser: Browser, page_url: str, errors: list[str]) -> Iterator[Page]:
    outside: list[str] = []
    with visitor(browser, page_url, path="/targets") as opened:
        opened.on(
            "console", lambda said: errors.append(said.text) if said.type == "error" else None
        )
        opened.on("pageerror", lambda error: errors.append(str(error)))
        opened.on("request", lambda seen: outside.append(seen.url))
        opened.reload()
        settle(opened)
        expect(opened.get_by_role("heading", name="指标", exact=True)).to_be_visible()
        yield opened
    # A chart that goes before it is drawn: the framework's, and without consequence.
    assert [said for said in errors if "reading 'dispose'" not in said] == []
    assert [one for one in outside if not one.startswith((page_url, "data:", "blob:"))] == []


def choose(page: Page, indicator: str) -> None:
    page.get_by_label("指标").fill(indicator)
    page.keyboard.press("Enter")


def names(page: Page) -> list[str]:
    """The jurisdictions of the table, in order."""
    return page.locator("tbody th span:first-child").all_inner_texts()


def row(page: Page, region: str) -> Locator:
    return page.locator("tbody tr", has=page.get_by_role("rowheader", name=region))


def test_choose_an_indicator_and_open_the_clause_of_a_cell(page: Page) -> None:
    page.get_by_role("button", name="非化石能源消费比重").click()
    expect(page.locator("tbody tr")).to_have_count(4)
    expect(page.get_by_role("columnheader")).to_contain_text(["辖区", "2025年", "2030年"])
    expect(row(page, "合肥市").locator("td")).to_contain_text(["14.5%", "文件未提及"])
    expect(row(page, "贵阳市").locator("td").first).to_contain_text("征求意见稿")
    expect(row(page, "云岩区").locator("td").first).to_contain_text("服从上级")
    row(page, "合肥市").get_by_role("button").first.click()
    panel = page.get_by_label("条款原文")
    expect(panel.locator("mark")).to_contain_text("非化石能源消费比重达到14.5%")
    page.keyboard.press("Escape")
    expect(row(page, "合肥市").get_by_role("button").first).to_be_focused()


def test_what_is_typed_before_the_page_is_connected_stays(page: Page) -> None:
    held: list[WebSocketRoute] = []
    page.route_web_socket("**/_nicegui_ws/**", lambda socket: held.append(socket))
    page.reload()
    page.get_by_label("指标").fill("森林覆盖率")
    held[0].connect_to_server()
    expect(page.get_by_role("heading", name="选一项指标")).to_be_visible()
    page.get_by_label("指标").press("Enter")
    expect(page.locator("tbody tr")).to_have_count(2)


def test_heads_sort_by_number_and_say_so(page: Page) -> None:
    choose(page, "非化石能源消费比重")
    head = page.get_by_role("columnheader", name="2025年")
    expect(head).to_have_attribute("aria-sort", "none")
    head.get_by_role("button").click()
    expect(head).to_have_attribute("aria-sort", "descending")
    assert names(page) == ["贵阳市", "安徽省", "合肥市", "云岩区"]
    head.get_by_role("button").press("Enter")
    expect(head).to_have_attribute("aria-sort", "ascending")
    assert names(page) == ["合肥市", "安徽省", "贵阳市", "云岩区"]


def test_filters_by_level_status_and_number(page: Page) -> None:
    choose(page, "非化石能源消费比重")
    expect(page.locator("tbody tr")).to_have_count(4)
    page.get_by_label("只看有数值的").check()
    expect(page.locator("tbody tr")).to_have_count(3)
    page.get_by_role("combobox", name="层级").select_option("市级")
    expect(page.locator("tbody tr")).to_have_count(2)
    page.get_by_role("combobox", name="状态").select_option("征求意见稿")
    expect(page.locator("tbody tr")).to_have_count(1)
    expect(page.locator("tbody")).to_contain_text("21%")
    page.get_by_role("combobox", name="年份").select_option("2030年")
    expect(page.locator(".cw-card")).to_contain_text("筛选后没有数值")


def test_jurisdictions_are_added_and_removed_and_the_address_says_it(page: Page) -> None:
    choose(page, "森林覆盖率")
    expect(page.locator("tbody tr")).to_have_count(2)
    for name in ("合肥", "四平市"):
        page.get_by_label("加一个辖区").fill(name)
        page.keyboard.press("Enter")
        expect(page.get_by_role("button", name=f"移除{name}")).to_be_visible()
        expect(page.get_by_label("加一个辖区")).to_have_value("")
    expect(row(page, "四平市")).to_contain_text("未收录文件")
    assert "indicator=森林覆盖率&region=合肥&region=四平市" in unquote(page.url)
    page.reload()
    expect(row(page, "合肥市")).to_contain_text("29.5%")
    expect(page.get_by_label("指标")).to_have_value("森林覆盖率")
    page.get_by_role("button", name="移除合肥").click()
    expect(page.locator("tbody tr")).to_have_count(1)
    page.get_by_role("combobox", name="一次加多个").select_option("全部城市")
    expect(page.get_by_role("button", name="移除全部城市")).to_have_text("全部城市（2） ×")
    expect(row(page, "贵阳市")).to_contain_text("55%以上")


def test_a_name_that_is_that_of_several_is_explained(page: Page, page_url: str) -> None:
    page.goto(f"{page_url}/targets?indicator=森林覆盖率&region=吉林&region=瞎编市")
    expect(page.locator(".cw-remark").nth(0)).to_contain_text("没有名为“瞎编市”的辖区")
    expect(page.locator(".cw-remark").nth(1)).to_contain_text("“吉林”按吉林省理解")


def test_the_line_of_descent(page: Page) -> None:
    page.get_by_role("button", name="逐级对照").click()
    expect(page.get_by_label("最低一级辖区")).to_be_visible()  # the controls are drawn anew
    choose(page, "非化石能源消费比重")
    expect(page.locator("#cw-main")).to_contain_text("请填写最低一级辖区")
    page.get_by_label("最低一级辖区").fill("合肥市")
    page.keyboard.press("Enter")
    expect(page.locator("tbody th")).to_contain_text(["全国", "安徽省", "合肥市"])
    expect(row(page, "全国")).to_contain_text("未收录文件")
    expect(row(page, "合肥市")).to_contain_text("低于上级")
    expect(page.get_by_role("img", name="柱状图")).to_be_visible()
    assert "view=descent" in page.url


def test_a_chart_with_its_words_in_the_colours_of_the_page(page: Page) -> None:
    choose(page, "非化石能源消费比重")
    chart = page.get_by_role("img", name="柱状图，非化石能源消费比重（%）")
    expect(chart.locator("svg")).to_contain_text("16%左右")
    expect(chart.locator("svg")).to_contain_text("21%（征求意见稿）")
    colour = "bar => getComputedStyle(bar).fill"
    bar = chart.locator("path[fill='var(--chart-1)']").first
    light = bar.evaluate(colour)
    page.get_by_role("combobox", name="配色").select_option("深色")
    assert bar.evaluate(colour) != light
    page.get_by_role("combobox", name="年份").select_option("2030年")
    expect(page.locator("#cw-main")).to_contain_text("可比的数值不足两个，不作图")


def downloaded(page: Page, name: str, folder: Path) -> Path:
    with page.expect_download() as waiting:
        page.get_by_role("button", name=name).click()
    path = folder / waiting.value.suggested_filename
    waiting.value.save_as(path)
    return path


def test_what_is_shown_is_downloaded(page: Page, tmp_path: Path) -> None:
    choose(page, "非化石能源消费比重")
    page.get_by_label("只看有数值的").check()
    expect(page.locator("tbody tr")).to_have_count(3)
    path = downloaded(page, "下载 Excel", tmp_path)
    assert path.name.startswith("非化石能源消费比重_20")
    book = load_workbook(path)
    values = [[cell.value for cell in line] for line in book["对照"]]
    assert values[0] == ["辖区", "层级", "2025年", "2030年"]
    assert values[2] == ["合肥市", "市级", "14.5%", "文件未提及"]
    assert values[3][2] == "21%（征求意见稿）"
    proofs = [[cell.value for cell in line] for line in book["依据"]]
    assert len(proofs) == 5
    assert "到2025年，非化石能源消费比重达到14.5%" in proofs[3]
    text = downloaded(page, "下载 CSV", tmp_path).read_text(encoding="utf-8-sig")
    lines = list(csv.DictReader(io.StringIO(text)))
    assert lines[1]["2025年"] == "14.5%"
    assert lines[1]["2025年依据"].startswith("《合肥市碳达峰实施方案》一、主要目标")


def test_all_targets_one_by_one(page: Page, tmp_path: Path) -> None:
    page.get_by_role("button", name="逐条浏览").click()
    expect(page.locator("#cw-main")).to_contain_text("第 1 / 1 页")
    page.get_by_label("辖区（含下级）").fill("贵阳市")
    page.keyboard.press("Enter")
    expect(page.locator("#cw-main")).to_contain_text("共 6 条")
    page.get_by_label("指标").fill("绿色出行")
    page.keyboard.press("Enter")
    expect(page.locator("tbody tr")).to_have_count(2)
    expect(row(page, "云岩区")).to_contain_text("68%")
    row(page, "贵阳市").get_by_role("button").click()
    expect(page.get_by_label("条款原文").locator("mark")).to_contain_text("70%")
    book = load_workbook(downloaded(page, "下载 Excel", tmp_path))
    assert len(list(book["目标"])) == 3


def test_what_no_document_says_is_said(page: Page) -> None:
    choose(page, "<b>火星</b>移民")
    expect(page.locator(".cw-card")).to_contain_text("都没有提到“<b>火星</b>移民”")


def test_at_phone_width_the_table_scrolls_in_its_own_box(page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    choose(page, "非化石能源消费比重")
    expect(page.get_by_role("img", name="柱状图")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert page.evaluate("document.getElementById('cw-main').scrollWidth") <= 390


@pytest.mark.parametrize("colours", ["浅色", "深色"])
def test_no_rule_of_accessibility_is_broken(page: Page, colours: str) -> None:
    page.get_by_role("combobox", name="配色").select_option(colours)
    choose(page, "非化石能源消费比重")
    expect(page.get_by_role("img", name="柱状图")).to_be_visible()
    assert faults(page) == []
