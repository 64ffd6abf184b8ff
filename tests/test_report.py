"""The figures are the ones a reader would count by hand."""

from __future__ import annotations

import json
from io import StringIO

import pytest
from rich.console import Console

from assistant.answer import Answer, Citation, Mode
from corpus.document import Level
from evals.case import Case, GoldSource, Type
from evals.report import as_json, failures, figures, percentile, report, table
from evals.run import Result
from evals.score import Score

RIGHT = Score(
    answer=True,
    recall=True,
    first=True,
    relevant=1,
    cited=1,
    grounded=True,
    refuse=None,
    false_refuse=False,
    reasons=(),
)
WRONG = Score(
    answer=False,
    recall=True,
    first=False,
    relevant=1,
    cited=4,
    grounded=False,
    refuse=None,
    false_refuse=False,
    reasons=("答案缺少要点：15.5%", "首条引用不含依据原文"),
)
REFUSED = Score(
    answer=False,
    recall=False,
    first=False,
    relevant=0,
    cited=0,
    grounded=None,
    refuse=None,
    false_refuse=True,
    reasons=("可以回答而被拒答",),
)
TOLD = Score(
    answer=None,
    recall=None,
    first=None,
    relevant=0,
    cited=0,
    grounded=None,
    refuse=False,
    false_refuse=None,
    reasons=("应当拒答而作了回答",),
)


def result(score: Score, kind: Type = Type.TARGET, milliseconds: float = 10) -> Result:
    citation = Citation(
        clause_id="c",
        document_id="d",
        document_title="临海市测试方案",
        region="临海市",
        level=Level.CITY,
        status="正式",
        clause_path=["二、重点任务", "（一）风电"],
        pages=[],
        source_url=None,
        score=1.0,
        marker=1,
        quote="风电",
        clause_text="风电",
        span=(0, 2),
    )
    answer = Answer(
        id="a",
        question="占比是多少？",
        understood=None,
        answer="占比为15%[1]。\n\x1b[31m完",
        refused=False,
        refusal_reason=None,
        mode=Mode.EXTRACTIVE,
        citations=[citation],
        related=[],
        timings_ms={},
    )
    case = Case(
        id="t-1",
        question="占比是多少？",
        type=kind,
        history=("临海市风电？",),
        answer="15.5%",
        answer_points=("15.5%",),
        sources=(GoldSource(file="009", title="方案", region="临海市", evidence="占比15.5%"),),
    )
    return Result(case, answer, score, milliseconds / 1000)


def test_each_share_counts_only_the_questions_it_applies_to() -> None:
    told = result(TOLD, Type.UNANSWERABLE)
    found = figures([result(RIGHT), result(RIGHT), result(WRONG), result(REFUSED), told])
    assert found.n == 5
    assert found.answer == 2 / 4
    assert found.recall == 3 / 4
    assert found.first == 2 / 4
    assert found.precision == 3 / 6
    assert found.grounded == 2 / 3
    assert found.refuse == 0
    assert found.false_refuse == 1 / 4


def test_what_nothing_measures_is_none_not_zero() -> None:
    found = figures([result(TOLD, Type.UNANSWERABLE)])
    assert (found.answer, found.precision, found.grounded) == (None, None, None)
    assert figures([result(RIGHT)]).refuse is None


def test_types_are_reported_apart_and_together() -> None:
    found = report([result(WRONG, Type.LIST), result(RIGHT), result(RIGHT)])
    assert list(found.by_type) == [Type.TARGET, Type.LIST]
    assert found.by_type[Type.TARGET].answer == 1
    assert found.by_type[Type.LIST].answer == 0
    assert found.overall.answer == 2 / 3


@pytest.mark.parametrize(
    ("percent", "expected"), [(50, 50.0), (95, 95.0), (99, 99.0), (100, 100.0), (0, 1.0)]
)
def test_percentile_is_a_value_that_occurred(percent: float, expected: float) -> None:
    assert percentile([float(n) for n in range(1, 101)], percent) == expected


def test_latency_is_in_milliseconds() -> None:
    found = figures([result(RIGHT, milliseconds=ms) for ms in (300, 10, 20)])
    assert found.p50_ms == pytest.approx(20)
    assert found.p95_ms == pytest.approx(300)


def test_table_has_a_row_for_each_type_and_a_dash_for_what_was_not_measured() -> None:
    out = StringIO()
    found = report([result(RIGHT), result(WRONG, Type.LIST)])
    Console(file=out, width=100).print(table(found))
    lines = [" ".join(line.split()) for line in out.getvalue().splitlines() if line.strip()]
    rows = {line.partition(" ")[0]: line.partition(" ")[2] for line in lines}
    assert rows["类型"].startswith("题数 答案 召回 首条 ")
    assert rows["列举"] == "1 0.0% 100.0% 0.0% 25.0% 0.0% — 0.0% 10 10"
    assert rows["全部"] == "2 50.0% 100.0% 50.0% 40.0% 50.0% — 0.0% 10 10"


def test_json_form_carries_figures_and_every_question() -> None:
    results = [result(RIGHT), result(WRONG)]
    read = json.loads(json.dumps(as_json(report(results), results)))
    assert read["overall"]["answer"] == 0.5
    assert read["by_type"]["target"]["n"] == 2
    assert read["questions"][1]["reasons"] == ["答案缺少要点：15.5%", "首条引用不含依据原文"]
    assert read["questions"][1]["expected"] == "15.5%"


def test_a_failure_shows_question_expected_got_citations_and_reasons() -> None:
    (paragraph,) = failures([result(RIGHT), result(WRONG)])
    assert paragraph.splitlines() == [
        "t-1（目标指标）临海市风电？ → 占比是多少？",
        "  应答：15.5%",
        "  实答：占比为15%[1]。  [31m完",
        "  引用[1]：《临海市测试方案》二、重点任务 > （一）风电",
        "  问题：答案缺少要点：15.5%",
        "  问题：首条引用不含依据原文",
    ]
