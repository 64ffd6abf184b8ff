"""Targets as rows of a sheet: on the terminal, as CSV, JSON and XLSX."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from rich.markup import escape
from rich.table import Table

from assistant.library import EXCERPT
from corpus.document import LEVEL_NAMES
from corpus.targets.target import HeldTarget

_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_LINK = "链接"
_WIDTHS = {"指标": 28, "原文指标": 36, "文件": 40, "条款": 44, "证明原文": 60, _LINK: 30}
_SHOWN = ("辖区", "原文指标", "变化", "数值", "年份", "基期", "范围", "状态", "条款", "页")


COLUMNS = (
    *("辖区", "层级", "指标", "原文指标", "类型", "变化", "比较", "力争", "数值", "规范数值"),
    *("规范单位", "年份", "每年", "基期", "范围", "性质", "提示", "状态", "文件", "条款", "页"),
    *(_LINK, "证明原文", "条款编号"),
)


def record(row: HeldTarget) -> dict[str, str]:
    """One target as column → text, in the order of the columns."""
    target, document = row.target, row.document
    low = "" if target.low is None else f"{target.low.normalize():f}"
    high = "" if target.high is None else f"{target.high.normalize():f}"
    return {
        "辖区": document.region_name,
        "层级": LEVEL_NAMES[document.level],
        "指标": target.indicator,
        "原文指标": target.words,
        "类型": target.kind.value,
        "变化": target.change.value,
        "比较": target.comparison.value,
        "力争": "力争" if target.aspires else "",
        "数值": target.printed,
        "规范数值": low if low == high else f"{low}–{high}",
        "规范单位": target.unit,
        "年份": target.when,
        "每年": "每年" if target.annual else "",
        "基期": target.base,
        "范围": target.scope,
        "性质": target.nature,
        "提示": "、".join(flag.value for flag in target.flags),
        "状态": EXCERPT if document.excerpt else document.status.value,
        "文件": document.title,
        "条款": " > ".join(row.clause.path),
        "页": "、".join(map(str, row.clause.pages)),
        _LINK: document.source_url or "",
        "证明原文": "".join(row.quote.split()),
        "条款编号": row.clause.id,
    }


def as_table(rows: Sequence[HeldTarget]) -> Table:
    """The columns that fit a terminal."""
    table = Table(*_SHOWN)
    for row in rows:
        fields = record(row)
        fields["条款"] = row.clause.path[-1][:20] if row.clause.path else ""
        table.add_row(*(escape(fields[name]) for name in _SHOWN))
    return table


def as_csv(rows: Sequence[HeldTarget]) -> str:
    """Comma-separated, with the mark by which spreadsheets know UTF-8; no cell is a formula."""
    out = io.StringIO()
    writer = csv.writer(out)
    records = [record(row) for row in rows]
    writer.writerow(COLUMNS)
    writer.writerows([_inert(text) for text in fields.values()] for fields in records)
    return "\ufeff" + out.getvalue()


def as_json(rows: Sequence[HeldTarget]) -> str:
    """A list of objects, one a target."""
    return json.dumps([record(row) for row in rows], ensure_ascii=False, indent=2)


def as_xlsx(rows: Sequence[HeldTarget]) -> bytes:
    """A workbook of one sheet: head row fixed, links live, every other cell plain text.

    Control characters, which no workbook may hold, are left out.
    """
    book = Workbook(write_only=True)
    sheet = book.create_sheet("目标")
    sheet.freeze_panes = "A2"
    records = [record(row) for row in rows]
    for number, name in enumerate(COLUMNS, start=1):
        sheet.column_dimensions[get_column_letter(number)].width = _WIDTHS.get(name, 12)
    heads = [WriteOnlyCell(sheet, value=name) for name in COLUMNS]
    for head in heads:
        head.font = Font(bold=True)
    sheet.append(heads)
    for fields in records:
        cells = []
        for name, field in fields.items():
            text = ILLEGAL_CHARACTERS_RE.sub("", field)
            cell = WriteOnlyCell(sheet, value=text)
            cell.data_type = "s"
            if name == _LINK and text.startswith(("http://", "https://")):
                cell.hyperlink = text
            cells.append(cell)
        sheet.append(cells)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _inert(text: str) -> str:
    """Text that a spreadsheet would run as a formula, made plain."""
    return f"'{text}" if text.startswith(_FORMULA) else text
