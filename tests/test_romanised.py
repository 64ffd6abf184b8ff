import pytest

from retrieval.romanised import Romanised

READER = Romanised(
    ["吉林省", "吉林市", "吉林", "益阳", "弋阳", "福建省", "森林覆盖率", "非化石能源"]
)


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        (
            "fujiansheng 2030nian fengdian zongzhuangji yao dadao duoshao",
            "福建省2030年风电总装机要达到多少",
        ),
        ("Jilin shi 2025 nian senlin fugailv shi duoshao?", "吉林市2025年森林覆盖率是多少?"),
        ("jilin 2030nian feihuashi nengyuan zhan bizhong", "吉林2030年非化石能源占比重"),
    ],
)
def test_pinyin_is_read_by_known_words(text: str, meant: str) -> None:
    assert READER.read(text) == meant


@pytest.mark.parametrize(
    "text",
    [
        "yiyang 2025nian senlin fugailv",  # of two places
        "What is the forest coverage rate of Fujian?",
        "fujiansheng mingtian tianqi zenmeyang",  # words that are not known
        "福建省2025年PUE和GDP是多少",
        "CO2",
    ],
)
def test_what_has_no_one_reading_stays(text: str) -> None:
    assert READER.read(text) == text
