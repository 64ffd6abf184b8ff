from collections.abc import Callable
from pathlib import Path

from corpus.catalog import Catalog
from corpus.ingest import find, ingest
from corpus.traditional import simplified


def test_characters_change_and_offsets_stay() -> None:
    text = "2025年，綿陽市非化石能源佔比達到45%"
    assert simplified(text) == "2025年，绵阳市非化石能源占比达到45%"
    assert len(simplified(text)) == len(text)
    assert simplified("绵阳市") == "绵阳市"


def test_a_traditional_question_finds_simplified_clauses(ask: Callable[..., object]) -> None:
    answer = ask("貴陽市2025年森林覆蓋率是多少？")
    assert "55%以上" in answer.answer  # type: ignore[attr-defined]
    assert answer.understood is None  # type: ignore[attr-defined]


def test_a_traditional_document_is_placed_and_keeps_its_words(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text(
        "綿陽市節約用水實施方案（徵求意見稿）\n\n一、目標\n\n達到五成。\n", encoding="utf-8"
    )
    catalog = Catalog(tmp_path / "data")
    assert [r.error for r in ingest(find([path]), catalog)] == [None]
    (known,) = catalog.documents()
    assert (known.region_name, known.status.value) == ("绵阳市", "征求意见稿")
    assert known.title.startswith("綿陽市")
    assert "達到五成" in next(catalog.clauses()).text
