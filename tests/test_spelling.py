import pytest

from retrieval.spelling import Mend, Spelling

SPELLING = Spelling(
    [
        "四平市",
        "四平",
        "绵阳市",
        "绵阳",
        "嘉定区",
        "嘉定",
        "益阳市",
        "益阳",
        "内蒙古自治区",
        "内蒙古",
    ],
    [
        "非化石能源占比",
        "森林覆盖率",
        "碳强度",
        "充电桩",
        "装配式",
        "新能源车",
        "铁路货运量",
        "生态部",
    ],
)


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("四坪市2025年煤炭消费", "四平市2025年煤炭消费"),
        ("四品市2025年煤炭消费", "四平市2025年煤炭消费"),
        ("绵羊2025年森林复盖率", "绵阳2025年森林覆盖率"),
        ("森零覆盖率要多少", "森林覆盖率要多少"),
        ("非化石能原占比、谈强度", "非化石能源占比、碳强度"),
        ("内蒙骨自治区的充电庄", "内蒙古自治区的充电桩"),
    ],
)
def test_names_that_sound_alike(text: str, meant: str) -> None:
    assert SPELLING.mend(text)[0] == meant


@pytest.mark.parametrize(
    "text",
    [
        "四平市2025年煤炭消费",
        "假定2025年全部达标",  # 嘉定
        "和去年一样是多少",  # 益阳市
        "绵羊养殖怎么减排",  # 绵阳, but nothing shows a place
        "公路货运量是多少",  # 铁路货运量 sounds otherwise
        "生态补偿怎么做",  # 生态部 would end inside a word
        "这是装配是否合格的标准",
        "四平市场监管",
    ],
)
def test_what_is_right_is_left_alone(text: str) -> None:
    assert SPELLING.mend(text) == (text, ())


def test_what_was_mended_and_where() -> None:
    text, mends = SPELLING.mend("请问四坪市的碳强度")
    assert mends == (Mend(2, 5, "四坪市", "四平市"),)
    assert text[2:5] == "四平市"
