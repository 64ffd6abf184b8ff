import json
import multiprocessing
import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from assistant.app import Assistant
from corpus.catalog import Catalog
from corpus.document import Level
from evals.bench.measure import PATTERNS
from evals.bench.relabel import fill
from retrieval.engines import lexical
from retrieval.engines.lexical import LexicalIndex
from retrieval.errors import IndexingError
from retrieval.index import COMPLETE, Index, ensure_index, open_index
from retrieval.scope import Scope, labels_of
from retrieval.search import Search
from retrieval.space import Space
from retrieval.understand import Holdings, understand

COPIES = 8


def silent(_: str) -> None:
    pass


@pytest.fixture(scope="module")
def catalog(assistant: Assistant, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Catalog]:
    held = assistant.documents()
    opened = Catalog(tmp_path_factory.mktemp("shards"))
    fill(opened, (d for known in held if (d := assistant.document(known.id))), COPIES)
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def one(catalog: Catalog, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    opened = open_index(catalog, [Space()], tmp_path_factory.mktemp("one"), report=silent)
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def in_parts(catalog: Catalog, tmp_path_factory: pytest.TempPathFactory) -> Path:
    data = tmp_path_factory.mktemp("parts")
    ensure_index(
        catalog, [Space()], data, report=silent, shard_size=catalog.size().clauses // 3 + 1
    )
    return data


@pytest.fixture(scope="module")
def several(catalog: Catalog, in_parts: Path) -> Iterator[Index]:
    opened = open_index(catalog, [Space()], in_parts, report=silent)
    yield opened
    opened.close()


def test_shards_count_what_one_index_counts(one: Index, several: Index, in_parts: Path) -> None:
    (complete,) = in_parts.glob(f"index-*/{COMPLETE}")
    assert len(json.loads(complete.read_text())["shards"]) == 3
    assert several.lexical.size == one.lexical.size
    for word in ("碳达", "森林", "2025", "火星"):
        assert several.lexical.frequency(word) == one.lexical.frequency(word)
        assert several.lexical.holds(word) == one.lexical.holds(word)


def test_shards_find_what_one_index_finds(catalog: Catalog, one: Index, several: Index) -> None:
    holdings = Holdings.of(catalog.documents())
    whole, parts = Search(catalog, one), Search(catalog, several)
    regions = sorted(holdings.regions, key=lambda region: region.code)
    agreed = []
    for region in regions[:4]:
        for pattern in PATTERNS:
            for text, scope in ((region.name, Scope()), ("", Scope(regions=(region,)))):
                query = understand(pattern.format(text), holdings)
                # The same words stand in many copies; which of them come first says nothing.
                left = {hit.held.text for hit in whole.search(query, scope, 5)}
                found = parts.search(query, scope, 5)
                agreed.append(len(left & {hit.held.text for hit in found}) / len(left))
                if scope.regions:
                    assert all(scope.admits(labels_of(hit.held)) for hit in found)
    assert sum(agreed) / len(agreed) >= 0.95


@pytest.mark.parametrize("scope", [Scope(), Scope(levels=(Level.CITY, Level.DISTRICT))])
def test_a_wide_filter_admits_what_it_says_and_preferences_count(
    catalog: Catalog, several: Index, scope: Scope, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Labels looked up in what the words found give the scores that one query of all gives."""
    holdings = Holdings.of(catalog.documents())
    in_one_query, labelled = [], LexicalIndex._labelled

    def counted(*arguments: Any) -> Any:
        in_one_query.append(arguments)
        return labelled(*arguments)

    monkeypatch.setattr(LexicalIndex, "_labelled", counted)
    monkeypatch.setattr(lexical, "_FILTERED", 0)
    for pattern in PATTERNS:
        query = understand(pattern.format(""), holdings)
        found = several.lexical.search(query, scope.conditions(), 10)
        assert bool(in_one_query) == ("全国" in pattern)  # a place adds more than words
        in_one_query.clear()
        with monkeypatch.context() as patch:
            patch.setattr(lexical, "_ADDED", -1.0)  # every preference is too much
            wanted = several.lexical.search(query, scope.conditions(), 10)
        assert in_one_query
        in_one_query.clear()
        assert [one.score for one in found] == pytest.approx([one.score for one in wanted])
        held = list(catalog.clauses([one.clause_id for one in found]))
        assert held
        assert all(scope.admits(labels_of(one)) for one in held)


def test_the_order_of_shards_is_always_the_same(catalog: Catalog, several: Index) -> None:
    query = understand("推进绿色建筑有哪些措施？", Holdings.of(catalog.documents()))
    found = [several.lexical.search(query, (), 20) for _ in range(5)]
    assert found[0]
    assert all(again == found[0] for again in found)
    vector = several.vectors[0].embed(query.topic)
    near = [several.vectors[0].index.search(vector, (), 20) for _ in range(5)]
    assert all(again == near[0] for again in near)
    scores = [scored.score for scored in near[0]]
    assert scores == sorted(scores, reverse=True)


def test_a_shard_whose_process_is_killed_leaves_no_index(catalog: Catalog, tmp_path: Path) -> None:
    half = catalog.size().clauses // 2 + 1

    before = {child.pid for child in multiprocessing.active_children()}
    end = time.monotonic() + 60

    def kill() -> None:
        while time.monotonic() < end:
            for child in multiprocessing.active_children():
                if child.pid and child.pid not in before:
                    os.kill(child.pid, signal.SIGKILL)
                    return
            time.sleep(0.01)

    killer = Thread(target=kill, daemon=True)
    killer.start()
    with pytest.raises(IndexingError, match="意外结束"):
        ensure_index(catalog, [Space()], tmp_path, report=silent, shard_size=half)
    killer.join()
    assert not list(tmp_path.glob(f"index-*/{COMPLETE}"))
    again = open_index(catalog, [Space()], tmp_path, report=silent)
    assert again.lexical.size >= catalog.size().clauses
    again.close()
