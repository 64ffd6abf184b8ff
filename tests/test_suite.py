"""Suites by name and file, and the project's own: how many questions of which kind they hold."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.answer import Refusal
from corpus.catalog import Catalog
from evals.case import Case, Type
from evals.errors import EvaluationError
from evals.metrics.text import bare
from evals.originals import Originals
from evals.suite import ALL, FOLDER, Suite, names, read_suites, sample

TRICKS = ("typo", "homophone", "traditional", "confusable", "false_premise", "injection")
VERBATIM = 45  # characters in a row that no field of a suite may have from the originals


def written(file: Path, *ids: str) -> Path:
    rows = [{"id": id_, "question": f"{id_}？", "type": "unanswerable"} for id_ in ids]
    file.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    return file


@pytest.fixture(scope="module")
def own() -> dict[str, Suite]:
    return {suite.name: suite for suite in read_suites([ALL])}


def tagged(suite: Suite) -> Counter[str]:
    return Counter(tag for case in suite.cases for tag in case.tags)


def test_all_are_those_of_the_project() -> None:
    assert names() == [
        *("adversarial", "clauses", "comparisons", "followups", "targets", "unanswerable")
    ]
    assert [suite.name for suite in read_suites([ALL])] == names()
    assert [suite.name for suite in read_suites(["targets", ALL])][:2] == ["targets", names()[0]]


def test_a_suite_is_known_by_name_or_file_and_by_what_stands_in_it(tmp_path: Path) -> None:
    (targets,) = read_suites(["targets"])
    (same,) = read_suites([str(FOLDER / "targets.jsonl")])
    assert same == targets
    file = written(tmp_path / "mine.jsonl", "a", "b")
    (mine,) = read_suites([str(file)])
    assert (mine.name, [case.id for case in mine.cases]) == ("mine", ["a", "b"])
    (changed,) = read_suites([str(written(file, "a", "c"))])
    assert changed.digest != mine.digest


def test_a_suite_that_is_not_there_is_named_with_those_that_are(tmp_path: Path) -> None:
    with pytest.raises(EvaluationError, match=r"没有题库或文件 nowhere；已有题库：adversarial、"):
        read_suites(["nowhere"])
    with pytest.raises(EvaluationError, match="没有题库或文件"):
        read_suites([str(tmp_path)])


def test_an_id_in_two_suites_is_named_with_both(tmp_path: Path) -> None:
    one, two = written(tmp_path / "one.jsonl", "a", "b"), written(tmp_path / "two.jsonl", "b")
    with pytest.raises(EvaluationError, match="题库 two 与 one 都有编号 b"):
        read_suites([str(one), str(two)])
    assert len(read_suites([str(one), str(one)])) == 1


def test_a_sample_is_of_every_suite_always_the_same_and_grows(own: dict[str, Suite]) -> None:
    suites = list(own.values())
    few, more = sample(suites, 5), sample(suites, 20)
    assert few == sample(suites, 5)
    assert [suite.name for suite in few] == list(own)
    for small, large, whole in zip(few, more, suites, strict=True):
        assert small.digest == whole.digest
        assert (len(small.cases), len(large.cases)) == (5, 20)
        assert large.cases[:5] == small.cases
        assert small.cases != whole.cases[:5]
    (everything,) = sample([own["followups"]], 10_000)
    assert {case.id for case in everything.cases} == {case.id for case in own["followups"].cases}


def test_a_sample_does_not_depend_on_the_order_of_the_file(own: dict[str, Suite]) -> None:
    suite = own["clauses"]
    turned = Suite(suite.name, suite.cases[::-1], suite.digest)
    assert sample([turned], 10) == sample([suite], 10)


@pytest.mark.parametrize(
    ("name", "least"),
    [
        ("targets", 300),
        ("clauses", 120),
        ("comparisons", 60),
        ("followups", 60),
        ("unanswerable", 100),
        ("adversarial", 80),
    ],
)
def test_suites_are_as_large_as_they_are_said_to_be(
    own: dict[str, Suite], name: str, least: int
) -> None:
    assert len(own[name].cases) >= least


def test_suites_hold_what_their_names_say(own: dict[str, Suite]) -> None:
    def types(name: str) -> set[Type]:
        return {case.type for case in own[name].cases}

    assert types("targets") == {Type.TARGET}
    assert types("clauses") == {Type.MEASURE, Type.RESPONSIBILITY, Type.LIST, Type.TIME}
    assert types("comparisons") == {Type.COMPARISON}
    assert types("followups") == {Type.FOLLOWUP}
    assert types("unanswerable") == {Type.UNANSWERABLE}
    assert all(case.history for case in own["followups"].cases)
    assert all(case.numbers for case in own["targets"].cases)
    assert tagged(own["comparisons"])["descent"] >= 10


def test_each_reason_to_refuse_is_asked_for_often_enough(own: dict[str, Suite]) -> None:
    expected = Counter(case.refusal[0] for case in own["unanswerable"].cases)
    assert {reason: expected[reason] >= 15 for reason in Refusal} == dict.fromkeys(Refusal, True)


def test_each_way_to_mislead_is_tried_often_enough(own: dict[str, Suite]) -> None:
    tried = tagged(own["adversarial"])
    assert {tag for tag in TRICKS if tried[tag] >= 10} == set(TRICKS)


def cases(own: dict[str, Suite]) -> Iterator[Case]:
    for suite in own.values():
        yield from suite.cases


def test_every_question_is_of_a_split_and_of_a_jurisdiction_where_it_has_sources(
    own: dict[str, Suite],
) -> None:
    assert [case.id for case in cases(own) if case.split is None] == []
    assert [case.id for case in cases(own) if case.sources and not case.jurisdiction] == []
    for suite in own.values():
        split = Counter(case.split for case in suite.cases)
        assert min(split.values()) >= len(suite.cases) / 4, suite.name
        assert len(split) == 2, suite.name


def test_no_question_is_asked_twice(own: dict[str, Suite]) -> None:
    asked = Counter((*case.history, case.question) for case in cases(own))
    assert [words for words, times in asked.items() if times > 1] == []


def test_gold_names_clauses_and_quotes_none(own: dict[str, Suite]) -> None:
    assert [case.id for case in cases(own) if any(one.evidence for one in case.sources)] == []


# Against the real documents


def test_the_documents_bear_out_every_question(
    own: dict[str, Suite], real_catalog: Catalog
) -> None:
    originals = Originals(real_catalog)
    faults = [fault for case in cases(own) for fault in originals.faults(case)]
    assert faults == []
    assert all(len(originals.gold(case).proofs) == len(case.sources) for case in cases(own))


def test_no_field_has_a_sentence_of_the_documents(
    own: dict[str, Suite], real_catalog: Catalog
) -> None:
    runs = {
        text[at : at + VERBATIM]
        for text in (bare(held.text) for held in real_catalog.clauses())
        for at in range(len(text) - VERBATIM + 1)
    }
    known = {bare(document.title) for document in real_catalog.documents()}

    def fields(value: object) -> Iterator[str]:
        if isinstance(value, str):
            yield value
        elif isinstance(value, dict):
            for name, one in value.items():
                if name not in ("title", "clause"):  # names of places in the documents
                    yield from fields(one)
        elif isinstance(value, list | tuple):
            for one in value:
                yield from fields(one)

    taken = []
    for case in cases(own):
        for field in fields(case.model_dump(mode="json")):
            words = bare(field)
            for title in known:
                words = words.replace(title, "\n")
            if any(words[at : at + VERBATIM] in runs for at in range(len(words) - VERBATIM + 1)):
                taken.append((case.id, field))
    assert taken == []
