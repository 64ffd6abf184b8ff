"""Questions answered from the table of targets."""

from collections.abc import Callable
from pathlib import Path

import pytest

from assistant.answer import Answer, Question, Refusal
from assistant.app import Assistant
from assistant.settings import Settings
from corpus.catalog import Catalog
from corpus.ingest import find, ingest

Ask = Callable[..., Answer]


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("合肥2025年非化石能源占比多少？", "14.5%"),
        ("安徽2030年风光装机要到多大规模？", "5100万千瓦以上"),
        ("合肥到2025年建多少个充电桩？", "3600个"),
        ("安徽2030年抽蓄装机多少？", "700万千瓦"),
        ("安徽2025年煤炭消费量控制在多少以内？", "8800万吨以内"),
    ],
)
def test_the_row_that_is_asked_for(ask: Ask, question: str, said: str) -> None:
    answer = ask(question)
    assert not answer.refused
    assert said in answer.answer
    assert said.rstrip("以上内个") in "".join(answer.citations[0].quote.split())


@pytest.mark.parametrize(
    "question",
    [
        "合肥2025年茶叶种植面积多少？",
        "安徽2025年人均住房面积多少？",
        "合肥2025年充电桩利用率是多少？",
        "贵阳2025年绿化用水量多少？",
    ],
)
def test_a_figure_of_something_else_is_refused(ask: Ask, question: str) -> None:
    answer = ask(question)
    assert (answer.refused, answer.refusal_reason) == (True, Refusal.SILENT)


def test_a_deferral_is_followed_by_the_superiors_value(ask: Ask) -> None:
    answer = ask("合肥2025年能耗强度要降多少？")
    assert answer.refusal_reason is Refusal.DEFERRED
    assert "完成省下达目标" in answer.answer
    assert "不是合肥市的" in answer.answer
    assert "12%" in answer.answer
    assert [citation.region for citation in answer.citations] == ["合肥市", "安徽省"]


def test_a_long_proof_is_cut_to_the_words_that_hold_the_figure(ask: Ask) -> None:
    """What is counted stands behind the figure; the figure stays."""
    answer = ask("合肥到2025年建公共充电桩多少个？")
    assert "3600个" in answer.citations[0].quote


PARTS = """宜宾市碳达峰实施方案

一、主要目标

到2025年，实现钛材产能5万吨，其中高品质钛材产能3万吨以上。到2030年，单位地区生产总值二氧化碳排放比2005年下降70%，全社会用电量碳排放强度下降至3.8吨/万千瓦时左右。

二、能源

到2025年，可再生能源占全社会用电量比重达到36%左右，翠屏岛可再生能源发电量占全社会用电量比重达到40%以上。清洁能源电力装机容量达到204万千瓦。

三、电力

到2025年，清洁能源电力总装机容量达到210万千瓦。
"""


@pytest.mark.parametrize(
    ("question", "said", "unsaid"),
    [
        ("宜宾2025年钛材产能多少？", "5万吨", "3万吨"),
        ("宜宾2025年可再生能源发电量比重是多少？", "36%", "40%"),
        ("宜宾2025年清洁能源电力装机容量是多少？", "204万千瓦", "没有"),
        ("宜宾2025年清洁能源电力装机容量是多少？", "210万千瓦", "没有"),
        ("宜宾2030年单位地区生产总值二氧化碳排放目标是多少？", "70%", "3.8吨"),
    ],
)
def test_the_whole_and_the_indicator_asked_for(
    tmp_path: Path, question: str, said: str, unsaid: str
) -> None:
    file = tmp_path / "yibin.txt"
    file.write_text(PARTS, encoding="utf-8")
    catalog = Catalog(tmp_path / "data")
    assert [result.error for result in ingest(find([file]), catalog)] == [None]
    catalog.close()
    assistant = Assistant.open(Settings(data=tmp_path / "data"), report=lambda _: None)
    answer = assistant.ask(Question(question=question)).answer
    assistant.close()
    assert said in answer
    assert unsaid not in answer
