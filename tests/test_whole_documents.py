"""Questions of a whole document or of all jurisdictions: goals, tasks, rankings."""

from collections.abc import Callable

import pytest

from assistant.answer import Answer

Ask = Callable[..., Answer]


def proves(answer: Answer) -> bool:
    return all(
        c.clause_text[c.span[0] : c.span[1]] == c.quote and f"[{c.marker}]" in answer.answer
        for c in answer.citations
    )


def test_the_goals_of_a_plan_are_what_it_heads_so(ask: Ask) -> None:
    answer = ask("合肥碳达峰的主要目标是什么？")
    assert "14.5%" in answer.answer
    assert "29.5%" in answer.answer
    assert [c.clause_path[-1] for c in answer.citations] == ["一、主要目标"]
    assert proves(answer)


def test_all_tasks_of_a_section_are_listed_each_with_its_clause(ask: Ask) -> None:
    answer = ask("合肥交通运输行动有哪些措施？")
    assert answer.answer == "合肥市：推广节能车辆[1]；优化出行结构[2]。"
    assert proves(answer)


@pytest.mark.parametrize(
    ("question", "places"),
    [
        ("哪些市2025年森林覆盖率高于30%？", ["贵阳市"]),
        ("各市2025年森林覆盖率目标分别是多少？", ["贵阳市", "合肥市"]),
        ("2025年森林覆盖率目标最低的市是哪个？", ["合肥市", "贵阳市"]),
        ("哪些市2025年非化石能源占比低于20%？", ["合肥市"]),
        ("哪些地区2025年非化石能源占比超过14%？", ["贵阳市", "安徽省", "合肥市"]),
    ],
)
def test_jurisdictions_are_ranked_by_what_they_set(
    ask: Ask, question: str, places: list[str]
) -> None:
    answer = ask(question)
    rows = [line for line in answer.answer.splitlines() if line.startswith("| ")][2:]
    assert [row.split(" | ")[0].strip("| ") for row in rows] == places
    assert len(answer.citations) == len(places)
    assert "只含已收录" in answer.answer
    assert proves(answer)


def test_a_draft_in_a_ranking_says_so(ask: Ask) -> None:
    answer = ask("各市2025年森林覆盖率目标分别是多少？")
    (row,) = [line for line in answer.answer.splitlines() if line.startswith("| 贵阳市")]
    assert "征求意见稿" in row


def test_what_no_jurisdiction_sets_is_refused(ask: Ask) -> None:
    assert ask("哪些市2025年碳汇交易量高于30%？").refused


@pytest.mark.parametrize(
    ("question", "must_not"),
    [
        ("什么是零碳社区？", "零碳社区。"),
        ("合肥碳达峰方案什么时候印发的？", "2024"),
        ("合肥什么时候碳达峰？", "零碳社区"),
    ],
)
def test_a_sentence_that_does_not_say_it_is_no_answer(
    ask: Ask, question: str, must_not: str
) -> None:
    answer = ask(question)
    assert answer.refused
    assert must_not not in answer.answer
