"""The command that searches: clauses for a question, with the reasons for their rank."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.text import Text

from assistant.cli.shell import Data, Key, Server, errors_in_chinese, say, settings_of
from corpus.document import Level, Status

if TYPE_CHECKING:
    from assistant.api.search import HitView, SearchPage

app = typer.Typer()

_Names = list[str] | None
_FACETS = {"region": "辖区", "level": "层级", "year": "年份", "subject": "领域"}


@app.command("search")
def search_command(
    question: Annotated[str, typer.Argument(help="问题或关键词")],
    data: Data = None,
    server: Server = "",
    key: Key = "",
    region: Annotated[_Names, typer.Option(help="辖区，可重复，如 吉林省")] = None,
    inside: Annotated[bool, typer.Option(help="是否含下级辖区")] = True,
    level: Annotated[list[Level] | None, typer.Option(help="层级，可重复")] = None,
    status: Annotated[list[Status] | None, typer.Option(help="正式 或 征求意见稿")] = None,
    year: Annotated[list[int] | None, typer.Option(help="条款写到的年份，可重复")] = None,
    subject: Annotated[_Names, typer.Option(help="领域，可重复，如 工业")] = None,
    department: Annotated[_Names, typer.Option(help="责任部门，可重复，如 市发改委")] = None,
    document: Annotated[_Names, typer.Option(help="文件编号，可重复")] = None,
    offset: Annotated[int, typer.Option(min=0, max=200, help="跳过几条")] = 0,
    limit: Annotated[int, typer.Option(min=1, max=50, help="列出几条")] = 10,
    as_json: Annotated[bool, typer.Option("--json", help="输出与接口相同的 JSON")] = False,
    explain: Annotated[bool, typer.Option("--explain", help="列出理解结果和各项特征")] = False,
) -> None:
    """检索条款：列出最相关的条款、所在文件和页码。"""
    from assistant.answer import Filters
    from assistant.api.search import page
    from assistant.app import Assistant
    from assistant.client import Client
    from corpus.targets.select import region_named

    with errors_in_chinese():
        filters = Filters(
            regions=[region_named(name).name for name in region or ()],
            inside=inside,
            levels=level or [],
            statuses=status or [],
            document_ids=document or [],
            subjects=subject or [],
            departments=department or [],
            years=year or [],
        )
        if server:
            with Client(server, key) as client:
                shown = client.search(question, filters, offset=offset, limit=limit)
            taken = "\n".join(
                f"{one.what}：{one.meant}（{one.words}）" for one in shown.understood.recognised
            )
        else:
            assistant = Assistant.open(settings_of(data), report=say)
            query, found = assistant.find(question, filters.scope())
            shown, taken = page(query, found, offset, limit), str(query)
    if as_json:
        typer.echo(shown.model_dump_json(indent=2))
        return
    console = Console(highlight=False, soft_wrap=True)
    if explain:
        console.print(escape(taken), end="\n\n")
    _print(console, shown, explain)


def _print(console: Console, shown: SearchPage, explain: bool) -> None:
    for note in shown.notes:
        say(note)
    for number, hit in enumerate(shown.items, start=shown.offset + 1):
        pages = f" 第{'、'.join(map(str, hit.pages))}页" if hit.pages else ""
        console.print(
            f"[bold]{number}[/bold] 《{escape(hit.document_title)}》（{escape(hit.region)}，"
            f"{hit.status}）{escape(' > '.join(hit.clause_path))}{pages}"
        )
        console.print(_marked(hit), style="none")
        if hit.same:
            console.print(f"   同样规定：{escape('、'.join(_where(hit)))}", style="dim")
        if explain:
            console.print(f"   {_reasons(hit)}", style="dim")
    if not shown.items:
        say("没有找到条款，请放宽筛选条件或换一种说法。")
    for name, label in (
        ("region", "辖区"),
        ("level", "层级"),
        ("year", "年份"),
        ("subject", "领域"),
    ):
        counts = "  ".join(f"{one.label} {one.count}" for one in shown.facets[name][:8])
        if counts:
            say(f"{label}：{counts}")


def _marked(hit: HitView) -> Text:
    """The snippet, the words of the question in bold."""
    text = Text("   " + hit.snippet.text)
    for start, end in hit.snippet.highlights:
        text.stylize("bold", start + 3, end + 3)
    return text


def _where(hit: HitView) -> list[str]:
    return [f"{same.region}《{same.document_title}》" for same in hit.same]


def _reasons(hit: HitView) -> str:
    """The score and the features it was made of."""
    legs = f"字面 {hit.lexical_rank or '—'}，向量 {hit.vector_rank or '—'}"
    features = " ".join(f"{name}={value:.2f}" for name, value in hit.features.items() if value)
    return f"得分 {hit.score:.2f}（{legs}） {features}"
