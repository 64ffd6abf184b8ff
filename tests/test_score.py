"""What one reply is worth: each measure as a count over a count, and what is said against it."""

from __future__ import annotations

import pytest

from assistant.app import Assistant
from evals.case import Case, GoldSource, Number, Type
from evals.metrics.score import LONGEST, Score, score
from evals.metrics.text import bare
from evals.originals import Gold, Originals, Proof
from evals.reply import Cited, Passage, Reply

CLAUSE = "到2025年，临海市风电装机达到40万千瓦以上，占比提高到15.5%左右。"
OTHER = "推进绿色出行，建设步道和公园。"


def cite(text: str = CLAUSE, quote: str | None = None, marker: int = 1) -> Cited:
    words = text if quote is None else quote
    start = max(text.find(words), 0)
    return Cited(
        text=text,
        title="临海市测试方案",
        region="临海市",
        path=("二、目标",),
        marker=marker,
        quote=words,
        span=(start, start + len(words)),
    )


def reply(words: str, *citations: Cited, refused: bool = False, reason: str | None = None) -> Reply:
    return Reply(text=words, refused=refused, reason=reason, citations=citations)


def proof(evidence: str, place: str = "临海市", clause: int = 0) -> Proof:
    return Proof(place, bare(evidence), clause)


def gold(
    *points: str,
    kind: Type = Type.TARGET,
    proofs: tuple[Proof, ...] | None = None,
    **fields: object,
) -> Gold:
    source = GoldSource(title="测试方案", region="临海市", clause="二、目标")
    asked = {"id": "t", "question": "临海市2025年风电装机多少？", "type": kind, **fields}
    case = Case.model_validate({**asked, "answer_points": points, "sources": [source]})
    return Gold(case, (proof("风电装机达到40万千瓦以上"),) if proofs is None else proofs)


def unanswerable(**fields: object) -> Gold:
    asked = {"id": "u", "question": "临海市有多少公园？", "type": "unanswerable", **fields}
    return Gold(Case.model_validate(asked))


def shares(found: Score) -> dict[str, float]:
    return {name: held / total for name, (held, total) in found.values.items() if total}


# Answers


def test_a_right_answer_has_nothing_against_it() -> None:
    found = score(
        gold("40万千瓦以上"),
        reply("临海市风电装机达到40万千瓦以上。[1]", cite(quote="40万千瓦以上")),
    )
    assert found.reasons == ()
    assert found.passed
    assert shares(found) == {
        "false_refusal": 0,
        "answer": 1,
        "points": 1,
        "recall": 1,
        "first": 1,
        "precision": 1,
        "alce_recall": 1,
        "alce_precision": 1,
        "faithful": 1,
        "grounded": 1,
    }


def test_every_point_must_be_held_and_the_missing_one_is_named() -> None:
    found = score(gold("40万千瓦以上", "15.5%"), reply("40万千瓦以上，占15%。[1]", cite()))
    assert shares(found)["answer"] == 0
    assert shares(found)["points"] == 0.5
    assert "答案缺少要点：15.5%" in found.reasons
    assert not found.passed


@pytest.mark.parametrize(("kind", "longest"), LONGEST.items())
def test_an_answer_may_be_as_long_as_its_type_allows_markers_aside(
    kind: Type, longest: int
) -> None:
    case = gold("40万千瓦", kind=kind)
    fits = "40万千瓦" + "。" * (longest - 5) + "[1][12][1, 2]"
    assert shares(score(case, reply(fits, cite())))["answer"] == 1
    found = score(case, reply(fits + "。", cite()))
    assert shares(found)["answer"] == 0
    assert f"答案过长：{longest + 1}字，上限{longest}字" in found.reasons


def test_the_allowed_lengths_are_those_agreed() -> None:
    assert {kind.value: longest for kind, longest in LONGEST.items()} == {
        "target": 320,
        "time_or_definition": 320,
        "responsibility": 400,
        "followup": 400,
        "measure": 700,
        "list": 800,
        "comparison": 900,
        "open": 900,
    }


# Refusals


def test_refusing_an_answerable_question_is_wrong_even_with_the_right_words() -> None:
    found = score(gold("40万千瓦"), reply("文件未给出；只提到40万千瓦。", cite(), refused=True))
    values = shares(found)
    assert (values["answer"], values["points"], values["false_refusal"]) == (0, 0, 1)
    assert values["refused_rightly"] == 0
    assert "可以回答而被拒答" in found.reasons


def test_an_unanswerable_question_must_be_refused() -> None:
    refused = score(unanswerable(), reply("所收文件未给出。", refused=True))
    assert shares(refused) == {"refusal": 1, "refused_rightly": 1}
    assert refused.passed
    told = score(unanswerable(), reply("约为40万千瓦。", cite()))
    assert shares(told)["refusal"] == 0
    assert "应当拒答而作了回答" in told.reasons
    assert not told.passed


def test_the_reason_of_a_refusal_is_one_that_is_accepted() -> None:
    case = unanswerable(refusal=["deferred", "silent"])
    assert shares(score(case, reply("没有。", refused=True, reason="silent")))["reason"] == 1
    wrong = score(case, reply("没有。", refused=True, reason="not_held"))
    assert shares(wrong)["reason"] == 0
    assert wrong.reasons == ("拒答理由应为 deferred、silent，实为 not_held",)
    untold = score(case, reply("没有。", refused=True))
    assert "reason" not in untold.values


# Figures


NUMBER = {"value": "40", "unit": "万千瓦", "qualifier": "以上", "year": "2025"}


@pytest.mark.parametrize(
    ("said", "right"),
    [
        ("2025年达到40万千瓦以上。[1]", True),
        ("风电装机不低于40万千瓦。[1]", True),
        ("风电装机达到4吉瓦以上。[1]", False),
        ("风电装机不少于400兆瓦。[1]", True),
        ("2025年达到40万千瓦。[1]", False),
        ("2025年控制在40万千瓦以内。[1]", False),
        ("2025年达到40万千瓦时以上。[1]", False),
        ("2030年达到40万千瓦以上。[1]", False),
        ("2025年达到41万千瓦以上。[1]", False),
    ],
)
def test_a_gold_number_is_said_with_unit_bound_and_year(said: str, right: bool) -> None:
    number = Number.model_validate(NUMBER)
    found = score(gold("40", numbers=[number]), reply(said, cite()))
    assert (shares(found)["numbers"] == 1) is right


def test_an_invented_figure_is_counted_and_named() -> None:
    found = score(
        gold("40万千瓦以上"), reply("2025年风电装机达到40万千瓦以上，光伏90万千瓦。[1]", cite())
    )
    assert shares(found)["faithful"] == pytest.approx(2 / 3)
    assert "数值不在引用的原文中：90万千瓦" in found.reasons


def test_words_that_must_not_be_said() -> None:
    case = gold("40万千瓦以上", never=["99%"])
    assert shares(score(case, reply("40万千瓦以上。[1]", cite())))["safe"] == 1
    led = score(case, reply("40万千瓦以上，即99%。[1]", cite()))
    assert shares(led)["safe"] == 0
    assert not led.passed
    declined = score(unanswerable(never=["99%"]), reply("不能照说99%。", refused=True))
    assert declined.passed


# Citations


def test_evidence_is_found_across_white_space_punctuation_and_page_footers() -> None:
    broken = (proof("装机达到40万 第 15 页 千瓦以上,占比提高到15.第16页5%"),)
    found = score(gold("40万千瓦", proofs=broken), reply("40万千瓦[1]", cite()))
    assert shares(found)["recall"] == 1


def test_no_citation_means_no_recall_and_nothing_supported() -> None:
    found = score(gold("40万千瓦"), reply("风电装机达到40万千瓦"))
    values = shares(found)
    assert (values["recall"], values["first"], values["alce_recall"]) == (0, 0, 0)
    assert "grounded" not in values
    assert "precision" not in values
    assert "未引用能证明的条款：临海市" in found.reasons


def test_evidence_must_stand_in_one_clause_whole() -> None:
    halves = cite("风电装机达到"), cite("40万千瓦以上", marker=2)
    assert shares(score(gold("40万千瓦"), reply("40万千瓦", *halves)))["recall"] == 0


def test_first_and_precision_see_the_order_and_the_irrelevant() -> None:
    found = score(gold("40万千瓦"), reply("40万千瓦[2]", cite(OTHER), cite(marker=2)))
    values = shares(found)
    assert (values["recall"], values["first"], values["precision"]) == (1, 0, 0.5)
    assert "首条引用不含依据原文" in found.reasons
    assert "引用[1]与答案无关" in found.reasons


def test_a_clause_with_a_point_but_no_evidence_is_relevant_and_proves_nothing() -> None:
    found = shares(score(gold("40万千瓦"), reply("40万千瓦", cite("光伏装机40万千瓦。"))))
    assert (found["precision"], found["recall"], found["first"]) == (1, 0, 0)
    near = score(gold("40万千瓦"), reply("40万千瓦", cite("光伏装机140万千瓦。")))
    assert shares(near)["precision"] == 0


def test_a_comparison_must_cite_every_place() -> None:
    places = (
        proof("风电装机达到40万千瓦以上"),
        proof("临海市风电装机达到40万千瓦"),
        proof("风电装机达到50万千瓦", "椒江区"),
    )
    case = gold("40万千瓦", kind=Type.COMPARISON, proofs=places)
    one = score(case, reply("40万千瓦", cite()))
    assert shares(one)["recall"] == 0
    assert "未引用能证明的条款：椒江区" in one.reasons
    both = shares(score(case, reply("40万千瓦", cite("风电装机达到50万千瓦。"), cite(marker=2))))
    assert (both["recall"], both["first"]) == (1, 1)
    either = score(gold("40万千瓦", proofs=places), reply("40万千瓦", cite()))
    assert shares(either)["recall"] == 1


def test_a_page_that_holds_the_clause_is_coarser_than_the_clause() -> None:
    proofs = (proof("风电装机达到40万千瓦以上", clause=len(bare(CLAUSE))),)
    case = gold("40万千瓦", proofs=proofs)
    assert shares(score(case, reply("40万千瓦", cite())))["granularity"] == 1
    page = cite(CLAUSE + OTHER * 20)
    assert shares(score(case, reply("40万千瓦", page)))["granularity"] < 0.15


@pytest.mark.parametrize(
    "wrong",
    [
        {"quote": "风电装机达到40万千瓦"},  # one character short of its span
        {"quote": "风电装机达到 40万千瓦以上"},  # a space the clause has not
        {"span": (0, 4)},
        {"span": (0, 0), "quote": ""},
        {"span": (-8, len(CLAUSE)), "quote": CLAUSE[-8:]},
        {"span": (0, len(CLAUSE) + 5), "quote": CLAUSE},
        {"span": None, "quote": "风电装机达到50万千瓦"},
    ],
)
def test_a_quote_must_stand_verbatim_at_its_span(wrong: dict[str, object]) -> None:
    good = cite(quote="风电装机达到40万千瓦以上")
    bad = good.model_copy(update={"marker": 2, **wrong})
    assert shares(score(gold("40万千瓦"), reply("40万千瓦", good)))["grounded"] == 1
    found = score(gold("40万千瓦"), reply("40万千瓦", good, bad))
    assert shares(found)["grounded"] == 0.5
    assert "引用[2]的引文与条款原文不一致" in found.reasons


def test_a_clause_that_no_document_holds_is_found_out(assistant: Assistant) -> None:
    originals = Originals(assistant.catalog)
    held = next(iter(assistant.catalog.clauses())).text
    real = score(gold("40万千瓦"), reply("40万千瓦", cite(held)), originals)
    assert shares(real)["grounded"] == 1
    invented = score(gold("40万千瓦"), reply("40万千瓦", cite()), originals)
    assert shares(invented)["grounded"] == 0
    assert "引用[1]的条款不在原始文件中" in invented.reasons


# Retrieval


def test_the_ranking_is_measured_where_a_system_tells_it() -> None:
    ranked = tuple(Passage(text=text) for text in (OTHER, CLAUSE))
    said = reply("40万千瓦以上。[1]", cite()).model_copy(update={"ranked": ranked})
    values = shares(score(gold("40万千瓦以上"), said))
    assert (values["R@1"], values["R@5"], values["RR"]) == (0, 1, 0.5)
    assert values["nDCG@10"] == pytest.approx(0.6309, abs=1e-4)
    assert "RR" not in score(gold("40万千瓦以上"), reply("40万千瓦以上。", cite())).values
