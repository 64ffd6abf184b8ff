"""Citations in official form, whatever the labels of a clause path look like."""

import re
from collections.abc import Iterable, Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.answer import Source
from assistant.app import Assistant
from assistant.export.reference import place, reference
from corpus.catalog import Catalog
from corpus.document import HeldClause, Level


def source(**fields: Any) -> Source:
    known: dict[str, Any] = {
        "clause_id": "c",
        "document_id": "d",
        "document_title": "山东省碳达峰实施方案",
        "number": "鲁政字〔2022〕242号",
        "region": "山东省",
        "level": Level.PROVINCE,
        "status": "正式",
        "clause_path": ["三、重点任务", "（二）节能降碳增效行动", "4.加强重点用能设备节能增效"],
        "pages": [],
        "source_url": None,
        "score": 1.0,
    }
    return Source.model_validate(known | fields)


@pytest.mark.parametrize(
    ("path", "said"),
    [
        (["三、重点任务", "（二）节能降碳增效行动", "4.加强节能"], "第三部分第（二）项第4点"),
        (["三、重点任务", "(十二)行动", "35.科学制定", "（3）能源"], "第三部分第（十二）项第35点第（3）目"),
        (["三,重点任务", "(-)深度调整工业领域产业结构"], "第三部分第（一）项"),
        (["二、", "(二)", "2.1能源领域针对湖北省", "专栏2.1 关键技术"], "第二部分第（二）项第2.1点专栏2.1"),
        (["三、", "1、严格落实"], "第三部分第1点"),
        (["二、重点任务", "1 推广新能源汽车"], "第二部分第1点"),
        (["第三章　积极推动能源转型", "第二节 能源", "第十二条"], "第三章第二节第十二条"),
        (["第 十 二 条 申报主体"], "第十二条"),
        (["第十二条之一", "（三）不得", "2.下列情形"], "第十二条之一第（三）项第2目"),
        (["第一编 总则", "第一章"], "第一编第一章"),
        (["第八章加强规划组织实施", "三、强化评估考核"], "第八章第三部分"),
        (["附件1 “十四五”各县区能耗强度降低目标"], "附件1"),
        (["附件"], "附件"),
        (["专栏3 城乡建设与交通"], "专栏3"),
        (["四、", "表 2 主要指标"], "第四部分表2"),
        (["引言"], "“引言”部分"),
        (["总 体\n要求。"], "“总体要求”部分"),
        (["关于“十四五”的说明"], "“关于‘十四五’的说明”部分"),
        (["2025年主要目标"], "“2025年主要目标”部分"),
        (["一体推进节能降碳"], "“一体推进节能降碳”部分"),
        (["3.5万千瓦项目清单"], "“3.5万千瓦项目清单”部分"),
        (["４．加强节能"], "第4点"),
        ([], ""),
    ],
)  # fmt: skip
def test_the_place(path: list[str], said: str) -> None:
    assert place(path) == said


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({}, "《山东省碳达峰实施方案》（鲁政字〔2022〕242号）第三部分第（二）项第4点"),
        ({"number": None}, "《山东省碳达峰实施方案》第三部分第（二）项第4点"),
        (
            {"number": None, "status": "征求意见稿", "pages": [12]},
            "《山东省碳达峰实施方案》（征求意见稿）第三部分第（二）项第4点，第12页",
        ),
        (
            {"status": "征求意见稿"},
            "《山东省碳达峰实施方案》（征求意见稿，鲁政字〔2022〕242号）第三部分第（二）项第4点",
        ),
        (
            {"number": None, "document_title": "方案(征求意见稿)", "status": "征求意见稿"},
            "《方案(征求意见稿)》第三部分第（二）项第4点",
        ),
        (
            {"document_title": "贯彻《关于做好\n碳达峰 工作的意见》的措施", "number": None},
            "《贯彻〈关于做好碳达峰工作的意见〉的措施》第三部分第（二）项第4点",
        ),
        (
            {"pages": [3, 4, 7], "excerpt": True, "recognised": True, "number": None},
            "《山东省碳达峰实施方案》第三部分第（二）项第4点，第3—4、7页（指标摘录，非原文；扫描识别）",
        ),
    ],
)
def test_the_whole_reference(fields: dict[str, Any], said: str) -> None:
    assert reference(source(**fields)) == said


_STEP = re.compile(
    r"第[^第“]+?(?:部分|章|节|条|编)(?:之[一二三])?|第（[^）]+）[项目]|第[\d.]+[点目]|(?:附件|专栏|表)[\d.]*|“[^“”]+”部分"
)


def holds_nothing_strange(clauses: Iterable[HeldClause]) -> None:
    for held in clauses:
        said = place(held.clause.path)
        assert "".join(_STEP.findall(said)) == said, held.clause.path
        assert len(_STEP.findall(said)) == len(held.clause.path), held.clause.path
        if held.clause.marker:
            number = re.sub(r"[\s、,，.．（()）'’]+$|^[（(]", "", held.clause.marker)
            assert number.strip("第章节条") in said or number in "-—", held.clause.path
            assert not said.endswith("”部分"), held.clause.path


def test_every_clause_of_the_sample(assistant: Assistant) -> None:
    clauses = list(assistant.catalog.clauses())
    assert len(clauses) > 20
    holds_nothing_strange(clauses)


def test_every_clause_of_the_real_documents(real_catalog: Catalog) -> None:
    holds_nothing_strange(real_catalog.clauses())


LABEL = st.one_of(
    st.text(max_size=30),
    st.builds("{}、{}".format, st.sampled_from("一二十"), st.text(max_size=10)),
    st.builds("（{}）{}".format, st.sampled_from("一二十"), st.text(max_size=10)),
    st.builds("{}.{}".format, st.integers(1, 40), st.text(max_size=10)),
)


@given(st.lists(LABEL, max_size=4))
def test_no_label_breaks_a_reference(path: Sequence[str]) -> None:
    said = reference(source(clause_path=list(path)))
    assert said.startswith("《山东省碳达峰实施方案》（鲁政字〔2022〕242号）")
    assert len(said.splitlines()) == 1
    assert all(c >= " " for c in said)
