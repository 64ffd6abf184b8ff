import csv
import json
import re
from importlib import resources

import pytest

from corpus.indicators import indicators, indicators_in, indicators_named


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


def test_the_table_keeps_its_schema() -> None:
    """The constraints of the Table Schema beside it, each checked on every line."""
    folder = resources.files("corpus").joinpath("data")
    schema = json.loads(folder.joinpath("indicators.schema.json").read_text(encoding="utf-8"))
    text = folder.joinpath("indicators.tsv").read_text(encoding="utf-8")
    rows = list(csv.DictReader(text.splitlines(), delimiter="\t", quoting=csv.QUOTE_NONE))
    assert len(rows) >= 80
    assert [field["name"] for field in schema["fields"]] == list(rows[0])
    for field in schema["fields"]:
        name, constraints = field["name"], field["constraints"]
        cells = [row[name] for row in rows]
        if constraints.get("required"):
            assert all(cells), name
        if constraints.get("unique"):
            assert len(set(cells)) == len(cells), name
        assert min(map(len, cells)) >= constraints.get("minLength", 0), name
        pattern = re.compile(constraints.get("pattern", ".*"))
        assert [cell for cell in cells if not pattern.fullmatch(cell)] == [], name


def test_every_indicator_is_found_by_its_own_names() -> None:
    for indicator in indicators():
        for name in (indicator.name, *indicator.synonyms):
            assert indicator in indicators_named(name), name
