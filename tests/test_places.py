import pytest

from corpus.regions import gazetteer
from retrieval.places import places_in

HELD = frozenset(
    region
    for name in (
        "四川省",
        "重庆市",
        "上海市",
        "浙江省",
        "吉林省",
        "广东省",
        "云南省",
        "贵州省",
        "四平市",
    )
    if (region := gazetteer().named(name))
)


def names(text: str) -> list[str]:
    return [place.region.name for place in places_in(text, HELD)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("川渝怎么联手", ["四川省", "重庆市"]),
        ("沪、浙、渝三地谁高", ["上海市", "浙江省", "重庆市"]),
        ("云贵川的水电", ["云南省", "贵州省", "四川省"]),
        ("沪2030年风电装机", ["上海市"]),
        ("粤的绿色金融", ["广东省"]),
    ],
)
def test_single_characters(text: str, expected: list[str]) -> None:
    assert names(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "新能源车占比",
        "云计算中心",
        "青海湖",
        "川流不息",
        "宁愿多花钱",
        "京沪高铁的能耗",
        "黑臭水体治理",
    ],
)
def test_characters_of_other_words(text: str) -> None:
    assert not {"上海市", "四川省", "云南省"} & set(names(text))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("浙江与全国相比如何？", ["浙江省", "全国"]),
        ("那曲比如2030年的目标", ["比如县"]),
        ("安吉与浙江比", ["安吉县", "浙江省"]),
        ("大连长海2030年的目标", ["长海县"]),
    ],
)
def test_a_spoken_name_that_is_held_is_a_word_or_stands_behind_its_superior(
    text: str, expected: list[str]
) -> None:
    names = ("全国", "比如县", "安吉县", "长海县")
    held = {region for name in names if (region := gazetteer().named(name))}
    assert [place.region.name for place in places_in(text, HELD | held)] == expected


def test_an_unknown_place_is_told_apart_from_a_held_one() -> None:
    found = places_in("深圳市和四平市", HELD)
    assert [(place.region.name, place.is_held) for place in found] == [
        ("深圳市", False),
        ("四平市", True),
    ]


def test_the_words_of_a_place_can_be_found_again() -> None:
    text = "请问四平市的目标"
    (place,) = places_in(text, HELD)
    assert text[place.start : place.end] == place.words == "四平市"


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("东京2030年碳排放目标", "东京"),
        ("雄安新区2030年绿色出行比例", "雄安新区"),
        ("亚特兰蒂斯市的森林覆盖率", "亚特兰蒂斯市"),
        ("请问梅河口要不要减煤", "梅河口市"),
        ("昆山2025年光伏装机", "昆山市"),
        ("2025年义乌的绿色物流", "义乌市"),
    ],
)
def test_a_place_of_no_table_is_not_dropped(text: str, name: str) -> None:
    (place,) = places_in(text, HELD)
    assert (place.region.name, place.is_held) == (name, False)


@pytest.mark.parametrize(
    "text",
    [
        "新建项目有哪些要求",
        "资源的循环利用",
        "合作怎么推进",
        "光伏和大安的风电",
        "长江流域怎么保护",
        "高新区的光伏",
        "全市2030年目标",
        "重点城市的公交",
    ],
)
def test_plain_words_open_a_question_too(text: str) -> None:
    assert places_in(text, HELD) == ()


def test_a_district_behind_its_city_is_one_place_though_neither_is_held() -> None:
    (place,) = places_in("长沙望城区地热能试点", HELD)
    assert place.region.name == "望城区"


@pytest.mark.parametrize("text", ["四川江油怎么减煤", "四川下面的江油怎么减煤"])
def test_the_spoken_name_of_a_county_behind_its_province_is_one(text: str) -> None:
    assert names(text) == ["四川省", "江油市"]
