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
        "大足区",
        "安徽省",
        "江西省",
        "湛江",
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
        ("重庆大族区2030年成品油总量空制", "重庆大足区2030年成品油总量控制"),
        ("安辉省和将西省的风店装机比种", "安徽省和江西省的风电装机比重"),
        ("沾江绿色金溶方案，信带占全部带款", "湛江绿色金融方案，信贷占全部贷款"),
        ("高新技木企业、草愿和森材各多少", "高新技术企业、草原和森林各多少"),
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
        "节能原则是什么",
        "到2030年将西部地区建成基地",
        "请问沾江在哪里",  # 湛江, but nothing shows a place
        "保温性能好的房子",
        "和平区和静安区",
    ],
)
def test_what_is_right_is_left_alone(text: str) -> None:
    assert SPELLING.mend(text) == (text, ())


def test_what_was_mended_and_where() -> None:
    text, mends = SPELLING.mend("请问四坪市的碳强度")
    assert mends == (Mend(2, 5, "四坪市", "四平市"),)
    assert text[2:5] == "四平市"


def test_a_word_that_stands_in_the_documents_is_right() -> None:
    text = "风店和空制"
    assert SPELLING.mend(text)[0] == "风电和控制"
    held = Spelling(["四平市"], ["碳强度"], stands={"风店"}.__contains__)
    assert held.mend(text)[0] == "风店和控制"
