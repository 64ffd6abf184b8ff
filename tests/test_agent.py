"""A model that looks clauses up itself, over HTTP: its steps, its budgets, and the same proof."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from chat_server import ChatServer, Reply, prompt_of

from assistant.answer import Answer, Mode, Question, Step
from assistant.app import Assistant
from assistant.settings import Settings

pytest.importorskip("langchain_openai")

QUESTION = "合肥2025年要建多少个公共充电桩？由哪些部门负责？"
FIGURE = "合肥2025年要建多少个公共充电桩？"
TRUE = "到2025年，合肥市建设公共充电桩3600个。"


@pytest.fixture(scope="module")
def modelled(server: ChatServer, sample_data: Path) -> Iterator[Assistant]:
    settings = Settings(
        data=sample_data,
        chat_model="scripted",
        chat_base_url=server.url,
        chat_timeout=2,
        chat_pause=0,
        chat_rest=0,
    )
    opened = Assistant.open(settings, report=lambda _: None)
    yield opened
    opened.close()


def returned(body: dict[str, Any]) -> list[str]:
    """What the tools have given back so far."""
    return [str(m["content"]) for m in body["messages"] if m["role"] == "tool"]


def handle_of(body: dict[str, Any], words: str) -> str:
    found = re.search(r"\[(\d+)\] [《|][^\[]*" + re.escape(words), "\n".join(returned(body)))
    assert found is not None, returned(body)
    return f"[{found.group(1)}]"


def asked(modelled: Assistant, question: str = QUESTION) -> Answer:
    return modelled.ask(Question(question=question, mode=Mode.AGENT))


def test_the_look_ups_are_shown_and_the_answer_is_proven(
    server: ChatServer, modelled: Assistant
) -> None:
    def script(body: dict[str, Any]) -> Reply:
        done = len(returned(body))
        if done == 0:
            call = ("get_targets", {"region": "合肥市", "indicator": "充电桩", "year": 2025})
            return Reply(calls=(call,))
        if done == 1:
            call = ("search_clauses", {"query": "充电桩由谁负责", "region": "合肥市"})
            return Reply(calls=(call,))
        return Reply(
            TRUE
            + handle_of(body, "3600")
            + "市交通局、市城管局、市供电公司按职责分工负责。"
            + handle_of(body, "市供电公司")
        )

    server.script = script
    answer = asked(modelled)
    assert answer.mode is Mode.AGENT
    assert answer.answer.startswith(f"{TRUE}[1]\n市交通局")
    assert [step.tool for step in answer.steps] == ["get_targets", "search_clauses"]
    assert answer.steps[0].asked == "合肥市 充电桩 2025"
    assert answer.steps[0].found == 1
    for citation in answer.citations:
        start, end = citation.span
        assert citation.clause_text[start:end] == citation.quote


def test_every_tool_gives_back_clauses_or_says_what_is_wrong(
    server: ChatServer, modelled: Assistant
) -> None:
    calls: list[tuple[str, dict[str, Any]]] = [
        ("outline", {"title": "合肥市碳达峰实施方案"}),
        ("outline", {"title": "月球开发方案"}),
        ("compare", {"regions": ["合肥市", "贵阳市", "火星市"], "indicator": "森林覆盖率"}),
        ("search_clauses", {"query": "绿色出行", "region": "不存在的地方"}),
        ("get_targets", {"region": ""}),
    ]

    def script(body: dict[str, Any]) -> Reply:
        done = len(returned(body))
        return Reply(calls=(calls[done],)) if done < len(calls) else Reply("未给出")

    server.script = script
    answer = asked(modelled)
    outline, unknown, table, nowhere, unnamed = returned(server.asked[-1])
    assert "二、重点任务 ＞ （一）交通运输行动" in outline
    assert "没有这份文件" in unknown
    assert "29.5%" in table
    assert "55%" in table
    assert "火星市" in table
    assert "不存在的地方" in nowhere
    assert "请写明辖区名称" in unnamed
    assert "3600个" in answer.answer
    assert answer.mode is Mode.EXTRACTIVE


def test_the_steps_are_limited(server: ChatServer, modelled: Assistant) -> None:
    def script(body: dict[str, Any]) -> Reply:
        return Reply(calls=(("search_clauses", {"query": f"充电桩{len(server.asked)}"}),))

    server.script = script
    before = len(server.asked)
    answer = asked(modelled)
    assert len(answer.steps) <= 6
    assert len(server.asked) - before < 12
    assert "额度" in (answer.note or "")
    assert "3600个" in answer.answer


def test_several_look_ups_at_once_count_each(server: ChatServer, modelled: Assistant) -> None:
    many = tuple(("search_clauses", {"query": f"合肥 充电桩 {n}"}) for n in range(9))

    def script(body: dict[str, Any]) -> Reply:
        done = returned(body)
        return Reply(TRUE + handle_of(body, "3600个")) if done else Reply(calls=many)

    server.script = script
    answer = asked(modelled, FIGURE)
    assert len(answer.steps) == 6
    # They are made side by side, so which of them come too late is chance.
    assert sum("额度已用完" in one for one in returned(server.asked[-1])) == 3
    assert answer.answer == f"{TRUE}[1]"


@pytest.mark.parametrize(
    ("reply", "note"),
    [
        (Reply(TRUE + "[1]"), "不会使用检索工具"),
        (Reply(status=500), "暂不可用"),
        (Reply(status=429), "限流"),
        (Reply(fault="garbage"), "对话模型"),
    ],
)
def test_a_model_that_can_not_gives_way_to_the_extract(
    server: ChatServer, modelled: Assistant, reply: Reply, note: str
) -> None:
    server.script = lambda _: reply
    answer = asked(modelled)
    assert answer.mode is Mode.EXTRACTIVE
    assert "3600个" in answer.answer
    assert note in (answer.note or "")


@pytest.mark.parametrize(
    "lie",
    [
        "到2025年，合肥市建设公共充电桩9600个。{n}",
        "到2030年，合肥市建设公共充电桩3600个。{n}",
        "到2025年，贵阳市建设公共充电桩3600个。{n}",
        "到2025年，合肥市建设公共充电桩3600个。[77]",
        "到2025年，合肥市建设公共充电桩3600个。",
        "合肥市公安局牵头建设公共充电桩3600个。{n}",
        "到2025年，合肥市建设加氢站3600个。{n}",
    ],
)
def test_a_lie_is_never_shown(server: ChatServer, modelled: Assistant, lie: str) -> None:
    said: list[str] = []

    def script(body: dict[str, Any]) -> Reply:
        if not returned(body):
            return Reply(calls=(("search_clauses", {"query": "公共充电桩", "region": "合肥市"}),))
        said.append(lie.replace("{n}", handle_of(body, "3600个")))
        return Reply(said[-1])

    server.script = script
    answer = asked(modelled)
    assert said
    shown = re.sub(r"\[\d+\]", "", answer.answer)
    assert re.sub(r"\[\d+\]", "", said[0]).rstrip("。") not in shown.replace(TRUE, "")
    assert "3600个" in answer.answer
    assert answer.mode is Mode.EXTRACTIVE


def test_an_answer_is_mended_once(server: ChatServer, modelled: Assistant) -> None:
    def script(body: dict[str, Any]) -> Reply:
        prompt = prompt_of(body)
        if "与所引条款不符" in prompt:
            found = re.search(r"\[(\d+)\] [《|][^\[]*3600个", prompt)
            assert found is not None
            return Reply(f"{TRUE}[{found.group(1)}]")
        if not returned(body):
            return Reply(calls=(("search_clauses", {"query": "公共充电桩", "region": "合肥市"}),))
        return Reply(TRUE.replace("3600", "9600") + handle_of(body, "3600个"))

    server.script = script
    answer = asked(modelled, FIGURE)
    assert answer.answer == f"{TRUE}[1]"
    assert answer.mode is Mode.AGENT


def test_half_an_answer_is_not_shown(server: ChatServer, modelled: Assistant) -> None:
    """How many and by whom is asked: a figure alone gives way to the whole extract."""

    def script(body: dict[str, Any]) -> Reply:
        if not returned(body):
            return Reply(calls=(("search_clauses", {"query": "公共充电桩", "region": "合肥市"}),))
        return Reply(TRUE + handle_of(body, "3600个"))

    server.script = script
    answer = asked(modelled)
    assert answer.mode is Mode.EXTRACTIVE
    assert "3600个" in answer.answer
    assert "市供电公司" in answer.answer


def test_what_is_refused_is_not_looked_into(server: ChatServer, modelled: Assistant) -> None:
    before = len(server.asked)
    assert asked(modelled, "北京2025年非化石能源占比多少？").refused
    assert len(server.asked) == before


def test_the_steps_come_before_the_answer(server: ChatServer, modelled: Assistant) -> None:
    def script(body: dict[str, Any]) -> Reply:
        if not returned(body):
            return Reply(calls=(("search_clauses", {"query": "公共充电桩", "region": "合肥市"}),))
        return Reply(TRUE + handle_of(body, "3600个"))

    server.script = script
    stages = list(modelled.stages(Question(question=FIGURE, mode=Mode.AGENT)))
    kinds = [type(stage).__name__ for stage in stages]
    assert kinds == ["Understood", "Retrieved", "Step", "Line", "Trace"]
    assert isinstance(stages[2], Step)
