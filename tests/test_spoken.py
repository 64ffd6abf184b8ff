import pytest

from corpus.traditional import simplified
from retrieval.spoken import as_asked


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("廣西嘅非化石能源佔比係幾多", "广西的非化石能源占比是多少"),
        ("綠化由邊個部門負責，有冇邊啲措施", "绿化由哪个部门负责，有没有哪些措施"),
        ("公园建设由那些部门负责", "公园建设由哪些部门负责"),
        ("牵头部门是那个？", "牵头部门是哪个？"),
        ("中国2060年的目标是什么", "我国2060年的目标是什么"),
    ],
)
def test_words_of_asking_as_they_are_written(text: str, meant: str) -> None:
    assert as_asked(simplified(text)) == meant


@pytest.mark.parametrize(
    "text",
    [
        "那个方案由谁负责",
        "由那边的企业负责",
        "体系是多少",
        "有那个文件吗",
        "数据关系是什么",
        "中国人民银行负责什么",
    ],
)
def test_words_that_are_right_stay(text: str) -> None:
    assert as_asked(text) == text
