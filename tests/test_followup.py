from collections.abc import Callable

import pytest

from assistant.answer import Answer, Turn
from assistant.app import Assistant
from assistant.followup import at_home, complete


@pytest.mark.parametrize(
    ("history", "question", "whole"),
    [
        (["合肥2025年森林覆盖率多少？"], "贵阳呢？", "贵阳2025年森林覆盖率多少？"),
        (["合肥2025年绿色出行比例多少？"], "那2030年呢？", "合肥2030年绿色出行比例多少？"),
        (["合肥2025年森林覆盖率多少？"], "绿色出行比例呢？", "合肥2025年绿色出行比例多少"),
        (
            ["合肥怎么控制超高层建筑？"],
            "由哪几个部门负责？",
            "合肥控制超高层建筑由哪几个部门负责？",
        ),
        (
            ["贵阳2025年非化石能源占比？", "2030年呢？"],
            "再往后，2060年要到多少？",
            "贵阳2060年非化石能源占比？",
        ),
        (["合肥2025年森林覆盖率多少？"], "安徽2030年风光装机多少？", "安徽2030年风光装机多少？"),
        ([], "贵阳呢？", "贵阳呢？"),
        (
            ["合肥2025年森林覆盖率多少？"],
            "各市2025年非化石能源占比多少？",
            "各市2025年非化石能源占比多少？",
        ),
        (["合肥2025年森林覆盖率多少？"], "贵杨市呢？", "贵阳市2025年森林覆盖率多少？"),
        (["合肥2025年森林覆盖率多少？"], "川渝呢？", "川渝2025年森林覆盖率多少？"),
        (["合肥2025年森林覆盖率多少？"], "东京2030年呢？", "东京2030年森林覆盖率多少？"),
    ],
)
def test_a_follow_up_is_made_whole(
    assistant: Assistant, history: list[str], question: str, whole: str
) -> None:
    turns = [Turn(role="user", content=turn) for turn in history]
    assert complete(question, turns, assistant.holdings).text == whole


def test_answers_in_the_history_are_not_questions(assistant: Assistant) -> None:
    turns = [
        Turn(role="user", content="合肥2025年森林覆盖率多少？"),
        Turn(role="assistant", content="贵阳2030年绿色出行比例70%"),
    ]
    assert complete("安徽呢", turns, assistant.holdings).text == "安徽2025年森林覆盖率多少？"


def test_my_province_is_that_of_the_place_spoken_of(ask: Callable[..., Answer]) -> None:
    answer = ask("我省2030年非化石能源消费比重是多少？", "合肥2025年森林覆盖率多少？")
    assert "23%" in answer.answer
    assert answer.citations[0].region == "安徽省"


_FOREST = "合肥2025年森林覆盖率多少？"


@pytest.mark.parametrize(
    ("history", "question", "whole"),
    [
        # another place or year, however it is said
        ([_FOREST], "换成贵阳看看", "贵阳2025年森林覆盖率多少？"),
        ([_FOREST], "同样的问题，贵阳是怎么定的", "贵阳2025年森林覆盖率多少？"),
        ([_FOREST], "不是合肥，是贵阳", "贵阳2025年森林覆盖率多少？"),
        ([_FOREST], "往后一个节点，2030年呢", "合肥2030年森林覆盖率多少？"),
        ([_FOREST], "到2030年提高到多少？", "合肥2030年森林覆盖率多少？"),
        ([_FOREST], "那2030年的阶段目标呢？", "合肥2030年森林覆盖率多少？"),
        ([_FOREST], "2025和2030年呢", "合肥2025和2030年森林覆盖率多少？"),
        ([_FOREST], "省里呢", "安徽省2025年森林覆盖率多少？"),
        ([_FOREST], "各市呢", "各市2025年森林覆盖率多少？"),
        ([_FOREST], "好的，谢谢", "好的，谢谢"),
        ([_FOREST, "谢谢"], "贵阳呢", "贵阳2025年森林覆盖率多少？"),
        ([_FOREST], "原文怎么写的", _FOREST),
        # two places
        ([_FOREST], "和贵阳比呢", "合肥和贵阳2025年森林覆盖率多少？"),
        ([_FOREST], "贵阳比它高吗", "合肥和贵阳2025年森林覆盖率多少？"),
        ([_FOREST], "台州没有的话，贵阳呢", "贵阳2025年森林覆盖率多少？"),
        ([_FOREST, "贵阳呢"], "哪个高", "合肥和贵阳2025年森林覆盖率多少？"),
        # a figure that was stated is asked for elsewhere
        (["合肥2025年森林覆盖率是29.5%对吧"], "贵阳呢", "贵阳2025年森林覆盖率是多少"),
        (["合肥2025年要建3600个充电桩"], "贵阳呢", "贵阳2025年要建多少充电桩"),
        # another thing of the same place, year and kind
        (["安徽2030年风电装机要到多少"], "光伏呢", "安徽2030年光伏装机要到多少"),
        (
            ["安徽的方案里，煤炭消费归哪个部门管"],
            "那新能源那一条呢",
            "安徽的方案里，新能源归哪个部门管",
        ),
        ([_FOREST], "贵阳的绿色出行比例呢", "贵阳2025年绿色出行比例多少"),
        (["什么是零碳园区"], "近零能耗建筑呢", "近零能耗建筑是什么意思"),
        (["合肥公共机构2025年能耗降多少"], "水耗呢", "合肥2025年公共机构水耗降多少"),
        (["安徽数据中心2025年能效要求多少"], "新建的呢", "安徽新建数据中心2025年能效要求多少"),
        # another document, and the same
        (
            ["合肥交通方案里2025年充电桩建多少"],
            "贵阳的交通方案呢",
            "贵阳的交通方案里2025年充电桩建多少",
        ),
        (
            ["《合肥市碳达峰实施方案》提出森林覆盖率多少？"],
            "《贵阳市碳达峰实施方案》里的数字呢？",
            "《贵阳市碳达峰实施方案》提出森林覆盖率多少？",
        ),
        (
            ["合肥市碳达峰实施方案里森林覆盖率多少"],
            "上面说的那个方案对公交车怎么要求",
            "合肥市碳达峰实施方案对公交车怎么要求",
        ),
        # another question of the same thing
        ([_FOREST], "谁来牵头", "合肥2025年森林覆盖率谁来牵头"),
        ([_FOREST], "这活儿哪个部门牵头", "合肥2025年森林覆盖率哪个部门牵头"),
        ([_FOREST], "具体咋做", "合肥森林覆盖率具体咋做"),
        ([_FOREST], "责任单位呢", "合肥2025年森林覆盖率责任单位呢"),
        ([_FOREST], "跟哪年比的", "合肥2025年森林覆盖率跟哪年比的"),
        (
            [_FOREST],
            "这个是全市的还是公共机构的口径",
            "合肥2025年森林覆盖率是全市的还是公共机构的口径",
        ),
        (
            ["合肥2025年人均能耗要降6%"],
            "那6%是所有建筑都算吗",
            "合肥2025年人均能耗6%是所有建筑都算吗",
        ),
        ([_FOREST], "贵阳由谁负责", "贵阳2025年森林覆盖率由谁负责"),
        (["合肥怎么推广节能车辆"], "2025年目标是多少", "合肥2025年推广节能车辆的目标是多少"),
    ],
)
def test_what_was_spoken_of_is_kept(
    assistant: Assistant, history: list[str], question: str, whole: str
) -> None:
    turns = [Turn(role="user", content=turn) for turn in history]
    holdings = at_home(turns, assistant.holdings)
    assert complete(question, turns, holdings).text == whole


@pytest.mark.parametrize(
    ("question", "whole"),
    [
        ("换个话题：数据中心电能利用效率要求多少", "数据中心电能利用效率要求多少"),
        ("换个事儿，央企能耗2025年要降多少", "央企能耗2025年要降多少"),
        ("暂且不谈合肥。贵阳怎么支持节能改造", "贵阳怎么支持节能改造"),
        ("再问个别的：云岩区怎么分类垃圾", "云岩区怎么分类垃圾"),
        ("哎再查下贵阳，财政资金怎么用", "贵阳，财政资金怎么用"),
        # the thing is left and not the place
        ("先不说森林了，公交车怎么更新", "合肥公交车怎么更新"),
        # it asks all by itself: neither year nor indicator comes along
        ("超高层建筑怎么控制", "合肥超高层建筑怎么控制"),
        ("贵阳怎么达峰", "贵阳怎么达峰"),
        ("再生水利用率怎么提高", "合肥再生水利用率怎么提高"),
        ("什么是碳汇", "合肥什么是碳汇"),
    ],
)
def test_another_matter_takes_nothing_along(
    assistant: Assistant, question: str, whole: str
) -> None:
    turns = [Turn(role="user", content=_FOREST)]
    assert complete(question, turns, assistant.holdings).text == whole


def test_who_leads_is_answered_for_the_figure_before(ask: Callable[..., Answer]) -> None:
    answer = ask("谁来牵头", "安徽2030年抽水蓄能装机多少？")
    assert answer.answer.startswith("安徽省：省能源局牵头")


def test_a_stated_figure_asked_of_another_place_is_no_false_premise(
    ask: Callable[..., Answer],
) -> None:
    answer = ask("那贵阳呢", "合肥2025年非化石能源消费比重是14.5%对吧")
    assert "21%" in answer.answer
    assert not answer.refused
