"""The `clausewise` command: ingest, ask, serve. Other packages add commands by entry point."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import entry_points
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import Progress

from assistant.settings import Settings
from corpus.document import Level
from corpus.errors import ClausewiseError

if TYPE_CHECKING:
    from assistant.ask import Trace

app = typer.Typer(
    help="条析 Clausewise：对政策文件提问，回答引到具体条款。",
    no_args_is_help=True,
    add_completion=False,
)
Data = Annotated[
    Path | None, typer.Option("--data", help="数据目录，默认取 CLAUSEWISE_DATA，再默认 ./data")
]


@app.command("ingest")
def ingest_command(
    paths: Annotated[list[Path], typer.Argument(help="文件或文件夹（.txt .md）")], data: Data = None
) -> None:
    """导入文件：切分文件、解析条款、建立索引。未改动的文件自动跳过。"""
    import time

    from assistant.app import space_of
    from corpus.catalog import Catalog
    from corpus.ingest import find, ingest
    from retrieval.index import ensure_index

    with _errors_in_chinese():
        settings = _settings(data)
        start = time.perf_counter()
        files = find(paths)
        catalog = Catalog(settings.data)
        failed = skipped = 0
        with Progress(console=Console(stderr=True), transient=True) as progress:
            task = progress.add_task("导入", total=len(files))
            for result in ingest(files, catalog):
                progress.advance(task)
                skipped += result.skipped
                if result.error:
                    failed += 1
                    typer.echo(f"未导入 {result.error}", err=True)
                if result.unread:
                    numbers = "、".join(map(str, result.unread))
                    typer.echo(
                        f"{result.path}: 第 {numbers} 页是图像，没有读入；"
                        "如需读入，请安装 ocr 扩展，移除（remove）该文件后重新导入",
                        err=True,
                    )
        size = catalog.size()
        if size.clauses:
            ensure_index(catalog, space_of(settings), settings.data, report=_say)
        seconds = time.perf_counter() - start
        typer.echo(
            f"共 {size.documents} 份文件、{size.clauses} 条；本次 {len(files)} 个来源，"
            f"跳过 {skipped}，失败 {failed}；用时 {seconds:.1f} 秒"
        )
        if failed:
            raise typer.Exit(1)


@app.command("reindex")
def reindex_command(data: Data = None) -> None:
    """由目录库重建全部检索索引。"""
    from assistant.app import space_of
    from corpus.catalog import Catalog
    from retrieval.index import ensure_index

    with _errors_in_chinese():
        settings = _settings(data)
        catalog = Catalog(settings.data)
        ensure_index(catalog, space_of(settings), settings.data, rebuild=True, report=_say)
        typer.echo(f"索引已重建：{catalog.size().clauses} 条")


@app.command("documents")
def documents_command(
    data: Data = None,
    region: Annotated[str | None, typer.Option(help="辖区（含下级），如 吉林省")] = None,
    level: Annotated[Level | None, typer.Option(help="层级")] = None,
    status: Annotated[str | None, typer.Option(help="正式 或 征求意见稿")] = None,
    subject: Annotated[str | None, typer.Option(help="领域，如 工业")] = None,
) -> None:
    """列出已收录的文件。"""
    from assistant.library import documents_table, matching
    from corpus.catalog import Catalog

    with _errors_in_chinese():
        held = Catalog(_settings(data).data).documents()
        found = matching(held, region=region, level=level, status=status, subject=subject)
        Console().print(documents_table(found))
        typer.echo(f"{len(found)} 份文件")


@app.command("show")
def show_command(
    name: Annotated[str, typer.Argument(help="文件编号或题名；配合 --ledger 时为来源文件名")],
    data: Data = None,
    clause: Annotated[str | None, typer.Option(help="只显示这一条的全文")] = None,
    ledger: Annotated[bool, typer.Option("--ledger", help="来源的每个字去了哪里")] = False,
) -> None:
    """显示一份文件的条款目录、一条条款，或一个来源的去向表。"""
    from assistant.library import find_document, find_source, show_ledger, show_outline
    from corpus.catalog import Catalog

    console = Console(highlight=False)
    with _errors_in_chinese():
        catalog = Catalog(_settings(data).data)
        if ledger:
            show_ledger(catalog.ledger(find_source(catalog, name)), console)
            return
        document = find_document(catalog, name)
        if clause is None:
            show_outline(document, console)
            return
        held = catalog.clause(clause)
        if held is None or held.document.id != document.metadata.id:
            raise ClausewiseError(f"这份文件没有编号为 {clause} 的条款，可先不加 --clause 查看目录")
        console.print(f"[bold]{escape(' > '.join(held.clause.path))}[/bold]\n")
        console.print(escape(held.text.strip()))


@app.command("remove")
def remove_command(
    name: Annotated[str, typer.Argument(help="文件编号或题名；或来源文件名")], data: Data = None
) -> None:
    """移除一份文件，或一个来源及其全部文件；目录库与索引同时更新。"""
    from assistant.app import space_of
    from assistant.library import find_document, find_source
    from corpus.catalog import Catalog
    from retrieval.index import ensure_index

    with _errors_in_chinese():
        settings = _settings(data)
        catalog = Catalog(settings.data)
        if name in catalog.sources() or name in {Path(s).name for s in catalog.sources()}:
            source = find_source(catalog, name)
            removed = catalog.remove_source(source)
        else:
            removed = int(catalog.remove(find_document(catalog, name).metadata.id))
        if catalog.size().clauses:
            ensure_index(catalog, space_of(settings), settings.data, report=_say)
        typer.echo(f"已移除 {removed} 份文件，现有 {catalog.size().documents} 份")


library = typer.Typer(help="起步资料：无文件时可用的指标摘录。", no_args_is_help=True)
app.add_typer(library, name="library")


@library.command("build")
def library_build_command(
    data: Data = None,
    out: Annotated[Path | None, typer.Option(help="写入的文件夹，默认为程序自带资料的位置")] = None,
) -> None:
    """由已导入的原文生成指标摘录（文件表与目标表）。"""
    from importlib.resources import as_file, files

    from corpus.catalog import Catalog
    from corpus.library.tables import cards_of, write

    with _errors_in_chinese():
        catalog = Catalog(_settings(data).data)
        originals = [known for known in catalog.documents() if not known.excerpt]
        cards = cards_of(originals, catalog.targets(documents=[known.id for known in originals]))
        with as_file(files("corpus.library")) as own:
            write(cards, out or own)
        rows = sum(len(card.excerpts) for card in cards)
        typer.echo(f"已写入 {len(cards)} 份文件、{rows} 个目标")


@library.command("load")
def library_load_command(data: Data = None) -> None:
    """载入指标摘录；已有原文的文件不载入。"""
    from assistant.app import space_of
    from corpus.catalog import Catalog
    from corpus.library.load import load
    from retrieval.index import ensure_index

    with _errors_in_chinese():
        settings = _settings(data)
        catalog = Catalog(settings.data)
        load(catalog)
        ensure_index(catalog, space_of(settings), settings.data, report=_say)
        cards = sum(known.excerpt for known in catalog.documents())
        typer.echo(f"已载入 {cards} 份文件的指标摘录，现有 {catalog.size().documents} 份文件")


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

    with _errors_in_chinese():
        try:
            asked = Question(question=question)
        except ValidationError as error:
            raise ClausewiseError("question：问题不能为空，且不超过 2000 字") from error
        trace = Assistant.open(_settings(data), report=_say).trace(asked)
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

    with _errors_in_chinese():
        assistant = Assistant.open(_settings(data), report=_say)
    application = create_app(assistant)
    mount(application, assistant)
    _say(f"条析已就绪：http://{host}:{port}（接口文档 http://{host}:{port}/docs），按 Ctrl+C 停止")
    uvicorn.run(application, host=host, port=port, log_level="warning")


def _settings(data: Path | None) -> Settings:
    return Settings() if data is None else Settings(data=data)


def _say(text: str) -> None:
    typer.echo(text, err=True)


@contextmanager
def _errors_in_chinese() -> Iterator[None]:
    try:
        yield
    except ClausewiseError as error:
        typer.echo(f"错误：{error}", err=True)
        raise typer.Exit(2) from error


def _print_answer(trace: Trace) -> None:
    """The answer and, under it, where each marker points."""
    answer = trace.answer
    console = Console(highlight=False)
    if answer.understood:
        console.print(f"[dim]理解为：{escape(answer.understood)}[/dim]")
    console.print(escape(answer.answer))
    for citation in answer.citations:
        pages = "、".join(map(str, citation.pages))
        console.print(
            f"\n[bold]\\[{citation.marker}][/bold] 《{escape(citation.document_title)}》"
            f"（{escape(citation.region)}，{citation.status}）"
            f"{escape(' > '.join(citation.clause_path))}" + (f" 第{pages}页" if pages else "")
        )
        console.print(f"    “{escape(citation.quote)}”")
        if citation.source_url:
            console.print(f"    {escape(citation.source_url)}")


def _print_stages(trace: Trace) -> None:
    """What was understood and what was found, with ranks and scores of both legs."""
    from rich.table import Table

    from assistant.understand import describe

    console = Console(highlight=False)
    console.print("[bold]理解[/bold]")
    for label, value in describe(trace.query):
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


def main() -> None:
    """Entry point: the commands above and those that other packages register."""
    for command in entry_points(group="clausewise.commands"):
        app.add_typer(command.load())
    if sys.stdout.encoding.lower() != "utf-8":
        os.environ["PYTHONIOENCODING"] = "utf-8"
    app()
