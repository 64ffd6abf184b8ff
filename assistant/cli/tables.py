"""Commands about numeric targets: list, compare down the line, the starter library."""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape

from assistant.cli.shell import Data, errors_in_chinese, say, settings_of, write
from corpus.document import Level, Status
from corpus.errors import ClausewiseError

app = typer.Typer()


class Format(StrEnum):
    """How targets are written."""

    TABLE = "table"
    CSV = "csv"
    JSON = "json"
    XLSX = "xlsx"


@app.command("targets")
def targets_command(
    data: Data = None,
    region: Annotated[str | None, typer.Option(help="辖区，如 吉林省")] = None,
    inside: Annotated[bool, typer.Option(help="是否含下级辖区")] = False,
    indicator: Annotated[str | None, typer.Option(help="指标，如 非化石")] = None,
    year: Annotated[int | None, typer.Option(help="目标年，如 2025")] = None,
    level: Annotated[Level | None, typer.Option(help="层级")] = None,
    status: Annotated[Status | None, typer.Option(help="正式 或 征求意见稿")] = None,
    format_: Annotated[Format, typer.Option("--format", help="输出格式")] = Format.TABLE,
    out: Annotated[Path | None, typer.Option(help="写入文件，不写则打印")] = None,
) -> None:
    """列出文件中的数值目标：辖区、指标、数值、年份、依据。"""
    from assistant.sheet import as_csv, as_json, as_table, as_xlsx
    from corpus.catalog import Catalog
    from corpus.targets.select import Filter, other_readings, region_named, select, why_none

    with errors_in_chinese():
        wanted = Filter(
            region=region_named(region) if region else None,
            inside=inside,
            indicator=indicator,
            year=year,
            level=level,
            status=status,
        )
        settings = settings_of(data)
        catalog = Catalog(settings.data, settings.database)
        rows = select(catalog, wanted)
        if region and (note := other_readings(region)):
            say(note)
        if not rows:
            say(why_none(catalog, wanted))
        if format_ is Format.TABLE:
            Console(highlight=False).print(as_table(rows))
            say(f"{len(rows)} 个目标")
        elif format_ is Format.XLSX:
            if out is None:
                raise ClausewiseError("--format xlsx 须用 --out 指定文件，如 --out 目标.xlsx")
            write(out, as_xlsx(rows))
        else:
            text = as_csv(rows) if format_ is Format.CSV else as_json(rows)
            if out is None:
                typer.echo(text.removeprefix("\ufeff") if sys.stdout.isatty() else text)
            else:
                write(out, text.encode())


@app.command("descent")
def descent_command(
    indicator: Annotated[str, typer.Option(help="指标，如 非化石")],
    year: Annotated[int, typer.Option(help="目标年，如 2025")],
    region: Annotated[str, typer.Option(help="辖区，如 四平市")],
    data: Data = None,
) -> None:
    """一项指标由全国到省、市、区县逐级的数值：谁高、谁低、谁未提。"""
    from rich.table import Table

    from corpus.catalog import Catalog
    from corpus.targets.compare import line
    from corpus.targets.select import other_readings, region_named

    with errors_in_chinese():
        settings = settings_of(data)
        catalog = Catalog(settings.data, settings.database)
        if note := other_readings(region):
            say(note)
        table = Table("辖区", "数值", "与上级相比", "依据")
        for step in line(catalog, indicator, year, region_named(region)):
            values = [entry.first for entry in step.cell.entries]
            table.add_row(
                step.cell.region.name,
                escape("\n".join(f"{v.target.words} {v.target.printed}" for v in values)),
                step.standing.value,
                escape("\n".join(f"《{v.document.title}》{v.clause.path[-1]}" for v in values)),
            )
        Console(highlight=False).print(table)


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

    with errors_in_chinese():
        settings = settings_of(data)
        catalog = Catalog(settings.data, settings.database)
        originals = [known for known in catalog.documents() if not known.excerpt]
        cards = cards_of(originals, catalog.targets(documents=[known.id for known in originals]))
        with as_file(files("corpus.library")) as own:
            write(cards, out or own)
        rows = sum(len(card.excerpts) for card in cards)
        typer.echo(f"已写入 {len(cards)} 份文件、{rows} 个目标")


@library.command("load")
def library_load_command(data: Data = None) -> None:
    """载入指标摘录；已有原文的文件不载入。"""
    from assistant.indexes import ensure_index
    from corpus.catalog import Catalog
    from corpus.library.load import load

    with errors_in_chinese():
        settings = settings_of(data)
        catalog = Catalog(settings.data, settings.database)
        load(catalog)
        ensure_index(catalog, settings, report=say)
        cards = sum(known.excerpt for known in catalog.documents())
        typer.echo(f"已载入 {cards} 份文件的指标摘录，现有 {catalog.size().documents} 份文件")
