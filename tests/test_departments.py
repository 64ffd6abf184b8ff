import pytest

from corpus.clauses import parse
from corpus.departments import brackets, departments_of
from corpus.document import PageMap


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "改造。（市发改委、市财政局按职责分工负责）",
            [("市发改委", "负责"), ("市财政局", "负责")],
        ),
        (
            "改造。（市发改委牵头，市财政局、市工信局配合）",
            [("市发改委", "牵头"), ("市财政局", "配合"), ("市工信局", "配合")],
        ),
        (
            "改造。(责任单位:市经信局、市科技局;配合单位:市财政局)",
            [("市经信局", "负责"), ("市科技局", "负责"), ("市财政局", "配合")],
        ),
        ("改造。(牵头单位:市农业农村局)", [("市农业农村局", "牵头")]),
        (
            "改造。（省委党校〔省行政学院〕、省科技厅等按职责分工负责）",
            [("省委党校〔省行政学院〕", "负责"), ("省科技厅", "负责")],
        ),
        ("改造。（市林业局负责。以下均需各区落实，不再列出）", [("市林业局", "负责")]),
    ],
)
def test_departments_and_their_roles(text: str, said: list[tuple[str, str]]) -> None:
    assert [(d.name, d.role.value) for d in departments_of(text)] == said


@pytest.mark.parametrize(
    "text",
    [
        "推进改造（含供水、供热）工作。",
        "《方案》（国发〔2021〕23号）要求改造。",
        "以下简称“双碳”（中心城区）建设。",
    ],
)
def test_other_brackets_name_no_departments(text: str) -> None:
    assert departments_of(text) == ()


def test_a_blanket_rule_holds_for_all_later_clauses() -> None:
    text = (
        "1.甲。做事。（市林业局负责，各区政府落实。以下均需各区政府落实，不再列出）2.乙。做事。（市水务局负责）"
        "3.丙。不列单位。"
    )
    first, second, third = parse(text, PageMap())
    assert [d.name for d in second.departments] == ["市水务局", "各区政府"]
    assert third.departments == ()
    assert [d.name for d in first.departments] == ["市林业局", "各区政府"]


def test_a_bracket_is_a_span_of_the_text() -> None:
    text = "改造。（市林业局〔园林局〕负责）其他。（市水务局负责）"
    assert [text[b.start : b.end] for b in brackets(text)] == [
        "（市林业局〔园林局〕负责）",
        "（市水务局负责）",
    ]
