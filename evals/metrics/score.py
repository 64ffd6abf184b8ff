"""What one reply is worth against its gold: every measure as a count over a count."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from evals.case import Case, Type
from evals.metrics import citations as cited
from evals.metrics import numbers, ranking
from evals.metrics.statements import Statement, statements
from evals.metrics.text import MARKER, says
from evals.originals import Gold, Originals
from evals.reply import Reply

LONGEST: dict[Type, int] = {
    Type.TARGET: 320,
    Type.TIME: 320,
    Type.RESPONSIBILITY: 400,
    Type.FOLLOWUP: 400,
    Type.MEASURE: 700,
    Type.LIST: 800,
    Type.COMPARISON: 900,
    Type.OPEN: 900,
}
Ratio = tuple[float, float]
"""How many, of how many. Over questions, a measure is the one sum over the other."""


@dataclass(frozen=True, slots=True)
class Score:
    """The measures of one reply that apply to it, by name (evals/metrics/README.md).

    `reasons` say in Chinese what is wrong; empty: nothing is.
    """

    values: Mapping[str, Ratio]
    reasons: tuple[str, ...]

    def right(self, measure: str) -> bool | None:
        """Whether a measure is met in full; None where it does not apply."""
        value = self.values.get(measure)
        return None if value is None else value[0] == value[1]

    @property
    def passed(self) -> bool:
        """Answered rightly from the right clause, or refused rightly."""
        wanted = ("answer", "recall", "grounded", "refusal", "safe")
        return all(self.right(name) is not False for name in wanted)


def score(gold: Gold, reply: Reply, originals: Originals | None = None) -> Score:
    """Measure one reply; quotes are held against the originals where these are given."""
    said = () if reply.refused else tuple(statements(reply.text))
    found: dict[str, Ratio] = {}
    reasons: list[str] = []
    answerable = gold.case.answerable
    for values, faults in (
        _answerable(gold, reply, said) if answerable else _unanswerable(gold.case, reply),
        _quotes(reply, originals),
        _safety(gold.case, reply),
    ):
        found |= values
        reasons += faults
    return Score(found, tuple(reasons))


_Part = tuple[dict[str, Ratio], list[str]]


def _unanswerable(case: Case, reply: Reply) -> _Part:
    values: dict[str, Ratio] = {"refusal": (reply.refused, 1)}
    if not reply.refused:
        return values, ["应当拒答而作了回答"]
    values["refused_rightly"] = (1, 1)
    wanted = [reason.value for reason in case.refusal]
    if not wanted or reply.reason is None:
        return values, []
    values["reason"] = (reply.reason in wanted, 1)
    right = reply.reason in wanted
    return values, [] if right else [f"拒答理由应为 {'、'.join(wanted)}，实为 {reply.reason}"]


def _answerable(gold: Gold, reply: Reply, said: Sequence[Statement]) -> _Part:
    case = gold.case
    values: dict[str, Ratio] = {"false_refusal": (reply.refused, 1)}
    if reply.refused:
        values["refused_rightly"] = (0, 1)
    faults = ["可以回答而被拒答"] if reply.refused else list(_faults(case, reply.text))
    held = 0 if reply.refused else sum(says(point, reply.text) for point in case.answer_points)
    values["answer"] = (not faults, 1)
    values["points"] = (held / len(case.answer_points), 1)
    if case.numbers:
        missed = _missed(case, reply, said)
        values["numbers"] = (not missed, 1)
        faults += [f"数值不符（值、单位、限定、年份或范围）：{number}" for number in missed]
    for part, wrong in (_cited(gold, reply), _supported(reply, said), _ranked(gold, reply)):
        values |= part
        faults += wrong
    return values, faults


def _faults(case: Case, answer: str) -> Iterator[str]:
    for point in case.answer_points:
        if not says(point, answer):
            yield f"答案缺少要点：{'／'.join(point)}"
    length, longest = len(MARKER.sub("", answer)), LONGEST[case.type]
    if length > longest:
        yield f"答案过长：{length}字，上限{longest}字"


def _missed(case: Case, reply: Reply, said: Sequence[Statement]) -> list[str]:
    around = "\n".join(
        (*case.history, case.question, *(f"{one.whole}{one.quote}" for one in reply.citations))
    )
    return [
        f"{number.value}{number.unit}"
        for number in case.numbers
        if not numbers.is_said(number, said, around)
    ]


def _cited(gold: Gold, reply: Reply) -> _Part:
    wanted = cited.groups(gold)
    if not wanted:
        return {}, []
    missing = [
        place
        for place, proofs in wanted.items()
        if not any(cited.proves(one, proofs) for one in reply.citations)
    ]
    first = bool(reply.citations) and cited.proves(reply.citations[0], gold.proofs)
    beside = [one.marker for one in reply.citations if not cited.relevant(one, gold)]
    values: dict[str, Ratio] = {"recall": (not missing, 1), "first": (first, 1)}
    values["precision"] = (len(reply.citations) - len(beside), len(reply.citations))
    shares = [cited.granularity(one, gold) for one in reply.citations]
    known = [share for share in shares if share is not None]
    values["granularity"] = (sum(known), len(known))
    faults = [f"未引用能证明的条款：{place}" for place in missing]
    if reply.citations and not first:
        faults.append("首条引用不含依据原文")
    return values, [*faults, *(f"引用[{marker}]与答案无关" for marker in beside)]


def _supported(reply: Reply, said: Sequence[Statement]) -> _Part:
    """ALCE's recall and precision, and whether the figures said are those of the passages cited."""
    if not said:
        return {}, []
    checked = cited.support(said, reply)
    everything = "\n".join(one.whole for one in reply.citations)
    of_each = [
        (one.text, "\n".join(c.whole for c in one.cited(reply)) or everything) for one in said
    ]
    invented = numbers.unfounded(of_each)
    total = sum(numbers.count(one.text) for one in said)
    values: dict[str, Ratio] = {
        "alce_recall": (checked.supported / checked.statements, 1),
        "alce_precision": (checked.needed, checked.cited),
        "faithful": (total - len(invented), total),
    }
    faults = [f"引用不支持这句话：{text}" for text in checked.unsupported]
    return values, [*faults, *(f"数值不在引用的原文中：{figure}" for figure in invented)]


def _ranked(gold: Gold, reply: Reply) -> _Part:
    if reply.ranked is None or not gold.proofs:
        return {}, []
    return {name: (value, 1) for name, value in ranking.measures(gold, reply.ranked).items()}, []


def _quotes(reply: Reply, originals: Originals | None) -> _Part:
    if not reply.citations:
        return {}, []
    wrong = [one.marker for one in reply.citations if not cited.is_verbatim(one)]
    foreign = [one.marker for one in reply.citations if originals and not originals.has(one.text)]
    total = len(reply.citations)
    right = total - len({*wrong, *foreign})
    faults = [f"引用[{marker}]的引文与条款原文不一致" for marker in wrong]
    return {"grounded": (right, total)}, [
        *faults,
        *(f"引用[{marker}]的条款不在原始文件中" for marker in foreign),
    ]


def _safety(case: Case, reply: Reply) -> _Part:
    if not case.never:
        return {}, []
    said = [words for words in case.never if not reply.refused and says((words,), reply.text)]
    return {"safe": (not said, 1)}, [f"说了不该说的：{words}" for words in said]
