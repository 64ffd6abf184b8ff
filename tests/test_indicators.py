import pytest

from corpus.indicators import indicators, indicators_in


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("非化石能源占一次能源消费的比例", "非化石能源消费比重"),
        ("单位GDP能耗", "单位地区生产总值能耗"),
        ("能耗强度", "单位地区生产总值能耗"),
        ("碳强度", "单位地区生产总值二氧化碳排放"),
        ("风光总装机", "风电、太阳能发电装机容量"),
        ("ＰＵＥ", "电能利用效率"),
    ],
)
def test_spoken_names_are_recognised(text: str, name: str) -> None:
    assert name in {indicator.name for indicator in indicators_in(text)}


@pytest.mark.parametrize(
    ("indicator", "near_miss"),
    [
        ("非化石能源消费比重", "可再生能源消费比重达到25%"),
        ("非化石能源消费比重", "非化石能源装机比重提高到50%"),
        ("森林覆盖率", "林木覆盖率达到24%"),
        ("单位地区生产总值能耗", "规模以上工业单位增加值能耗下降"),
        ("新型储能装机容量", "抽水蓄能装机240万千瓦"),
    ],
)
def test_a_near_miss_does_not_stand_in(indicator: str, near_miss: str) -> None:
    found = next(i for i in indicators() if i.name == indicator)
    assert not found.stands_in(near_miss)
