"""Commands about what is held: take in, list, show, take out."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import Progress

from assistant.cli.shell import Data, Key, Server, errors_in_chinese, say, settings_of
from corpus.document import PUBLIC, Level
from corpus.errors import ClausewiseError

app = typer.Typer()


@app.command("ingest")
def ingest_command(
    paths: Annotated[list[Path], typer.Argument(help="文件或文件夹")],
    data: Data = None,
    collection: Annotated[
        str, typer.Option(help="放入哪个文件集；public 以外的须先用 collections set 设置")
    ] = PUBLIC,
    server: Server = "",
    key: Key = "",
) -> None:
    """导入文件：切分文件、解析条款、建立索引。未改动的文件自动跳过。"""
    import time

    from assistant.access.store import Access
    from assistant.indexes import ensure_index
    from corpus.catalog import Catalog
    from corpus.ingest import find, ingest

    if server:
        _upload(paths, collection, server, key)
        return
    with errors_in_chinese():
        settings = settings_of(data)
        if (
            collection != PUBLIC
            and collection not in Access(settings.data, settings.database).collections()
        ):
            raise ClausewiseError(f"没有名为 {collection} 的文件集，请先用 collections set 设置")
        start = time.perf_counter()
        files = find(paths)
        catalog = Catalog(settings.data, settings.database)
        failed = skipped = 0
        with Progress(console=Console(stderr=True), transient=True) as progress:
            task = progress.add_task("导入", total=len(files))
            for result in ingest(files, catalog, collection):
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
            ensure_index(catalog, settings, report=say)
        seconds = time.perf_counter() - start
        typer.echo(
            f"共 {size.documents} 份文件、{size.clauses} 条；本次 {len(files)} 个来源，"
            f"跳过 {skipped}，失败 {failed}；用时 {seconds:.1f} 秒"
        )
        if failed:
            raise typer.Exit(1)


def _upload(paths: list[Path], collection: str, server: str, key: str) -> None:
    """Take files in at a server, and say what became of each."""
    from assistant.client import Client
    from assistant.job import State
    from corpus.ingest import find

    with errors_in_chinese(), Client(server, key) as client:
        job = client.ingest(find(paths), collection)
        with Progress(console=Console(stderr=True), transient=True) as progress:
            task = progress.add_task("导入", total=len(job.files))
            for now in client.progress(job.id):
                progress.update(task, completed=now.read)
        job = client.job(job.id)
        failed = [result for result in job.results if result.error]
        for result in failed:
            typer.echo(f"未导入 {result.error}", err=True)
        documents = sum(result.documents for result in job.results)
        typer.echo(f"{job.state.label}：新增 {documents} 份文件，失败 {len(failed)}{job.message}")
    if failed or job.state is not State.DONE:
        raise typer.Exit(1)


@app.command("reindex")
def reindex_command(data: Data = None) -> None:
    """由目录库重建全部检索索引。"""
    from assistant.indexes import ensure_index
    from corpus.catalog import Catalog

    with errors_in_chinese():
        settings = settings_of(data)
        catalog = Catalog(settings.data, settings.database)
        ensure_index(catalog, settings, rebuild=True, report=say)
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

    with errors_in_chinese():
        settings = settings_of(data)
        held = Catalog(settings.data, settings.database).documents()
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
    with errors_in_chinese():
        settings = settings_of(data)
        catalog = Catalog(settings.data, settings.database)
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
    from assistant.indexes import ensure_index
    from assistant.library import find_document, find_source
    from corpus.catalog import Catalog

    with errors_in_chinese():
        settings = settings_of(data)
        catalog = Catalog(settings.data, settings.database)
        if name in catalog.sources() or name in {Path(s).name for s in catalog.sources()}:
            source = find_source(catalog, name)
            removed = catalog.remove_source(source)
        else:
            removed = int(catalog.remove(find_document(catalog, name).metadata.id))
        if catalog.size().clauses:
            ensure_index(catalog, settings, report=say)
        typer.echo(f"已移除 {removed} 份文件，现有 {catalog.size().documents} 份")
