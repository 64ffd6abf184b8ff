import csv
import io
import json
from dataclasses import replace
from pathlib import Path

import pytest
from openpyxl import load_workbook

from assistant.app import Assistant
from assistant.sheet import (
    COLUMNS,
    as_csv,
    as_json,
    as_xlsx,
    matrix_csv,
    matrix_xlsx,
    record,
)
from assistant.target_views import Matrix, compared
from corpus.catalog import Catalog
from corpus.targets.select import region_named
from corpus.targets.target import HeldTarget


@pytest.fixture(scope="module")
def rows(sample_data: Path) -> list[HeldTarget]:
    return Catalog(sample_data).targets()


def test_csv_opens_in_a_spreadsheet(rows: list[HeldTarget]) -> None:
    text = as_csv(rows)
    assert text.startswith("\ufeff")
    first = next(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))
    assert (first["辖区"], first["指标"]) == ("安徽省", "非化石能源消费比重")
    assert (first["数值"], first["规范数值"], first["年份"]) == ("16%左右", "16", "2025")
    assert first["证明原文"] == "到2025年，全省非化石能源消费比重达到16%左右"


def test_json_is_one_object_a_target(rows: list[HeldTarget]) -> None:
    found = json.loads(as_json(rows))
    assert len(found) == len(rows)
    assert found[0]["条款"] == "一、主要目标"


def evil(row: HeldTarget) -> HeldTarget:
    """A row whose words a spreadsheet would run."""
    words = replace(row.target, words='=HYPERLINK("http://x.example")')
    return replace(row, target=words, document=replace(row.document, source_url="javascript:x"))


def test_no_cell_is_a_formula_and_no_link_a_script(rows: list[HeldTarget]) -> None:
    bad = [evil(rows[0])]
    row = next(csv.DictReader(io.StringIO(as_csv(bad).removeprefix("\ufeff"))))
    assert row["原文指标"].startswith("'=")
    sheet = load_workbook(io.BytesIO(as_xlsx(bad))).active
    assert sheet is not None
    cells = {cell.value: cell for cell in sheet[2]}
    assert cells['=HYPERLINK("http://x.example")'].data_type == "s"
    assert all(cell.hyperlink is None for cell in sheet[2])


def test_a_workbook_leaves_out_control_characters(rows: list[HeldTarget]) -> None:
    odd = replace(rows[0], quote="森林\x01覆盖率\x0b30%")
    sheet = load_workbook(io.BytesIO(as_xlsx([odd]))).active
    assert sheet is not None
    assert "森林覆盖率30%" in {cell.value for cell in sheet[2]}


def test_xlsx_has_a_fixed_head_row_and_live_links(rows: list[HeldTarget]) -> None:
    known = replace(rows[0].document, source_url="https://a.example/plan")
    book = load_workbook(io.BytesIO(as_xlsx([replace(rows[0], document=known)])))
    sheet = book.active
    assert sheet is not None
    assert sheet.freeze_panes == "A2"
    heads = [cell.value for cell in sheet[1]]
    link = sheet.cell(2, heads.index("链接") + 1)
    assert link.hyperlink is not None
    assert link.hyperlink.target == "https://a.example/plan"


def test_an_empty_table_has_the_same_head_row(rows: list[HeldTarget]) -> None:
    assert as_csv([]).splitlines() == as_csv(rows).splitlines()[:1]
    assert list(record(rows[0])) == list(COLUMNS)


@pytest.fixture(scope="module")
def matrix(assistant: Assistant) -> Matrix:
    regions = [region_named(name) for name in ("安徽省", "贵阳市", "云岩区")]
    return compared(assistant, "非化石能源消费比重", regions, [2025])


def test_a_matrix_has_a_sheet_of_values_and_one_of_citations(matrix: Matrix) -> None:
    book = load_workbook(io.BytesIO(matrix_xlsx(matrix, ["甲", "乙", "丙"])))
    said = [[cell.value for cell in row] for row in book["对照"]]
    assert said == [
        ["辖区", "层级", "2025年", "与上级相比"],
        ["安徽省", "省级", "16%左右", "甲"],
        ["贵阳市", "市级", "21%（征求意见稿）", "乙"],
        ["云岩区", "区级", "服从上级\n完成市级下达目标", "丙"],
    ]
    first = dict(zip(*([cell.value for cell in row] for row in book["依据"]["1:2"]), strict=True))
    assert (first["文件"], first["条款"]) == ("安徽省碳达峰实施方案", "一、主要目标")
    assert first["证明原文"] == "到2025年，全省非化石能源消费比重达到16%左右"


def test_a_matrix_as_csv_has_its_proof_beside_each_value(matrix: Matrix) -> None:
    row = next(csv.DictReader(io.StringIO(matrix_csv(matrix).removeprefix("\ufeff"))))
    assert list(row) == ["辖区", "层级", "2025年", "2025年依据"]
    assert row["2025年依据"].startswith("《安徽省碳达峰实施方案》一、主要目标：“到2025年")


def test_no_cell_of_a_matrix_is_a_formula(matrix: Matrix) -> None:
    value = matrix.rows[0].cells[0].entries[0].value
    bad = matrix.model_copy(deep=True)
    bad.rows[0].cells[0].entries[0].value = value.model_copy(update={"printed": "=1+1"})
    row = next(csv.DictReader(io.StringIO(matrix_csv(bad).removeprefix("\ufeff"))))
    assert row["2025年"] == "'=1+1"
    cell = load_workbook(io.BytesIO(matrix_xlsx(bad)))["对照"]["C2"]
    assert (cell.value, cell.data_type) == ("=1+1", "s")
