from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.app import Assistant
from corpus.document import Level, Region, Status
from corpus.regions import gazetteer
from retrieval.found import Hit
from retrieval.rank import learned
from retrieval.scope import EVERYTHING, Scope, labels_of
from retrieval.search import Search
from retrieval.understand import understand


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


def region(name: str) -> Region:
    found = gazetteer().named(name)
    assert found is not None
    return found


SCOPES = st.builds(
    Scope,
    regions=st.lists(
        st.sampled_from(["安徽省", "合肥市", "贵阳市", "云岩区", "全国"]), max_size=2
    ).map(lambda names: tuple(map(region, names))),
    inside=st.booleans(),
    levels=st.lists(st.sampled_from(list(Level)), max_size=2).map(tuple),
    statuses=st.lists(st.sampled_from(list(Status)), max_size=1).map(tuple),
    departments=st.lists(st.sampled_from(["发改委", "交通局", "能源局"]), max_size=1).map(tuple),
    years=st.lists(st.sampled_from([2024, 2025, 2030]), max_size=1).map(tuple),
)
QUESTIONS = st.sampled_from(
    [
        "合肥2025年非化石能源消费比重",
        "节能改造和资金支持",
        "贵阳和安徽的煤炭消费谁多",
        "由哪个部门负责",
        "《合肥市碳达峰实施方案》里的绿色出行",
        "深圳的垃圾分类",
    ]
)


@settings(max_examples=150, deadline=None)
@given(question=QUESTIONS, scope=SCOPES)
def test_a_filter_never_leaks(
    question: str, scope: Scope, search: Search, assistant: Assistant
) -> None:
    hits = found(search, assistant, question, scope)
    assert all(scope.admits(labels_of(hit.held)) for hit in hits)
    again = found(search, assistant, question, scope)
    assert [hit.held.id for hit in again] == [hit.held.id for hit in hits]


@settings(max_examples=60, deadline=None)
@given(scope=SCOPES)
def test_a_filter_loses_nothing(scope: Scope, search: Search, assistant: Assistant) -> None:
    admitted = {h.id for h in assistant.catalog.clauses() if scope.admits(labels_of(h))}
    hits = search.search(understand("目标和行动", assistant.holdings), scope, limit=100)
    assert {hit.held.id for hit in hits} | {s.id for h in hits for s in h.same} == admitted


def test_a_document_that_is_named_is_searched(search: Search, assistant: Assistant) -> None:
    hits = found(search, assistant, "《云岩区碳达峰实施方案》里的垃圾分类")
    assert hits[0].held.document.title == "云岩区碳达峰实施方案"


def test_the_score_is_the_sum_of_its_features(search: Search, assistant: Assistant) -> None:
    hit = found(search, assistant, "合肥推广新能源公交车")[0]
    weights = learned()
    assert hit.score == pytest.approx(sum(weights[name] * v for name, v in hit.features.items()))


def test_facets_count_the_candidates(search: Search, assistant: Assistant) -> None:
    facets = search.find(understand("绿色出行比例", assistant.holdings)).facets()
    assert dict(facets["region"])[region("合肥市").code] >= 1
    assert set(facets) == {"region", "level", "year", "subject"}


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
