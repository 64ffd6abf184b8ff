from pathlib import Path

import pytest

from corpus.errors import SourceError
from corpus.readers import read

SENTENCE = (
    "到2025年，全市用水总量控制在三十一亿立方米以内，万元产值用水量明显下降，节水型社会基本建成。"
)
PAGE = f"""<!doctype html><html lang="zh"><head><meta charset="{{charset}}">
<title>合肥市节约用水实施方案_合肥市人民政府网</title>
<link rel="canonical" href="http://www.example.gov.cn/2022/3/t1.html"></head><body>
<nav><a href="/">首页</a> <a href="/zw">政务公开</a> <a href="/hd">互动交流</a></nav>
<div class="article"><h1>合肥市节约用水实施方案</h1>
<p>一、总体要求</p><p>{SENTENCE}</p><p>二、重点任务</p>
<p>（一）农业节水。推广滴灌面积一百万亩，建设高标准农田灌区二十处，逐步完善计量设施。（市农业农村局负责）</p>
<p>（二）工业节水。规模以上企业重复用水率达到百分之九十四，创建节水型企业一百家。（市工信局负责）</p></div>
<footer><a href="/about">关于我们</a> 网站标识码：0000 皖ICP备0000号 主办：合肥市人民政府办公室</footer></body></html>"""


@pytest.mark.parametrize(("charset", "encoding"), [("utf-8", "utf-8"), ("gb2312", "gb18030")])
def test_the_main_text_without_navigation(tmp_path: Path, charset: str, encoding: str) -> None:
    path = tmp_path / "page.html"
    path.write_bytes(PAGE.format(charset=charset).encode(encoding))
    reading = read(path)
    text = reading.pages[0].text
    assert text.startswith("合肥市节约用水实施方案")
    assert SENTENCE in text
    assert "（二）工业节水" in text
    for boilerplate in ("政务公开", "ICP备", "关于我们"):
        assert boilerplate not in text
    assert reading.url == "http://www.example.gov.cn/2022/3/t1.html"


def test_a_page_without_main_text(tmp_path: Path) -> None:
    path = tmp_path / "empty.html"
    path.write_text("<html><body></body></html>", encoding="utf-8")
    with pytest.raises(SourceError, match=r"empty\.html.*正文"):
        read(path)


def test_scripts_are_no_text(tmp_path: Path) -> None:
    path = tmp_path / "page.html"
    hostile = PAGE.format(charset="utf-8").replace("<h1>", "<script>alert('x')</script><h1>")
    path.write_text(hostile, encoding="utf-8")
    assert "alert" not in read(path).pages[0].text
