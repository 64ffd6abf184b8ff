"""The report of a run: each system's figures, over all questions and over groups of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from pydantic import BaseModel, ConfigDict

from evals.case import Case, Type
from evals.metrics.abstention import Point, area, risk_coverage
from evals.metrics.registry import HEADLINE, MEASURES
from evals.metrics.score import Ratio, Score, score
from evals.metrics.statistics import Estimate, estimate, percentile
from evals.originals import Gold, Originals
from evals.reply import Cited, Row
from evals.reports.stage import Stage, failed_stage


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True)


class Price(_Frozen):
    """What a million tokens cost, sent and written, in whatever currency."""

    sent: float = 0.0
    written: float = 0.0


class Run(_Frozen):
    """What was run: suites with the hashes of their files, over which documents, where and when."""

    suites: dict[str, str]
    sampled: int = 0  # questions of each suite at most; 0: all
    corpus: str
    program: str
    machine: str
    at: datetime
    price: Price = Price()


class Group(_Frozen):
    """Some of the questions, and the figures over them."""

    name: str
    questions: int
    figures: dict[str, Estimate]


class Curve(_Frozen):
    """Risk over coverage, and the mean risk under it."""

    points: list[Point]
    area: float | None


class Agreement(_Frozen):
    """A model's verdicts beside the measure `answer`: the share that agrees, and Cohen's kappa."""

    judged: int
    agreed: float
    kappa: float


class SystemReport(_Frozen):
    """The figures of one system; `groups` by suite, type, split, level, jurisdiction and tag.

    Times are milliseconds of one answer, tokens and cost those of a chat model for all questions;
    `stages` counts the wrong answers by the stage that failed; `judge` is a model's opinion.
    """

    name: str
    questions: int
    failures: int
    errors: int
    figures: dict[str, Estimate]
    groups: dict[str, list[Group]]
    p50_ms: float
    p95_ms: float
    sent: int
    written: int
    cost: float
    stages: dict[Stage, int]
    curve: Curve
    agreement: Agreement | None = None


class Citation(_Frozen):
    """Where a citation leads, and its quote."""

    marker: int
    place: str
    quote: str


class Answered(_Frozen):
    """What a system answered to a question, and what that is worth."""

    text: str
    refused: bool
    reason: str | None
    citations: list[Citation]
    seconds: float
    values: dict[str, Ratio]
    passed: bool
    faults: list[str]
    stage: Stage | None
    error: str = ""
    opinion: bool | None = None  # of the model that judges, where one does


class QuestionReport(_Frozen):
    """A gold question and what each system made of it, by the system's name."""

    suite: str
    case: Case
    level: str
    split: str
    answers: dict[str, Answered]


class Report(_Frozen):
    """The whole report; the first system is the one that is examined, the others stand beside."""

    run: Run
    systems: list[SystemReport]
    questions: list[QuestionReport]


@dataclass(frozen=True, slots=True)
class Asked:
    """A suite's gold question, and the row of each system."""

    suite: str
    gold: Gold
    rows: Mapping[str, Row]


def report(
    run: Run,
    asked: Sequence[Asked],
    originals: Originals | None,
    opinions: Mapping[str, Mapping[str, bool]] | None = None,
) -> Report:
    """Score every row and sum up. `opinions` are a model's verdicts by system and question."""
    said = opinions or {}
    questions = [
        QuestionReport(
            suite=one.suite,
            case=one.gold.case,
            level=one.gold.level,
            split=one.gold.case.split.value if one.gold.case.split else "",
            answers={
                name: _answered(one.gold, row, originals, said.get(name, {}).get(row.id))
                for name, row in one.rows.items()
            },
        )
        for one in asked
    ]
    names = list(dict.fromkeys(name for one in asked for name in one.rows))
    systems = [_system(name, questions, asked, run.price) for name in names]
    return Report(run=run, systems=systems, questions=questions)


def _answered(gold: Gold, row: Row, originals: Originals | None, opinion: bool | None) -> Answered:
    reply = row.reply
    worth = score(gold, reply, originals) if reply else Score({}, (f"没有回答：{row.error}",))
    if reply is None:
        missed = "answer" if gold.case.answerable else "refusal"
        worth = Score({missed: (0, 1)}, worth.reasons)
    return Answered(
        text=reply.text if reply else "",
        refused=bool(reply and reply.refused),
        reason=reply.reason if reply else None,
        citations=[_place(one) for one in reply.citations] if reply else [],
        seconds=row.seconds,
        values=dict(worth.values),
        passed=worth.passed,
        faults=list(worth.reasons),
        stage=failed_stage(gold, reply, worth),
        error=row.error,
        opinion=opinion,
    )


def _place(cited: Cited) -> Citation:
    where = " > ".join(cited.path)
    title = f"《{cited.title}》" if cited.title else ""
    return Citation(marker=cited.marker, place=f"{title}{where}", quote=cited.quote or cited.text)


def _system(
    name: str, questions: Sequence[QuestionReport], asked: Sequence[Asked], price: Price
) -> SystemReport:
    mine = [(one, one.answers[name]) for one in questions if name in one.answers]
    answers = [answer for _, answer in mine]
    used = [
        row.reply.usage
        for one in asked
        if (row := one.rows.get(name)) and row.reply and row.reply.usage
    ]
    sent, written = sum(one.sent for one in used), sum(one.written for one in used)
    times = [answer.seconds * 1000 for answer in answers]
    failed = [answer.stage for answer in answers if answer.stage]
    return SystemReport(
        name=name,
        questions=len(answers),
        failures=len(failed),
        errors=sum(bool(answer.error) for answer in answers),
        figures=figures(answers, MEASURES),
        groups={title: _groups(mine, keys, title) for title, keys in _GROUPED.items()},
        p50_ms=percentile(times, 50),
        p95_ms=percentile(times, 95),
        sent=sent,
        written=written,
        cost=(sent * price.sent + written * price.written) / 1e6,
        stages={stage: failed.count(stage) for stage in Stage if stage in failed},
        curve=_curve(name, asked, mine),
        agreement=_agreement(answers),
    )


def figures(answers: Sequence[Answered], names: Iterable[str]) -> dict[str, Estimate]:
    """The measures that apply to any of these answers."""
    found = {
        name: estimate([a.values[name] for a in answers if name in a.values]) for name in names
    }
    return {name: value for name, value in found.items() if value is not None}


_Keys = Callable[[QuestionReport], tuple[str, ...]]
_GROUPED: dict[str, _Keys] = {
    "suite": lambda one: (one.suite,),
    "type": lambda one: (one.case.type.value,),
    "split": lambda one: (one.split,),
    "level": lambda one: (one.level,),
    "jurisdiction": lambda one: tuple(one.case.jurisdiction.split("、")),
    "tag": lambda one: one.case.tags,
}


def _groups(
    mine: Sequence[tuple[QuestionReport, Answered]], keys: _Keys, title: str
) -> list[Group]:
    """Every measure of a suite, which gates may bound; of other groups those that are shown."""
    names = MEASURES if title == "suite" else HEADLINE
    sorted_out: dict[str, list[Answered]] = {}
    for question, answer in mine:
        for key in keys(question):
            if key:
                sorted_out.setdefault(key, []).append(answer)
    return [
        Group(name=key, questions=len(some), figures=figures(some, names))
        for key, some in sorted(sorted_out.items(), key=_order)
    ]


def _order(group: tuple[str, list[Answered]]) -> tuple[int, str]:
    """Types in their own order, all else by name."""
    order = [kind.value for kind in Type]
    return (order.index(group[0]) if group[0] in order else 0, group[0])


def _curve(
    name: str, asked: Sequence[Asked], mine: Sequence[tuple[QuestionReport, Answered]]
) -> Curve:
    confidence = {
        one.gold.case.id: row.reply.confidence
        for one in asked
        if (row := one.rows.get(name)) and row.reply and not row.reply.refused
    }
    answered = [
        (sure, answer.passed)
        for question, answer in mine
        if (sure := confidence.get(question.case.id)) is not None
    ]
    points = risk_coverage(answered, len(mine))
    return Curve(points=points, area=area(points))


def _agreement(answers: Sequence[Answered]) -> Agreement | None:
    judged = [
        (answer.opinion, answer.values["answer"][0] == 1)
        for answer in answers
        if answer.opinion is not None and "answer" in answer.values
    ]
    if not judged:
        return None
    from sklearn.metrics import cohen_kappa_score

    opinions, measured = zip(*judged, strict=True)
    same = sum(one == other for one, other in judged) / len(judged)
    kappa = 1.0 if same == 1 else float(cohen_kappa_score(opinions, measured))
    return Agreement(judged=len(judged), agreed=same, kappa=kappa)
