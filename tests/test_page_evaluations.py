"""The page of evaluation runs: listed, opened, set side by side, and for admins alone."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from browser import DESKTOP, PHONE, faults, pages_of, visitor
from playwright.sync_api import Browser, Locator, Page, expect

from assistant.access.principal import LOCAL, Role
from assistant.page.runs import duration, percent
from assistant.service import Service
from assistant.settings import Settings

pytestmark = [
    # Libraries of the server and the browser driver, not ours.
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
]
HOSTILE = "<img src=x onerror=alert(1)> '&#?%2F"
REPORT = (
    "<!doctype html><html lang='zh-CN'><title>报告</title><style>h1 { color: rgb(1, 2, 3) }</style>"
    "<h1>评测报告</h1><script>document.title = '已运行'</script><img src='/assets/x.png'>"
)
OLD, NEW = "20261120-all", "20261122-all"


def share(value: float) -> dict[str, float]:
    return {"value": value, "low": value - 0.02, "high": value + 0.01, "n": 100}


def system(name: str, **values: float) -> dict[str, Any]:
    figures = {measure: share(value) for measure, value in values.items()}
    return {"name": name, "questions": 906, "errors": 0, "p50_ms": 14.2, "figures": figures}


def put(data: Path, name: str, at: str, *systems: dict[str, Any], **run: Any) -> None:
    """A run as the command leaves it."""
    folder = data / "evaluations" / name
    folder.mkdir(parents=True)
    conditions = {"suites": {"targets": "a", "unanswerable": "b"}, "at": at, "machine": "甲"}
    said = {"run": conditions | run, "systems": systems}
    (folder / "summary.json").write_text(json.dumps(said), encoding="utf-8")
    (folder / "report.html").write_text(REPORT, encoding="utf-8")
    (folder / "questions.csv").write_text("编号,问题\n1,合肥？\n", encoding="utf-8")


def serving(data: Path) -> Service:
    return Service.open(Settings(data=data, library=False), lambda _: None)


@pytest.fixture
def own(sample_kept: Path, tmp_path: Path) -> Iterator[tuple[Service, str]]:
    """A server of one test, without any run. Its pages end those of `url`: such tests come last."""
    service = serving(Path(shutil.copytree(sample_kept, tmp_path / "data")))
    with pages_of(service) as address:
        yield service, address
    service.close()


@pytest.fixture(scope="module")
def url(sample_kept: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Pages over the small corpus and a few runs."""
    data = Path(shutil.copytree(sample_kept, tmp_path_factory.mktemp("runs") / "data"))
    service = serving(data)
    corpus = service.seen_by(LOCAL).version
    put(
        data,
        OLD,
        "2026-11-20T16:30:00Z",
        system("clausewise", answer=0.9, refusal=0.97, false_refusal=0.031),
        corpus=corpus,
    )
    put(
        data,
        NEW,
        "2026-11-22T00:10:00Z",
        system("clausewise", answer=0.925, refusal=0.97, grounded=0.99),
        system("bm25", answer=0.4) | {"errors": 3},
        corpus=corpus,
    )
    put(
        data,
        HOSTILE,
        "2025-01-02T00:00:00Z",
        system("<b>别的</b>", answer=0.5),
        suites={"<i>市里</i>": "c", "dev": "d"},
        machine="乙",
        sampled=50,
        corpus="another",
    )
    (data / "evaluations" / "unfinished").mkdir()
    with pages_of(service) as address:
        yield address
    service.close()


@pytest.fixture
def page(browser: Browser, url: str) -> Iterator[Page]:
    with visitor(browser, url, path="/evaluations") as opened:
        yield opened


def listed(page: Page) -> Locator:
    return page.locator(".cw-runs tbody")


def cell(row: Locator, name: str) -> Locator:
    return row.locator(f"td[data-label='{name}']")


def test_runs_are_listed_newest_first(page: Page) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text("评测")
    expect(listed(page)).to_have_count(4)
    newest, older, oldest, unfinished = listed(page).all()
    expect(newest.locator(".cw-run")).to_contain_text("2026年11月22日 08:10")
    expect(newest.locator(".cw-run-suites")).to_have_text("已知目标、应拒答")
    first, second = newest.locator("tr").all()
    expect(cell(first, "答案正确")).to_have_text("92.5%90.5–93.5")
    expect(cell(first, "数值正确")).to_have_text("—")
    expect(cell(first, "引文逐字")).to_contain_text("99.0%")
    expect(cell(first, "题数")).to_have_text("906")
    expect(cell(first, "中位用时")).to_have_text("14 毫秒")
    expect(first.get_by_role("rowheader", name="clausewise")).to_have_css("font-weight", "600")
    bm25 = second.get_by_role("rowheader", name="bm25")
    expect(bm25).to_have_css("font-weight", "400")
    expect(bm25).to_contain_text("3 题出错")
    expect(cell(older, "误拒")).to_contain_text("3.1%")
    expect(page.get_by_text("文件库已变动", exact=True)).to_have_count(1)
    expect(oldest).to_contain_text("文件库已变动")
    expect(unfinished).to_contain_text("不可读")
    expect(unfinished).to_contain_text("没有 summary.json")
    expect(unfinished.get_by_role("checkbox")).to_have_count(0)
    expect(unfinished.get_by_role("link")).to_have_count(0)


def test_untrusted_names_are_text(page: Page, url: str) -> None:
    third = listed(page).nth(2)
    expect(third).to_contain_text(HOSTILE)
    expect(third).to_contain_text("<b>别的</b>")
    expect(third.locator(".cw-run-suites")).to_have_text("<i>市里</i>、标准问题（每套抽 50 题）")
    with page.context.expect_page() as opened:
        third.get_by_role("link", name="打开报告").click()
    expect(opened.value.get_by_role("heading")).to_have_text("评测报告")
    third.get_by_role("checkbox").check()
    listed(page).nth(0).get_by_role("checkbox").check()
    page.get_by_role("button", name="对比所选").click()
    expect(page.locator(".cw-beside code")).to_contain_text("'<img src=x onerror=alert(1)> '")
    expect(page.locator(".cw-beside h3")).to_have_text("<b>别的</b> 与 clausewise")
    assert page.locator("main img, main b, main i").count() == 0
    assert page.url.startswith(url)


def test_a_report_opens_and_does_nothing(page: Page) -> None:
    with page.context.expect_page() as opened:
        listed(page).nth(0).get_by_role("link", name="打开报告").click()
    report = opened.value
    expect(report.get_by_role("heading")).to_have_css("color", "rgb(1, 2, 3)")
    assert report.title() == "报告"
    assert report.evaluate("document.images[0].naturalWidth") == 0
    assert report.evaluate("origin") == "null"


def test_what_a_report_is_sent_with(page: Page, url: str) -> None:
    response = page.request.get(f"{url}/evaluations/{NEW}/report")
    assert response.status == 200
    assert response.text() == REPORT
    assert response.headers["content-type"] == "text/html; charset=utf-8"
    assert response.headers["content-security-policy"] == (
        "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox"
    )
    assert response.headers["x-content-type-options"] == "nosniff"
    assert response.headers["cache-control"] == "no-store"


def test_the_questions_are_taken_away(page: Page) -> None:
    with page.expect_download() as coming:
        listed(page).nth(1).get_by_role("link", name="下载逐题 CSV").click()
    assert coming.value.suggested_filename == f"{OLD}.csv"
    assert coming.value.path().read_text(encoding="utf-8").startswith("编号,问题")


@pytest.mark.parametrize(
    "path",
    [
        "nothing/report",
        "unfinished/report",
        "unfinished/questions.csv",
        "%2e%2e/report",
        "..%2fevaluations%2f20261122-all/report",
        f"{NEW}%2f/report",
        f"{NEW}/summary.json",
        f"{NEW}/report.html",
    ],
)
def test_what_is_no_run_is_not_found(page: Page, url: str, path: str) -> None:
    assert page.request.get(f"{url}/evaluations/{path}").status == 404


def test_two_are_set_side_by_side(page: Page, url: str) -> None:
    for number in (0, 1):
        listed(page).nth(number).get_by_role("checkbox").check()
    page.get_by_role("button", name="对比所选").click()
    expect(page).to_have_url(f"{url}/evaluations?run={NEW}&run={OLD}")
    table = page.get_by_role("table", name="clausewise的对比")
    heads = table.get_by_role("columnheader")
    expect(heads).to_have_text(["指标", "2026年11月21日 00:30", "2026年11月22日 08:10", "差百分点"])
    expect(table.get_by_role("row", name="答案正确").get_by_role("cell")).to_have_text(
        [re.compile("^90.0%"), re.compile("^92.5%"), "+2.5"]
    )
    expect(table.get_by_role("row", name="应拒尽拒").get_by_role("cell").last).to_have_text("不变")
    expect(table.get_by_role("row", name="误拒").get_by_role("cell").last).to_have_text("—")
    expect(page.locator(".cw-beside code")).to_have_text(f"clausewise eval compare {OLD} {NEW}")
    expect(page.locator(".cw-beside-note")).to_have_count(0)
    expect(page.get_by_role("checkbox", checked=True)).to_have_count(2)
    page.get_by_role("link", name="结束对比").click()
    expect(page).to_have_url(f"{url}/evaluations")
    expect(page.locator(".cw-beside")).to_have_count(0)


def test_what_makes_two_less_than_comparable_is_said(page: Page, url: str) -> None:
    page.goto(f"{url}/evaluations?run={OLD}&run={quote(HOSTILE)}")
    expect(page.locator(".cw-beside-note")).to_have_text(
        [
            "两次问的题不同，差值仅供参考。",
            "两次之间文件库有变动，差值也含这部分影响。",
            "两次不在同一台机器上，用时不可比。",
        ]
    )


def test_one_or_three_are_not_compared(page: Page, url: str) -> None:
    page.goto(f"{url}/evaluations?run={OLD}&run=nothing&run=unfinished&run=..%2F")
    expect(page.get_by_role("status")).to_contain_text("勾选了 1 次评测")
    expect(page.locator(".cw-beside")).to_have_count(0)
    listed(page).nth(0).get_by_role("checkbox").check()
    page.get_by_role("button", name="对比所选").press("Enter")
    expect(page.locator(".cw-beside")).to_have_count(1)


@pytest.mark.parametrize(("size", "theme"), [(DESKTOP, "light"), (PHONE, "dark")])
def test_nothing_stands_in_the_way_of_anybody(
    browser: Browser, url: str, size: tuple[int, int], theme: str
) -> None:
    with visitor(browser, url, size, "/evaluations") as page:
        page.get_by_label("配色").select_option(theme)
        page.get_by_text("各项指标的含义").click()
        assert faults(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
        page.goto(f"{url}/evaluations?run={NEW}&run={OLD}")
        expect(page.locator(".cw-beside")).to_be_visible()
        assert faults(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= size[0]


def test_without_runs_the_command_is_told(browser: Browser, own: tuple[Service, str]) -> None:
    _, url = own
    with visitor(browser, url, path="/evaluations") as page:
        expect(page.get_by_role("heading", name="还没有评测")).to_be_visible()
        expect(page.get_by_role("main")).to_contain_text("clausewise eval run all")
        assert faults(page) == []


def test_for_admins_alone(browser: Browser, own: tuple[Service, str]) -> None:
    service, url = own
    put(service.settings.data, NEW, "2026-11-22T00:10:00Z", system("clausewise", answer=0.9))
    keys = {role: service.access.create_key(role.value, role) for role in Role}
    with visitor(browser, url, path="/login") as page:
        for role, key in keys.items():
            page.context.set_extra_http_headers({"Authorization": f"Bearer {key}"})
            may = role is Role.ADMIN
            page.goto(url)
            expect(page.get_by_role("link", name="文件库")).to_be_visible()
            expect(page.get_by_role("link", name="评测")).to_have_count(int(may))
            answer = page.goto(f"{url}/evaluations")
            assert answer is not None
            assert answer.status == (200 if may else 403)
            expect(page.get_by_role("heading", level=1)).to_have_text(
                "评测" if may else "评测仅供管理员查看"
            )
            assert (NEW in page.content()) == may
            for part in ("report", "questions.csv"):
                response = page.request.get(f"{url}/evaluations/{NEW}/{part}")
                assert response.status == (200 if may else 403)
        page.context.set_extra_http_headers({})
        assert page.request.get(f"{url}/evaluations/{NEW}/report").status == 401


def test_all_and_nothing_are_said_of_these_alone() -> None:
    shares = (0.0, 0.0001, 0.3333, 0.99996, 1.0)
    assert [percent(value) for value in shares] == ["0%", "0.1%", "33.3%", "99.9%", "100%"]
    assert [duration(ms) for ms in (None, 0.4, 999.0, 1234.0)] == [
        "—",
        "0 毫秒",
        "999 毫秒",
        "1.2 秒",
    ]
