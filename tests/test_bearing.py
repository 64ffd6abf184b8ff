"""How something is done is answered with all that the clause says of it, and no more."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from assistant.answer import Answer, Question
from assistant.app import Assistant
from assistant.indexes import spaces_of
from assistant.settings import Settings
from corpus.catalog import Catalog
from corpus.ingest import find, ingest
from retrieval.index import ensure_index

CITY = """芜湖市港航领域碳达峰实施方案

根据《长江绿色航运纲要》（江航〔2021〕7号）和市委工作部署，制定本方案。

一、重点任务

（一）推进港口岸电改造。对存量泊位逐个排查，建立改造台账。新建泊位同步设计受电设施。对靠港用电的船舶减免停泊费用；对改造企业给予贴息。（市港航局牵头，市财政局配合）

（二）培育绿色船队。鼓励老旧拖轮提前退役。电动渡船优先安排航线。对船员开展电池安全培训。电动渡船换电站由市港投集团统一建设。

（三）落实“三清一控”要求。严格执行“三清一控”、限期整改、联合检查等制度。将“三清一控”（清垃圾、清污水、清油渍，控扬尘）纳入码头考核。

（四）推进船舶受电改造。2025年前完成内河货船改造。2030年前完成江海联运船改造。对改造企业给予补助。

（五）专项行动。6.航标更新专项行动。更换太阳能灯器，撤除旧浮筒。7.锚地整治专项行动。清退违规锚泊。

二、本方案自2022年3月1日起施行。
"""
PROVINCE = """安徽省港航领域碳达峰实施方案

一、重点任务

（一）推进港口岸电改造。统筹沿江各港口岸电布局。
"""


@pytest.fixture(scope="module")
def ask(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], Answer]]:
    """Ask the assistant over the two documents."""
    root = tmp_path_factory.mktemp("ports")
    for name, text in (("city.txt", CITY), ("province.txt", PROVINCE)):
        Path(root / name).write_text(text, encoding="utf-8")
    catalog = Catalog(root / "data")
    for result in ingest(find([root / "city.txt", root / "province.txt"]), catalog):
        assert result.error is None
    ensure_index(catalog, spaces_of(Settings()), root / "data", report=lambda _: None)
    catalog.close()
    assistant = Assistant.open(Settings(data=root / "data"), report=lambda _: None)
    yield lambda text: assistant.ask(Question(question=text))
    assistant.close()


def test_what_a_heading_names_is_all_that_stands_under_it(ask: Callable[[str], Answer]) -> None:
    answer = ask("芜湖怎么推进港口岸电改造？")
    assert answer.answer == (
        "芜湖市：对存量泊位逐个排查，建立改造台账。[1]新建泊位同步设计受电设施。[2]"
        "对靠港用电的船舶减免停泊费用；[3]对改造企业给予贴息。[3]"
    )
    assert len({citation.clause_id for citation in answer.citations}) == 1


def test_a_narrower_question_gets_the_sentences_that_say_it(ask: Callable[[str], Answer]) -> None:
    answer = ask("芜湖对电动渡船怎么支持？")
    assert "电动渡船优先安排航线" in answer.answer
    assert "换电站由市港投集团统一建设" in answer.answer
    assert "拖轮" not in answer.answer
    assert "培训" not in answer.answer


def test_what_is_said_of_other_years_is_left_out(ask: Callable[[str], Answer]) -> None:
    answer = ask("芜湖2030年怎么推进船舶受电改造？")
    assert "2030年前完成江海联运船改造" in answer.answer
    assert "给予补助" in answer.answer
    assert "内河货船" not in answer.answer


def test_whether_something_is_so_gets_the_sentence_that_says_it(
    ask: Callable[[str], Answer],
) -> None:
    answer = ask("芜湖对船员开展电池安全培训吗？")
    assert answer.answer == "芜湖市：对船员开展电池安全培训。[1]"


def test_a_heading_inside_a_clause_limits_what_stands_under_it(
    ask: Callable[[str], Answer],
) -> None:
    answer = ask("芜湖的航标更新专项行动怎么做？")
    assert answer.answer == "芜湖市：更换太阳能灯器，撤除旧浮筒。[1]"


def test_a_term_is_explained_by_what_stands_behind_it(ask: Callable[[str], Answer]) -> None:
    answer = ask("芜湖说的“三清一控”是哪三清、哪一控？")
    assert "清垃圾、清污水、清油渍，控扬尘" in answer.answer


@pytest.mark.parametrize(
    "question",
    ["芜湖港航领域碳达峰实施方案啥时候开始生效？", "芜湖港航碳达峰方案自何日起施行？"],
)
def test_from_when_a_document_is_in_force(ask: Callable[[str], Answer], question: str) -> None:
    assert "2022年3月1日起施行" in ask(question).answer


def test_what_a_document_was_made_by(ask: Callable[[str], Answer]) -> None:
    answer = ask("芜湖港航领域碳达峰实施方案是根据哪份文件制定的？")
    assert "江航〔2021〕7号" in answer.answer


def test_a_title_said_with_a_place_is_of_that_place(ask: Callable[[str], Answer]) -> None:
    """The words 港航领域碳达峰实施方案 stand in both titles."""
    for place, said in (("安徽", "统筹沿江各港口"), ("芜湖", "对存量泊位逐个排查")):
        assert said in ask(f"{place}港航领域碳达峰实施方案里怎么推进港口岸电改造？").answer
