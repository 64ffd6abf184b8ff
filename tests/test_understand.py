import pytest

from corpus.document import Level
from corpus.regions import gazetteer
from retrieval.query import Holdings, Kind, understand, years_of

PLACES = ("全国", "吉林省", "四川省", "合肥市", "安徽省", "重庆市", "大足区", "成渝地区", "贵阳市")


@pytest.fixture(scope="module")
def holdings() -> Holdings:
    named = {gazetteer().named(name) for name in PLACES}
    city = gazetteer().coded("220200")
    regions = frozenset({region for region in named if region} | {city})
    return Holdings(regions, frozenset({"住建部", "合肥市"}))


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("合肥2025年非化石能源占比定了多少？", Kind.TARGET),
        ("合肥推广节能车辆由哪些部门负责", Kind.RESPONSIBILITY),
        ("安徽控煤谁牵头？", Kind.RESPONSIBILITY),
        ("合肥在哪几个区试点慢行系统", Kind.LIST),
        ("合肥零碳社区什么时候建成", Kind.TIME),
        ("合肥还能批超高层吗", Kind.MEASURE),
        ("合肥和贵阳森林覆盖率哪个高", Kind.COMPARISON),
        ("合肥2030年装机到底是500万还是600万千瓦？", Kind.COMPARISON),
    ],
)
def test_kind_of_question(question: str, kind: Kind, holdings: Holdings) -> None:
    assert understand(question, holdings).kind is kind


def test_one_name_two_places(holdings: Holdings) -> None:
    assert [r.name for r in understand("吉林2025年煤炭消费量", holdings).regions] == ["吉林省"]
    assert [r.name for r in understand("吉林市2025年煤炭消费量", holdings).regions] == ["吉林市"]


def test_a_district_with_its_city_is_one_place(holdings: Holdings) -> None:
    assert [r.name for r in understand("重庆大足区的目标", holdings).regions] == ["大足区"]


def test_members_of_a_group_do_not_stand_beside_it(holdings: Holdings) -> None:
    query = understand("成渝方案里重庆和四川谁牵头", holdings)
    assert [r.name for r in query.regions] == ["成渝地区"]


def test_a_place_without_documents_is_kept_as_such(holdings: Holdings) -> None:
    query = understand("深圳市2025年碳强度", holdings)
    assert query.regions == ()
    assert [place.name for place in query.places] == ["深圳市"]


def test_plain_words_are_no_places(holdings: Holdings) -> None:
    query = understand("合肥新城的重大安全项目", holdings)
    assert [r.name for r in query.regions] == ["合肥市"]
    assert query.places == ()


def test_a_ministry_means_the_nation(holdings: Holdings) -> None:
    query = understand("住房和城乡建设部的方案怎么说", holdings)
    assert query.issuers == ("住建部",)
    assert [r.level for r in query.regions] == [Level.NATIONAL]


@pytest.mark.parametrize(
    ("text", "years"),
    [
        ("到2025年", (2025,)),
        ("十四五末", (2025,)),
        ("“十五五”期间", (2030,)),
        ("2025年比2020年下降", (2025,)),
        ("在2020年基础上到2030年", (2030,)),
        ("推广2000万亩、2025吨", ()),
    ],
)
def test_years(text: str, years: tuple[int, ...]) -> None:
    assert years_of(text) == years
