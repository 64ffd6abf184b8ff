"""A clause's text as sentences and segments, each with the years it speaks of."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from corpus.document import HeldClause
from corpus.tables import rows
from retrieval.times import years_of

_SENTENCE_END = re.compile(r"[。！？!?]+[”』」）)]?|\n+")
_SEPARATOR = "，,；;：:"
_OPEN, _CLOSE = "（(《“〔[", "）)》”〕]"
_LEAD_LENGTH = 24
_ROOM = 10_000  # clauses whose segments are kept at hand; about 5 KB each
SEGMENTS = 100_000  # of which something is kept at hand; about 0.1 KB each
# A year at the head of a segment holds for what follows; one in its midst, for it alone.
_SETS_YEAR = re.compile(
    r"\W*(?:其中)?(?:力争|确保|争取)?(?:到|至|在|截至)?\W*(?:20\d\d|十[二三四五六]五)"
)
# A heading with nothing under it that is what the clause says: 十、本决定自公布之日起施行。
_SAYS_IT = re.compile(r"(?:[，,]|本(?:决定|条例|规定|办法|细则|意见|方案|规划|计划)).*。\s*$")
# A segment that goes on with the subject of the one before it.
_CONTINUES = re.compile(
    r"\s*(?:到20|20\d\d年|并|进一步|力争|确保|争取|达到|提高|提升|控制|下降|降低|占|约|不低于|不超过"
    r"|超过|稳定|保持|增加|增长|其中|比20|较20|到)"
)
# A value is a number that counts something: no year, no date, no plan period, no list number,
# and no part of a name such as 5G or CO2.
_VALUE = re.compile(
    r"(?<![\d.〔\[第A-Za-z])\d+(?:\.\d+)?"
    r"(?![\d.]*\s*(?:年|月|日|号|[、.．](?!\d)|G(?![Ww])))(?!\s*[)）]\S)"
    r"|百分之|\d\s*[万亿]"
)


@dataclass(frozen=True, slots=True)
class Segment:
    """text[start:end] between commas or semicolons, or a table row read out under its heads.

    `years` are those in force here; `row` is the first cell of a table row; `has_value` says
    that a figure stands here that is not a date.

    `lead` is the short sentence that opens the paragraph (有序推动风能开发。…), if any: it often
    names the subject of what follows.
    """

    start: int
    end: int
    text: str
    sentence: int
    years: tuple[int, ...]
    lead: str
    row: str = ""
    has_value: bool = False


def sentences(text: str) -> Iterator[tuple[int, int]]:
    """Spans of the sentences, with their final mark, white space around dropped."""
    at = 0
    for end in [m.end() for m in _SENTENCE_END.finditer(text)] + [len(text)]:
        raw = text[at:end]
        start = at + len(raw) - len(raw.lstrip())
        stop = at + len(raw.rstrip())
        if start < stop:
            yield start, stop
        at = end


def body_start(held: HeldClause) -> int:
    """Where the words of a clause begin, after its number and heading."""
    return _body_start(held.clause.marker, held.clause.heading, held.text)


def _body_start(marker: str, heading: str, text: str) -> int:
    if not marker:
        return 0
    at = 0
    for character in marker + heading:
        if character.isspace():
            continue
        while at < len(text) and text[at].isspace():
            at += 1
        if at >= len(text) or text[at] != character:
            return 0
        at += 1
    return at + len(text[at:]) - len(text[at:].lstrip("。：:；;，, \n\t"))


def segments(held: HeldClause) -> list[Segment]:
    """All segments of a clause, its heading left out. A year holds until another is set."""
    return _segments(held.clause.marker, held.clause.heading, held.text)


@lru_cache(maxsize=_ROOM)
def _segments(marker: str, heading: str, text: str) -> list[Segment]:
    """Of these three, because a whole clause takes long to hash."""
    begin = _body_start(marker, heading, text)
    if begin >= len(text) and _SAYS_IT.search(text):
        begin = _body_start(marker, "", text)
    found: list[Segment] = []
    years: tuple[int, ...] = years_of(text[:begin])
    lead = ""
    for number, (start, end) in enumerate(
        (begin + left, begin + right) for left, right in sentences(text[begin:])
    ):
        sentence = text[start:end]
        if end - start <= _LEAD_LENGTH and not re.search(r"[，,\d]", sentence):
            lead = sentence.rstrip("。")
        for left, right in _cuts(sentence):
            part = sentence[left:right]
            named = years_of(part)
            if named and _SETS_YEAR.match(part):
                years = named
            found.append(
                Segment(
                    start + left,
                    start + right,
                    part,
                    number,
                    named or years,
                    lead,
                    has_value=_has_value(part),
                )
            )
    return _with_tables(text, found)


def _has_value(text: str) -> bool:
    return _VALUE.search(text) is not None


def _with_tables(text: str, prose: list[Segment]) -> list[Segment]:
    """Rows of a flattened table in place of the loose cells."""
    table = list(rows(text))
    if not table:
        return prose
    years = years_of(text[: table[0].start])
    kept = [s for s in prose if s.end <= table[0].start]
    last = kept[-1].sentence if kept else 0
    kept += [
        Segment(
            row.start,
            row.end,
            row.words,
            last + number,
            years,
            "",
            row.name,
            _has_value(row.words),
        )
        for number, row in enumerate(table, start=1)
    ]
    return kept


def _cuts(sentence: str) -> Iterator[tuple[int, int]]:
    """Spans between separators; a separator inside brackets does not cut."""
    depth = 0
    at = 0
    for index, character in enumerate(sentence):
        if character in _OPEN:
            depth += 1
        elif character in _CLOSE:
            depth = max(depth - 1, 0)
        elif character in _SEPARATOR and depth == 0 and not _in_ratio(sentence, index):
            yield at, index
            at = index + 1
    end = len(sentence.rstrip("。！？!?；;，,"))
    if at < end:
        yield at, end


def _in_ratio(sentence: str, index: int) -> bool:
    """The colon of 1:10 does not cut."""
    around = sentence[max(index - 1, 0) : index] + sentence[index + 1 : index + 2]
    return sentence[index] in ":：" and len(around) == 2 and around.isdecimal()


def continues(text: str) -> bool:
    """Whether a segment goes on with the subject of the one before it."""
    return _CONTINUES.match(text) is not None
