import sqlite3
from decimal import Decimal
from pathlib import Path

import pytest

from corpus.catalog import Catalog
from corpus.clauses import parse
from corpus.document import Document, Level, Metadata, PageMap, Status, content_id
from corpus.errors import CatalogError
from corpus.regions import gazetteer

TEXT = "一、目标。到2025年达到五成。二、任务。做事。"


def document(title: str = "合肥市节水方案", text: str = TEXT) -> Document:
    region = gazetteer().named("合肥市")
    known = Metadata(
        content_id(title, text),
        title,
        "合肥市",
        region,
        Level.CITY,
        Status.FINAL,
        None,
        "http://a.example/",
        (3, 4),
    )
    return Document(known, text, parse(text, PageMap((0, 5), (3, 4)), title))


@pytest.fixture
def catalog(tmp_path: Path) -> Catalog:
    return Catalog(tmp_path)


def test_what_goes_in_comes_out(catalog: Catalog) -> None:
    given = document()
    catalog.add("a.txt", "1" * 64, [given])
    assert catalog.document(given.metadata.id) == given
    assert catalog.documents() == [given.metadata]
    held = list(catalog.clauses())
    assert [h.clause for h in held] == list(given.clauses)
    assert "".join(h.text for h in held) == TEXT
    assert catalog.clause(held[1].id) == held[1]
    assert catalog.size().clauses == 2


def test_what_is_not_there_is_none(catalog: Catalog) -> None:
    assert catalog.document("x") is None
    assert catalog.clause("x") is None
    assert not catalog.holds("0" * 64)


def test_a_changed_source_replaces_its_documents(catalog: Catalog) -> None:
    catalog.add("a.txt", "1" * 64, [document()])
    before = catalog.fingerprint()
    catalog.add("a.txt", "2" * 64, [document(text=TEXT.replace("五", "六"))])
    assert [h.text for h in catalog.clauses()][0] == "一、目标。到2025年达到六成。"
    assert catalog.size().documents == 1
    assert catalog.fingerprint() != before
    assert not catalog.holds("1" * 64)


def test_the_same_document_from_two_sources_is_one(catalog: Catalog) -> None:
    catalog.add("a.txt", "1" * 64, [document()])
    before = catalog.fingerprint()
    catalog.add("b.txt", "2" * 64, [document()])
    assert catalog.size().documents == 1
    assert catalog.fingerprint() == before
    catalog.add("b.txt", "3" * 64, [document("另一份方案")])
    assert {d.title for d in catalog.documents()} == {"合肥市节水方案", "另一份方案"}


def test_two_versions_held_at_once_share_no_clause_id(catalog: Catalog) -> None:
    catalog.add("a.txt", "1" * 64, [document()])
    catalog.add("b.txt", "2" * 64, [document(text=TEXT.replace("五", "六"))])
    ids = [held.id for held in catalog.clauses()]
    assert len(ids) == len(set(ids)) == 4


def test_a_failed_source_leaves_the_catalog_as_it_was(catalog: Catalog) -> None:
    catalog.add("a.txt", "1" * 64, [document()])
    before = (catalog.size(), catalog.fingerprint())
    broken = Document(
        document("坏").metadata, TEXT, (*parse(TEXT, PageMap()), *parse(TEXT, PageMap()))
    )
    with pytest.raises(Exception, match="UNIQUE"):
        catalog.add("b.txt", "2" * 64, [document("好"), broken])
    assert (catalog.size(), catalog.fingerprint()) == before


def test_it_survives_being_closed(tmp_path: Path) -> None:
    first = Catalog(tmp_path)
    first.add("a.txt", "1" * 64, [document()])
    first.close()
    assert Catalog(tmp_path).size().documents == 1


def test_a_file_that_is_no_catalog_is_named(tmp_path: Path) -> None:
    (tmp_path / "catalog.sqlite").write_bytes(b"not a database, surely" * 100)
    with pytest.raises(CatalogError, match=r"catalog\.sqlite"):
        Catalog(tmp_path)


def test_a_newer_version_is_not_touched(tmp_path: Path) -> None:
    Catalog(tmp_path).close()
    with sqlite3.connect(tmp_path / "catalog.sqlite") as connection:
        connection.execute("UPDATE schema_version SET version = 99")
    connection.close()
    with pytest.raises(CatalogError, match="99"):
        Catalog(tmp_path)


def test_targets_are_kept_with_their_proof(catalog: Catalog) -> None:
    catalog.add("a.txt", "1" * 64, [document(text="一、目标。到2025年绿色出行比例达到五成。")])
    (row,) = catalog.targets(regions=["340100"], years=[2025])
    assert (row.target.words, row.target.low, row.quote) == (
        "绿色出行比例",
        Decimal(50),
        "到2025年绿色出行比例达到五成",
    )
    assert catalog.targets(regions=["340200"]) == []
    assert catalog.targets(years=[2030]) == []


def test_targets_go_with_their_document(catalog: Catalog) -> None:
    catalog.add("a.txt", "1" * 64, [document(text="一、目标。到2025年绿色出行比例达到五成。")])
    catalog.remove_source("a.txt")
    assert catalog.targets() == []


def test_two_versions_keep_their_own_targets(catalog: Catalog) -> None:
    text = "一、目标。到2025年绿色出行比例达到五成。二、任务。{}"
    for number, rest in (("1", "甲。"), ("2", "乙。")):
        catalog.add(f"{number}.txt", number * 64, [document(text=text.format(rest))])
    assert [row.quote for row in catalog.targets()] == ["到2025年绿色出行比例达到五成"] * 2


def test_other_rules_read_the_targets_again(catalog: Catalog, tmp_path: Path) -> None:
    catalog.add("a.txt", "1" * 64, [document(text="一、目标。到2025年绿色出行比例达到五成。")])
    catalog.close()
    with sqlite3.connect(tmp_path / "catalog.sqlite") as connection:
        connection.execute("UPDATE target_rules SET version = 'old'")
        connection.execute("UPDATE targets SET words = 'x'")
    again = Catalog(tmp_path)
    assert [row.target.words for row in again.targets()] == ["绿色出行比例"]


def test_a_catalog_of_version_2_is_given_its_targets(catalog: Catalog, tmp_path: Path) -> None:
    catalog.add("a.txt", "1" * 64, [document(text="一、目标。到2025年绿色出行比例达到五成。")])
    catalog.close()
    with sqlite3.connect(tmp_path / "catalog.sqlite") as connection:
        connection.execute("DROP TABLE targets")
        connection.execute("DROP TABLE target_rules")
        connection.execute("DROP INDEX ix_documents_excerpt")
        connection.execute("ALTER TABLE documents DROP COLUMN excerpt")
        connection.execute("ALTER TABLE documents DROP COLUMN collection")
        connection.execute("UPDATE schema_version SET version = 2")
    connection.close()
    again = Catalog(tmp_path)
    assert [row.target.printed for row in again.targets()] == ["五成"]
    again.close()
