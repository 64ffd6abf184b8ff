"""The evaluation runs of this data directory: listed, opened, two of them side by side.

What is chosen stands in the address; a form of the browser's own puts it there.
"""

from __future__ import annotations

from collections.abc import Sequence

from anyio import to_thread
from nicegui import ui

from assistant.access.principal import Principal, Role
from assistant.evaluations import Measure, Run, runs
from assistant.page.beside import beside
from assistant.page.pieces import wide
from assistant.page.runs import LISTED, MEASURES, rows_of
from assistant.page.shell import Place, missing
from assistant.page.text import words
from assistant.service import Service

_COMMAND = "clausewise eval run all"
_COLUMNS = ("评测", "题库", "系统", "题数", *(MEASURES[name][0] for name in LISTED), "中位用时")


async def evaluations(service: Service, principal: Principal, chosen: Sequence[str]) -> None:
    """The page, for those who may see all collections: reports tell of them."""
    if principal.role is not Role.ADMIN:
        missing("评测仅供管理员查看", "评测报告含有全部文件集的问题和回答。")
        ui.context.client.status_code = 403
        return
    found = await to_thread.run_sync(runs, service.settings.data)
    corpus = await to_thread.run_sync(lambda: service.seen_by(principal).version)
    with (
        ui.element("div").classes("cw-main"),
        ui.element("main").classes("cw-sheet").props('id="cw-main"'),
    ):
        words("评测", "h1")
        if not found:
            _nothing()
            return
        _compare(found, chosen)
        _list(found, chosen, corpus)
        _explain()


def _compare(found: Sequence[Run], chosen: Sequence[str]) -> None:
    """What was ticked, side by side."""
    ticked = [(run, run.summary) for run in found if run.summary and run.name in chosen]
    if len(ticked) == 2:
        beside(ticked)
    elif chosen:
        said = f"勾选了 {len(ticked)} 次评测；对比要正好勾选两次。"
        words(said, "p").classes("cw-card cw-run-wrong").props('role="status"')


def _list(found: Sequence[Run], chosen: Sequence[str], corpus: str) -> None:
    box = '<span class="cw-hidden">选择</span>'
    heads = "".join(f'<th scope="col">{name}</th>' for name in (box, *_COLUMNS))
    rows = "".join(rows_of(run, corpus, chosen=run.name in chosen) for run in found)
    with ui.element("form").props(f'method="get" action="{Place.EVALUATIONS.value[0]}"'):
        with ui.element("div").classes("cw-row cw-runs-head"):
            words("历次评测", "h2")
            words(f"{len(found)} 次，新的在前").classes("cw-quiet")
            if sum(run.summary is not None for run in found) > 1:
                words("勾选两次可作对比").classes("cw-quiet cw-runs-how")
                with ui.element("button").classes("cw-button").props('type="submit"'):
                    words("对比所选")
        with wide("历次评测"):
            ui.html(
                '<caption class="cw-hidden">历次评测</caption><thead>'
                f"<tr>{heads}</tr></thead>{rows}",
                sanitize=False,
                tag="table",
            ).classes("cw-table cw-runs")


def _explain() -> None:
    """What the columns mean."""
    with ui.element("details").classes("cw-runs-meaning"):
        words("各项指标的含义", "summary")
        with ui.element("dl"):
            for measure in Measure:
                name, means = MEASURES[measure]
                words(name, "dt")
                words(f"{means}。", "dd")
        words(
            "百分比下的小字是置信区间。“中位用时”是半数题目不超过的用时。"
            "“文件库已变动”表示评测时的文件与现在的不同。",
            "p",
        )


def _nothing() -> None:
    with ui.element("div").classes("cw-card cw-runs-none"):
        words("还没有评测", "h2")
        words("在服务器上运行下面的命令，用全部题库评测一次，结果会列在这里：", "p")
        with ui.element("p"):
            words(_COMMAND, "code")
