"""Answers as Markdown: footnotes hold the proof, and nothing untrusted is live."""

import pytest
from markdown_it import MarkdownIt
from papers import answer, citation, paper

from assistant.answer import Answer
from assistant.export.markdown import as_markdown, plain

HOSTILE = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "![图](https://evil.example/x.png)",
    "[点此](javascript:alert(1))",
    "见 https://evil.example/a 与 www.evil.example",
    "<https://evil.example>",
    "**粗** _斜_ `码` ~~删~~ $x$ a|b",
    "# 标题",
    "- 项",
    "1. 项",
    "12) 项",
    "> 引",
    "&lt;b&gt; &#60;",
    "[^9]: 假脚注",
    "\\[反斜\\](http://x)",
    "=====",
)


def html(markdown: str) -> str:
    rendered: str = MarkdownIt("commonmark").enable("table").render(markdown)
    return rendered


def shown(markdown: str) -> str:
    """The words that a reader sees."""
    tokens = MarkdownIt("commonmark").enable("table").parse(markdown)
    inline = [child for token in tokens for child in token.children or ()]
    assert {child.type for child in inline} <= {"text", "text_special"}, markdown
    return "".join(child.content for child in inline)


@pytest.mark.parametrize("text", HOSTILE)
def test_untrusted_words_are_words(text: str) -> None:
    (opening, _, closing) = MarkdownIt("commonmark").enable("table").parse(plain(text))
    assert (opening.type, closing.type) == ("paragraph_open", "paragraph_close")
    assert shown(plain(text)) == text


@pytest.mark.parametrize("text", HOSTILE)
def test_wherever_they_stand(text: str) -> None:
    hostile = citation(1, text, document_title=text, clause_path=[text], source_url=f"{text} x")
    said = as_markdown(
        paper(answer(text, f"| 甲 | 乙 |\n| --- | --- |\n| {text} | 5%[1] |", hostile))
    )
    for sign in ("<script", "<img", "<a ", "<em", "<code", "<blockquote", "<li", "<h3"):
        assert sign not in html(said), said
    assert said.count("\n[^") == 1


def test_the_footnote_holds_reference_quote_and_link() -> None:
    said = as_markdown(
        paper(
            answer(
                "合肥2025年森林覆盖率是多少？",
                "合肥市：森林覆盖率达到29.5%。[1] 又见[1]，[7]。",
                citation(1, "森林覆盖\n率达到29.5%"),
            )
        )
    )
    lines = said.splitlines()
    assert lines[0] == "# 政策问答及依据"
    assert "日期：2026年7月5日" in lines
    assert "语料版本：0123456789abcdef" in lines
    assert "回答方式：未使用模型，摘自条款原文。" in lines
    assert "## 合肥2025年森林覆盖率是多少？" in lines
    assert r"合肥市：森林覆盖率达到29.5%。[^1] 又见[^1]，\[7\]。" in lines
    assert lines[-1] == (
        "[^1]: 《合肥市碳达峰实施方案》第一部分，第3页： “森林覆盖率达到29.5%”。 "
        "<https://example.gov.cn/1?a=1&b=2>"
    )


def test_footnotes_of_several_answers_do_not_meet() -> None:
    one = answer("甲？", "甲。[2][1]", citation(1, "一"), citation(2, "二"))
    two = answer("乙？", "乙。[1]", citation(1, "三"), mode="generative")
    lines = as_markdown(paper(one, two)).splitlines()
    assert "## 一、甲？" in lines
    assert "## 二、乙？" in lines
    assert "甲。[^1][^2]" in lines
    assert "乙。[^3]" in lines
    assert [line.split("： ")[1] for line in lines if line.startswith("[^")] == [
        "“二”。 <https://example.gov.cn/2?a=1&b=2>",
        "“一”。 <https://example.gov.cn/1?a=1&b=2>",
        "“三”。 <https://example.gov.cn/1?a=1&b=2>",
    ]
    assert "回答方式：由对话模型撰写，逐句核对条款。" in lines


def test_tables_and_bold_words_stay() -> None:
    table = "| 对象 | 规定 |\n| --- | --- |\n| 合肥市 | **14.5%**：达到14.5%[1]；**约5%**左右 |"
    said = as_markdown(paper(answer("对比", table, citation(1, "14.5%"))))
    assert "<table>" in html(said)
    assert "<strong>14.5%</strong>：达到" in html(said)
    assert "**" not in html(said)


def test_a_refusal_says_what_was_searched(refused: Answer) -> None:
    said = as_markdown(paper(refused))
    assert "查过：合肥市的 1 份文件、9 条条款。" in said
    assert "最接近：《合肥市碳达峰实施方案》第一部分，第3页。" in said


@pytest.fixture
def refused() -> Answer:
    near = citation(1, "x").model_dump(exclude={"marker", "quote", "clause_text", "span"})
    searched = {"regions": ["合肥市"], "documents": 1, "clauses": 9, "years": [], "terms": []}
    return answer(
        "合肥的海洋面积？",
        "合肥市的现有文件没有提到这个问题。",
        refused=True,
        refusal_reason="silent",
        related=[near],
        searched=searched,
    )
