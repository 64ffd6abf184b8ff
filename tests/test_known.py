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
    answer = _answer(tmp_path, PARTS, question)
    assert said in answer
    assert unsaid not in answer


def _answer(folder: Path, document: str, question: str) -> str:
    """What is answered where this one document is held."""
    file = folder / "yibin.txt"
    file.write_text(document, encoding="utf-8")
    catalog = Catalog(folder / "data")
    assert [result.error for result in ingest(find([file]), catalog)] == [None]
    catalog.close()
    assistant = Assistant.open(Settings(data=folder / "data"), report=lambda _: None)
    answer = assistant.ask(Question(question=question)).answer
    assistant.close()
    return answer


SPOKEN = """宜宾市碳达峰实施方案

一、碳汇

到2025年，竹林草地碳汇项目总规模达到420万亩，其中，竹林碳汇项目300万亩，草地碳汇项目120万亩。培育和引进50名以上创新型企业家。

二、能源

加快推进江北燃气调峰电站建设，确保“十四五”期间投产90万千瓦。

三、农业

到2025年，山区低碳生活格局基本形成，建设30个低碳示范美丽乡村，建成充（换）电站70座。

四、数据中心

新建数据中心能源利用效率（PUE）不高于1.25。加快既有数据中心升级改造，积极推广液冷技术，力争PUE不高于1.35。

五、交通

到2025年，短途客运电动化占比达到40%。到2030年，短途客运电动化占比达到65%，更新2000台换电式巡游出租车。
"""


@pytest.mark.parametrize(
    ("question", "said", "unsaid"),
    [
        ("宜宾十四五要投产多少千瓦的燃气调峰电站？", "90万千瓦", "没有"),
        ("宜宾山区25年打算建多少个低碳示范的美丽乡村？", "30个", "没有"),
        ("宜宾25年充换电站想建到几座？", "70座", "没有"),
        ("宜宾老的数据中心改造以后PUE要压到多少，不问新建的", "1.35", "1.25"),
        ("宜宾短途客运电动化占比2030年要到多少", "65%", "40%"),
        ("宜宾短途客运电动化比例三零年多少，不是25年那个", "65%", "40%"),
        ("宜宾碳汇项目的总盘子，25年是多少亩？", "420万亩", "300万亩"),
        ("宜宾25年培育几家创新型企业？", "没有给出2025年", "50名"),
        ("宜宾的换电出租车，到30年要更新多少台？", "2000", "65%"),
    ],
)
def test_as_people_ask(tmp_path: Path, question: str, said: str, unsaid: str) -> None:
    answer = _answer(tmp_path, SPOKEN, question)
    assert said in answer
    assert unsaid not in answer
