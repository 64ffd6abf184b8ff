"""`clausewise eval validate`, `draft` and `accept`: the questions themselves."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from assistant.settings import Settings
from corpus.catalog import Catalog
from evals.commands.telling import errors_told

_Data = Annotated[Path | None, typer.Option("--data", help="数据目录")]


def validate_command(
    suites: Annotated[list[str] | None, typer.Argument(help="题库名称或文件，默认全部")] = None,
    data: _Data = None,
) -> None:
    """对照已导入的原始文件检查题库：文件、条款、要点是否都在。"""
    from evals.originals import Originals
    from evals.suite import ALL, read_suites

    settings = Settings() if data is None else Settings(data=data)
    with errors_told():
        chosen = read_suites(suites or [ALL])
        catalog = Catalog(settings.data, settings.database)
        try:
            originals = Originals(catalog)
        finally:
            catalog.close()
    wrong = 0
    for suite in chosen:
        faults = [fault for case in suite.cases for fault in originals.faults(case)]
        typer.echo(f"{suite.name}：{len(suite.cases)} 题，{len(faults)} 处不符")
        for fault in faults:
            typer.echo(f"  {fault}")
        wrong += len(faults)
    if wrong:
        raise typer.Exit(1)


def draft_command(
    out: Annotated[Path, typer.Argument(help="草稿写入此文件（JSONL）")],
    count: Annotated[int, typer.Option("--count", min=1, help="从目标表抽取几题")] = 30,
    seed: Annotated[int, typer.Option(help="随机种子")] = 1,
    feedback: Annotated[bool, typer.Option(help="是否也取读者的评价")] = True,
    data: _Data = None,
) -> None:
    """从目标表和读者评价拟出新题，供人核对、改写、采纳（eval accept）。"""
    from assistant.feedback import FeedbackStore
    from evals.draft import from_feedback, from_targets, write_drafts
    from evals.suite import FOLDER, read_suites

    settings = Settings() if data is None else Settings(data=data)
    with errors_told():
        asked = [case for suite in read_suites(["all"]) for case in suite.cases] if FOLDER else []
        catalog = Catalog(settings.data, settings.database)
        store = FeedbackStore(settings.data, settings.database)
        try:
            drafts = from_targets(list(catalog.targets()), asked, count, seed)
            if feedback:
                drafts += from_feedback(store.judged())
        finally:
            store.close()
            catalog.close()
        write_drafts(drafts, out)
    typer.echo(f"{len(drafts)} 题草稿已写入 {out}：逐题核对原文、改写问题，采纳的把 todo 一项删去")


def accept_command(
    drafts: Annotated[Path, typer.Argument(help="改好的草稿（JSONL）；仍有 todo 的不采纳")],
    suite: Annotated[Path, typer.Argument(help="采纳到哪个题库文件，没有则新建")],
    data: _Data = None,
) -> None:
    """把核对过的草稿加入题库：先对照原始文件检查，全部相符才写入。"""
    from evals.draft import accept
    from evals.originals import Originals

    settings = Settings() if data is None else Settings(data=data)
    with errors_told():
        catalog = Catalog(settings.data, settings.database)
        try:
            originals = Originals(catalog)
        finally:
            catalog.close()
        taken, left = accept(drafts, suite, originals)
    typer.echo(f"采纳 {taken} 题，{left} 题仍待核对")
