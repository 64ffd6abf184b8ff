"""Cleaning only ever deletes: page footers, Markdown marks, broken lines, site boilerplate.

What remains is the source's own characters in their own order, so a quotation of the cleaned
text is a quotation of the source.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from corpus.document import Page, PageMap

# 第N页 anywhere, or — N — on a line of its own.
_FOOTER = re.compile(
    r"第\s*(\d{1,5})\s*页|^[ \t]*[—–-]{1,2}[ \t]*(\d{1,5})[ \t]*[—–-]{1,2}[ \t]*$", re.MULTILINE
)
_MINIMUM_FOOTERS = 3
_STARTS = 4  # footers tried as the first, in case a sentence mentions a page before it
_GAP = 3  # pages that may be missing between two footers, plus one
_TERMINAL = "。；：！？）)”》;:!?】〕"
_MARKS = re.compile(r"\*\*|^#{1,6}[ \t]+|^[ \t]*-{3,}[ \t]*$|[\u200b\ufeff]", re.MULTILINE)
_SCAN_PROMPT = re.compile(r"(?:扫码(?:查看|下载)(?:全文|原文))+")
_BREAK = re.compile(r"[ \t]*\n\s*")
_STARTS_UNIT = re.compile(
    r"[（(〔\[]?[一二三四五六七八九十\d]{1,3}[）)〕\]、.．,，:：]|第[一二三四五六七八九十百\d]+[编章节条]"
    r"|——|附件|附表|专栏|\||\t|[-•·①-⑳]"
)
_BOILERPLATE = re.compile(
    r"\]\([/\\h]|版权(?:保护|所有|声明)|隐私声明|网站地图|网站标识码|ICP备|公网安备|联系电话|主办[：:]"
    r"|承办[：:]|技术支持|扫一扫|分享到|打印本页|关闭窗口|回到顶部|客服|上一篇|下一篇|责任编辑"
)
_SHORT_LINE = 15
_LONG_LINE = 200


def paginate(raw: str) -> list[Page]:
    """Cut a source at its printed footers (第N页, — N —), which close the page they name.

    A footer counts only if it continues the numbering (a page may be missing), so that a
    page number mentioned in a sentence is no footer. Fewer than three: one unnumbered page.
    """
    found = list(_FOOTER.finditer(raw))
    chains = (_chain(found[start:]) for start in range(min(len(found), _STARTS)))
    footers = max(chains, key=len, default=[])
    if len(footers) < _MINIMUM_FOOTERS:
        return [Page(None, raw)]
    pages: list[Page] = []
    at = 0
    for footer in footers:
        pages.append(Page(_printed(footer), raw[at : footer.start()]))
        at = footer.end()
    if raw[at:].strip():
        pages.append(Page(None, raw[at:]))
    return pages


def _chain(found: Sequence[re.Match[str]]) -> list[re.Match[str]]:
    """From the first on, those that continue the numbering."""
    chain = list(found[:1])
    for footer in found[1:]:
        if 0 < _printed(footer) - _printed(chain[-1]) <= _GAP:
            chain.append(footer)
    return chain


def _printed(footer: re.Match[str]) -> int:
    return int(footer.group(1) or footer.group(2))


def join(pages: Iterable[Page]) -> tuple[str, PageMap]:
    """Pages as one text, and the map back from characters to page numbers."""
    starts: list[int] = []
    numbers: list[int] = []
    parts: list[str] = []
    length = 0
    for page in pages:
        if page.number is not None:
            starts.append(length)
            numbers.append(page.number)
        parts.append(page.text)
        length += len(page.text)
    return "".join(parts), PageMap(tuple(starts), tuple(numbers))


def clean(text: str, pages: PageMap) -> tuple[str, PageMap]:
    """Delete marks, broken lines and boilerplate; page offsets follow."""
    text, pages = _cut(text, pages, _boilerplate(text))
    text, pages = _cut(text, pages, [mark.span() for mark in _MARKS.finditer(text)])
    text, pages = _cut(text, pages, [mark.span() for mark in _SCAN_PROMPT.finditer(text)])
    text, pages = _cut(text, pages, list(_broken_lines(text)))
    return _cut(text, pages, _margins(text))


def _cut(text: str, pages: PageMap, spans: list[tuple[int, int]]) -> tuple[str, PageMap]:
    """Delete ascending, disjoint spans."""
    if not spans:
        return text, pages
    kept: list[str] = []
    starts = list(pages.starts)
    at, removed, page = 0, 0, 0
    for start, end in spans:
        kept.append(text[at:start])
        while page < len(starts) and starts[page] <= start:
            starts[page] -= removed
            page += 1
        while page < len(starts) and starts[page] <= end:
            starts[page] = start - removed
            page += 1
        removed += end - start
        at = end
    kept.append(text[at:])
    while page < len(starts):
        starts[page] -= removed
        page += 1
    return "".join(kept), PageMap(tuple(starts), pages.numbers)


def _broken_lines(text: str) -> Iterable[tuple[int, int]]:
    """Line breaks inside a sentence: after a long line without a final mark, before plain words."""
    for found in _BREAK.finditer(text):
        line_start = text.rfind("\n", 0, found.start()) + 1
        before = text[line_start : found.start()].rstrip()
        if (
            len(before) > _SHORT_LINE
            and before[-1] not in _TERMINAL
            and found.end() < len(text)
            and "\t" not in found.group()
            and not _STARTS_UNIT.match(text, found.end())
        ):
            yield found.span()


def _boilerplate(text: str) -> list[tuple[int, int]]:
    """The tail of a saved web page: links, filing numbers, contacts after the last sentence."""
    end, seen = len(text), False
    while end > 0:
        start = text.rfind("\n", 0, end - 1) + 1
        line = text[start:end].strip()
        suspect = len(line) < _LONG_LINE and _BOILERPLATE.search(line) is not None
        sentence = len(line) >= _SHORT_LINE and line[-1] in "。）)；”"
        if not suspect and (sentence or len(line) >= _LONG_LINE or line.startswith("|")):
            break
        seen = seen or suspect
        end = start
    return [(end, len(text))] if seen and end < len(text) else []


def _margins(text: str) -> list[tuple[int, int]]:
    """White space around the text."""
    left = len(text) - len(text.lstrip())
    right = len(text.rstrip())
    return [span for span in ((0, left), (max(right, left), len(text))) if span[0] < span[1]]
