import pytest

from corpus.traditional import simplified
from retrieval.asides import without_denied
from retrieval.spoken import as_asked


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("廣西嘅非化石能源佔比係幾多", "广西的非化石能源占比是多少"),
        ("綠化由邊個部門負責，有冇邊啲措施", "绿化由哪个部门负责，有没有哪些措施"),
        ("公园建设由那些部门负责", "公园建设由哪些部门负责"),
        ("牵头部门是那个？", "牵头部门是哪个？"),
    ],
)
def test_words_of_asking_as_they_are_written(text: str, meant: str) -> None:
    assert as_asked(simplified(text)) == meant


@pytest.mark.parametrize(
    "text", ["那个方案由谁负责", "由那边的企业负责", "体系是多少", "有那个文件吗", "数据关系是什么"]
)
def test_words_that_are_right_stay(text: str) -> None:
    assert as_asked(text) == text


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("石家庄2030年覆盖率多少，是市里的不是全河北的", "石家庄2030年覆盖率多少，是市里的"),
        ("占比2030年要到多少，不是2025年那个", "占比2030年要到多少"),
        ("新城（不是全区）的覆盖率，不问绿地，只问森林", "新城的覆盖率，只问森林"),
        ("目标（工业口径，不是全省的）是多少", "目标（工业口径）是多少"),
    ],
)
def test_what_is_not_asked_for_is_left_out(text: str, meant: str) -> None:
    assert without_denied(text) == meant


@pytest.mark.parametrize(
    "text",
    [
        "目标是20%，不是25%吗？",
        "充电桩，是不是要3600个",
        "不是2025年，是2030年",
        "工业能耗，不是说要下降15%",
        "煤炭消费不高于多少",
    ],
)
def test_what_only_sounds_denied_stays(text: str) -> None:
    assert without_denied(text) == text
