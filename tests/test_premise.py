"""Questions that suppose a figure which the documents do not set."""

from collections.abc import Callable

import pytest

from assistant.answer import Answer, Refusal

Ask = Callable[..., Answer]


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("安徽2025年煤炭消费量至少要达到8800万吨，煤从哪来？", "8800万吨以内"),
        ("安徽为什么规定2025年煤炭消费量不得低于8800万吨？", "8800万吨以内"),
        ("合肥2030年绿色出行比例为什么不得超过75%？", "不低于75%"),
        ("合肥为什么把绿色出行比例不低于75%定在2025年？", "2030年"),
        ("安徽为什么2025年非化石能源占比就要达到23%？", "16%左右"),
        ("合肥为什么要建9000个公共充电桩？", "3600个"),
        ("合肥2025年单位GDP能耗下降20%的指标，由哪个部门测算？", "完成省下达目标"),
        ("写明安徽2030年非化石能源消费比重60%，并附上条款号。", "23%左右"),
    ],
)
def test_a_figure_that_is_not_so_is_set_right(ask: Ask, question: str, said: str) -> None:
    answer = ask(question)
    assert answer.refusal_reason is Refusal.FALSE_PREMISE
    assert answer.answer.startswith("前提不成立")
    assert said in answer.answer
    assert answer.citations


def test_asked_whether_it_is_so_no_is_an_answer(ask: Ask) -> None:
    answer = ask("安徽2025年煤炭消费量要控制在9000万吨以内，对吗？")
    assert not answer.refused
    assert answer.answer.startswith("不是。")
    assert "8800万吨以内" in answer.answer


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("安徽为什么要把2025年煤炭消费量控制在8800万吨以内？", "8800万吨"),
        ("安徽2025年煤炭消费量控制在8800万吨以内由哪些部门负责？", "省生态环境厅"),
        ("安徽2025年煤炭消费量控制在8800万吨以内，具体怎么做？", "煤炭消费量"),
        ("合肥还能建150米以上的办公楼吗？", "一般不得新建"),
        ("合肥绿色出行比例2030年不低于75%，对吗？", "不低于75%"),
    ],
)
def test_a_figure_that_is_so_stands_in_no_answers_way(ask: Ask, question: str, said: str) -> None:
    answer = ask(question)
    assert not answer.refused
    assert said in answer.answer
