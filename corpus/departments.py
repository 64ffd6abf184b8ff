"""The responsible departments of a clause, from the brackets that close it.

Brackets are printed in many ways: （市发改委、市财政局按职责分工负责）, (责任单位:…，配合单位:…),
（省能源局牵头，省财政厅配合）; they may nest 〔〕.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources

from corpus.document import Department, Role
from corpus.regions import gazetteer

_OPEN, _CLOSE = "（(〔[【", "）)〕]】"
_BODY = re.compile(
    r"负责|牵头|责任单位|配合|分工|落实|参加"
    r"|(?:委|局|厅|部|办|院|行|会|中心|公司|政府|单位|办公室|集团|科|处)(?:[、，,；;)）〕\]等]|$)"
)
_SAYS_HOW = re.compile(
    r"(?:牵头|责任|配合|参与)(?:单位|部门)[:：]?|等(?:部门|单位)?$"
    r"|(?:等)?(?:按|依)(?:照)?(?:各自)?(?:职责|职能)(?:分工)?(?:负责|落实|推进)?"
    r"|(?:等)?(?:共同|分别|具体)?(?:牵头)?(?:负责|落实|参加|配合|牵头|推进|实施)"
)
_PARTS = re.compile(r"[，,；;。]")
_LONGEST_NAME = 30


@dataclass(frozen=True, slots=True)
class Bracket:
    """text[start:end] names departments."""

    start: int
    end: int


def brackets(text: str) -> Iterator[Bracket]:
    """Outermost brackets that name departments, nested ones kept whole."""
    depth = 0
    start = 0
    for index, character in enumerate(text):
        if character in _OPEN:
            if depth == 0:
                start = index
            depth += 1
        elif character in _CLOSE and depth:
            depth -= 1
            if depth == 0 and _is_responsibility(text, start, index + 1):
                yield Bracket(start, index + 1)


def _is_responsibility(text: str, start: int, end: int) -> bool:
    """It names bodies and stands after a finished sentence or at the end of the clause."""
    inside = text[start:end]
    before = text[:start].rstrip()[-1:]
    closes = not text[end:].strip("。；; \n")
    return len(inside) > 4 and _BODY.search(inside) is not None and (before in "。；;" or closes)


def departments_of(text: str) -> tuple[Department, ...]:
    """All departments that a clause's brackets name, in order, each once.

    >>> [(d.name, d.role.value) for d in departments_of("改造。（市发改委牵头，市财政局配合）")]
    [('市发改委', '牵头'), ('市财政局', '配合')]
    """
    found: dict[str, Department] = {}
    for bracket in brackets(text):
        for department in _named(text[bracket.start + 1 : bracket.end - 1]):
            found.setdefault(department.name, department)
    return tuple(found.values())


_BLANKET = re.compile(
    r"以下[^，,。；;）)]{0,8}均需(?:由)?([^，,。；;）)]+?)(?:配合|负责|落实|推进|实施)"
)


def blanket_of(text: str) -> tuple[Department, ...]:
    """Departments that a clause names once for all clauses after it.

    >>> [d.name for d in blanket_of("做事。（市林业局负责。以下均需各区政府落实，不再列出）")]
    ['各区政府']
    """
    return tuple(
        Department(name.strip(), Role.RESPONSIBLE)
        for bracket in brackets(text)
        for found in _BLANKET.finditer(text, bracket.start, bracket.end)
        for name in _cut(found.group(1))
    )


def _named(inside: str) -> Iterator[Department]:
    role = Role.RESPONSIBLE
    for part in _PARTS.split(inside):
        if re.search(r"配合|参加|参与", part):
            role = Role.SUPPORTS
        elif "牵头" in part:
            role = Role.LEADS
        elif re.search(r"责任单位|负责|分工|落实", part):
            role = Role.RESPONSIBLE
        for name in _cut(part):
            plain = _SAYS_HOW.sub("", name).strip(" :：等")
            if 2 <= len(plain) <= _LONGEST_NAME and not re.search(r"以下|不再|均需", name):
                yield Department(plain, role)


def _cut(part: str) -> Iterator[str]:
    """Names between 、, those inside brackets left alone."""
    depth = 0
    at = 0
    for index, character in enumerate(part):
        depth += (character in _OPEN) - (character in _CLOSE)
        if character == "、" and depth == 0:
            yield part[at:index]
            at = index + 1
    yield part[at:]


_LEVEL = re.compile(r"^(?:国家|全国|自治区|[省市区县州][委级]?)(?=.{2})")
_SUFFIX = re.compile(r"(?:委员会|部|厅|局|委|署)$")
_REST = re.compile(r"[(（〔].*|等(?:部门|单位).*$|(?:部门|主管部门)$")


@lru_cache(maxsize=10_000)
def function_of(name: str) -> str:
    """What a department is for, the same at every level; other bodies keep their name.

    >>> function_of("省发展和改革委员会"), function_of("市发改委"), function_of("国网宁夏电力公司")
    ('发展改革', '发展改革', '国网宁夏电力公司')
    """
    whole = _REST.sub("", name.strip())
    if whole.startswith("各"):
        return whole
    mention = next(iter(gazetteer().mentions(whole)), None)
    own = whole[mention.end :] if mention and mention.start == 0 else whole
    functions = _functions()
    for plain in (own, _LEVEL.sub("", own)):
        stem = _SUFFIX.sub("", plain)
        if plain in functions or stem in functions:
            return functions.get(plain) or functions[stem]
    return stem if 1 < len(stem) < len(plain) else whole


def departments_in(text: str) -> tuple[tuple[str, str], ...]:
    """(function, words) of the departments of the table that a text names, in order.

    >>> departments_in("由市发改委会同哪些部门负责")
    (('发展改革', '市发改委'),)
    """
    found = (at.group() for at in _named_department().finditer(text))
    return tuple((function_of(words), words) for words in found)


@lru_cache(maxsize=1)
def _named_department() -> re.Pattern[str]:
    names = "|".join(sorted(_functions(), key=len, reverse=True))
    return re.compile(
        f"(?:国家|自治区|[省市区县])?(?:{names})(?:委员会|部门|总局|部|厅|局|委)(?![会托屋长])"
    )


@lru_cache(maxsize=1)
def _functions() -> dict[str, str]:
    """Each name of the table, less jurisdiction and last word, and its function."""
    table = resources.files("corpus").joinpath("data", "departments.tsv")
    lines = table.read_text(encoding="utf-8").splitlines()
    rows = [line.split("\t") for line in lines if not line.startswith("#")]
    return {name: row[0] for row in rows for name in row}
