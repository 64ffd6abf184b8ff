"""A document's text into its clause tree: 一、 > （一） > 1. > （1）, 第X章 > 第X节 > 第X条.

A number is a heading only where it stands after a finished sentence (or a short heading) and
continues its own series; so a reference (第三条规定), a decimal (3.5%) or a list inside a
sentence is none. Compilations run headings into the body without a line break, hence no
reliance on lines.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from corpus.departments import blanket_of, departments_of
from corpus.document import Clause, Department, PageMap, content_id
from corpus.headings import HEADING_LENGTH, title_of

_HAN = "一二三四五六七八九十百"
_DIGITS = {han: value for value, han in enumerate("〇一二三四五六七八九")}

PREAMBLE = "引言"


@dataclass(frozen=True, slots=True)
class _Style:
    """A numbering style. Styles are listed from outermost to innermost."""

    name: str
    pattern: str
    misread: bool = False


# A misread style is what scanning makes of another (三, for 三、): it must continue a series.
_STYLES = (
    _Style("annex", r"附(?:件|表)[ ]*(?P<annex>\d{0,2})(?=[ ]*\n)"),
    _Style("part", rf"第(?P<part>[{_HAN}]+)编"),
    _Style("chapter", rf"第(?P<chapter>[{_HAN}]+)章"),
    _Style("section", rf"第(?P<section>[{_HAN}]+)节"),
    _Style("han", rf"(?P<han>[{_HAN}]{{1,3}})、"),
    _Style("han_misread", rf"(?P<han_misread>[{_HAN}]{{1,3}})[,，'’.．]", misread=True),
    _Style("article", rf"第(?P<article>[{_HAN}]+)条"),
    _Style("han_paren", rf"[（(](?P<han_paren>[{_HAN}]{{1,3}})[)）]"),
    _Style("han_paren_misread", r"[（(](?P<han_paren_misread>[-—])[)）]", misread=True),
    _Style(
        "decimal",
        r"(?<![\d.．])(?P<decimal>\d{1,2}[.．]\d{1,2})(?![\d.．%％]|[ ]?[万亿个千百米公吨])",
    ),
    _Style(
        "arabic", r"(?<![\d.．])(?P<arabic>\d{1,2})(?:[.．](?!\d)|、|[ ](?=[\u4e00-\u9fff]{2}))"
    ),
    _Style("arabic_paren", r"[（(](?P<arabic_paren>\d{1,2})[)）]"),
    _Style("box", r"专栏[ ]?(?P<box>\d{1,2}(?:\.\d)?)(?![\d所、，,])"),
)
_RANK = {style.name.removesuffix("_misread"): rank for rank, style in enumerate(_STYLES)}
_MISREAD = {style.name for style in _STYLES if style.misread}
_CANDIDATE = re.compile("|".join(style.pattern for style in _STYLES))

_FINISHED = "。！？!?）)〕】]”』；;：:\n"
_STRONG = "。）)〕】]\n"
# After lost words a heading may follow a broken sentence; then its own shape must show it.
_PLAIN_HEADING = re.compile(r"[\u4e00-\u9fff“”、]{4,25}(?:。|[（(]一[)）]|1[.．、])")


@dataclass(frozen=True, slots=True)
class _Heading:
    start: int
    end: int
    style: str
    number: int
    marker: str


def parse(text: str, pages: PageMap, *identity: str) -> tuple[Clause, ...]:
    """The clauses of a cleaned text, in order; together they are the text.

    `identity` (title, jurisdiction) goes into the ids, so that the same words in another
    document are another clause.

    >>> [c.path for c in parse("一、总则。为了…。（一）目标。到2025年…。", PageMap())]
    [('一、总则',), ('一、总则', '（一）目标')]
    """
    headings = list(_headings(text))
    clauses: list[Clause] = []
    seen: dict[tuple[tuple[str, ...], str], int] = {}
    stack: list[tuple[int, int]] = []  # (rank, ordinal)
    bounds = [heading.start for heading in headings] + [len(text)]
    if text[: bounds[0]].strip():
        clauses.append(
            _clause(0, None, "", PREAMBLE, (PREAMBLE,), 0, bounds[0], text, pages, seen, identity)
        )
        lead = 0
    else:
        lead = bounds[0]
    for heading, stop in zip(headings, bounds[1:], strict=True):
        rank = _RANK[heading.style]
        while stack and stack[-1][0] >= rank:
            stack.pop()
        parent = stack[-1][1] if stack else None
        title = title_of(text, heading.end, stop, annex=heading.style == "annex")
        above = clauses[parent].path if parent is not None else ()
        label = f"{heading.marker}{title}"
        ordinal = len(clauses)
        start = heading.start - lead
        lead = 0
        clauses.append(
            _clause(
                ordinal,
                parent,
                heading.marker,
                title,
                (*above, label),
                start,
                stop,
                text,
                pages,
                seen,
                identity,
            )
        )
        stack.append((rank, ordinal))
    return tuple(_with_blanket_departments(clauses, text))


def _with_blanket_departments(clauses: Sequence[Clause], text: str) -> Iterable[Clause]:
    """A rule such as 以下均需各区落实，不再列出 adds its departments to all later clauses' own."""
    blanket: tuple[Department, ...] = ()
    for clause in clauses:
        if blanket and clause.departments:
            known = {department.name for department in clause.departments}
            added = tuple(d for d in blanket if d.name not in known)
            clause = replace(clause, departments=(*clause.departments, *added))
        yield clause
        blanket = blanket or blanket_of(text[clause.start : clause.end])


def _clause(
    ordinal: int,
    parent: int | None,
    marker: str,
    heading: str,
    path: tuple[str, ...],
    start: int,
    end: int,
    text: str,
    pages: PageMap,
    seen: dict[tuple[tuple[str, ...], str], int],
    identity: Sequence[str],
) -> Clause:
    body = text[start:end]
    twin = seen.get((path, body), 0)
    seen[path, body] = twin + 1
    clause_id = content_id(*identity, *path, body, *([str(twin)] if twin else []))
    return Clause(
        clause_id,
        ordinal,
        parent,
        marker,
        heading,
        path,
        start,
        end,
        pages.pages(start, end),
        departments_of(body),
    )


def _headings(text: str) -> Iterable[_Heading]:
    """Candidates that stand where a heading can stand and continue their series."""
    open_series: dict[str, int] = {}
    run_on: dict[str, int] = {}
    last: _Heading | None = None
    marks: dict[str, str] = {}  # the mark after the number, of each open series: 1. or 1、
    box_item: int | None = None  # the last item inside a 专栏 box; None outside of one
    candidates = list(_CANDIDATE.finditer(text))
    for index, found in enumerate(candidates):
        name = found.lastgroup or ""
        style = name.removesuffix("_misread")
        rank = _RANK[style]
        boundary = _boundary(text, found.start(), rank, last)
        number = _number(style, found.group(name))
        if boundary is None and _follows_lost_words(text, found, open_series.get(style, 0), number):
            boundary = "。"
        if boundary is None:
            continue
        inner = {s: n for s, n in open_series.items() if _RANK[s] <= rank}
        weak = name in _MISREAD or (style == "arabic" and found.group().endswith(" "))
        if style == "box":
            if boundary in _STRONG:
                box_item = 0
                last = _Heading(found.start(), found.end(), style, number, found.group().strip())
                yield last
            continue
        mark = found.group().strip()[-1]
        outer = open_series.get(style, 0) if marks.get(style) == mark else -1
        if box_item is not None and _in_box(style, number, box_item, outer):
            box_item = number
            continue
        if style not in run_on and _opens_midway(candidates, index, number):
            run_on[style] = number - 1
        if not _continues(style, number, inner, run_on, boundary in _STRONG, weak, rank):
            continue
        box_item = None
        marks[style] = mark
        open_series = {**inner, style: number}
        run_on[style] = number
        last = _Heading(found.start(), found.end(), style, number, found.group().strip())
        yield last


def _boundary(text: str, at: int, rank: int, last: _Heading | None) -> str | None:
    """The mark that a heading at `at` would follow; None in mid-sentence.

    A heading may follow the words of the heading above it with no mark between.
    """
    near = text[max(at - 40, 0) : at]
    if near.endswith("\t"):  # a table cell
        return None
    before = near.rstrip(" \u3000")
    if not before:
        return "\n"
    mark = before[-1]
    if mark in _FINISHED:
        return mark
    if last is not None and at - last.end <= HEADING_LENGTH:
        between = text[last.end : at]
        marks = "。；;：:" if rank > _RANK[last.style] else "。；;：:，,"
        if between.strip() and not any(mark in between for mark in marks):
            return "。"
    return None


def _in_box(style: str, number: int, item: int, outer: int) -> bool:
    """Whether a number counts inside a box: from 1, or on from its last item.

    `outer` is the last number of the series around the box that is printed alike; its next one
    ends the box.
    """
    if style not in ("arabic", "arabic_paren"):
        return False
    return number == 1 or (number == item + 1 and number != outer + 1)


def _opens_midway(candidates: Sequence[re.Match[str]], index: int, number: int) -> bool:
    """The first number of a series whose beginning was lost with a page: its next one follows."""
    name = candidates[index].lastgroup or ""
    if number < 2 or name not in ("han", "han_paren"):
        return False
    following = (c for c in candidates[index + 1 :] if c.lastgroup == name)
    return any(_number(name, c.group(name)) == number + 1 for c in islice(following, 3))


def _follows_lost_words(text: str, found: re.Match[str], last: int, number: int) -> bool:
    """In mid-sentence: exactly the next 一、 or （一） of its series, in a heading's shape."""
    return (
        found.lastgroup in ("han", "han_paren")
        and 0 < last == number - 1
        and text[found.start() - 1] not in _HAN + "第、"
        and _PLAIN_HEADING.match(text, found.end()) is not None
    )


def _continues(
    style: str,
    number: int,
    open_series: dict[str, int],
    run_on: dict[str, int],
    strong: bool,
    weak: bool,
    rank: int,
) -> bool:
    """Whether this number is the next of its series, or opens one."""
    if style == "annex":
        return strong
    if weak and not strong:
        return False
    if style in open_series:
        step = number - open_series[style]
        if step == 1:
            return True
        # A lost heading leaves a gap; a document printed twice starts again.
        return strong and not weak and (step in (2, 3) or (number == 1 and rank <= _RANK["han"]))
    if number == 1:
        return True
    if style in run_on and number == run_on[style] + 1:
        return True
    return strong and not weak and number == 2


def _number(style: str, digits: str) -> int:
    """The value of a printed number; a decimal counts by its last part."""
    if style == "box":
        return 1
    if style == "decimal":
        return int(re.split(r"[.．]", digits)[-1])
    if digits in "-—":
        return 1 if digits else 0
    if digits.isdigit():
        return int(digits)
    return han_number(digits)


def han_number(digits: str) -> int:
    """Chinese numerals below one thousand.

    >>> [han_number(n) for n in ("三", "十", "十二", "二十", "三十六", "一百零五")]
    [3, 10, 12, 20, 36, 105]
    """
    digits = digits.replace("零", "")
    hundreds, _, rest = digits.rpartition("百")
    tens, ten, ones = rest.rpartition("十")
    value = 100 * _DIGITS.get(hundreds, 1) if hundreds or "百" in digits else 0
    if ten:
        value += 10 * _DIGITS.get(tens, 1)
    return value + _DIGITS.get(ones, 0)
