import pytest

from retrieval.writing import as_written


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("浙江省到2O3O年、2o25年", "浙江省到2030年、2025年"),
        ("抚顺巿二〇三〇年和二零二五年", "抚顺市2030年和2025年"),
        ("浙 江 省 2 0 3 0 年 多 少 ？", "浙江省2030年多少？"),
        ("⼴西２０３５年ＰＵＥ（ＧＤＰ）", "广西2035年PUE（GDP）"),
        ("РUЕ和GDР", "PUE和GDP"),  # Cyrillic letters
        ("湖\u200b南\u2060省\ufeff能\u00ad源", "湖南省能源"),
    ],
)
def test_what_only_looks_right_is_written_right(text: str, meant: str) -> None:
    assert as_written(text) == meant


@pytest.mark.parametrize(
    "text",
    [
        "风电 光伏 2030 年，CO2 与 O2O",
        "一百二十五年、两千零三十万吨",
        "2100座、200I型",
        "四平市（吉林省）：“十四五”要怎么做？",
    ],
)
def test_what_is_right_stays(text: str) -> None:
    assert as_written(text) == text
