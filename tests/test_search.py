from pathlib import Path

import pytest

from assistant.app import Assistant
from corpus.document import Level
from retrieval.query import understand
from retrieval.scope import EVERYTHING, Scope
from retrieval.search import Hit, Search


@pytest.fixture(scope="module")
def search(assistant: Assistant) -> Search:
    assert assistant.search is not None
    return assistant.search


def found(search: Search, assistant: Assistant, text: str, scope: Scope = EVERYTHING) -> list[Hit]:
    return search.search(understand(text, assistant.holdings), scope)


def test_the_jurisdiction_named_comes_first(search: Search, assistant: Assistant) -> None:
    for place in ("合肥", "贵阳", "安徽", "云岩区"):
        hits = found(search, assistant, f"{place}2025年非化石能源消费比重")
        assert hits[0].held.document.title.startswith(place)
        assert hits[0].held.clause.heading == "主要目标"


def test_hits_tell_the_rank_of_each_leg(search: Search, assistant: Assistant) -> None:
    first = found(search, assistant, "合肥推广新能源公交车")[0]
    assert first.lexical_rank == 1
    assert first.lexical_score is not None
    assert first.vector_rank is not None
    assert first.score > 0


@pytest.mark.parametrize(
    ("scope", "titles"),
    [
        (
            Scope(regions=("贵阳市",)),
            {"贵阳市碳达峰实施方案（征求意见稿）", "云岩区碳达峰实施方案"},
        ),
        (Scope(levels=(Level.DISTRICT,)), {"云岩区碳达峰实施方案"}),
        (Scope(regions=("贵阳市",), levels=(Level.CITY,)), {"贵阳市碳达峰实施方案（征求意见稿）"}),
    ],
)
def test_filters_never_leak(
    search: Search, assistant: Assistant, scope: Scope, titles: set[str]
) -> None:
    hits = found(search, assistant, "合肥2025年非化石能源消费比重", scope)
    assert {hit.held.document.title for hit in hits} == titles


def test_years_filter_by_the_years_a_clause_names(search: Search, assistant: Assistant) -> None:
    hits = found(search, assistant, "绿色出行比例", Scope(years=(2030,)))
    assert hits
    assert all("2030" in hit.held.text for hit in hits)


def test_the_same_question_gives_the_same_order(search: Search, assistant: Assistant) -> None:
    orders = [
        [hit.held.id for hit in found(search, assistant, "节能改造和资金支持")] for _ in range(3)
    ]
    assert orders[0] == orders[1] == orders[2]


def test_recall_on_the_small_corpus(search: Search, assistant: Assistant, tmp_path: Path) -> None:
    expected = {
        "合肥公交车新能源占比": "1.推广节能车辆",
        "合肥绿色出行": "2.优化出行结构",
        "安徽控制用煤总量": "2.控制煤炭消费",
        "芜湖数据中心PUE": "（二）数字基础设施行动",
        "云岩区垃圾分类": "1.推进垃圾分类",
    }
    for question, label in expected.items():
        assert found(search, assistant, question)[0].held.clause.path[-1] == label
