"""Commands that answer: one question, or a server for many."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.markup import escape

from assistant.cli.shell import Data, errors_in_chinese, say, settings_of
from corpus.errors import ClausewiseError

if TYPE_CHECKING:
    from assistant.ask import Trace

app = typer.Typer()


@app.command("ask")
def ask_command(
    question: Annotated[str, typer.Argument(help="问题")],
    data: Data = None,
    as_json: Annotated[bool, typer.Option("--json", help="输出完整的回答对象")] = False,
    explain: Annotated[
        bool, typer.Option("--explain", help="列出每一步：理解、检索、回答")
    ] = False,
) -> None:
    """提一个问题，打印回答和引文。"""
    from pydantic import ValidationError

    from assistant.answer import Question
    from assistant.app import Assistant

    with errors_in_chinese():
        try:
            asked = Question(question=question)
        except ValidationError as error:
            raise ClausewiseError("question：问题不能为空，且不超过 2000 字") from error
        trace = Assistant.open(settings_of(data), report=say).trace(asked)
    if as_json:
        typer.echo(trace.answer.model_dump_json(indent=2))
        return
    if explain:
        _print_stages(trace)
    _print_answer(trace)


@app.command("serve")
def serve_command(
    data: Data = None,
    host: Annotated[str, typer.Option(help="监听地址")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="端口")] = 8000,
) -> None:
    """启动问答页面和接口。"""
    import uvicorn

    from assistant.api import create_app
    from assistant.app import Assistant
    from assistant.page import mount

    with errors_in_chinese():
        assistant = Assistant.open(settings_of(data), report=say)
    application = create_app(assistant)
    mount(application, assistant)
    say(f"条析已就绪：http://{host}:{port}（接口文档 http://{host}:{port}/docs），按 Ctrl+C 停止")
    uvicorn.run(application, host=host, port=port, log_level="warning")


def _print_answer(trace: Trace) -> None:
    """The answer and, under it, where each marker points."""
    answer = trace.answer
    console = Console(highlight=False)
    if answer.understood:
        console.print(f"[dim]理解为：{escape(answer.understood)}[/dim]")
    if answer.note:
        console.print(f"[dim]{escape(answer.note)}[/dim]")
    console.print(escape(answer.answer))
    for citation in answer.citations:
        pages = "、".join(map(str, citation.pages))
        excerpt = "，指标摘录，非原文" if citation.excerpt else ""
        console.print(
            f"\n[bold]\\[{citation.marker}][/bold] 《{escape(citation.document_title)}》"
            f"（{escape(citation.region)}，{citation.status}{excerpt}）"
            f"{escape(' > '.join(citation.clause_path))}" + (f" 第{pages}页" if pages else "")
        )
        console.print(f"    “{escape(citation.quote)}”")
        if citation.source_url:
            console.print(f"    {escape(citation.source_url)}")


def _print_stages(trace: Trace) -> None:
    """What was understood and what was found, with ranks and scores of both legs."""
    from rich.table import Table

    console = Console(highlight=False)
    console.print("[bold]理解[/bold]")
    for label, value in trace.query.described():
        console.print(f"  {label}：{escape(value)}")
    table = Table("名次", "融合分", "字面", "向量", "文件", "条款", title="检索")
    for rank, hit in enumerate(trace.hits[:10], start=1):
        table.add_row(
            str(rank),
            f"{hit.score:.4f}",
            _leg(hit.lexical_rank, hit.lexical_score),
            _leg(hit.vector_rank, hit.vector_score),
            escape(hit.held.document.title[:24]),
            escape(" > ".join(hit.held.clause.path)[-40:]),
        )
    console.print(table)
    laps = "，".join(f"{stage} {lap:.1f}" for stage, lap in trace.answer.timings_ms.items())
    console.print(f"[bold]用时[/bold]（毫秒）{laps}\n\n[bold]回答[/bold]")


def _leg(rank: int | None, score: float | None) -> str:
    return "—" if rank is None or score is None else f"{rank}（{score:.2f}）"
