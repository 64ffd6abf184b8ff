import shutil
from pathlib import Path

from assistant.answer import Question
from assistant.app import Assistant
from assistant.settings import Settings
from corpus.catalog import Catalog
from corpus.ingest import find, ingest
from retrieval.index import open_index
from retrieval.space import Space

QUESTION = Question(question="合肥2025年森林覆盖率是多少？")


def answer(data: Path) -> str:
    opened = Assistant.open(Settings(data=data), report=lambda _: None)
    try:
        return opened.ask(QUESTION).answer
    finally:
        opened.close()


def test_a_deleted_index_is_rebuilt_from_the_catalog(data: Path) -> None:
    before = answer(data)
    for folder in data.glob("index-*"):
        shutil.rmtree(folder)
    assert answer(data) == before
    assert "29.5%" in before


def test_an_index_left_half_written_is_built_again(data: Path) -> None:
    before = answer(data)
    (folder,) = data.glob("index-*")
    (folder / "complete.json").unlink()
    shutil.rmtree(next(folder.glob("*/lexical")))
    assert answer(data) == before


def test_new_documents_make_a_new_index_and_the_old_one_goes(data: Path, tmp_path: Path) -> None:
    answer(data)
    (before,) = data.glob("index-*")
    more = tmp_path / "more.txt"
    more.write_text(
        "宜宾市碳达峰实施方案\n\n一、目标\n\n到2025年，森林覆盖率达到48%。\n", encoding="utf-8"
    )
    catalog = Catalog(data)
    assert [r.error for r in ingest(find([more]), catalog)] == [None]
    catalog.close()
    opened = Assistant.open(Settings(data=data), report=lambda _: None)
    assert "48%" in opened.ask(Question(question="宜宾2025年森林覆盖率")).answer
    opened.close()
    assert before not in list(data.glob("index-*"))


def test_an_unchanged_catalog_is_not_indexed_again(data: Path) -> None:
    answer(data)
    said: list[str] = []
    catalog = Catalog(data)
    open_index(catalog, [Space()], data, report=said.append)
    assert said == []
    open_index(catalog, [Space()], data, rebuild=True, report=said.append)
    assert len(said) == 1
    catalog.close()
