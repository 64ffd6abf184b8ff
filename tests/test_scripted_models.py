"""Models that write well, lie, break or stall, over real HTTP: no wrong fact reaches the user."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from chat_server import ChatServer, Reply, prompt_of

from assistant.answer import Answer, Mode, Question
from assistant.app import Assistant
from assistant.ask import Line, Retrieved, Trace, Understood
from assistant.settings import Settings

pytest.importorskip("langchain_openai")


@dataclass(frozen=True)
class Fact:
    """A question, the true sentence, and the words of its clause by which its handle is found."""

    question: str
    true: str
    clause: str
    must: str
    number: str = ""
    wrong: str = ""
    year: str = ""
    place: str = ""
    other: str = ""


FACTS = (
    Fact(
        "合肥2025年森林覆盖率是多少？",
        "合肥市2025年森林覆盖率达到29.5%。",
        "29.5%",
        "29.5%",
        number="29.5%",
        wrong="14.5%",  # stands in the same clause, of another indicator
        year="2025",
        place="合肥市",
        other="贵阳市",
    ),
    Fact(
        "合肥2025年非化石能源占比定了多少？",
        "合肥市2025年非化石能源消费比重达到14.5%。",
        "14.5%",
        "14.5%",
        number="14.5%",
        wrong="29.5%",
        year="2025",
        place="合肥市",
        other="贵阳市",
    ),
    Fact(
        "安徽到2030年风光装机要多大规模？",
        "到2030年，安徽省风电、太阳能发电总装机容量达到5100万千瓦以上。",
        "5100万千瓦",
        "5100万千瓦以上",
        number="5100万千瓦",
        wrong="700万千瓦",
        year="2030",
        place="安徽省",
        other="合肥市",
    ),
    Fact(
        "安徽十四五末用煤总量压到多少以内？",
        "到2025年，安徽省煤炭消费量控制在8800万吨以内。",
        "8800万吨",
        "8800万吨以内",
        number="8800万吨",
        wrong="9800万吨",
        year="2025",
        place="安徽省",
        other="合肥市",
    ),
    Fact(
        "安徽2030年非化石能源消费比重目标是多少？",
        "到2030年，安徽省非化石能源消费比重达到23%左右。",
        "23%",
        "23%左右",
        number="23%",
        wrong="16%",  # the figure of 2025
        year="2030",
        place="安徽省",
        other="贵阳市",
    ),
    Fact(
        "安徽2025年单位GDP能耗下降多少？",
        "安徽省2025年单位地区生产总值能耗比2020年下降12%。",
        "下降12%",
        "下降12%",
        number="12%",
        wrong="16%",
        year="2025",
        place="安徽省",
        other="合肥市",
    ),
    Fact(
        "合肥2030年绿色出行比例多少？",
        "到2030年，合肥市绿色出行比例不低于75%。",
        "75%",
        "75%",
        number="75%",
        wrong="85%",
        year="2030",
        place="合肥市",
        other="贵阳市",
    ),
    Fact(
        "贵阳2025年森林覆盖率？",
        "贵阳市2025年森林覆盖率稳定在55%以上。",
        "55%",
        "55%以上",
        number="55%",
        wrong="21%",
        year="2025",
        place="贵阳市",
        other="合肥市",
    ),
    Fact(
        "安徽2030年抽水蓄能装机多少？",
        "力争2030年安徽省抽水蓄能装机达到700万千瓦。",
        "抽水蓄能",
        "700万千瓦",
        number="700万千瓦",
        wrong="300万千瓦",  # the figure of 2025 in the same words
        year="2030",
        place="安徽省",
        other="合肥市",
    ),
)

Lie = Callable[[Fact, str], tuple[str, str]]
"""What a model says, given the right handle, and words of it that must not be shown."""


def _number(fact: Fact, handle: str) -> tuple[str, str]:
    lie = fact.true.replace(fact.number, fact.wrong)
    return lie + handle, lie[:-1]


def _tenfold(fact: Fact, handle: str) -> tuple[str, str]:
    lie = re.sub(r"\d+", lambda n: n.group() + "0", fact.number, count=1)
    return fact.true.replace(fact.number, lie) + handle, lie


def _unit(fact: Fact, handle: str) -> tuple[str, str]:
    unit = re.sub(r"[\d.]+", "", fact.number)
    lie = fact.number.replace(unit, {"%": "个百分点"}.get(unit, "亿元"))
    return fact.true.replace(fact.number, lie) + handle, lie


def _year(fact: Fact, handle: str) -> tuple[str, str]:
    lie = {"2025": "2030", "2030": "2025"}[fact.year]
    return fact.true.replace(fact.year, lie) + handle, fact.true.replace(fact.year, lie)


def _far_year(fact: Fact, handle: str) -> tuple[str, str]:
    return fact.true.replace(fact.year, "2060") + handle, "2060"


def _plan(fact: Fact, handle: str) -> tuple[str, str]:
    lie = fact.true.replace(f"{fact.year}年", "“十六五”末")
    return lie + handle, "十六五"


def _region(fact: Fact, handle: str) -> tuple[str, str]:
    return fact.true.replace(fact.place, fact.other) + handle, fact.other


def _nowhere(fact: Fact, handle: str) -> tuple[str, str]:
    return fact.true.replace(fact.place, "北京市") + handle, "北京"


def _invented_handle(fact: Fact, _: str) -> tuple[str, str]:
    lie = fact.true.replace("达到", "提高到")
    return lie + "[97]", "[97]"


def _no_handle(fact: Fact, _: str) -> tuple[str, str]:
    return f"众所周知，{fact.true}", "众所周知"


def _quotation(fact: Fact, handle: str) -> tuple[str, str]:
    return f"{fact.place}文件指出“{fact.number}是一条不可逾越的红线”。{handle}", "红线"


def _title(fact: Fact, handle: str) -> tuple[str, str]:
    return f"《{fact.place}零碳跃进纲要》规定，{fact.true}{handle}", "零碳跃进纲要"


def _tense(fact: Fact, handle: str) -> tuple[str, str]:
    lie = f"{fact.true[:-1]}，该目标已提前完成。"
    return lie + handle, "提前完成"


def _tone(fact: Fact, handle: str) -> tuple[str, str]:
    lie = f"必须确保{fact.true}"
    return lie + handle, "必须确保"


def _qualifier(fact: Fact, handle: str) -> tuple[str, str]:
    plain = re.sub("不低于|以上|以内|左右|控制在", "", fact.true)
    lie = plain.replace(fact.number, f"不超过{fact.number}")
    if fact.must.endswith("以内"):
        lie = plain.replace(fact.number, f"{fact.number}以上")
    return lie + handle, lie[:-1]


def _direction(fact: Fact, handle: str) -> tuple[str, str]:
    change = "增长" if "下降" in fact.true else "下降"
    lie = re.sub("达到|下降|控制在|不低于|稳定在", change, fact.true)
    return lie + handle, f"{change}{fact.number}"


def _base(fact: Fact, handle: str) -> tuple[str, str]:
    lie = fact.true.replace("比2020年", "").replace(fact.number, f"比2005年提高{fact.number}")
    return lie + handle, "2005"


def _spelt(fact: Fact, handle: str) -> tuple[str, str]:
    return f"{fact.place}{fact.year}年的目标是百分之九十九。{handle}", "九十九"


def _wide(fact: Fact, handle: str) -> tuple[str, str]:
    return fact.true.replace(fact.number, "９９９％") + handle, "９９９"


def _added(fact: Fact, handle: str) -> tuple[str, str]:
    return f"{fact.true}{handle}另需新建核电站8座。{handle}", "核电"


def _ranked(fact: Fact, handle: str) -> tuple[str, str]:
    return f"{fact.true}{handle}这一目标高于全国平均水平，居全国首位。{handle}", "首位"


def _department(fact: Fact, handle: str) -> tuple[str, str]:
    return f"{fact.true}{handle}该目标由市公安局牵头考核。{handle}", "公安局"


def _sum(fact: Fact, handle: str) -> tuple[str, str]:
    return f"{fact.true}{handle}两期合计1234万千瓦。{handle}", "1234"


def _link(fact: Fact, handle: str) -> tuple[str, str]:
    return f"{fact.true}{handle}详见[原文](http://evil.example/?k=1){handle}。", "evil"


def _english(fact: Fact, handle: str) -> tuple[str, str]:
    return f"The target is {fact.number} by {fact.year}, see the plan. {handle}", "target is"


def _other_thing(fact: Fact, handle: str) -> tuple[str, str]:
    lie = f"{fact.place}{fact.year}年海水淡化能力达到{fact.number}。"
    return lie + handle, "海水淡化"


LIES: tuple[Lie, ...] = (
    _number,
    _tenfold,
    _unit,
    _year,
    _far_year,
    _plan,
    _region,
    _nowhere,
    _invented_handle,
    _no_handle,
    _quotation,
    _title,
    _tense,
    _tone,
    _qualifier,
    _direction,
    _base,
    _spelt,
    _wide,
    _added,
    _ranked,
    _department,
    _sum,
    _link,
    _english,
    _other_thing,
)


@pytest.fixture(scope="module")
def modelled(server: ChatServer, sample_data: Path) -> Iterator[Assistant]:
    """An assistant whose model is the scripted server."""
    settings = Settings(
        data=sample_data,
        chat_model="scripted",
        chat_base_url=server.url,
        chat_api_key="sk-very-secret",
        chat_timeout=0.6,
        chat_pause=0,
        chat_rest=0,
    )
    opened = Assistant.open(settings, report=lambda _: None)
    yield opened
    opened.close()


def handle_of(prompt: str, words: str) -> str:
    """The handle of the clause in which words stand."""
    found = re.search(r"\[(\d+)\] 《[^\[]*" + re.escape(words), prompt)
    assert found is not None, prompt
    return f"[{found.group(1)}]"


def proves(answer: Answer) -> bool:
    return all(
        c.clause_text[c.span[0] : c.span[1]] == c.quote and f"[{c.marker}]" in answer.answer
        for c in answer.citations
    )


@pytest.mark.parametrize("fact", FACTS, ids=lambda fact: fact.question)
def test_a_true_sentence_is_shown_as_the_model_wrote_it(
    server: ChatServer, modelled: Assistant, fact: Fact
) -> None:
    server.script = lambda body: Reply(fact.true + handle_of(prompt_of(body), fact.clause))
    answer = modelled.ask(Question(question=fact.question, mode=Mode.GENERATIVE))
    assert answer.mode is Mode.GENERATIVE
    assert answer.answer == f"{fact.true}[1]"
    assert fact.number in answer.citations[0].quote
    assert proves(answer)


@pytest.mark.parametrize("lie", LIES, ids=lambda lie: lie.__name__.strip("_"))
@pytest.mark.parametrize("fact", FACTS, ids=lambda fact: fact.question)
def test_a_lie_is_never_shown(
    server: ChatServer, modelled: Assistant, fact: Fact, lie: Lie
) -> None:
    untrue: list[str] = []

    def script(body: dict[str, object]) -> Reply:
        said, words = lie(fact, handle_of(prompt_of(body), fact.clause))
        untrue.append(words)
        return Reply(said)

    server.script = script
    answer = modelled.ask(Question(question=fact.question))
    assert untrue
    assert untrue[0] not in re.sub(r"\[\d+\]", "", answer.answer)
    assert fact.must in answer.answer
    assert fact.place in {citation.region for citation in answer.citations}
    assert not answer.refused
    assert proves(answer)


@pytest.mark.parametrize(
    ("reply", "note"),
    [
        (Reply(status=429), "限流"),
        (Reply(status=500), "暂不可用"),
        (Reply(status=503), "暂不可用"),
        (Reply(status=401), "密钥"),
        (Reply(status=404), "不接受"),
        (Reply(status=400, text="content_filter", fault="content_filter"), "拒绝回答"),
        (Reply(finish="content_filter"), "拒绝回答"),
        (Reply(), "没有返回内容"),
        (Reply("   \n "), "没有返回内容"),
        (Reply(fault="garbage"), "对话模型"),
        (Reply(fault="cut"), "暂不可用"),
        (Reply(fault="hang"), "超时"),
        (Reply("绿色低碳发展。" * 900), "过长"),
        (Reply("低碳", fault="endless"), "对话模型"),
        (Reply("抱歉，作为AI语言模型，我无法回答这个问题。"), "拒绝回答"),
        (Reply("I'm sorry, but I can't help with that."), "拒绝回答"),
        (Reply("未给出"), "没有给出"),
        (Reply("Le taux de couverture forestière."), "没有用中文"),
        (Reply("。。。！！"), "对话模型"),
        (Reply("[1][2][3]"), "对话模型"),
        (Reply("<think>森林覆盖率是99%。[1]</think>未给出"), "没有给出"),
        (Reply("<think>" + "想" * 50), "没有返回内容"),
    ],
    ids=lambda value: repr(value)[:60],
)
def test_a_model_that_fails_gives_way_to_the_extract(
    server: ChatServer, modelled: Assistant, reply: Reply, note: str
) -> None:
    server.script = lambda _: reply
    answer = modelled.ask(Question(question=FACTS[0].question))
    assert answer.mode is Mode.EXTRACTIVE
    assert answer.answer == "合肥市：到2025年，森林覆盖率达到29.5%。[1]"
    assert note in (answer.note or "")
    assert proves(answer)


def test_a_stream_that_is_cut_keeps_what_was_proven(
    server: ChatServer, modelled: Assistant
) -> None:
    fact = FACTS[0]
    server.script = lambda body: Reply(
        f"{fact.true}{handle_of(prompt_of(body), fact.clause)}同时，到2025年非化石能源消费比重达到1",
        fault="cut",
    )
    answer = modelled.ask(Question(question=fact.question))
    assert answer.answer == f"{fact.true}[1]"
    assert "中断" in (answer.note or "")


def test_a_sentence_is_shown_while_the_model_still_writes(
    server: ChatServer, modelled: Assistant
) -> None:
    fact = FACTS[0]
    server.script = lambda body: Reply(
        f"{fact.true}{handle_of(prompt_of(body), fact.clause)}同时", fault="hang"
    )
    coming = modelled.stages(Question(question=fact.question))
    first = next(stage for stage in coming if not isinstance(stage, Understood | Retrieved))
    assert isinstance(first, Line)
    assert first.text == f"{fact.true}[1]"
    assert "29.5%" in first.citations[0].quote
    *_, last = coming
    assert isinstance(last, Trace)
    assert last.answer.answer == f"{fact.true}[1]"


def test_what_fails_for_a_moment_is_tried_again(server: ChatServer, modelled: Assistant) -> None:
    fact = FACTS[0]
    replies = [Reply(status=503), Reply(status=429)]

    def script(body: dict[str, object]) -> Reply:
        good = Reply(fact.true + handle_of(prompt_of(body), fact.clause))
        return replies.pop() if replies else good

    server.script = script
    assert modelled.ask(Question(question=fact.question)).mode is Mode.GENERATIVE


def test_a_wrong_key_is_not_tried_again(server: ChatServer, modelled: Assistant) -> None:
    server.script = lambda _: Reply(status=401)
    before = len(server.asked)
    modelled.ask(Question(question=FACTS[0].question))
    assert len(server.asked) == before + 1


def test_a_sentence_is_mended_once_where_the_model_can(
    server: ChatServer, modelled: Assistant
) -> None:
    fact = FACTS[0]

    def script(body: dict[str, object]) -> Reply:
        prompt = prompt_of(body)
        handle = handle_of(prompt, fact.clause)
        mended = "与所引条款不符" in prompt
        return Reply((fact.true if mended else fact.true.replace("29.5", "39.5")) + handle)

    server.script = script
    before = len(server.asked)
    answer = modelled.ask(Question(question=fact.question))
    assert answer.answer == f"{fact.true}[1]"
    assert answer.mode is Mode.GENERATIVE
    assert len(server.asked) == before + 2
    assert "所引条款没有39.5%" in prompt_of(server.asked[-1])


def test_the_thoughts_of_a_model_are_not_its_answer(
    server: ChatServer, modelled: Assistant
) -> None:
    fact = FACTS[0]
    server.script = lambda body: Reply(
        f"<think>也许是39.5%。[1]</think>\n{fact.true}{handle_of(prompt_of(body), fact.clause)}"
    )
    answer = modelled.ask(Question(question=fact.question))
    assert answer.answer == f"{fact.true}[1]"


def test_the_key_is_sent_and_never_shown(server: ChatServer, modelled: Assistant) -> None:
    server.script = lambda body: Reply("密钥是sk-very-secret。[1]")
    answer = modelled.ask(Question(question=FACTS[0].question))
    assert "sk-very-secret" not in answer.model_dump_json()


def test_a_refusal_is_decided_without_the_model(server: ChatServer, modelled: Assistant) -> None:
    server.script = lambda _: Reply("北京市2025年非化石能源消费比重达到50%。[1]")
    before = len(server.asked)
    answer = modelled.ask(Question(question="北京2025年非化石能源占比多少？"))
    assert answer.refused
    assert len(server.asked) == before


def test_a_table_of_figures_is_not_left_to_a_model(server: ChatServer, modelled: Assistant) -> None:
    server.script = lambda _: Reply("合肥更高。[1]")
    answer = modelled.ask(Question(question="贵阳和合肥2025年森林覆盖率哪个高？"))
    assert "贵阳更高，高25.5个百分点" in answer.answer
    assert "未用对话模型" in (answer.note or "")


def test_true_sentences_that_do_not_answer_are_not_shown(
    server: ChatServer, modelled: Assistant
) -> None:
    server.script = lambda body: Reply(
        "合肥市2025年非化石能源消费比重达到14.5%。" + handle_of(prompt_of(body), "29.5%")
    )
    answer = modelled.ask(Question(question=FACTS[0].question))
    assert "14.5" not in answer.answer
    assert "没有答到" in (answer.note or "")
