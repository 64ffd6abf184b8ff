import pytest

from corpus.document import Level, PageMap, Region, content_id, short_name

MAP = PageMap((0, 10, 20), (7, 8, 10))


@pytest.mark.parametrize(
    ("start", "end", "pages"),
    [
        (0, 5, (7,)),
        (9, 11, (7, 8)),
        (10, 20, (8,)),
        (5, 25, (7, 8, 10)),
        (19, 20, (8,)),
        (24, 24, (10,)),
    ],
)
def test_pages_touched_by_a_span(start: int, end: int, pages: tuple[int, ...]) -> None:
    assert MAP.pages(start, end) == pages


def test_a_source_without_pages_has_none() -> None:
    assert PageMap().pages(0, 100) == ()


def test_a_slice_counts_from_its_start() -> None:
    part = MAP.slice(15, 30)
    assert part == PageMap((0, 5), (8, 10))
    assert part.pages(0, 6) == MAP.pages(15, 21)


@pytest.mark.parametrize(
    ("name", "short"),
    [
        ("四平市", "四平"),
        ("内蒙古自治区", "内蒙古"),
        ("广西壮族自治区", "广西"),
        ("成渝地区", "成渝"),
        ("全国", "全国"),
        ("矿区", "矿区"),
    ],
)
def test_spoken_names(name: str, short: str) -> None:
    assert short_name(name) == short


def test_within_counts_itself_and_its_parents() -> None:
    city = Region("220300", "四平市", Level.CITY, ("吉林省", "全国"))
    assert city.within("四平市")
    assert city.within("吉林省")
    assert not city.within("辽宁省")


def test_ids_depend_on_every_part_and_its_place() -> None:
    assert content_id("a", "bc") != content_id("ab", "c")
    assert content_id("a", "b") == content_id("a", "b")
    assert len(content_id("")) == 16
