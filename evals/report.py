"""Figures over many answers, overall and for each type of question: a table and a JSON form."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass

from rich.box import SIMPLE
from rich.table import Table

from evals.case import Type
from evals.run import Result

TYPE_NAMES: dict[Type, str] = {
    Type.TARGET: "目标指标",
    Type.MEASURE: "政策措施",
    Type.RESPONSIBILITY: "责任单位",
    Type.LIST: "列举",
    Type.TIME: "时间或定义",
    Type.COMPARISON: "比较",
    Type.FOLLOWUP: "追问",
    Type.UNANSWERABLE: "无答案",
}


@dataclass(frozen=True, slots=True)
class Figures:
    """Measures over `n` questions: fractions of 1, None where nothing was there to measure.

    `answer`, `recall`, `first` and `false_refuse` are shares of the answerable questions,
    `refuse` of the unanswerable, `precision` of all citations of answerable questions,
    `grounded` of the answers that cite; `p50_ms` and `p95_ms` are milliseconds an answer.
    """

    n: int
    answer: float | None
    recall: float | None
    first: float | None
    precision: float | None
    grounded: float | None
    refuse: float | None
    false_refuse: float | None
    p50_ms: float
    p95_ms: float


@dataclass(frozen=True, slots=True)
class Report:
    """Figures of all questions, and of each type that occurs, in the order of `Type`."""

    overall: Figures
    by_type: dict[Type, Figures]


def report(results: Sequence[Result]) -> Report:
    """Aggregate the results; there must be at least one."""
    types = {
        kind: [result for result in results if result.case.type is kind]
        for kind in Type
        if any(result.case.type is kind for result in results)
    }
    return Report(figures(results), {kind: figures(some) for kind, some in types.items()})


def figures(results: Sequence[Result]) -> Figures:
    """The measures over these results; there must be at least one."""
    scores = [result.score for result in results]
    times = sorted(result.seconds * 1000 for result in results)
    cited = sum(score.cited for score in scores)
    return Figures(
        n=len(results),
        answer=_share(score.answer for score in scores),
        recall=_share(score.recall for score in scores),
        first=_share(score.first for score in scores),
        precision=sum(score.relevant for score in scores) / cited if cited else None,
        grounded=_share(score.grounded for score in scores),
        refuse=_share(score.refuse for score in scores),
        false_refuse=_share(score.false_refuse for score in scores),
        p50_ms=percentile(times, 50),
        p95_ms=percentile(times, 95),
    )


def _share(values: Iterable[bool | None]) -> float | None:
    applying = [value for value in values if value is not None]
    return sum(applying) / len(applying) if applying else None


def percentile(ascending: Sequence[float], percent: float) -> float:
    """The smallest value that at least `percent` % of the values do not exceed.

    >>> percentile([10.0, 20.0, 30.0, 40.0], 50)
    20.0
    """
    return ascending[max(math.ceil(len(ascending) * percent / 100) - 1, 0)]


def table(found: Report) -> Table:
    """The report as a table: a row for each type, the overall figures last."""
    drawn = Table(box=SIMPLE, caption="准确、逐字：引用的；拒答：该拒的；p50、p95：每题毫秒")
    headings = "题数 答案 召回 首条 准确 逐字 拒答 误拒 p50 p95"
    drawn.add_column("类型")
    for heading in headings.split():
        drawn.add_column(heading, justify="right")
    for kind, some in found.by_type.items():
        drawn.add_row(TYPE_NAMES[kind], *_cells(some))
    drawn.add_section()
    drawn.add_row("全部", *_cells(found.overall))
    return drawn


def _cells(some: Figures) -> Iterator[str]:
    yield str(some.n)
    for share in (
        some.answer,
        some.recall,
        some.first,
        some.precision,
        some.grounded,
        some.refuse,
        some.false_refuse,
    ):
        yield "—" if share is None else f"{share:.1%}"
    yield f"{some.p50_ms:.0f}"
    yield f"{some.p95_ms:.0f}"


def as_json(found: Report, results: Sequence[Result]) -> dict[str, object]:
    """The report and every question's measures, ready for json.dump."""
    return {
        "overall": asdict(found.overall),
        "by_type": {kind.value: asdict(some) for kind, some in found.by_type.items()},
        "questions": [
            {
                "id": result.case.id,
                "type": result.case.type.value,
                "question": result.case.question,
                "expected": result.case.answer,
                "got": result.answer.answer,
                "seconds": result.seconds,
                **asdict(result.score),
            }
            for result in results
        ],
    }


def failures(results: Iterable[Result]) -> Iterator[str]:
    """A paragraph for each answer with something wrong: asked, expected, got, cited, why."""
    for result in results:
        if result.score.reasons:
            yield "\n".join(_failure(result))


def _failure(result: Result) -> Iterator[str]:
    case, answer = result.case, result.answer
    yield f"{case.id}（{TYPE_NAMES[case.type]}）{_line(' → '.join((*case.history, case.question)))}"
    yield f"  应答：{_line(case.answer)}"
    yield f"  实答：{_line(answer.answer)}"
    for citation in answer.citations:
        path = " > ".join(citation.clause_path)
        yield f"  引用[{citation.marker}]：{_line(f'《{citation.document_title}》{path}')}"
    for reason in result.score.reasons:
        yield f"  问题：{_line(reason)}"


def _line(text: str) -> str:
    """Text on one line, without the control characters a terminal would obey."""
    return "".join(c if c.isprintable() else " " for c in text)
