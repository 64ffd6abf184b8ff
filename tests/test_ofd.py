import zipfile
from pathlib import Path

import pytest

from corpus.errors import SourceError
from corpus.readers import read

SPACE = 'xmlns:ofd="http://www.ofdspec.org/2016"'
ROOT = f"<ofd:OFD {SPACE}><ofd:DocBody><ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot></ofd:DocBody></ofd:OFD>"
DOCUMENT = (
    f"<ofd:Document {SPACE}><ofd:Pages>"
    '<ofd:Page ID="1" BaseLoc="Pages/Page_0/Content.xml"/><ofd:Page ID="2" BaseLoc="/Doc_0/P1.xml"/>'
    "</ofd:Pages></ofd:Document>"
)


def placed(x: float, y: float, text: str) -> str:
    return (
        f'<ofd:TextObject Boundary="{x} {y} 100 5" Size="4"><ofd:TextCode X="0" Y="4">{text}'
        "</ofd:TextCode></ofd:TextObject>"
    )


def content(*objects: str) -> str:
    return f"<ofd:Page {SPACE}><ofd:Content><ofd:Layer>{''.join(objects)}</ofd:Layer></ofd:Content></ofd:Page>"


def packed(folder: Path, **changes: str | None) -> Path:
    parts: dict[str, str | None] = {
        "OFD.xml": ROOT,
        "Doc_0/Document.xml": DOCUMENT,
        "Doc_0/Pages/Page_0/Content.xml": content(
            placed(20, 40, "一、总体要求"),
            placed(20, 20, "合肥市节约用水实施方案"),
            placed(60, 50.4, "控制在三十一亿立方米以内。"),
            placed(20, 50, "到2025年，用水总量"),
        ),
        "Doc_0/P1.xml": content(placed(20, 20, "二、重点任务")),
    }
    parts.update(
        {name.replace("__", "/").replace("_xml", ".xml"): text for name, text in changes.items()}
    )
    path = folder / "公文.ofd"
    with zipfile.ZipFile(path, "w") as archive:
        for name, text in parts.items():
            if text is not None:
                archive.writestr(name, text)
    return path


def test_words_are_read_from_the_top_and_from_the_left(tmp_path: Path) -> None:
    first, second = read(packed(tmp_path)).pages
    assert first.text.split("\n") == [
        "合肥市节约用水实施方案",
        "一、总体要求",
        "到2025年，用水总量控制在三十一亿立方米以内。",
    ]
    assert (first.number, second.number) == (1, 2)
    assert second.text == "二、重点任务"


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"OFD_xml": None}, r"缺少 OFD\.xml"),
        ({"OFD_xml": "<broken"}, "损坏"),
        ({"OFD_xml": '<!DOCTYPE x [<!ENTITY a "b">]>' + ROOT}, "实体"),
        ({"OFD_xml": ROOT.replace("Doc_0/Document.xml", "../../../etc/passwd")}, "缺少"),
    ],
)
def test_what_cannot_be_read_names_the_file_and_why(
    tmp_path: Path, changes: dict[str, str | None], said: str
) -> None:
    with pytest.raises(SourceError, match=said) as error:
        read(packed(tmp_path, **changes))
    assert "公文.ofd" in str(error.value)


def test_pages_of_images_have_no_text(tmp_path: Path) -> None:
    path = tmp_path / "scan.ofd"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("OFD.xml", ROOT)
        archive.writestr("Doc_0/Document.xml", DOCUMENT)
        archive.writestr("Doc_0/Pages/Page_0/Content.xml", content())
        archive.writestr("Doc_0/P1.xml", content())
    with pytest.raises(SourceError, match="文字层"):
        read(path)
