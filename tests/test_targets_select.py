from datetime import date
from pathlib import Path

import pytest

from corpus.catalog import Catalog
from corpus.document import Level, Metadata, Status
from corpus.errors import ClausewiseError
from corpus.regions import gazetteer
from corpus.targets.select import (
    Filter,
    authority,
    other_readings,
    region_named,
    select,
    why_none,
)


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


def test_a_name_of_several_jurisdictions_says_which_is_meant() -> None:
    assert region_named("吉林").name == "吉林省"
    assert other_readings("吉林") == "“吉林”按吉林省理解；如指吉林省吉林市，请这样写全"
    assert other_readings("吉林市") is None


@pytest.mark.parametrize("name", ["福建省福州市鼓楼区", "福州市鼓楼区", "福州鼓楼区"])
def test_superiors_before_a_name_tell_it_from_its_namesakes(name: str) -> None:
    assert region_named("鼓楼区").parents[0] == "南京市"
    assert region_named(name).parents[0] == "福州市"
    assert other_readings(name) is None


def test_superiors_that_are_not_its_own_make_no_jurisdiction() -> None:
    with pytest.raises(ClausewiseError, match="绵阳市鼓楼区"):
        region_named("绵阳市鼓楼区")


@pytest.mark.parametrize(
    ("wanted", "said"),
    [
        (Filter(region=region_named("四平市")), "未收录四平市符合条件的文件"),
        (Filter(region=region_named("合肥市"), year=2060), "已收录合肥市文件 1 份，未提及所问目标"),
        (
            Filter(region=region_named("合肥市"), status=Status.DRAFT),
            "未收录合肥市符合条件的文件",
        ),
        (Filter(indicator="没有的指标"), "已收录文件 4 份，未提及所问目标"),
    ],
)
def test_nothing_found_says_why(catalog: Catalog, wanted: Filter, said: str) -> None:
    assert select(catalog, wanted) == []
    assert why_none(catalog, wanted) == said


def test_a_year_in_the_title_dates_a_document_but_the_year_of_the_goal_does_not() -> None:
    region = gazetteer().named("合肥市")
    dated, goal = (
        Metadata(title, title, None, region, Level.CITY, Status.FINAL, None, None, None)
        for title in ("合肥市节能方案（2022-2030年）", "合肥市2030年前节能方案")
    )
    assert sorted([goal, dated], key=authority) == [dated, goal]
