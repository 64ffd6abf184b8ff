"""Two evaluation runs side by side: their figures, and by how much these differ."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from html import escape

from nicegui import ui

from assistant.evaluations import Change, Measure, Run, Summary, System, changes, pairs
from assistant.page.pieces import link, wide
from assistant.page.runs import MEASURES, duration, share_of, suites
from assistant.page.shell import Place
from assistant.page.text import said_in_full, words


def beside(chosen: Sequence[tuple[Run, Summary]]) -> None:
    """The older of two runs, the newer one, and the way from the one to the other."""
    (old, before), (new, after) = sorted(chosen, key=lambda run: (run[1].run.at, run[0].name))
    with ui.element("section").classes("cw-card cw-beside").props('aria-labelledby="cw-beside"'):
        with ui.element("div").classes("cw-row cw-beside-head"):
            words("对比", "h2").props('id="cw-beside"')
            link("结束对比", Place.EVALUATIONS.value[0])
        one, other = suites(before), suites(after)
        said = one if one == other else f"前一次 {one}；后一次 {other}"
        words(f"题库：{said}", "p").classes("cw-quiet")
        for note in _notes(before, after):
            words(note, "p").classes("cw-beside-note")
        for first, second in pairs(before, after):
            _table(before, after, first, second)
        with ui.element("p").classes("cw-quiet"):
            words("差值是简单相减。两次的差别是否可信，用逐题配对检验看：")
            words(shlex.join(("clausewise", "eval", "compare", old.name, new.name)), "code")


def _notes(before: Summary, after: Summary) -> list[str]:
    """What makes two runs less than comparable."""
    one, other = before.run, after.run
    notes = []
    if (one.suites, one.sampled) != (other.suites, other.sampled):
        notes.append("两次问的题不同，差值仅供参考。")
    if "" not in (one.corpus, other.corpus) and one.corpus != other.corpus:
        notes.append("两次之间文件库有变动，差值也含这部分影响。")
    if "" not in (one.machine, other.machine) and one.machine != other.machine:
        notes.append("两次不在同一台机器上，用时不可比。")
    return notes


def _table(before: Summary, after: Summary, first: System, second: System) -> None:
    title = first.name if first.name == second.name else f"{first.name} 与 {second.name}"
    words(title, "h3")
    names = ("指标", _when(before), _when(after), "差<small>百分点</small>")
    heads = "".join(f'<th scope="col">{name}</th>' for name in names)
    slower = None
    if first.p50_ms is not None and second.p50_ms is not None:
        slower = second.p50_ms - first.p50_ms
    rows = "".join(_row(change) for change in changes(first, second))
    with wide(f"{title}的对比"):
        ui.html(
            f'<caption class="cw-hidden">{escape(title)}的对比</caption>'
            f"<thead><tr>{heads}</tr></thead>"
            f"<tbody>{rows}"
            f'<tr><th scope="row">中位用时</th><td>{duration(first.p50_ms)}</td>'
            f"<td>{duration(second.p50_ms)}</td><td>{_slower(slower)}</td></tr>"
            f'<tr><th scope="row">题数</th><td>{first.questions}</td><td>{second.questions}</td>'
            f"<td></td></tr></tbody>",
            sanitize=False,
            tag="table",
        ).classes("cw-table cw-beside-table")


def _when(summary: Summary) -> str:
    """When a run was, as HTML that is broken in its seams alone."""
    return escape(said_in_full(summary.run.at)).replace("年", "年<wbr>")


def _row(change: Change) -> str:
    better = "<small>越低越好</small>" if change.measure is Measure.FALSE_REFUSAL else ""
    return (
        f'<tr><th scope="row">{MEASURES[change.measure][0]}{better}</th>'
        f"<td>{share_of(change.before)}</td><td>{share_of(change.after)}</td>"
        f'<td class="cw-beside-points">{_points(change.points)}</td></tr>'
    )


def _points(points: float | None) -> str:
    if points is None:
        return "—"
    said = f"{abs(points):.1f}"
    if said == "0.0":
        return "不变" if points == 0 else "不到 0.1"
    return f"{'+' if points > 0 else '−'}{said}"


def _slower(ms: float | None) -> str:
    if ms is None:
        return "—"
    return f"{'+' if ms > 0 else '−'}{duration(abs(ms))}" if round(ms) else "不变"
