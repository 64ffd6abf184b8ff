from datetime import date
from pathlib import Path

import pytest

from corpus.catalog import Catalog
from corpus.document import Level, Metadata, Status
from corpus.errors import ClausewiseError
from corpus.regions import gazetteer
from corpus.targets.select import Filter, authority, region_named, select


@pytest.fixture(scope="module")
def catalog(sample_data: Path) -> Catalog:
    return Catalog(sample_data)


def values(catalog: Catalog, wanted: Filter) -> list[tuple[str, str, str]]:
    return [
        (row.document.region_name, row.target.printed, row.target.when)
        for row in select(catalog, wanted)
    ]


def test_an_indicator_by_a_part_of_its_name(catalog: Catalog) -> None:
    found = values(catalog, Filter(region=region_named("安徽"), indicator="非化石"))
    assert found == [("安徽省", "16%左右", "2025"), ("安徽省", "23%左右", "2030")]


def test_an_indicator_by_its_spoken_name(catalog: Catalog) -> None:
    found = values(catalog, Filter(indicator="能耗强度", year=2025))
    assert ("安徽省", "12%", "2025") in found
    assert ("合肥市", "完成省下达目标", "2025") in found


def test_the_jurisdiction_alone_or_with_what_lies_inside(catalog: Catalog) -> None:
    anhui = region_named("安徽省")
    alone = {place for place, *_ in values(catalog, Filter(region=anhui))}
    inside = {place for place, *_ in values(catalog, Filter(region=anhui, inside=True))}
    assert (alone, inside) == ({"安徽省"}, {"安徽省", "合肥市"})


def test_level_and_status(catalog: Catalog) -> None:
    drafts = values(catalog, Filter(status=Status.DRAFT))
    assert {place for place, *_ in drafts} == {"贵阳市"}
    districts = values(catalog, Filter(level=Level.DISTRICT))
    assert {place for place, *_ in districts} == {"云岩区"}


def test_a_name_that_is_no_jurisdiction_says_so() -> None:
    with pytest.raises(ClausewiseError, match="没有名为“甲乙丙”的辖区"):
        region_named("甲乙丙")


def test_authority_puts_force_then_government_then_date_first() -> None:
    def known(title: str, status: Status = Status.FINAL, issued: date | None = None) -> Metadata:
        region = gazetteer().named("合肥市")
        return Metadata(
            title, title, None, region, Level.CITY, status, None, None, None, issued=issued
        )

    draft = known("合肥市碳达峰实施方案（征求意见稿）", Status.DRAFT, date(2024, 1, 1))
    department = known("合肥市建筑节能通知", issued=date(2023, 6, 1))
    older = known("合肥市碳达峰实施方案", issued=date(2021, 6, 1))
    newer = known("中共合肥市委意见", issued=date(2022, 6, 1))
    assert sorted([draft, department, older, newer], key=authority) == [
        newer,
        older,
        department,
        draft,
    ]
