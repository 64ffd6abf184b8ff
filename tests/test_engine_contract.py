"""What every engine promises behind the search seam: the same clauses, whoever finds them.

Run on files, on files with a Chroma server, and on Milvus.
"""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from statistics import fmean, median

import pytest
from engines import ENGINES, engine_settings
from hypothesis import HealthCheck, given
from hypothesis import settings as trying
from hypothesis import strategies as st
from sample import DOCUMENTS

from assistant.app import Assistant
from assistant.indexes import open_index
from assistant.settings import Settings
from corpus.catalog import Catalog
from corpus.document import PUBLIC, HeldClause
from corpus.ingest import find, ingest
from retrieval.engines.lexical import LexicalIndex
from retrieval.index import Index
from retrieval.passages import passages
from retrieval.query import Kind, Query
from retrieval.scope import FIELDS, Conditions, labels_of
from retrieval.search import Search
from retrieval.understand import Holdings, understand
from retrieval.words import bigrams, words

WICKED = ('"', "'", "\\", '" or 1==1 or region == "', '"] or level in ["city', "\n", "\0", "%", "")
NEW = """合肥市冰蓄冷推广方案

一、主要目标

到2025年，冰蓄冷空调面积达到350万平方米。
"""


@dataclass
class Engine:
    """A catalog, how it is searched, and its index."""

    catalog: Catalog
    settings: Settings
    index: Index

    @cached_property
    def held(self) -> dict[str, HeldClause]:
        return {held.id: held for held in self.catalog.clauses()}

    def meeting(self, conditions: Conditions) -> set[str]:
        """What meets the conditions, by the one meaning they have."""
        return {id_ for id_, held in self.held.items() if meets(held, conditions)}

    def by_words(self, text: str, conditions: Conditions = ()) -> set[str]:
        found = self.index.lexical.search(saying(text), conditions, self.index.lexical.size)
        return {scored.clause_id for scored in found}

    def by_vector(self, text: str, conditions: Conditions = ()) -> set[str]:
        leg = self.index.vectors[0]
        found = leg.index.search(leg.embed(text), conditions, self.index.lexical.size)
        return {scored.clause_id for scored in found}

    def by_both(self, text: str, conditions: Conditions = ()) -> set[str]:
        """By words and vector in one request, where the engine has that."""
        leg = self.index.vectors[0]
        if leg.hybrid is None:
            return self.by_words(text, conditions) | self.by_vector(text, conditions)
        size = self.index.lexical.size
        found = leg.hybrid.search(saying(text), leg.embed(text), conditions, size)
        return {scored.clause_id for ranking in found for scored in ranking}


def saying(text: str) -> Query:
    """A question of these words and nothing else."""
    return Query(text, Kind.MEASURE, (), (), (), (), text, tuple(words(text)), ())


def meets(held: HeldClause, conditions: Conditions) -> bool:
    labels = labels_of(held)
    return all(set(values) & set(labels[field]) for field, values in conditions)


@pytest.fixture(scope="module", params=ENGINES)
def settings(
    request: pytest.FixtureRequest, sample_kept: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Settings]:
    root = tmp_path_factory.mktemp(request.param)
    data = Path(shutil.copytree(sample_kept, root / "data"))
    with engine_settings(request.param, root, data) as opened:
        yield opened


@pytest.fixture
def own(settings: Settings, data: Path, tmp_path: Path) -> Iterator[Settings]:
    """Another of the same engine, for a corpus that is added to."""
    with engine_settings(settings.search, tmp_path, data) as opened:
        yield opened


@pytest.fixture(scope="module")
def engine(settings: Settings) -> Iterator[Engine]:
    catalog = Catalog(settings.data)
    index = open_index(catalog, settings, lambda _: None)
    yield Engine(catalog, settings, index)
    index.close()
    catalog.close()


@pytest.fixture(scope="module")
def tantivy(sample_kept: Path) -> LexicalIndex:
    (folder,) = sample_kept.rglob("lexical")
    return LexicalIndex(folder)


def test_it_holds_every_passage_of_the_catalog_and_nothing_else(engine: Engine) -> None:
    assert engine.index.lexical.size == sum(len(list(passages(h))) for h in engine.held.values())
    assert engine.by_words("".join(DOCUMENTS.values())) == set(engine.held)
    assert engine.by_vector("碳达峰目标") == set(engine.held)


def test_words_stand_in_as_many_passages_as_tantivy_counts(
    engine: Engine, tantivy: LexicalIndex
) -> None:
    text = "".join(DOCUMENTS.values())
    for pair in {*bigrams(text), "紫云", "1e9"}:
        assert engine.index.lexical.frequency(pair) == tantivy.frequency(pair), pair
    for word in {*words(text), "紫云英", "x"}:
        assert engine.index.lexical.holds(word) == tantivy.holds(word), word


def test_words_weigh_what_they_weigh_in_tantivy(engine: Engine, tantivy: LexicalIndex) -> None:
    holdings = Holdings.of(engine.catalog.documents(), None, tantivy.holds)
    for question in (
        "合肥2025年森林覆盖率是多少？",
        "哪些单位负责抽水蓄能？",
        "芜湖数据中心电能利用效率",
    ):
        query = understand(question, holdings)
        expected = tantivy.search(query, (), 20)
        found = engine.index.lexical.search(query, (), 20)
        assert [s.clause_id for s in found] == [s.clause_id for s in expected], question
        assert [s.score for s in found] == pytest.approx([s.score for s in expected], rel=0.02)


def test_one_request_finds_what_each_leg_finds(engine: Engine) -> None:
    leg = engine.index.vectors[0]
    assert (leg.hybrid is not None) == (engine.settings.search == "milvus")
    if leg.hybrid is None:
        return
    holdings = Holdings.of(engine.catalog.documents(), None, engine.index.lexical.holds)
    for question in ("合肥2025年森林覆盖率是多少？", "哪些单位负责抽水蓄能？", "qwertz"):
        query = understand(question, holdings)
        vector = leg.embed(query.topic)
        size = engine.index.lexical.size
        for found, apart in zip(
            leg.hybrid.search(query, vector, (), size),
            (
                engine.index.lexical.search(query, (), size),
                leg.index.search(vector, (), size),
            ),
            strict=True,
        ):
            assert {s.clause_id for s in found} == {s.clause_id for s in apart}, question
            scores = [s.score for s in apart]
            assert [s.score for s in found] == pytest.approx(scores, rel=1e-3, abs=1e-4)


def test_unknown_words_find_nothing_and_unknown_vectors_something(engine: Engine) -> None:
    assert engine.by_words("qwertz") == set()
    assert engine.by_words("") == set()


def values_of(field: str) -> st.SearchStrategy[tuple[str, tuple[str, ...]]]:
    known = ["340000", "340100", "520103", "100000", "-", "city", "district", "draft", "2025"]
    known += ["2030", "发展改革部门", "财政部门", "城市管理部门", "issued", *WICKED]
    return st.tuples(st.just(field), st.lists(st.sampled_from(known), min_size=1).map(tuple))


@given(st.lists(st.sampled_from(FIELDS).flatmap(values_of), max_size=3, unique_by=lambda c: c[0]))
@trying(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_filter_has_one_meaning(engine: Engine, found: list[tuple[str, tuple[str, ...]]]) -> None:
    conditions = tuple(found)
    inside = engine.meeting(conditions)
    assert engine.by_words("".join(DOCUMENTS.values()), conditions) == inside
    assert engine.by_vector("碳达峰目标", conditions) == inside
    assert engine.by_both("碳达峰目标", conditions) == inside


def test_every_label_can_be_asked_for(engine: Engine) -> None:
    everything = "".join(DOCUMENTS.values())
    labels = [labels_of(held) for held in engine.held.values()]
    for field in FIELDS:
        for value in {value for of_one in labels for value in of_one[field]}:
            conditions = ((field, (value,)),)
            assert engine.by_words(everything, conditions) == engine.meeting(conditions), value


@pytest.mark.parametrize("value", WICKED)
@pytest.mark.parametrize("field", FIELDS)
def test_what_a_filter_asks_for_stays_text(engine: Engine, field: str, value: str) -> None:
    conditions = ((field, (value,)),)
    assert engine.by_words("碳达峰 目标", conditions) == set()
    assert engine.by_vector("碳达峰目标", conditions) == set()
    assert engine.by_both("碳达峰 目标", conditions) == set()


def test_a_reader_of_some_collections_has_an_index_of_them_alone(own: Settings) -> None:
    with closing(Assistant.open(own, lambda _: None)) as assistant:
        internal = own.data.parent / "internal"
        internal.mkdir()
        (internal / "内部.txt").write_text(NEW, encoding="utf-8")
        assert isinstance(assistant.catalog, Catalog)
        list(ingest(find([internal]), assistant.catalog, "internal"))
    with closing(Assistant.open(own, lambda _: None)) as assistant:
        public = assistant.seen_by(frozenset({PUBLIC}), own)
        assert assistant.search is not None
        assert public.search is not None
        assert assistant.search.index.lexical.holds("空调")
        assert not public.search.index.lexical.holds("空调")
        assert assistant.search.size == public.search.size + 1
        _, found = public.find("冰蓄冷空调面积")
        assert not any("冰蓄冷" in hit.held.text for hit in found.candidates)
        public.close_index()


def test_after_new_documents_the_old_index_still_answers(own: Settings) -> None:
    catalog = Catalog(own.data)
    before = open_index(catalog, own, lambda _: None)
    size = before.lexical.size
    later = own.data.parent / "later"
    later.mkdir()
    (later / "新增.txt").write_text(NEW.replace("冰蓄冷", "地源热泵"), encoding="utf-8")
    list(ingest(find([later]), catalog))
    after = open_index(catalog, own, lambda _: None)
    new = saying("地源热泵")
    assert after.lexical.size == size + 1
    assert after.lexical.search(new, (), 1)
    assert not before.lexical.holds("热泵")
    assert before.lexical.search(saying("森林覆盖率"), (), 1)
    assert before.vectors[0].index.search(before.vectors[0].embed("森林"), (), 1)
    before.close()
    after.close()
    catalog.close()


@pytest.mark.soak
@pytest.mark.parametrize("name", ENGINES[1:])
def test_on_real_documents_the_engines_agree(
    name: str, real_data: Path, gold: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Of the first five clauses that files find, nearly all are found."""
    catalog = Catalog(real_data)
    lines = gold.read_text(encoding="utf-8").splitlines()
    questions = [json.loads(line)["question"] for line in lines if line]
    files = open_index(catalog, Settings(data=real_data), lambda _: None)
    holdings = Holdings.of(catalog.documents(), None, files.lexical.holds)
    with engine_settings(name, tmp_path, real_data) as settings:
        start = time.perf_counter()
        index = open_index(catalog, settings, lambda _: None)
        built = time.perf_counter() - start
        ours, theirs = Search(catalog, files), Search(catalog, index)
        shares, seconds = [], []
        for question in questions:
            query = understand(question, holdings)
            expected = {hit.held.id for hit in ours.search(query, limit=5)}
            start = time.perf_counter()
            found = {hit.held.id for hit in theirs.search(query, limit=5)}
            seconds.append(time.perf_counter() - start)
            if expected:
                shares.append(len(expected & found) / len(expected))
        with capsys.disabled():
            print(
                f"\n{name}: agreement {fmean(shares):.3f} over {len(shares)} questions, "
                f"p50 {1000 * median(seconds):.1f} ms, opened in {built:.0f} s"
            )
        assert fmean(shares) >= 0.95
        index.close()
    files.close()
    catalog.close()
