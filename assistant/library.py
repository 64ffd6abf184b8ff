"""Commands about what is held: list documents, show one, take one out."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from corpus.catalog import Catalog
from corpus.document import LEVEL_NAMES, Document, Level, Metadata
from corpus.errors import ClausewiseError
from corpus.split import Entry

EXCERPT = "指标摘录"
Data = Annotated[Path | None, typer.Option("--data", help="数据目录")]


def matching(
    documents: list[Metadata],
    *,
    region: str | None = None,
    level: Level | None = None,
    status: str | None = None,
    subject: str | None = None,
) -> list[Metadata]:
    """The documents of a jurisdiction and what lies inside it, a level, a status, a subject."""
    return [
        d
        for d in documents
        if (region is None or (d.region is not None and _within(d, region)))
        and (level is None or d.level is level)
        and (status is None or d.status.value == status)
        and (subject is None or d.subject == subject)
    ]


def _within(document: Metadata, name: str) -> bool:
    region = document.region
    return region is not None and (region.within(name) or region.short == name)


def documents_table(documents: list[Metadata]) -> Table:
    """One line a document."""
    table = Table("编号", "辖区", "层级", "状态", "领域", "页", "题名")
    for known in documents:
        pages = f"{known.pages[0]}-{known.pages[1]}" if known.pages else ""
        table.add_row(
            known.id,
            known.region_name,
            LEVEL_NAMES[known.level],
            EXCERPT if known.excerpt else known.status.value,
            known.subject or "",
            pages,
            escape(known.title),
        )
    return table


def find_document(catalog: Catalog, words: str) -> Document:
    """The document of this id, or the one whose title holds these words.

    Raises ClausewiseError where none or several do, naming them.
    """
    if found := catalog.document(words):
        return found
    named = [known for known in catalog.documents() if words in known.title]
    exact = [known for known in named if known.title == words]
    candidates = exact or named
    if len(candidates) == 1:
        held = catalog.document(candidates[0].id)
        if held:
            return held
    if not candidates:
        raise ClausewiseError(f"没有编号或题名为“{words}”的文件，可用 clausewise documents 查看")
    titles = "；".join(f"{known.id} {known.title}" for known in candidates[:5])
    raise ClausewiseError(f"“{words}”对应多份文件，请用编号：{titles}")


def find_source(catalog: Catalog, words: str) -> str:
    """The source of this name or file name. Raises ClausewiseError where none or several match."""
    named = [
        name for name in catalog.sources() if words in (name, Path(name).name, Path(name).stem)
    ]
    if len(named) == 1:
        return named[0]
    known = "；".join(Path(name).name for name in catalog.sources()[:8])
    raise ClausewiseError(f"没有（或不止一个）名为“{words}”的来源，现有：{known}")


def show_outline(document: Document, console: Console) -> None:
    """Metadata and the clause tree, with ids and pages."""
    known = document.metadata
    facts = [known.region_name, LEVEL_NAMES[known.level], known.status.value]
    facts += [EXCERPT] if known.excerpt else []
    facts += [
        str(fact) for fact in (known.number, known.issued, known.subject, known.source_url) if fact
    ]
    console.print(f"[bold]《{escape(known.title)}》[/bold]\n{escape(' · '.join(facts))}\n")
    for clause in document.clauses:
        pages = f"  第{'、'.join(map(str, clause.pages))}页" if clause.pages else ""
        console.print(
            f"{'  ' * (len(clause.path) - 1)}{escape(clause.path[-1])}"
            f"  [dim]{clause.id}{pages}[/dim]"
        )


def show_ledger(entries: list[Entry], console: Console) -> None:
    """Where every character of a source went."""
    table = Table("去向", "页", "原文字数", "正文字数", "名称")
    for entry in entries:
        pages = f"{entry.pages[0]}-{entry.pages[1]}" if entry.pages else ""
        kind = entry.leftover.value if entry.leftover else "文件"
        table.add_row(kind, pages, str(entry.characters), str(entry.kept), escape(entry.name))
    total = sum(entry.characters for entry in entries)
    table.add_row("合计", "", str(total), str(sum(entry.kept for entry in entries)), "")
    console.print(table)
