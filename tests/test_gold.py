"""Gold is found in the documents by document and path, or by words; what is not there is named."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.app import Assistant
from corpus.catalog import Catalog
from corpus.ingest import find, ingest
from evals.case import Case, GoldSource, Number, Type
from evals.errors import EvaluationError
from evals.metrics.text import bare
from evals.originals import Originals

PLAN = "安徽省碳达峰实施方案"


@pytest.fixture(scope="module")
def held(assistant: Assistant) -> Originals:
    return Originals(assistant.catalog)


def gold(*points: str, clause: str = "一、主要目标", evidence: str = "", title: str = PLAN) -> Case:
    return Case(
        id="t-1",
        question="安徽省2030年非化石能源消费比重要达到多少？",
        type=Type.TARGET,
        answer_points=tuple((point,) for point in points),
        numbers=(Number(value="23", unit="%", year="2030", indicator="非化石能源消费比重"),),
        sources=(GoldSource(title=title, region="安徽省", clause=clause, evidence=evidence),),
    )


def test_by_path_the_sentence_that_says_the_points_is_the_evidence(held: Originals) -> None:
    found = held.gold(gold("23%左右"))
    (proof,) = found.proofs
    assert proof.evidence.startswith("到2030年非化石能源消费比重达到23%左右")
    assert "2025" not in proof.evidence
    assert (proof.place, found.level) == ("安徽省", "province")
    assert proof.clause > len(proof.evidence)


def test_of_sentences_that_say_as_much_the_one_nearest_to_the_question_is_taken(
    held: Originals,
) -> None:
    (proof,) = held.gold(gold("非化石能源消费比重")).proofs
    assert "2030" in proof.evidence


def test_a_clause_that_says_no_point_in_one_sentence_is_known_by_its_beginning(
    held: Originals,
) -> None:
    (proof,) = held.gold(gold("没有写的")).proofs
    assert proof.evidence.startswith("一主要目标到2025年")
    assert len(proof.evidence) == 60


def test_by_evidence_white_space_and_footers_do_not_count(held: Originals) -> None:
    case = gold("23%", clause="某处", evidence="非化石能源 消费比重\n第 3 页\n达到23%左右")
    (proof,) = held.gold(case).proofs
    assert proof.evidence == "非化石能源消费比重达到23%左右"
    assert proof.clause > 60
    assert list(held.faults(case)) == []


def test_evidence_of_documents_that_are_not_held_proves_all_the_same(held: Originals) -> None:
    (proof,) = held.gold(gold("40万千瓦", title="别处", evidence="风电装机40万千瓦")).proofs
    assert (proof.evidence, proof.clause) == ("风电装机40万千瓦", 0)


def test_evidence_without_words_does_not_stand_for_everything(held: Originals) -> None:
    (proof,) = held.gold(gold("23%左右", evidence="……")).proofs
    assert "23%左右" in proof.evidence


@pytest.mark.parametrize(
    ("case", "said"),
    [
        (gold("23%", title="没有的方案"), r"问题 t-1 的依据《没有的方案》（安徽省）：.*没有此件"),
        (gold("23%", clause="九、没有"), r"问题 t-1 的依据《安徽省碳达峰实施方案》.*“九、没有”"),
        (gold("23%", clause="二、重点任务 > 一、主要目标"), "没有条款"),
    ],
)
def test_a_document_or_clause_that_is_missing_is_named(
    held: Originals, case: Case, said: str
) -> None:
    with pytest.raises(EvaluationError, match=said):
        held.gold(case)
    (fault,) = held.faults(case)
    assert "t-1" in fault


def test_a_question_that_the_documents_bear_out_has_no_faults(held: Originals) -> None:
    assert list(held.faults(gold("23%左右"))) == []


def test_a_point_or_a_source_that_is_not_borne_out_is_a_fault(held: Originals) -> None:
    assert list(held.faults(gold("23%左右", "33%"))) == ["问题 t-1 的要点“33%”不在所列条款中"]
    beside = GoldSource(title=PLAN, region="安徽省", clause="引言")
    case = gold("23%左右").model_copy(update={"sources": (*gold("x").sources, beside)})
    assert list(held.faults(case)) == [f"问题 t-1 的依据《{PLAN}》引言不含任何要点"]


def test_of_two_clauses_of_one_path_the_one_that_says_the_points_proves(tmp_path: Path) -> None:
    head = "芜湖市碳达峰实施方案\n\n一、主要目标\n\n"
    for name, text in (
        ("one.txt", "到2025年，建成数据中心3个。\n"),
        ("two.txt", "到2030年，全部数据中心电能利用效率不高于1.15，并全部使用绿电。\n"),
    ):
        (tmp_path / name).write_text(head + text, encoding="utf-8")
    catalog = Catalog(tmp_path / "data")
    assert [result.error for result in ingest(find([tmp_path]), catalog)] == [None, None]
    assert len([one for one in catalog.clauses() if one.clause.path == ("一、主要目标",)]) == 2
    found = Originals(catalog)
    catalog.close()
    source = GoldSource(title="芜湖市碳达峰实施方案", region="芜湖市", clause="一、主要目标")
    for point, year in (("3个", "2025"), ("不高于1.15", "2030")):
        case = gold(point).model_copy(update={"sources": (source,)})
        assert list(found.faults(case)) == []
        (proof,) = found.gold(case).proofs
        assert bare(point) in proof.evidence
        assert year in proof.evidence


def test_a_passage_stands_in_a_document_or_does_not(held: Originals) -> None:
    assert held.has("二、重点任务\n\n （一）能源转型行动。加快构建 清洁能源体系。第 4 页")
    assert held.has("清洁能源体系。\n1.发展新能源")  # from one clause into the next
    assert not held.has("加快构建新型能源体系")
    assert not held.has("电能利用效率不高于1.4")
