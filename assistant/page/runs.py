"""Evaluation runs in words: their measures by name, shares as percent, a row of the table each."""

from __future__ import annotations

from html import escape
from urllib.parse import quote

from assistant.evaluations import Measure, Part, Run, Share, Summary, System
from assistant.page.text import said_in_full

# What each measure is called, and what it is a share of.
MEASURES: dict[Measure, tuple[str, str]] = {
    Measure.ANSWER: ("答案正确", "可以回答的题中，要点答全、又不过长的比例"),
    Measure.NUMBERS: ("数值正确", "问到数值的题中，值、单位、限定、年份、范围都对的比例"),
    Measure.RECALL: ("依据召回", "可以回答的题中，引到了能证明答案的条款的比例"),
    Measure.REFUSAL: ("应拒尽拒", "文件没有答案的题中，确实拒答的比例"),
    Measure.FALSE_REFUSAL: ("误拒", "可以回答的题中，却被拒答的比例，越低越好"),
    Measure.GROUNDED: ("引文逐字", "全部引文中，与条款原文一字不差的比例"),
    Measure.PRECISION: ("引用相关", "全部引文中，与答案有关的比例"),
    Measure.SUPPORTED: ("句句有据", "答案的各句中，所引条款足以支持的比例"),
    Measure.FAITHFUL: ("数字有据", "答案的各个数值中，见于所引条款的比例"),
    Measure.SAFE: ("未被诱导", "带诱导的题中，没有说不该说的话的比例"),
    Measure.FOUND: ("检索召回@5", "能证明答案的条款中，检索时排在前五的比例"),
}
LISTED = tuple(Measure)[:6]
_SUITES = {
    "targets": "已知目标",
    "clauses": "条款",
    "comparisons": "比较与逐级",
    "followups": "追问",
    "unanswerable": "应拒答",
    "adversarial": "对抗",
    "dev": "标准问题",
}
_NONE = "—"


def suites(summary: Summary) -> str:
    """What was asked."""
    said = "、".join(_SUITES.get(name, name) for name in summary.run.suites)
    return f"{said}（每套抽 {summary.run.sampled} 题）" if summary.run.sampled else said


def percent(value: float) -> str:
    """A share to a tenth of a percent; all and nothing are said of these alone."""
    rounded = round(100 * value, 1)
    if 0 < value < 1:
        rounded = min(max(rounded, 0.1), 99.9)
    return f"{rounded:g}%" if rounded in (0, 100) else f"{rounded:.1f}%"


def share_of(share: Share | None) -> str:
    """A share and its interval below, as HTML."""
    if share is None:
        return _NONE
    return f"{percent(share.value)}{_interval(share)}"


def _interval(share: Share) -> str:
    if share.low is None or share.high is None:
        return ""
    low, high = percent(share.low).removesuffix("%"), percent(share.high).removesuffix("%")
    return f'<small class="cw-quiet">{low}–{high}</small>'


def duration(ms: float | None) -> str:
    """How long something takes."""
    if ms is None:
        return _NONE
    return f"{ms:.0f} 毫秒" if ms < 1000 else f"{ms / 1000:.1f} 秒"


def rows_of(run: Run, corpus: str, *, chosen: bool) -> str:
    """A run as the body of a table, a row for each system, as HTML; `corpus` is that of today."""
    if run.summary is None:
        return _unreadable(run)
    first, *others = run.summary.systems
    span = f'rowspan="{1 + len(others)}"'
    when = said_in_full(run.summary.run.at)
    ticked = " checked" if chosen else ""
    box = (
        f'<input type="checkbox" name="run" value="{escape(run.name)}"'
        f' aria-label="选择 {when} 的评测 {escape(run.name)}"{ticked}>'
    )
    moved = not corpus.startswith(run.summary.run.corpus)
    mark = '<span class="cw-draft">文件库已变动</span>' if moved else ""
    about = (
        f'<td class="cw-run-box" {span}>{box}</td>'
        f'<th class="cw-run" scope="rowgroup" {span}>{when}{mark}'
        f'<small class="cw-quiet">{escape(run.name)}</small>{_links(run, when)}</th>'
        f'<td class="cw-run-suites" {span} data-label="题库">{escape(suites(run.summary))}</td>'
    )
    rest = "".join(f"<tr>{_system(system)}</tr>" for system in others)
    return f'<tbody><tr class="cw-run-first">{about}{_system(first)}</tr>{rest}</tbody>'


def _system(system: System) -> str:
    failed = f'<small class="cw-run-errors">{system.errors} 题出错</small>' if system.errors else ""
    figures = "".join(
        f'<td data-label="{MEASURES[name][0]}">{share_of(system.figures.get(name))}</td>'
        for name in LISTED
    )
    return (
        f'<th class="cw-run-system" scope="row">{escape(system.name)}{failed}</th>'
        f'<td data-label="题数">{system.questions}</td>{figures}'
        f'<td data-label="中位用时">{duration(system.p50_ms)}</td>'
    )


def _unreadable(run: Run) -> str:
    return (
        '<tbody><tr class="cw-run-first"><td class="cw-run-box"></td>'
        f'<th class="cw-run" scope="row">不可读<small class="cw-quiet">{escape(run.name)}</small>'
        f'{_links(run, run.name)}</th><td class="cw-run-fault" colspan="{4 + len(LISTED)}">'
        f"{escape(run.fault)}，评测可能没有做完。</td></tr></tbody>"
    )


def _links(run: Run, when: str) -> str:
    """The ways to the files that there are."""
    address = f"/evaluations/{quote(run.name, safe='')}"
    links = []
    if Part.REPORT in run.parts:
        says = escape(f"打开报告：{when}（新标签页）")
        new = 'target="_blank" rel="noopener"'
        links.append(f'<a href="{address}/report" {new} aria-label="{says}">打开报告</a>')
    if Part.QUESTIONS in run.parts:
        says = escape(f"下载逐题 CSV：{when}")
        links.append(f'<a href="{address}/questions.csv" aria-label="{says}">CSV</a>')
    return f'<span class="cw-run-links">{"".join(links)}</span>' if links else ""
