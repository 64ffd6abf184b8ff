"""What an answer is worth, measured against its gold question. Pure: no asking, no I/O."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from assistant.answer import Answer, Citation
from evals.case import Case, GoldSource, Type

LONGEST: dict[Type, int] = {
    Type.TARGET: 320,
    Type.TIME: 320,
    Type.RESPONSIBILITY: 400,
    Type.FOLLOWUP: 400,
    Type.MEASURE: 700,
    Type.LIST: 800,
    Type.COMPARISON: 900,
}


@dataclass(frozen=True, slots=True)
class Score:
    """The measures of one answer; None where a measure does not apply.

    `answer`, `recall`, `first` and `false_refuse` apply to answerable questions, `refuse` to
    the others, `grounded` to answers with citations. `relevant` of the `cited` citations hold
    evidence or an answer point. `reasons` say in Chinese what is wrong; empty: nothing is.
    """

    answer: bool | None
    recall: bool | None
    first: bool | None
    relevant: int
    cited: int
    grounded: bool | None
    refuse: bool | None
    false_refuse: bool | None
    reasons: tuple[str, ...]

    @property
    def precision(self) -> float | None:
        """Share of the citations that bear on the answer; None without citations."""
        return self.relevant / self.cited if self.cited else None


def score(case: Case, answer: Answer) -> Score:
    """Measure one answer."""
    return _answerable(case, answer) if case.answerable else _unanswerable(answer)


def _unanswerable(answer: Answer) -> Score:
    reasons = [] if answer.refused else ["应当拒答而作了回答"]
    reasons += _misquoted(answer.citations)
    return Score(
        answer=None,
        recall=None,
        first=None,
        relevant=0,
        cited=0,
        grounded=_grounded(answer.citations),
        refuse=answer.refused,
        false_refuse=None,
        reasons=tuple(reasons),
    )


def _answerable(case: Case, answer: Answer) -> Score:
    cited = [citation.clause_text for citation in answer.citations]
    wrong = ["可以回答而被拒答"] if answer.refused else list(_faults(case, answer.answer))
    unproved = _unproved(case, cited)
    first = bool(cited) and _proves(cited[0], case.sources)
    beside = [
        citation.marker
        for citation in answer.citations
        if not _relevant(case, citation.clause_text)
    ]
    reasons = [*wrong, *(f"未引用能证明的条款：{place}" for place in unproved)]
    if cited and not first:
        reasons.append("首条引用不含依据原文")
    reasons += [f"引用[{marker}]与答案无关" for marker in beside]
    return Score(
        answer=not wrong,
        recall=not unproved,
        first=first,
        relevant=len(cited) - len(beside),
        cited=len(cited),
        grounded=_grounded(answer.citations),
        refuse=None,
        false_refuse=answer.refused,
        reasons=(*reasons, *_misquoted(answer.citations)),
    )


def _faults(case: Case, answer: str) -> Iterator[str]:
    for point in case.answer_points:
        if not held(point, answer):
            yield f"答案缺少要点：{point}"
    length, longest = len(_MARKER.sub("", answer)), LONGEST[case.type]
    if length > longest:
        yield f"答案过长：{length}字，上限{longest}字"


# Evidence: does a cited clause prove the answer?


def _unproved(case: Case, clauses: Sequence[str]) -> list[str]:
    """Places compared (or, for other questions, all together) that no cited clause proves."""
    places = dict.fromkeys(source.region for source in case.sources)
    if case.type is not Type.COMPARISON:
        groups = {"、".join(places): case.sources}
    else:
        groups = {p: tuple(s for s in case.sources if s.region == p) for p in places}
    return [
        place
        for place, sources in groups.items()
        if not any(_proves(clause, sources) for clause in clauses)
    ]


def _proves(clause: str, sources: Iterable[GoldSource]) -> bool:
    text = bare(clause)
    return any(bare(source.evidence) in text for source in sources)


def _relevant(case: Case, clause: str) -> bool:
    text = normalise(clause)
    return _proves(clause, case.sources) or any(
        _found(normalise(point), text) for point in case.answer_points
    )


def _grounded(citations: Sequence[Citation]) -> bool | None:
    return not _misquoted(citations) if citations else None


def _misquoted(citations: Sequence[Citation]) -> list[str]:
    return [f"引用[{c.marker}]的引文与条款原文不一致" for c in citations if not _verbatim(c)]


def _verbatim(citation: Citation) -> bool:
    start, end = citation.span
    whole = 0 <= start < end <= len(citation.clause_text)
    return whole and citation.quote == citation.clause_text[start:end]


# Words: does an answer hold a point?

_MARKER = re.compile(r"\[\d+(?:\s*[,，、]\s*\d+)*\]")
_FOOTER = re.compile(r"第\s*\d+\s*页")
_THOUSANDS = re.compile(r"(?<![\d.])\d{1,3}(?:,\d{3})+(?!\d)")
_LABEL = re.compile("[①-⒛❶-➓]")  # would become a digit and run into the number that follows
# Neither letters, digits nor signs with a meaning of their own: "15.5%" is not "15.5".
_DROPPED = re.compile(r"(?:[^\w%‰°≥≤<+±×]|_)+")
_NUMBERED = re.compile(
    r"(?P<place>.*?)"
    r"(?P<quantity>(?:不低于|不少于|不高于|不超过|超过|低于|高于|约)?\d+(?:\.\d+)?)"
    r"(?P<unit>.*)"
)


def normalise(text: str) -> str:
    """Text for comparison: NFKC, without white space and punctuation, numbers kept apart.

    >>> normalise("到２０３０年，占比达到 15.5%（含）"), normalise("52、50%；1,000 万吨")
    ('到2030年占比达到15.5%含', '52 50%1000万吨')
    """
    text = _THOUSANDS.sub(lambda number: number[0].replace(",", ""), text)
    return _DROPPED.sub(_reduced, unicodedata.normalize("NFKC", _LABEL.sub(" ", text)))


def _reduced(run: re.Match[str]) -> str:
    before = run.string[max(run.start() - 1, 0) : run.start()]
    after = run.string[run.end() : run.end() + 1]
    if not (before.isdecimal() and after.isdecimal()):
        return ""
    return "." if run[0] == "." else " "


def bare(text: str) -> str:
    """Text for finding evidence, which is long: a number a page break has split is joined."""
    return _DROPPED.sub("", _FOOTER.sub("", unicodedata.normalize("NFKC", text)))


def held(point: str, answer: str) -> bool:
    """Whether an answer says a point, in its text or in one row of a Markdown table.

    A number must be the same number with the same unit: 15% is held neither by 115% nor by
    15.5% nor by 15. A row holds "抚顺69%" as | 抚顺市 | 森林覆盖率 | 69%左右 |.
    """
    text = _MARKER.sub(" ", answer)
    return _found(normalise(point), normalise(text)) or any(
        _row_holds(normalise(point), row) for row in _rows(text)
    )


def _found(point: str, text: str) -> bool:
    before = r"(?<![\d.])" if point[:1].isdecimal() else ""
    after = r"(?![\d.%‰])" if point[-1:].isdecimal() else ""
    if point.endswith("瓦"):
        after = "(?!时)"  # power is not energy
    return re.search(before + re.escape(point) + after, text) is not None


def _rows(answer: str) -> Iterator[list[str]]:
    for line in map(str.strip, answer.splitlines()):
        if line.startswith("|") and line.endswith("|"):
            yield [normalise(cell) for cell in line.strip("|").split("|")]


def _row_holds(point: str, cells: list[str]) -> bool:
    parts = _NUMBERED.fullmatch(point)
    if parts is None or not any(parts["place"] in cell for cell in cells):
        return False
    value = parts["quantity"] + parts["unit"]
    apart = parts["quantity"] in cells and parts["unit"] in cells
    return apart or any(_found(value, cell) for cell in cells)
