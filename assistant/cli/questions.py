"""Commands that answer: one question, or a server for many."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.markup import escape

from assistant.answer import TOOLS, Answer, Mode, Question, searched_line
from assistant.cli.shell import Data, Key, Server, errors_in_chinese, say, settings_of
from corpus.errors import ClausewiseError

if TYPE_CHECKING:
    from assistant.ask import Trace

app = typer.Typer()


@app.command("ask")
def ask_command(
    question: Annotated[str, typer.Argument(help="问题")],
    data: Data = None,
    server: Server = "",
    key: Key = "",
    as_json: Annotated[bool, typer.Option("--json", help="输出完整的回答对象")] = False,
    explain: Annotated[
        bool,
        typer.Option("--explain", help="列出每一步：理解、检索、发给对话模型的全文、核对、回答"),
    ] = False,
    mode: Annotated[Mode, typer.Option(help="回答方式")] = Mode.AUTO,
    receipt: Annotated[
        Path | None, typer.Option(help="把回执写入文件，可用 clausewise replay 重放")
    ] = None,
) -> None:
    """提一个问题，打印回答和引文。"""
    from pydantic import ValidationError

    from assistant.app import Assistant
    from assistant.receipt import receipt_of, write_receipt

    with errors_in_chinese():
        try:
            asked = Question(question=question, mode=mode)
        except ValidationError as error:
            raise ClausewiseError("question：问题不能为空，且不超过 2000 字") from error
        if server:
            if explain:
                raise ClausewiseError("--explain 只用于本机的数据，不能与 --server 同用")
            _print(_asked_there(server, key, asked, receipt), as_json)
            return
        assistant = Assistant.open(settings_of(data), report=say)
        trace = assistant.trace(asked)
        if receipt is not None:
            write_receipt(receipt_of(trace, assistant.version), receipt)
    if explain and not as_json:
        _print_stages(trace)
    _print(trace.answer, as_json)


def _asked_there(server: str, key: str, question: Question, receipt: Path | None) -> Answer:
    """The answer of a server. Raises ServerError."""
    from assistant.client import Client
    from assistant.receipt import write_receipt

    with Client(server, key) as client:
        answer = client.answer(question)
        if receipt is not None:
            write_receipt(client.receipt(answer.id), receipt)
    return answer


@app.command("replay")
def replay_command(
    file: Annotated[Path, typer.Argument(help="clausewise ask --receipt 写出的回执")],
    data: Data = None,
) -> None:
    """按回执重新作答，逐字比对；不一致时列出不同之处，退出码为 1。"""
    from assistant.app import Assistant
    from assistant.receipt import differences, question_of, read_receipt, receipt_of

    with errors_in_chinese():
        kept = read_receipt(file)
        question = question_of(kept)
        assistant = Assistant.open(settings_of(data), report=say)
        again = receipt_of(assistant.trace(question), assistant.version)
    different = differences(kept, again)
    if not different:
        typer.echo("一致：同样的提问在同样的语料上得到逐字相同的回答和回执。")
        return
    for line in different:
        typer.echo(line)
    raise typer.Exit(1)


@app.command("serve")
def serve_command(
    data: Data = None,
    host: Annotated[str, typer.Option(help="监听地址")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="端口")] = 8000,
) -> None:
    """启动问答页面和接口。"""
    from assistant.serve import serve

    with errors_in_chinese():
        serve(settings_of(data), host, port, say)


def _print(answer: Answer, as_json: bool) -> None:
    """The answer and, under it, where each marker points."""
    if as_json:
        typer.echo(answer.model_dump_json(indent=2))
        return
    console = Console(highlight=False)
    if answer.understood:
        console.print(f"[dim]理解为：{escape(answer.understood)}[/dim]")
    if answer.note:
        console.print(f"[dim]{escape(answer.note)}[/dim]")
    for number, step in enumerate(answer.steps, start=1):
        console.print(
            f"[dim]第{number}步 {TOOLS[step.tool]}：{escape(step.asked)}（{step.found}条）[/dim]"
        )
    console.print(escape(answer.answer))
    if answer.searched:
        console.print(f"\n[dim]{escape(searched_line(answer.searched))}[/dim]")
        for source in answer.related[:3]:
            path = " > ".join(source.clause_path)
            console.print(f"[dim]最接近：《{escape(source.document_title)}》{escape(path)}[/dim]")
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
    _print_model(trace, console)
    laps = "，".join(f"{stage} {lap:.1f}" for stage, lap in trace.answer.timings_ms.items())
    console.print(f"[bold]用时[/bold]（毫秒）{laps}\n\n[bold]回答[/bold]")


def _print_model(trace: Trace, console: Console) -> None:
    """The exact text that a chat model was sent, and what became of each of its sentences."""
    if not trace.sent:
        return
    console.print(f"[bold]发给对话模型[/bold]（{escape(str(trace.model))}）")
    for message in trace.sent:
        console.print(f"[dim]── {message.role} ──[/dim]")
        typer.echo(message.text)
    console.print("[bold]逐句核对[/bold]")
    for verdict in trace.verdicts:
        result = "通过" if verdict.proven else f"不用：{verdict.fault}"
        console.print(f"  {escape(verdict.sentence.said)} → {escape(result)}")


def _leg(rank: int | None, score: float | None) -> str:
    return "—" if rank is None or score is None else f"{rank}（{score:.2f}）"
