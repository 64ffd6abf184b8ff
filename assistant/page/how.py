"""How an answer was made: its receipt, for people."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from nicegui import ui

from assistant.page.pieces import button, dialog, link, wide
from assistant.page.text import words
from assistant.receipt import Receipt

_RANKED = 10


def show_how(receipt: str) -> None:
    """Open a dialog with what an answer was made from."""
    with dialog("这个回答是怎么得出的") as opened:
        _build(Receipt.model_validate_json(receipt))
        with ui.element("div").classes("cw-row cw-end"):
            button("关闭", opened.close).props("autofocus")


def _build(receipt: Receipt) -> None:
    words("一、理解", "h3")
    _table(("项目", "内容"), receipt.understood)
    words("二、查找", "h3")
    words(f"语料版本 {receipt.corpus}；名次在前的条款：", "p").classes("cw-quiet")
    _table(("名次", "文件", "条款"), list(_ranked(receipt)))
    words("三、撰写", "h3")
    words(
        f"由对话模型 {receipt.model} 撰写，其每句话再经核对。"
        if receipt.model
        else "未使用模型，由规则从条款摘取。",
        "p",
    )
    words("四、核对", "h3")
    _table(("内容", "结果"), list(_checked(receipt)))
    answer_id = receipt.answer["id"]
    save = link("下载回执（JSON）", f"/v1/answers/{answer_id}/receipt", "cw-plain")
    save.props(f'download="{answer_id}.json"')


def _ranked(receipt: Receipt) -> Iterator[tuple[str, str, str]]:
    for clause in receipt.ranked[:_RANKED]:
        yield str(clause.rank), f"《{clause.document}》", " › ".join(clause.clause_path)


def _checked(receipt: Receipt) -> Iterator[tuple[str, str]]:
    for sentence in receipt.sentences:
        if not sentence.passed:
            yield f"模型的句子：{sentence.sentence}", f"未采用：{sentence.reason}"
    for line in receipt.lines:
        if line.markers:
            yield line.line.replace("**", ""), "有引文证明" if line.passed else line.reason
    for quote in receipt.quotes:
        yield f"引文 [{quote.marker}]", "与条款逐字一致" if quote.passed else "与条款不一致"


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    with wide("、".join(head)), ui.element("table").classes("cw-table"):
        with ui.element("thead"), ui.element("tr"):
            for cell in head:
                words(cell, "th").props('scope="col"')
        with ui.element("tbody"):
            for row in rows:
                with ui.element("tr"):
                    for cell in row:
                        words(cell, "td")
