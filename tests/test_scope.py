from pathlib import Path

from corpus.catalog import Catalog
from corpus.document import HeldClause, Level, Status
from corpus.regions import gazetteer
from retrieval.scope import EVERYTHING, Scope, labels_of


def clauses(data: Path) -> list[HeldClause]:
    catalog = Catalog(data)
    try:
        return list(catalog.clauses())
    finally:
        catalog.close()


def titles(data: Path, scope: Scope) -> set[str]:
    return {h.document.title[:3] for h in clauses(data) if scope.admits(labels_of(h))}


def test_with_and_without_what_lies_inside(sample_data: Path) -> None:
    guiyang = gazetteer().named("贵阳市")
    assert guiyang is not None
    assert titles(sample_data, Scope(regions=(guiyang,))) == {"贵阳市", "云岩区"}
    assert titles(sample_data, Scope(regions=(guiyang,), inside=False)) == {"贵阳市"}


def test_level_and_status(sample_data: Path) -> None:
    assert titles(sample_data, Scope(levels=(Level.DISTRICT,))) == {"云岩区"}
    assert titles(sample_data, Scope(statuses=(Status.DRAFT,))) == {"贵阳市"}


def test_departments_in_any_wording(sample_data: Path) -> None:
    scope = Scope(departments=("发改委",))
    found = [h for h in clauses(sample_data) if scope.admits(labels_of(h))]
    assert found
    assert all("发展改革委" in h.text for h in found)


def test_nothing_is_limited_by_an_empty_scope(sample_data: Path) -> None:
    assert all(EVERYTHING.admits(labels_of(held)) for held in clauses(sample_data))
