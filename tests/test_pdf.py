"""PDF files made here: by Chromium with a running head, by pypdf, and from images."""

import shutil
from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright
from pypdf import PdfReader, PdfWriter

from corpus.errors import SourceError
from corpus.readers import ocr, read
from corpus.readers.pdf import plain, without_running_heads
from corpus.source import document
from corpus.split import split

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
HTML = """<html lang="zh"><style>h1, p {font-size: 16px}</style><body>
<h1>合肥市节约用水实施方案</h1>
<p>一、总体要求</p><p>到2025年，全市用水总量控制在三十一亿立方米以内，万元产值用水量比2020年下降16%，方法更新，民生改善。</p>
<div style="page-break-after:always"></div>
<p>二、重点任务</p><p>（一）农业节水。推广滴灌一百万亩。（市农业农村局负责）</p>
<div style="page-break-after:always"></div>
<p>（二）工业节水。重复利用率达到94%。（市工信局负责）</p></body></html>"""
EDGE = '<div style="font-size:9px;width:100%;text-align:center">{}</div>'


@pytest.fixture(scope="module")
def printed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three pages with a running head and page numbers."""
    if CHROMIUM is None:
        pytest.skip("no Chromium on this machine")
    path = tmp_path_factory.mktemp("pdf") / "printed.pdf"
    with sync_playwright() as driver:
        browser = driver.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"]
        )
        page = browser.new_page()
        page.set_content(HTML)
        page.pdf(
            path=path,
            display_header_footer=True,
            header_template=EDGE.format("合肥市人民政府公报"),
            footer_template=EDGE.format('— <span class="pageNumber"></span> —'),
            margin={"top": "2cm", "bottom": "2cm"},
        )
        browser.close()
    return path


def test_pages_are_numbered_and_running_heads_left_out(printed: Path) -> None:
    pages = read(printed).pages
    assert [page.number for page in pages] == [1, 2, 3]
    assert pages[0].text.startswith("合肥市节约用水实施方案")
    assert "用水总量控制在三十一亿立方米以内" in "".join(pages[0].text.split())
    assert pages[2].text.strip() == "（二）工业节水。重复利用率达到94%。（市工信局负责）"
    assert not any("公报" in page.text or "— " in page.text for page in pages)
    assert not any(page.recognised for page in pages)


def test_radicals_become_characters() -> None:
    assert plain("⽅法⺠⽣⻓效") == "方法民生长效"


def test_a_line_that_only_one_page_has_stays() -> None:
    texts = ["标题\n甲文", "公报 2\n乙文", "公报 3\n丙文", "公报 4\n丁文"]
    assert without_running_heads(texts) == ["标题\n甲文", "乙文", "丙文", "丁文"]


def damaged(printed: Path, folder: Path) -> Path:
    path = folder / "cut.pdf"
    path.write_bytes(printed.read_bytes()[:2000])
    return path


def encrypted(printed: Path, folder: Path) -> Path:
    path = folder / "locked.pdf"
    writer = PdfWriter(clone_from=PdfReader(printed))
    writer.encrypt("secret")
    writer.write(path)
    return path


def blank(printed: Path, folder: Path) -> Path:
    path = folder / "blank.pdf"
    writer = PdfWriter()
    for _ in range(10_000):
        writer.add_blank_page(100, 100)
    writer.write(path)
    return path


@pytest.mark.parametrize(
    ("make", "said"), [(damaged, "重新下载"), (encrypted, "加密"), (blank, "文字层|拆分")]
)
@pytest.mark.filterwarnings("ignore::UserWarning")
def test_what_cannot_be_read_says_why(
    printed: Path, tmp_path: Path, make: object, said: str
) -> None:
    path = make(printed, tmp_path)  # type: ignore[operator]
    with pytest.raises(SourceError, match=said) as error:
        read(path)
    assert path.name in str(error.value)


@pytest.mark.skipif(not ocr.available(), reason="the extra ocr is not installed")
@pytest.mark.filterwarnings("ignore")
def test_a_scan_is_read_by_ocr_and_says_so(printed: Path, tmp_path: Path) -> None:
    import pypdfium2

    path = tmp_path / "scan.pdf"
    with pypdfium2.PdfDocument(printed) as document:
        image = document[2].render(scale=2).to_pil()
    image.save(path, "PDF")
    (page,) = read(path).pages
    assert page.recognised
    assert "重复利用率达到94%" in "".join(page.text.split())


def mixed(printed: Path, folder: Path) -> Path:
    """The printed pages, the second of them as an image."""
    import pypdfium2

    image, path = folder / "image.pdf", folder / "mixed.pdf"
    with pypdfium2.PdfDocument(printed) as document:
        document[1].render(scale=2).to_pil().save(image, "PDF")
    writer = PdfWriter()
    for source, number in ((printed, 0), (image, 0), (printed, 2)):
        writer.add_page(PdfReader(source).pages[number])
    writer.write(path)
    return path


def test_image_pages_that_nothing_can_read_are_named(
    printed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ocr, "available", lambda: False)
    reading = read(mixed(printed, tmp_path))
    assert reading.unread == (2,)
    assert [page.number for page in reading.pages if page.text.strip()] == [1, 3]


@pytest.mark.skipif(not ocr.available(), reason="the extra ocr is not installed")
@pytest.mark.filterwarnings("ignore")
def test_only_image_pages_are_recognised_and_only_their_clauses_say_so(
    printed: Path, tmp_path: Path
) -> None:
    reading = read(mixed(printed, tmp_path))
    assert [page.recognised for page in reading.pages] == [False, True, False]
    (section,) = split(reading.pages, "mixed").sections
    found = document(section)
    assert found.metadata.recognised_pages == (2,)
    assert {
        clause.heading: clause.pages for clause in found.clauses if 2 in clause.pages
    }.keys() >= {"农业节水"}
