from assistant.app import Assistant
from evals.case import Case
from evals.metrics.text import bare
from evals.retrieval.judged import Judged, as_collection, judge, of_asked, of_cases
from evals.retrieval.questions import Asked, Place
from evals.retrieval.systems import System, Unit

UNITS = [Unit("1", "到2025年，森林覆盖率达到 29.5%。", "a"), Unit("2", "推广节能车辆。", "b")]


def system(*found: str) -> System:
    return System("x", lambda _: found, UNITS)


def test_units_that_hold_the_evidence_answer() -> None:
    asked = [Judged("q", "森林覆盖率", (bare("森林覆盖率达到29.5%"),))]
    qrels, run = judge(system("2", "1", "2"), asked)
    assert qrels == {"q": {"1": 1}}
    assert [id_ for id_, _ in run["q"]] == ["2", "1"]


def test_only_units_of_the_document_answer() -> None:
    asked = [Judged("q", "节能车辆", ("推广节能车辆",), frozenset({"a"}))]
    assert judge(system(), asked)[0] == {"q": {}}


def test_gold_questions_follow_ups_made_whole(assistant: Assistant) -> None:
    case = Case.model_validate(
        {
            "id": "g",
            "question": "贵阳呢？",
            "type": "followup",
            "history": ["合肥2025年森林覆盖率是多少？"],
            "answer": "55%以上",
            "answer_points": ["55%以上"],
            "numbers": [],
            "sources": [
                {
                    "file": "guiyang",
                    "title": "贵阳市碳达峰实施方案",
                    "region": "贵阳市",
                    "pages": [],
                    "clause": "一、主要目标",
                    "evidence": "森林覆盖率稳定在55%以上",
                }
            ],
            "difficulty": "easy",
            "why_hard": "",
        }
    )
    (judged,) = of_cases([case], assistant.catalog)
    assert "贵阳" in judged.question
    assert "森林覆盖率" in judged.question
    collection = as_collection([judged], assistant.catalog)
    (answer,) = collection.qrels["g"]
    assert "55%以上" in collection.entries[answer].text


def test_our_own_questions_name_their_clause(assistant: Assistant) -> None:
    place = Place(
        "合肥市碳达峰实施方案", "合肥市", "二、重点任务 > （一）交通运输行动 > 1.推广节能车辆"
    )
    gone = Place("月球方案", "月球", "一、目标")
    asked = [Asked("合肥公交车", "measure", (place,)), Asked("月球", "target", (gone,))]
    (judged,) = of_asked(asked, assistant.catalog)
    assert judged.question == "合肥公交车"
    assert len(judged.document_ids) == 1
