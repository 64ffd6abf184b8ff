from assistant.app import Assistant
from retrieval.rank import Legs, Ranker, best_sentence, learned, score
from retrieval.reading import Reading, read
from retrieval.topic import topic_of


def reading(assistant: Assistant, label: str, title: str = "合肥市碳达峰实施方案") -> Reading:
    return next(
        read(held)
        for held in assistant.catalog.clauses()
        if held.document.title == title and held.clause.heading == label
    )


def ranked(assistant: Assistant, question: str, one: Reading) -> dict[str, float]:
    assert assistant.search is not None
    query = assistant.understand(question)
    topic = topic_of(query, assistant.search.frequency, assistant.search.size)
    return Ranker(query, topic).features(one, Legs())


def test_every_feature_has_a_weight(assistant: Assistant) -> None:
    found = ranked(assistant, "合肥2025年森林覆盖率", reading(assistant, "主要目标"))
    assert set(found) == set(learned())


def test_the_sentence_of_the_indicator_and_the_year(assistant: Assistant) -> None:
    question = "合肥2025年森林覆盖率要达到多少"
    goals = ranked(assistant, question, reading(assistant, "主要目标"))
    other = ranked(assistant, question, reading(assistant, "推广节能车辆"))
    assert goals["indicator_figure"] == goals["year_near"] == goals["goals"] == 1
    assert other["indicator"] == 0
    assert score(goals, learned()) > score(other, learned())


def test_another_year_is_told_apart(assistant: Assistant) -> None:
    found = ranked(assistant, "合肥2035年森林覆盖率", reading(assistant, "主要目标"))
    assert (found["year"], found["year_wrong"]) == (0, 1)


def test_who_is_responsible(assistant: Assistant) -> None:
    named = ranked(assistant, "合肥节能车辆谁负责", reading(assistant, "推广节能车辆"))
    silent = ranked(assistant, "合肥节能车辆谁负责", reading(assistant, "主要目标"))
    assert (named["departments"], silent["departments"]) == (1, 0)


def test_the_sentence_that_says_it(assistant: Assistant) -> None:
    assert assistant.search is not None
    query = assistant.understand("合肥慢行系统在哪里试点")
    topic = topic_of(query, assistant.search.frequency, assistant.search.size)
    assert "滨湖" in best_sentence(reading(assistant, "优化出行结构"), topic, ())
