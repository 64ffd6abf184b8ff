"""A citation in the form of official papers: title, number, part, item, page.

The place follows the labels of the clause path as printed:

| printed | said |
| --- | --- |
| 一、 | 第一部分 |
| （二） | 第（二）项 |
| 4. or 4、 or 2.1 | 第4点, 第2.1点; inside an article 第4目, as in statutes |
| （3） | 第（3）目 |
| 第三章, 第二节, 第十二条 | as it stands |
| 附件1, 专栏3, 表2 | as it stands |
| words without a number | “引言”部分 |

The words of a heading are left out where it has a number. What scanning makes of a number
（三, for 三、 and (-) for （一））is read as that number.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from assistant.answer import Source
from assistant.export.words import closed
from corpus.document import Status

_HAN = r"[一二三四五六七八九十百〇零](?:\s*[一二三四五六七八九十百〇零]){0,3}"
_STANDING = re.compile(
    rf"第\s*(?:{_HAN}|\d+)\s*(?P<kind>编|章|节|条|款|项|目|部分|篇)(?:之{_HAN})?"
    r"|附\s*(?:件|表|录)\s*(?:\d{1,2}(?![\d年月])|[一二三四五六七八九十]+)?"
    r"|专\s*栏\s*(?:\d{1,2}(?:\.\d)?|[一二三四五六七八九十]+)"
    r"|[表图]\s*\d{1,2}(?:[-—.]\d{1,2})?(?![\d年])"
)
_PART = re.compile(rf"(?P<number>{_HAN})\s*(?:[、,'’.]|$)")
_ITEM = re.compile(rf"\(\s*(?P<number>{_HAN}|[-—])\s*\)")
_POINT = re.compile(
    r"(?P<number>\d{1,2}[.]\d{1,2}(?![\d.%‰]|\s?[万亿个千百米公吨])|\d{1,3}(?=\s*[、.](?!\d)|\s+[\u4e00-\u9fff]|\s*$))"
)
_SMALL = re.compile(r"\(\s*(?P<number>\d{1,3})\s*\)")
_WRAPPED = re.compile(r"《([^《》]*)》")
_INNER = str.maketrans({"《": "〈", "》": "〉"})
_INNER_QUOTES = str.maketrans({"“": "‘", "”": "’"})


def reference(source: Source) -> str:
    """Where a clause stands, as an official paper cites it.

    《山东省碳达峰实施方案》（鲁政字〔2022〕242号）第三部分第（二）项第4点，第12页
    """
    said = [_title(source.document_title), _about(source), place(source.clause_path)]
    if source.pages:
        said.append(f"，第{_pages(source.pages)}页")
    caveats = ["指标摘录，非原文"] * source.excerpt + ["扫描识别"] * source.recognised
    if caveats:
        said.append(f"（{'；'.join(caveats)}）")
    return "".join(said)


def place(path: Sequence[str]) -> str:
    """Where in a document a clause stands.

    >>> place(["三、重点任务", "（二）节能降碳增效行动", "4.加强重点用能设备节能增效"])
    '第三部分第（二）项第4点'
    >>> place(["第三章 附则", "第十二条"]), place(["引言"])
    ('第三章第十二条', '“引言”部分')
    """
    said: list[str] = []
    in_article = False
    for label in path:
        step, is_article = _step(label, in_article=in_article)
        said.append(step)
        in_article = in_article or is_article
    return "".join(said)


def _step(label: str, *, in_article: bool) -> tuple[str, bool]:
    """One label, and whether it is an article's."""
    printed = unicodedata.normalize("NFKC", label).strip()
    if standing := _STANDING.match(printed):
        return closed(standing[0]), standing["kind"] == "条"
    if part := _PART.match(printed):
        return f"第{closed(part['number'])}部分", False
    if item := _ITEM.match(printed):
        number = "一" if item["number"] in "-—" else closed(item["number"])
        return f"第（{number}）项", False
    if point := _POINT.match(printed):
        return f"第{point['number']}{'目' if in_article else '点'}", False
    if small := _SMALL.match(printed):
        return f"第（{small['number']}）目", False
    words = closed(label).rstrip("。：:；;，,")
    return (f"“{words.translate(_INNER_QUOTES)}”部分" if words else ""), False


def _title(title: str) -> str:
    """The title in book marks; those inside it become single ones."""
    plain = closed(title)
    whole = _WRAPPED.fullmatch(plain)
    return f"《{(whole[1] if whole else plain).translate(_INNER)}》"


def _about(source: Source) -> str:
    """Whether it is a draft, unless the title says so, and the number of the document."""
    is_draft = source.status == Status.DRAFT and Status.DRAFT not in closed(source.document_title)
    said = [Status.DRAFT.value] * is_draft + ([closed(source.number)] if source.number else [])
    return f"（{'，'.join(said)}）" if said else ""


def _pages(pages: Sequence[int]) -> str:
    """Page numbers, runs of them joined.

    >>> _pages([12]), _pages([12, 13, 14]), _pages([3, 5, 6])
    ('12', '12—14', '3、5—6')
    """
    runs: list[list[int]] = []
    for page in sorted(set(pages)):
        if runs and page == runs[-1][-1] + 1:
            runs[-1].append(page)
        else:
            runs.append([page])
    return "、".join(str(run[0]) if len(run) == 1 else f"{run[0]}—{run[-1]}" for run in runs)
