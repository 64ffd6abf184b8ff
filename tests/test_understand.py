from dataclasses import replace

import pytest

from corpus.document import Level
from corpus.regions import gazetteer
from retrieval.query import Kind
from retrieval.topic import topic_of
from retrieval.understand import Holdings, understand

PLACES = ("全国", "吉林省", "四川省", "合肥市", "安徽省", "重庆市", "大足区", "成渝地区", "贵阳市")


@pytest.fixture(scope="module")
def holdings() -> Holdings:
    named = {gazetteer().named(name) for name in PLACES}
    city = gazetteer().coded("220200")
    regions = frozenset({region for region in named if region} | {city})
    return Holdings(regions, (("住建部", ("住房和城乡建设部", "住建部")),))


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("合肥2025年非化石能源占比定了多少？", Kind.TARGET),
        ("合肥推广节能车辆由哪些部门负责", Kind.RESPONSIBILITY),
        ("安徽控煤谁牵头？", Kind.RESPONSIBILITY),
        ("合肥在哪几个区试点慢行系统", Kind.LIST),
        ("合肥零碳社区什么时候建成", Kind.TIME),
        ("合肥那份方案啥时候开始生效", Kind.TIME),
        ("合肥的方案自何日起施行", Kind.TIME),
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


def test_a_group_beside_one_of_its_members_is_no_other_place(holdings: Holdings) -> None:
    query = understand("合肥怎么融入长三角的绿电市场", holdings)
    assert [r.name for r in query.regions] == ["合肥市"]
    assert query.places == ()


def test_what_was_recognised_can_be_printed(holdings: Holdings) -> None:
    said = str(understand("吉林十四五末的绿电占比由市发改委定吗", holdings))
    assert "辖区：吉林省，另有吉林市（吉林）" in said
    assert "年份：2025（十四五末）" in said
    assert "部门：发展改革（市发改委）" in said
    assert "可再生能源" in said


def test_one_character_stands_for_a_province(holdings: Holdings) -> None:
    query = understand("皖2025年煤炭消费量控制在多少", holdings)
    assert [r.name for r in query.regions] == ["安徽省"]


def test_two_provinces_may_mean_their_group(holdings: Holdings) -> None:
    query = understand("川渝怎么共建充电网络", holdings)
    assert [r.name for r in query.regions] == ["四川省", "重庆市"]
    assert [r.name for r in query.others] == ["成渝地区"]


def test_my_city_is_the_home_configured(holdings: Holdings) -> None:
    home = gazetteer().named("合肥市")
    at_home = replace(holdings, home=home)
    assert [r.name for r in understand("我市公交怎么办", at_home).regions] == ["合肥市"]
    assert [r.name for r in understand("我省公交怎么办", at_home).regions] == ["安徽省"]
    assert understand("我市公交怎么办", holdings).regions == ()


@pytest.mark.parametrize(
    ("question", "levels"),
    [
        ("各省对煤炭消费有什么要求", (Level.PROVINCE,)),
        ("国家层面怎么管煤炭", (Level.NATIONAL,)),
        ("部委文件里怎么说", (Level.MINISTRY,)),
        ("合肥在哪几个区试点", ()),
    ],
)
def test_levels(question: str, levels: tuple[Level, ...], holdings: Holdings) -> None:
    assert understand(question, holdings).levels == levels


def test_asking_whether_something_is_there(holdings: Holdings) -> None:
    assert understand("合肥有没有提到抽水蓄能", holdings).kind is Kind.EXISTENCE


def test_a_spoken_indicator_is_recognised(holdings: Holdings) -> None:
    assert "单位地区生产总值能耗" in understand("合肥能耗强度要降多少", holdings).indicators


def test_acting_together_is_no_comparison(holdings: Holdings) -> None:
    assert understand("四川怎么和重庆一起发展氢能", holdings).kind is Kind.MEASURE
    query = understand("四川和重庆怎么发展氢能", holdings)
    assert (query.kind, query.asks) == (Kind.COMPARISON, Kind.MEASURE)


def test_a_group_beside_its_member_says_with_whom(holdings: Holdings) -> None:
    query = understand("长三角绿电交易里安徽怎么配合", holdings)
    assert [r.name for r in query.regions] == ["安徽省"]
    assert query.places == ()


def test_the_central_document_is_that_of_the_nation(holdings: Holdings) -> None:
    assert [r.name for r in understand("中央文件对煤电怎么要求", holdings).regions] == ["全国"]


@pytest.mark.parametrize(
    ("question", "sides"),
    [
        ("合肥2025年森林覆盖率是不是比全省定得高？", ["合肥市", "安徽省"]),
        ("合肥2025年森林覆盖率是多少，跟省里一样吗", ["合肥市", "安徽省"]),
        ("大足区2025年森林覆盖率比全市低吗", ["大足区", "重庆市"]),
        ("星级绿色建筑占比住建部方案2025年多少？合肥多少，哪个高？", ["全国", "合肥市"]),
        # No second side: nothing is compared, another is meant, or nothing is held of it.
        ("合肥2025年全市森林覆盖率是多少", ["合肥市"]),
        ("合肥市住建部门2025年要建多少绿色建筑，哪个区更多", ["合肥市"]),
        ("合肥按住建部要求2025年星级绿色建筑占比多少", ["合肥市"]),
        ("贵阳2025年森林覆盖率比全省高吗", ["贵阳市"]),
        ("合肥怎么与全省同步推进", ["合肥市"]),
    ],
)
def test_sides_of_a_comparison_without_names(
    question: str, sides: list[str], holdings: Holdings
) -> None:
    assert [region.name for region in understand(question, holdings).regions] == sides


@pytest.mark.parametrize("asked", ["谁更大？", "谁的更高", "各是多少，哪个市最高？", "谁高"])
def test_words_of_comparing_are_nothing_to_look_for(asked: str, holdings: Holdings) -> None:
    query = understand(f"贵阳和合肥2025年森林覆盖率{asked}", holdings)
    topic = topic_of(query, lambda _: 1, 100)
    assert not {"更大", "更高", "最高", "高"} & set(topic.weights)


def test_a_year_said_short_is_that_year(holdings: Holdings) -> None:
    query = understand("合肥25年森林覆盖率多少", holdings)
    assert query.years == (2025,)
    assert query.text == "合肥2025年森林覆盖率多少"


def test_what_is_not_asked_about_is_left_out(holdings: Holdings) -> None:
    query = understand("合肥2030年绿色出行比例多少，不是全安徽的，也不是25年那个", holdings)
    assert [region.name for region in query.regions] == ["合肥市"]
    assert query.years == (2030,)
    assert query.kind is Kind.TARGET
    assert query.excluded == ("全安徽", "2025年")
