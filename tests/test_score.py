"""Measures of one answer, near misses first: what looks right and is not must not count."""

from __future__ import annotations

from dataclasses import asdict

import pytest

from assistant.answer import Answer, Citation, Mode, Refusal
from corpus.document import Level
from evals.case import Case, GoldSource, Type
from evals.score import LONGEST, held, normalise, score

CLAUSE = "到2025年，临海市风电装机达到40万千瓦以上，占比提高到15.5%左右。"
OTHER = "推进绿色出行，建设步道和公园。"


def cite(text: str = CLAUSE, quote: str | None = None, marker: int = 1) -> Citation:
    words = text if quote is None else quote
    start = max(text.find(words), 0)
    return Citation(
        clause_id="c",
        document_id="d",
        document_title="临海市测试方案",
        region="临海市",
        level=Level.CITY,
        status="正式",
        clause_path=["二、目标"],
        pages=[],
        source_url=None,
        score=1.0,
        marker=marker,
        quote=words,
        clause_text=text,
        span=(start, start + len(words)),
    )


def reply(words: str, *citations: Citation, refused: bool = False) -> Answer:
    return Answer(
        id="a",
        question="问",
        understood=None,
        answer=words,
        refused=refused,
        refusal_reason=Refusal.SILENT if refused else None,
        mode=Mode.EXTRACTIVE,
        citations=list(citations),
        related=[],
        timings_ms={},
    )


def source(evidence: str, region: str = "临海市") -> GoldSource:
    return GoldSource(file="009", title="测试方案", region=region, evidence=evidence)


def gold(
    *points: str, kind: Type = Type.TARGET, sources: tuple[GoldSource, ...] | None = None
) -> Case:
    proofs = (source("风电装机达到40万千瓦以上"),) if sources is None else sources
    return Case(id="t", question="问", type=kind, answer_points=points, sources=proofs)


# Points


@pytest.mark.parametrize(
    ("point", "answer"),
    [
        ("12亿千瓦以上", "风光装机达到 **12 亿千瓦** 以上。"),
        ("15.5%", "占比为１５．５％左右"),
        ("50%", "分别为52%、50%"),
        ("50%", "分别为52、50%"),
        ("2030年", "达到1.25[1]2030年后再提高"),
        ("60万吨/年以下", "60万吨 / 年以下的煤矿"),
        ("4-5个", "4—5个镇"),
        ("1000万吨", "1,000万吨"),
        ("“十四五”后期", "十四五后期"),
        ("市发改委", "市工信局、市发改委"),
        ("2025年", "1. 2025年前完成"),
        ("5个", "①5个"),
        ("400万千瓦", "装机400万千瓦，"),
        ("1.25", "PUE不高于1.25。"),
    ],
)
def test_a_point_is_held(point: str, answer: str) -> None:
    assert held(point, answer)


@pytest.mark.parametrize(
    ("point", "answer"),
    [
        ("15%", "占比为15.5%"),
        ("15.5%", "占比为15%"),
        ("5.5%", "占比为15.5%"),
        ("5%", "占比为15.5%"),
        ("7%", "下降17%"),
        ("15.5%", "下降155%"),
        ("15.5%", "占比为15.5"),
        ("15.5", "占比为15.5%"),
        ("15", "PUE为15.5"),
        ("15.5%", "增加15.5个百分点"),
        ("15%", "增加15‰"),
        ("40万千瓦以上", "40万千瓦"),
        ("40万千瓦", "40万千瓦时"),
        ("40万千瓦", "140万千瓦"),
        ("100万吨", "1,100万吨"),
        ("省发展改革委", "省发展和改革委"),
    ],
)
def test_a_near_miss_is_not_held(point: str, answer: str) -> None:
    assert not held(point, answer)


def table(*rows: str) -> str:
    return "\n".join(["对比如下：", "| 地区 | 指标 | 目标 |", "|---|---|---|", *rows])


@pytest.mark.parametrize(
    ("point", "row"),
    [
        ("临海69%", "| 临海市 | 森林覆盖率 | 69%左右[1] |"),
        ("临海市不低于70%", "| 临海市 | 绿色出行比例 | 不低于70% |"),
        ("临海30%以上", "| 临海市 | 30 | %以上 |"),
        ("测试方案6000万千瓦左右", "| 《临海市测试方案》 | 2030年 | 6000 万千瓦左右 |"),
    ],
)
def test_a_table_row_holds_a_point_with_a_number(point: str, row: str) -> None:
    assert held(point, table(row))


@pytest.mark.parametrize(
    ("point", "rows"),
    [
        ("临海69%", ["| 临海市 | 覆盖率 | 56.5% |", "| 椒江区 | 覆盖率 | 69% |"]),
        ("临海69%", ["| 临海市 | 覆盖率 | 69 |"]),
        ("临海69%", ["| 临海市 | 覆盖率 | 69个百分点 |"]),
        ("临海69%", ["| 临海市 | 覆盖率 | 69.5% |"]),
        ("临海30%", ["| 临海市 | 30万吨 | 15% |"]),
        ("临海30%以上", ["| 临海市 | 比例 | 30% |"]),
        ("临海市不低于70%", ["| 临海市 | 比例 | 70% |"]),
        ("临海更高", ["| 临海市 | 更高 | 69% |"]),
    ],
)
def test_a_row_without_place_number_or_unit_does_not_hold(point: str, rows: list[str]) -> None:
    assert not held(point, table(*rows))


def test_place_and_number_in_plain_words_are_no_row() -> None:
    assert not held("临海69%", "临海市森林覆盖率为69%")


def test_normalise_keeps_percent_and_decimal_point_and_drops_the_rest() -> None:
    assert normalise("（一） 占 比：15.5％！～ 1.25｜3‰") == "一占比15.5%1.25 3‰"


# Answers


def test_a_right_answer_has_nothing_against_it() -> None:
    found = score(gold("40万千瓦以上"), reply("40万千瓦以上。[1]", cite(quote="40万千瓦以上")))
    assert asdict(found) == {
        "answer": True,
        "recall": True,
        "first": True,
        "relevant": 1,
        "cited": 1,
        "grounded": True,
        "refuse": None,
        "false_refuse": False,
        "reasons": (),
    }
    assert found.precision == 1.0


def test_every_point_must_be_held_and_the_missing_one_is_named() -> None:
    found = score(gold("40万千瓦以上", "15.5%"), reply("40万千瓦以上，占15%。", cite()))
    assert found.answer is False
    assert found.reasons == ("答案缺少要点：15.5%",)


@pytest.mark.parametrize(("kind", "longest"), LONGEST.items())
def test_an_answer_may_be_as_long_as_its_type_allows_markers_aside(
    kind: Type, longest: int
) -> None:
    case = gold("40万千瓦", kind=kind)
    fits = "40万千瓦" + "。" * (longest - 5) + "[1][12][1, 2]"
    assert score(case, reply(fits, cite())).answer is True
    found = score(case, reply(fits + "。", cite()))
    assert found.answer is False
    assert found.reasons == (f"答案过长：{longest + 1}字，上限{longest}字",)


def test_the_allowed_lengths_are_those_agreed() -> None:
    assert {kind.value: longest for kind, longest in LONGEST.items()} == {
        "target": 320,
        "time_or_definition": 320,
        "responsibility": 400,
        "followup": 400,
        "measure": 700,
        "list": 800,
        "comparison": 900,
    }


def test_refusing_an_answerable_question_is_wrong_even_with_the_right_words() -> None:
    found = score(gold("40万千瓦"), reply("文件未给出；只提到40万千瓦。", cite(), refused=True))
    assert (found.answer, found.false_refuse, found.refuse) == (False, True, None)
    assert "可以回答而被拒答" in found.reasons


def test_an_unanswerable_question_must_be_refused() -> None:
    case = gold("语料未给出", kind=Type.UNANSWERABLE, sources=())
    refused = score(case, reply("所收文件未给出。", refused=True))
    assert (refused.refuse, refused.reasons, refused.answer) == (True, (), None)
    told = score(case, reply("语料未给出，约为40万千瓦。", cite()))
    assert (told.refuse, told.false_refuse) == (False, None)
    assert told.reasons == ("应当拒答而作了回答",)
    assert (told.relevant, told.cited) == (0, 0)


# Citations


def test_evidence_is_found_across_white_space_punctuation_and_page_footers() -> None:
    case = gold(
        "40万千瓦", sources=(source("装机达到40万 第 15 页 千瓦以上,占比提高到15.第16页5%"),)
    )
    assert score(case, reply("40万千瓦", cite())).recall is True


def test_no_citation_means_no_recall_no_first_and_nothing_to_be_grounded() -> None:
    found = score(gold("40万千瓦"), reply("40万千瓦"))
    assert (found.recall, found.first, found.grounded, found.precision) == (
        False,
        False,
        None,
        None,
    )
    assert found.reasons == ("未引用能证明的条款：临海市",)


def test_evidence_must_stand_in_one_clause_whole() -> None:
    halves = cite("风电装机达到"), cite("40万千瓦以上", marker=2)
    assert score(gold("40万千瓦"), reply("40万千瓦", *halves)).recall is False


def test_first_and_precision_see_the_order_and_the_irrelevant() -> None:
    found = score(gold("40万千瓦"), reply("40万千瓦", cite(OTHER), cite(marker=2)))
    assert (found.recall, found.first, found.precision) == (True, False, 0.5)
    assert found.reasons == ("首条引用不含依据原文", "引用[1]与答案无关")


def test_a_clause_with_a_point_but_no_evidence_is_relevant_and_proves_nothing() -> None:
    found = score(gold("40万千瓦"), reply("40万千瓦", cite("光伏装机40万千瓦。")))
    assert (found.precision, found.recall, found.first) == (1.0, False, False)
    near = score(gold("40万千瓦"), reply("40万千瓦", cite("光伏装机140万千瓦。")))
    assert near.precision == 0.0


def test_a_comparison_must_cite_every_place() -> None:
    places = (
        source("风电装机达到40万千瓦以上"),
        source("临海市风电装机达到40万千瓦"),
        source("风电装机达到50万千瓦", region="椒江区"),
    )
    case = gold("40万千瓦", kind=Type.COMPARISON, sources=places)
    one = score(case, reply("40万千瓦", cite()))
    assert one.recall is False
    assert "未引用能证明的条款：椒江区" in one.reasons
    both = score(case, reply("40万千瓦", cite("风电装机达到50万千瓦。"), cite(marker=2)))
    assert (both.recall, both.first) == (True, True)
    either = score(gold("40万千瓦", sources=places), reply("40万千瓦", cite()))
    assert either.recall is True


@pytest.mark.parametrize(
    "wrong",
    [
        {"quote": "风电装机达到40万千瓦"},  # one character short of its span
        {"quote": "风电装机达到 40万千瓦以上"},  # a space the clause has not
        {"span": (0, 4)},
        {"span": (0, 0), "quote": ""},
        {"span": (-8, len(CLAUSE)), "quote": CLAUSE[-8:]},
        {"span": (0, len(CLAUSE) + 5), "quote": CLAUSE},
    ],
)
def test_a_quote_must_stand_verbatim_at_its_span(wrong: dict[str, object]) -> None:
    good = cite(quote="风电装机达到40万千瓦以上")
    bad = good.model_copy(update={"marker": 2, **wrong})
    assert score(gold("40万千瓦"), reply("40万千瓦", good)).grounded is True
    found = score(gold("40万千瓦"), reply("40万千瓦", good, bad))
    assert found.grounded is False
    assert found.reasons == ("引用[2]的引文与条款原文不一致",)
