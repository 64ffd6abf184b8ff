import pytest

from assistant.markup import Marker, Paragraph, Table, Text, blocks


def test_lines_markers_and_bold_words() -> None:
    assert blocks("合肥：达到**14.5%**。[1][2]") == [
        Paragraph((Text("合肥：达到"), Text("14.5%", bold=True), Text("。"), Marker(1), Marker(2)))
    ]


def test_a_table_between_lines() -> None:
    found = blocks("前\n| 对象 | 规定 |\n| --- | --- |\n| 甲 | 5%[1] |\n\n后")
    assert isinstance(found[1], Table)
    assert found[1].head == ((Text("对象"),), (Text("规定"),))
    assert found[1].rows == (((Text("甲"),), (Text("5%"), Marker(1))),)
    assert [type(block) for block in found] == [Paragraph, Table, Paragraph]


@pytest.mark.parametrize(
    "text", ["<script>alert(1)</script>", "![x](http://evil/)", "[a](javascript:x)", "&lt;b&gt;"]
)
def test_nothing_else_is_markup(text: str) -> None:
    (paragraph,) = blocks(text)
    assert isinstance(paragraph, Paragraph)
    (part,) = paragraph.parts
    assert isinstance(part, Text)
    assert part.words == text
    assert "<" not in part.html
