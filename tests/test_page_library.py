"""The page of the documents that are held: found, counted by place, put in, taken out."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from urllib.parse import parse_qsl

import pytest
from browser import pages_of, visitor
from playwright.sync_api import Browser, Locator, Page, expect

from assistant.access.principal import Role
from assistant.page.coverage import TILES, beyond, covered, missing
from assistant.page.facets import (
    COLUMNS,
    FACETS,
    PROVINCE,
    Row,
    Selection,
    counts,
    in_order,
    narrowed,
)
from assistant.service import Service
from assistant.settings import Settings
from corpus.catalog import Catalog
from corpus.document import Level, Metadata, Status
from corpus.ingest import ingest
from corpus.regions import gazetteer

pytestmark = [
    # Libraries of the server and the browser driver, not ours.
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
]
PLAN = "{place}碳达峰实施方案\n\n一、主要目标\n\n到2025年，森林覆盖率达到{value}%。\n"


@contextmanager
def serving(data: Path) -> Iterator[tuple[Service, str]]:
    """A service over a data directory, and the address of its pages."""
    service = Service.open(Settings(data=data, library=False), lambda _: None)
    with pages_of(service) as address:
        yield service, address
    service.close()


@pytest.fixture(scope="module")
def url(sample_kept: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Pages over the small corpus, which nobody changes."""
    data = Path(shutil.copytree(sample_kept, tmp_path_factory.mktemp("library") / "data"))
    with serving(data) as (_, address):
        yield address


@pytest.fixture
def page(browser: Browser, url: str) -> Iterator[Page]:
    with visitor(browser, url, path="/documents") as opened:
        expect(rows(opened)).to_have_count(4)
        yield opened


Own = Callable[..., tuple[Service, Page, str]]


@pytest.fixture
def own(browser: Browser, sample_kept: Path, tmp_path: Path) -> Iterator[Own]:
    """A server of one test, and a visitor on its page of documents; with a text besides."""
    with ExitStack() as stack:

        def opened(text: str = "") -> tuple[Service, Page, str]:
            data = Path(shutil.copytree(sample_kept, tmp_path / "data"))
            if text:
                (tmp_path / "in.txt").write_text(text, encoding="utf-8")
                catalog = Catalog(data)
                assert [r.error for r in ingest([tmp_path / "in.txt"], catalog)] == [None]
                catalog.close()
            service, address = stack.enter_context(serving(data))
            page = stack.enter_context(visitor(browser, address, path="/documents"))
            return service, page, address

        yield opened


def rows(page: Page) -> Locator:
    return page.locator(".cw-documents tbody tr")


def titles(page: Page) -> Locator:
    return page.locator(".cw-documents tbody a")


def test_what_is_held_is_listed_and_leads_to_the_reader(page: Page) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text("文件库")
    expect(page.locator("header p")).to_have_text(re.compile("已收录 4 份文件，共 \\d+ 条条款"))
    draft = rows(page).filter(has_text="贵阳市碳达峰实施方案")
    expect(draft.locator(".cw-draft")).to_have_text("征求意见稿")
    page.get_by_role("link", name="合肥市碳达峰实施方案").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("合肥市碳达峰实施方案")


def test_words_filter_and_stay_in_the_address(page: Page, url: str) -> None:
    page.get_by_role("searchbox").press_sequentially("合肥")
    expect(titles(page)).to_have_text(["合肥市碳达峰实施方案"])
    expect(page.locator(".cw-listed [role=status]")).to_have_text("1 份")
    expect(page).to_have_url(f"{url}/documents?q=%E5%90%88%E8%82%A5")
    page.reload()
    expect(titles(page)).to_have_text(["合肥市碳达峰实施方案"])
    expect(page.get_by_role("searchbox")).to_have_value("合肥")
    page.get_by_role("button", name="清除筛选").click()
    expect(rows(page)).to_have_count(4)
    expect(page.get_by_role("searchbox")).to_have_value("")
    expect(page).to_have_url(f"{url}/documents")


def test_facets_narrow_each_other(page: Page) -> None:
    page.get_by_role("checkbox", name="贵州").check()
    expect(rows(page)).to_have_count(2)
    expect(page.get_by_role("checkbox", name="省级")).to_be_hidden()
    expect(page.locator("label", has_text="市级")).to_contain_text("1")
    page.get_by_role("checkbox", name="市级").check()
    expect(titles(page)).to_have_text(["贵阳市碳达峰实施方案（征求意见稿）"])
    expect(page).to_have_url(re.compile("level=.*&province="))
    page.reload()
    expect(rows(page)).to_have_count(1)
    expect(page.get_by_role("checkbox", name="贵州")).to_be_checked()
    page.get_by_role("checkbox", name="贵州").uncheck()
    expect(rows(page)).to_have_count(2)


def test_a_tile_of_the_map_filters(page: Page, url: str) -> None:
    anhui = page.get_by_role("button", name="安徽 2 份")
    anhui.press("Enter")
    expect(titles(page)).to_have_text(["安徽省碳达峰实施方案", "合肥市碳达峰实施方案"])
    expect(anhui).to_have_attribute("aria-pressed", "true")
    expect(page.get_by_role("checkbox", name="安徽")).to_be_checked()
    empty = page.get_by_role("button", name="新疆 0 份")
    expect(empty).to_have_attribute("aria-disabled", "true")
    empty.dispatch_event("click")
    anhui.press("Enter")
    expect(rows(page)).to_have_count(4)
    expect(page).to_have_url(f"{url}/documents")


def test_the_same_as_a_table(page: Page) -> None:
    table = page.get_by_role("table", name="各省收录的文件")
    expect(table.locator("tbody tr")).to_have_text(["安徽1合肥市", "贵州贵阳市、云岩区"])
    expect(page.locator(".cw-coverage > p")).to_contain_text("尚未收录：北京、")


def test_columns_sort(page: Page) -> None:
    head = page.get_by_role("columnheader", name="题名")
    head.get_by_role("button").click()
    expect(head).to_have_attribute("aria-sort", "ascending")
    expect(titles(page).first).to_have_text("安徽省碳达峰实施方案")
    head.get_by_role("button").click()
    expect(head).to_have_attribute("aria-sort", "descending")
    expect(titles(page).first).to_have_text("云岩区碳达峰实施方案")
    expect(page).to_have_url(re.compile(r"sort=-title"))


def test_on_a_phone_nothing_is_cut_off(page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    page.reload()
    expect(rows(page)).to_have_count(4)
    expect(page.get_by_role("searchbox")).to_be_hidden()
    page.locator("summary", has_text="筛选").click()
    page.get_by_role("checkbox", name="区级").check()
    expect(rows(page)).to_have_count(1)
    page.locator("summary", has_text="覆盖情况").click()
    expect(page.get_by_role("button", name="贵州 1 份")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_files_are_put_in_and_answered_from(own: Own, tmp_path: Path) -> None:
    _, page, url = own()
    files = tmp_path / "files"
    files.mkdir()
    (files / "滁州.txt").write_text(PLAN.format(place="滁州市", value="36.6"), encoding="utf-8")
    (files / "<b>坏.xyz").write_bytes(b"x")
    page.get_by_role("button", name="上传文件").click()
    dialog = page.locator(".cw-upload")
    expect(dialog.get_by_role("button", name="上传", exact=True)).to_be_disabled()
    dialog.get_by_label("选择文件").set_input_files(sorted(files.iterdir()))
    expect(dialog.locator(".cw-drop")).to_contain_text("已选：<b>坏.xyz、滁州.txt")
    dialog.get_by_role("button", name="上传", exact=True).click()
    expect(dialog).to_contain_text("完成：2 / 2 个文件", timeout=60_000)
    report = dialog.get_by_role("table", name="导入结果").locator("tbody tr")
    expect(report.filter(has_text="滁州.txt")).to_contain_text("已导入")
    expect(report.filter(has_text="<b>坏.xyz")).to_contain_text("不支持 .xyz 格式")
    expect(dialog.locator("progress")).to_have_count(0)
    dialog.get_by_role("button", name="关闭").click()
    expect(rows(page)).to_have_count(5)
    expect(page.get_by_role("button", name="安徽 3 份")).to_be_attached()
    page.goto(url)
    page.get_by_label("问题", exact=True).fill("滁州2025年森林覆盖率是多少？")
    page.keyboard.press("Enter")
    expect(page.locator(".cw-answer")).to_contain_text("36.6%")


def test_files_are_dropped(own: Own) -> None:
    _, page, _ = own()
    page.get_by_role("button", name="上传文件").click()
    zone = page.locator(".cw-drop")
    expect(zone).to_be_visible()
    transfer = page.evaluate_handle(
        "() => { const data = new DataTransfer();"
        " data.items.add(new File(['x'], '安庆.txt')); return data; }"
    )
    zone.dispatch_event("dragover", {"dataTransfer": transfer})
    expect(zone).to_have_class(re.compile("cw-over"))
    zone.dispatch_event("drop", {"dataTransfer": transfer})
    expect(zone).to_contain_text("已选：安庆.txt")
    page.get_by_label("选择文件").focus()
    expect(zone).to_have_css("outline-style", "solid")


def test_a_document_is_taken_out_once_that_is_confirmed(
    own: Own,
) -> None:
    _, page, url = own()
    page.get_by_role("button", name="移除：合肥市碳达峰实施方案").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("《合肥市碳达峰实施方案》")
    dialog.get_by_role("button", name="不移除").click()
    expect(dialog).to_have_count(0)
    expect(rows(page)).to_have_count(4)
    page.get_by_role("button", name="移除：合肥市碳达峰实施方案").click()
    dialog.get_by_role("button", name="移除", exact=True).click()
    expect(rows(page)).to_have_count(3, timeout=60_000)
    expect(page.get_by_role("button", name="安徽 1 份")).to_be_attached()
    page.goto(url)
    page.get_by_label("问题", exact=True).fill("合肥2025年森林覆盖率是多少？")
    page.keyboard.press("Enter")
    expect(page.locator(".cw-refused")).to_be_visible()
    expect(page.locator(".cw-answer")).not_to_contain_text("29.5%")


def test_from_the_reader_too_and_the_last_leaves_an_empty_library(
    own: Own,
) -> None:
    service, page, url = own()
    catalog = Catalog(service.settings.data)
    keep, *others = catalog.documents()
    for known in others:
        catalog.remove(known.id)
    catalog.close()
    page.goto(f"{url}/documents/{keep.id}")
    page.get_by_role("button", name="移除这份文件").click()
    page.get_by_role("dialog").get_by_role("button", name="移除", exact=True).click()
    expect(page.get_by_role("heading", name="文件库还是空的")).to_be_visible(timeout=60_000)
    assert page.url == f"{url}/documents"


def test_who_may_put_in_and_take_out(own: Own) -> None:
    service, page, url = own()
    for role in Role:
        key = service.access.create_key(role.value, role)
        page.context.set_extra_http_headers({"Authorization": f"Bearer {key}"})
        page.goto(f"{url}/documents")
        expect(rows(page)).to_have_count(4)
        is_contributor = role.includes(Role.CONTRIBUTOR)
        assert (page.get_by_role("button", name="上传文件").count() == 1) == is_contributor
        removable = page.get_by_role("button", name=re.compile("^移除")).count()
        assert (removable == 4) == (role is Role.ADMIN)


def test_untrusted_titles_are_text(own: Own) -> None:
    _, page, url = own("<img src=x onerror=alert(1)>市\"'方案\n\n一、目标\n\n到2025年达到五成。\n")
    page.goto(f"{url}/documents?q=onerror&level=<script>&sort=--x&province=%22")
    expect(titles(page)).to_have_text(["<img src=x onerror=alert(1)>市\"'方案"])
    page.get_by_role("button", name=re.compile("^移除：<img")).click()
    expect(page.get_by_role("dialog")).to_contain_text("《<img src=x onerror=alert(1)>")
    assert page.locator("img[src=x]").count() == 0


def row(title: str, place: str = "", level: Level = Level.CITY, clauses: int = 1) -> Row:
    region = gazetteer().named(place) if place else None
    known = Metadata(title, title, None, region, level, Status.FINAL, None, None, None)
    return Row(known, clauses)


def test_documents_of_the_nation_and_of_ministries_are_counted_apart() -> None:
    held = [
        row("甲", "全国", Level.NATIONAL),
        row("乙", "全国", Level.MINISTRY),
        row("丙", "京津冀", Level.PROVINCE),
        row("丁"),
        row("戊", "浙江省", Level.PROVINCE),
        row("己", "杭州市"),
        row("庚", "杭州市"),
    ]
    assert beyond(held) == "国家文件 1 份，部委文件 1 份，跨省文件 1 份，辖区未知 1 份"
    (zhejiang,) = covered(held)
    assert (zhejiang.name, zhejiang.own, zhejiang.inside) == ("浙江", 1, (("杭州市", 2),))
    assert len(missing(held)) == 33
    assert counts(held, Selection(), PROVINCE)["浙江"] == 3


def test_the_map_has_every_province_once() -> None:
    provinces = {r.short for r in gazetteer().codes.values() if r.code.endswith("0000")} - {"全国"}
    assert {tile.name for tile in TILES} == provinces
    assert len({(tile.row, tile.column) for tile in TILES}) == len(TILES) == 34


def test_a_selection_survives_its_address() -> None:
    selection = Selection(
        words="碳 达峰", chosen=frozenset({("level", "省级"), ("province", "安徽")})
    ).sorted_by(COLUMNS[0])
    assert Selection.of(parse_qsl(selection.query)) == selection
    down = selection.sorted_by(COLUMNS[0])
    assert Selection.of(parse_qsl(down.query)).descending
    assert down.sorted_by(COLUMNS[0]).column == ""
    assert Selection.of([("sort", "none"), ("other", "x")]) == Selection()
    assert not Selection.of([("level", "没有的")]).within([row("甲")]).is_narrow


def test_words_of_a_filter_are_all_sought_in_any_order_and_width() -> None:
    held = [row("ＣＣＵＳ技术方案", "合肥市"), row("技术方案", "芜湖市")]
    assert narrowed(held, Selection(words="方案 ccus 合肥")) == held[:1]
    assert narrowed(held, Selection(words=" ")) == held


def test_what_has_no_value_comes_last_either_way() -> None:
    held = [row("甲"), row("乙", "芜湖市"), row("丙", "合肥市")]
    by_place = Selection().sorted_by(next(c for c in COLUMNS if c.name == "region"))
    up, down = in_order(held, by_place), in_order(held, by_place.sorted_by(COLUMNS[1]))
    assert [r.known.title for r in up] == ["丙", "乙", "甲"]
    assert [r.known.title for r in down] == ["乙", "丙", "甲"]
    assert {facet.name for facet in FACETS} >= {"level", "province", "status", "subject"}
