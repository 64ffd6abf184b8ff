"""Commands about what is held: take in, list, show, take out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeRemainingColumn,
)

from assistant.cli.shell import Data, Key, Server, errors_in_chinese, say, settings_of
from corpus.document import PUBLIC, Level
from corpus.errors import ClausewiseError

if TYPE_CHECKING:
    from corpus.catalog import Catalog
    from corpus.ingest import Ingested

app = typer.Typer()


@app.command("ingest")
def ingest_command(
    paths: Annotated[list[Path], typer.Argument(help="文件或文件夹")],
    data: Data = None,
    collection: Annotated[
        str, typer.Option(help="放入哪个文件集；public 以外的须先用 collections set 设置")
    ] = PUBLIC,
    workers: Annotated[
        int, typer.Option(min=0, help="用几个进程同时解析（须装 bulk 扩展），0 为逐份解析")
    ] = 0,
    scheduler: Annotated[
        str, typer.Option(help="用已有的 Dask 集群解析，如 tcp://主机:8786；各机须能读到这些文件")
    ] = "",
    server: Server = "",
    key: Key = "",
) -> None:
    """导入文件：切分文件、解析条款、建立索引。未改动的文件自动跳过，中断后再次运行即继续。"""
    import time

    from assistant.access.store import Access
    from assistant.indexes import ensure_index
    from corpus.catalog import Catalog
    from corpus.ingest import each

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
        files = sum(1 for _ in each(paths))
        catalog = Catalog(settings.data, settings.database)
        with _ingesting(each(paths), catalog, collection, workers, scheduler) as results:
            skipped, failed = _told(results, files)
        size = catalog.size()
        if size.clauses:
            ensure_index(catalog, settings, report=say)
        seconds = time.perf_counter() - start
        typer.echo(
            f"共 {size.documents} 份文件、{size.clauses} 条；本次 {files} 个来源，"
            f"跳过 {skipped}，失败 {failed}；用时 {seconds:.1f} 秒"
        )
        if failed:
            raise typer.Exit(1)


@contextmanager
def _ingesting(
    files: Iterable[Path], catalog: Catalog, collection: str, workers: int, scheduler: str
) -> Iterator[Iterator[Ingested]]:
    """What becomes of each file, read here or by workers."""
    from corpus.bulk import ingest_all
    from corpus.ingest import ingest
    from corpus.workers import local_workers, workers_of

    if not workers and not scheduler:
        yield ingest(files, catalog, collection)
        return
    with workers_of(scheduler) if scheduler else local_workers(workers) as client:
        yield ingest_all(files, catalog, client, collection)


def _told(results: Iterable[Ingested], files: int) -> tuple[int, int]:
    """Say what became of the files as it comes; returns how many were skipped, how many failed."""
    documents = skipped = failed = 0
    columns = (
        *(TextColumn("导入"), BarColumn(), MofNCompleteColumn(), TextColumn("{task.fields[more]}")),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("", total=files, more="")
        for result in results:
            documents += result.documents
            skipped += result.skipped
            failed += result.error is not None
            speed = progress.tasks[0].finished_speed or progress.tasks[0].speed or 0
            more = f"新增 {documents} 份文件，每秒 {speed:.0f} 个来源，失败 {failed}"
            progress.update(task, advance=1, more=more)
            if result.error:
                typer.echo(f"未导入 {result.error}", err=True)
            if result.unread:
                numbers = "、".join(map(str, result.unread))
                typer.echo(
                    f"{result.path}: 第 {numbers} 页是图像，没有读入；"
                    "如需读入，请安装 ocr 扩展，移除（remove）该文件后重新导入",
                    err=True,
                )
    return skipped, failed


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
        clauses = catalog.size().clauses
        if clauses:
            ensure_index(catalog, settings, rebuild=True, report=say)
        typer.echo(f"索引已重建：{clauses} 条" if clauses else "没有条款，不需要索引")


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
