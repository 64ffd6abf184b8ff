"""Targets as rows of a sheet, or jurisdictions by years: on the terminal, CSV, JSON, XLSX."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence

from openpyxl import Workbook
from openpyxl.cell import Cell, WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from rich.markup import escape
from rich.table import Table

from assistant.library import EXCERPT
from assistant.target_views import CellView, EntryView, Matrix, TargetCitation
from corpus.document import LEVEL_NAMES, Status
from corpus.targets.target import HeldTarget

_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_LINK = "链接"
_WIDTHS = {"指标": 28, "原文指标": 36, "文件": 40, "条款": 44, "证明原文": 60, _LINK: 30}
_STANDING = "与上级相比"
_PROOF = (
    *("辖区", "年份", "原文指标", "数值", "范围", "状态", "文件", "文号", "条款", "页", _LINK),
    *("证明原文", "条款编号"),
)
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
    return _csv(COLUMNS, [record(row).values() for row in rows])


def as_json(rows: Sequence[HeldTarget]) -> str:
    """A list of objects, one a target."""
    return json.dumps([record(row) for row in rows], ensure_ascii=False, indent=2)


def as_xlsx(rows: Sequence[HeldTarget]) -> bytes:
    """A workbook of one sheet: head row fixed, links live, every other cell plain text.

    Control characters, which no workbook may hold, are left out.
    """
    return _book({"目标": (COLUMNS, [record(row).values() for row in rows])})


def matrix_csv(matrix: Matrix, standings: Sequence[str] = ()) -> str:
    """Jurisdictions by years, comma-separated: for each year what is said, and what proves it.

    `standings` are how each jurisdiction stands to its superior, in a line of descent.
    """
    years = [_year(year) for year in matrix.years]
    heads = [head for year in years for head in (year, f"{year}依据")]
    rows = [
        [row.region, LEVEL_NAMES[row.level], *_stands(standings, number)]
        + [text for cell in row.cells for text in (told(cell), "\n".join(_proofs(cell)))]
        for number, row in enumerate(matrix.rows)
    ]
    return _csv(["辖区", "层级", *_stands(standings and [_STANDING], 0), *heads], rows)


def matrix_xlsx(matrix: Matrix, standings: Sequence[str] = ()) -> bytes:
    """The same as a workbook: a sheet of what is said, and one of every citation."""
    heads = ["辖区", "层级", *map(_year, matrix.years), *_stands(standings and [_STANDING], 0)]
    rows = [
        [row.region, LEVEL_NAMES[row.level], *map(told, row.cells), *_stands(standings, number)]
        for number, row in enumerate(matrix.rows)
    ]
    proofs = [
        _proof(row.region, cell, entry, citation)
        for row in matrix.rows
        for cell in row.cells
        for entry in cell.entries
        for citation in entry.citations
    ]
    return _book({"对照": (heads, rows), "依据": (_PROOF, proofs)})


def told(cell: CellView) -> str:
    """All that a cell says, a value a line, or why it has none."""
    said = [f"{silence}" for silence in [cell.silence] if silence]
    said += ["各文件数值不一"] if cell.conflict else []
    for entry in cell.entries:
        about = "" if entry.whole else f"{entry.value.scope or entry.value.words}："
        is_draft = all(one.status == Status.DRAFT.value for one in entry.citations)
        said.append(f"{about}{entry.value.said}{'（征求意见稿）' if is_draft else ''}")
    return "\n".join(said)


def _year(year: int | None) -> str:
    return f"{year}年" if year else "未写年份"


def _stands(standings: Sequence[str], number: int) -> list[str]:
    """A cell of how a row stands, where there are such cells."""
    return [standings[number]] if standings else []


def _proofs(cell: CellView) -> Iterator[str]:
    for entry in cell.entries:
        for one in entry.citations:
            number = f"（{one.number}）" if one.number else ""
            pages = f" 第{'、'.join(map(str, one.pages))}页" if one.pages else ""
            yield (
                f"《{one.document_title}》{number}{' > '.join(one.clause_path)}{pages}"
                f"：“{''.join(one.quote.split())}” {one.source_url or ''}".rstrip()
            )


def _proof(region: str, cell: CellView, entry: EntryView, one: TargetCitation) -> list[str]:
    """One citation of a matrix, in the order of _PROOF."""
    return [
        region,
        _year(cell.year),
        entry.value.words,
        entry.value.said,
        entry.value.scope,
        EXCERPT if one.excerpt else one.status,
        one.document_title,
        one.number or "",
        " > ".join(one.clause_path),
        "、".join(map(str, one.pages)),
        one.source_url or "",
        "".join(one.quote.split()),
        one.clause_id,
    ]


def _csv(heads: Sequence[str], rows: Iterable[Iterable[str]]) -> str:
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(heads)
    writer.writerows([inert(text) for text in row] for row in rows)
    return "\ufeff" + out.getvalue()


def _book(sheets: Mapping[str, tuple[Sequence[str], Iterable[Iterable[str]]]]) -> bytes:
    """A workbook: name → heads and rows of each sheet."""
    book = Workbook(write_only=True)
    for title, (heads, rows) in sheets.items():
        sheet = book.create_sheet(title)
        sheet.freeze_panes = "A2"
        for number, name in enumerate(heads, start=1):
            sheet.column_dimensions[get_column_letter(number)].width = _WIDTHS.get(name, 12)
        bold = [WriteOnlyCell(sheet, value=name) for name in heads]
        for head in bold:
            head.font = Font(bold=True)
        sheet.append(bold)
        for row in rows:
            sheet.append(
                [
                    _filled(WriteOnlyCell(sheet), name, text)
                    for name, text in zip(heads, row, strict=True)
                ]
            )
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _filled(cell: Cell, head: str, said: str) -> Cell:
    """A cell with a text under a head."""
    cell.value = text = ILLEGAL_CHARACTERS_RE.sub("", said)
    cell.data_type = "s"
    if "\n" in text:
        cell.alignment = Alignment(wrap_text=True, vertical="top")
    if head == _LINK and text.startswith(("http://", "https://")):
        cell.hyperlink = text
    return cell


def inert(text: str) -> str:
    """Text that a spreadsheet would run as a formula, made plain."""
    return f"'{text}" if text.startswith(_FORMULA) else text
