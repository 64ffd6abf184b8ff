"""The starter library: cards stand in for originals, and leave when they come."""

from pathlib import Path

import pytest
from sample import write_sample

from assistant.answer import Question
from assistant.app import Assistant
from assistant.settings import Settings
from corpus.catalog import Catalog
from corpus.ingest import find, ingest
from corpus.library import tables
from corpus.library.cards import document_of
from corpus.library.load import load


@pytest.fixture(scope="module")
def originals_held(sample_data: Path) -> Catalog:
    return Catalog(sample_data)


@pytest.fixture(scope="module")
def cards(originals_held: Catalog) -> list[tables.Card]:
    return tables.cards_of(originals_held.documents(), originals_held.targets())


def test_the_tables_come_back_as_written(cards: list[tables.Card], tmp_path: Path) -> None:
    tables.write(cards, tmp_path)
    again = tables.read(tmp_path)
    assert [card.document.title for card in again] == [card.document.title for card in cards]
    facts = [
        (e.path, e.pages, e.target.words, e.target.printed, e.target.low, e.target.year)
        for card in again
        for e in card.excerpts
    ]
    assert facts == [
        (e.path, e.pages, e.target.words, e.target.printed, e.target.low, e.target.year)
        for card in cards
        for e in card.excerpts
    ]


def test_a_card_proves_its_targets_in_sentences_of_its_own(cards: list[tables.Card]) -> None:
    hefei = next(card for card in cards if card.document.title == "合肥市碳达峰实施方案")
    document, targets = document_of(hefei)
    assert document.metadata.excerpt
    first = document.clauses[0]
    assert first.path == ("一、主要目标",)
    said = [document.clause_text(first)[t.start : t.end] for t in targets[:3]]
    assert said == [
        "到2025年，非化石能源消费比重达到14.5%",
        "到2025年，单位地区生产总值能耗下降率：完成省下达目标，未给数值",
        "到2025年，森林覆盖率达到29.5%",
    ]


def test_an_original_takes_the_place_of_its_card(cards: list[tables.Card], tmp_path: Path) -> None:
    catalog = Catalog(tmp_path / "data")
    catalog.add_cards("指标摘录", "0" * 64, [document_of(card) for card in cards])
    assert all(known.excerpt for known in catalog.documents())
    files = write_sample(tmp_path / "in")
    for result in ingest(find([files / "hefei.txt"]), catalog):
        assert result.error is None
    held = {known.title: known.excerpt for known in catalog.documents()}
    assert held["合肥市碳达峰实施方案"] is False
    assert sum(held.values()) == 3
    catalog.add_cards("指标摘录", "1" * 64, [document_of(card) for card in cards])
    assert {k.title: k.excerpt for k in catalog.documents()} == held
    catalog.close()


@pytest.fixture(scope="module")
def started(tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    """An assistant started with no documents."""
    data = tmp_path_factory.mktemp("fresh")
    return Assistant.open(Settings(data=data), report=lambda _: None)


def test_a_first_start_without_documents_answers(started: Assistant) -> None:
    answer = started.ask(Question(question="四平市2025年煤炭消费量控制在多少？"))
    assert "925万吨以内" in answer.answer
    assert "指标摘录，非原文" in answer.answer
    (citation,) = answer.citations
    assert citation.excerpt
    assert citation.clause_path[-1].endswith("严格合理控制煤炭消费")


def test_a_superiors_value_is_said_to_be_the_superiors(started: Assistant) -> None:
    answer = started.ask(Question(question="四平市2025年非化石能源消费占比目标"))
    assert answer.refused
    assert "不是四平市的" in answer.answer
    assert {citation.region for citation in answer.citations} == {"吉林省"}
    assert all(citation.pages for citation in answer.citations)


def test_the_library_holds_118_documents_and_no_sentence() -> None:
    cards = tables.read()
    assert len(cards) == 118
    excerpts = [excerpt for card in cards for excerpt in card.excerpts]
    assert len(excerpts) > 1500
    assert all(len(e.target.words) <= 60 and "。" not in e.target.words for e in excerpts)
    assert all(len(label) <= 41 for e in excerpts for label in e.path)


def test_the_library_is_what_the_originals_give(real_catalog: Catalog, tmp_path: Path) -> None:
    tables.write(tables.cards_of(real_catalog.documents(), real_catalog.targets()), tmp_path)
    own = Path(tables.__file__).parent
    for name in ("documents.tsv", "targets.tsv"):
        built = (tmp_path / name).read_text(encoding="utf-8")
        assert built == (own / name).read_text(encoding="utf-8"), "clausewise library build"


def test_loading_again_changes_nothing(tmp_path: Path) -> None:
    catalog = Catalog(tmp_path)
    load(catalog)
    before = catalog.fingerprint()
    load(catalog)
    assert catalog.fingerprint() == before
    catalog.close()
