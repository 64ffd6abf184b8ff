from pathlib import Path

import pytest

from corpus.catalog import Catalog
from corpus.ingest import find, ingest
from corpus.targets.compare import Silence, Standing, held_regions, line, matrix
from corpus.targets.select import of_one, region_named


@pytest.fixture(scope="module")
def catalog(sample_data: Path) -> Catalog:
    return Catalog(sample_data)


def test_a_matrix_has_a_proof_or_a_reason_in_every_cell(catalog: Catalog) -> None:
    regions = [region_named(name) for name in ("安徽省", "合肥市", "云岩区", "四平市")]
    rows = of_one(catalog.targets(), "非化石能源消费比重")
    cells = matrix(rows, regions, [2025, 2030], set(held_regions(catalog)))
    said = [
        [
            cell.main.first.target.printed if cell.main else (cell.silence and cell.silence.value)
            for cell in each
        ]
        for each in cells
    ]
    assert said == [
        ["16%左右", "23%左右"],
        ["14.5%", Silence.SILENT],
        [Silence.DEFERRED, Silence.SILENT],
        [Silence.NOT_HELD, Silence.NOT_HELD],
    ]
    quote = cells[0][0].entries[0].first.quote
    assert quote == "到2025年，全省非化石能源消费比重达到16%左右"


def test_the_years_found_where_none_is_asked_for(catalog: Catalog) -> None:
    rows = of_one(catalog.targets(), "非化石能源消费比重")
    cells = matrix(rows, [region_named("安徽省")], [], set())
    assert [cell.year for cell in cells[0]] == [2025, 2030]


def test_the_line_of_descent_says_who_is_lower(catalog: Catalog) -> None:
    steps = line(catalog, "非化石能源消费比重", 2025, region_named("合肥市"))
    assert [(step.cell.region.name, step.standing) for step in steps] == [
        ("全国", Standing.NOT_HELD),
        ("安徽省", Standing.FIRST),
        ("合肥市", Standing.BELOW),
    ]


def test_the_line_goes_on_to_what_is_held_below(catalog: Catalog) -> None:
    steps = line(catalog, "非化石能源消费比重", 2025, region_named("贵阳市"))
    assert (steps[-1].cell.region.name, steps[-1].standing) == ("云岩区", Standing.DEFERRED)


def test_documents_that_differ_are_all_shown_the_newest_first(tmp_path: Path) -> None:
    texts = {
        "a.txt": "合肥市碳达峰实施方案\n\n一、目标\n到2025年，森林覆盖率达到30%。\n2021年6月1日",
        "b.txt": "合肥市林业规划方案\n\n一、目标\n到2025年，森林覆盖率达到31%。\n2022年6月1日",
        "c.txt": "中共合肥市委意见\n\n一、目标\n到2025年，森林覆盖率达到31%。\n2022年7月1日",
    }
    for name, text in texts.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    catalog = Catalog(tmp_path / "data")
    assert all(result.error is None for result in ingest(find([tmp_path]), catalog))
    hefei = region_named("合肥市")
    ((cell,),) = matrix(catalog.targets(), [hefei], [2025], {hefei.code})
    assert cell.conflict
    assert [(e.first.target.printed, len(e.rows)) for e in cell.entries] == [("31%", 2), ("30%", 1)]
    assert cell.entries[0].first.document.title == "中共合肥市委意见"
    catalog.close()


def test_a_scope_does_not_stand_for_the_whole(tmp_path: Path) -> None:
    text = "合肥市碳达峰实施方案\n\n一、目标\n到2025年，公共机构绿色出行比例达到80%。"
    (tmp_path / "a.txt").write_text(text, encoding="utf-8")
    catalog = Catalog(tmp_path / "data")
    assert all(result.error is None for result in ingest(find([tmp_path]), catalog))
    hefei = region_named("合肥市")
    ((cell,),) = matrix(catalog.targets(), [hefei], [2025], {hefei.code})
    assert [entry.whole for entry in cell.entries] == [False]
    assert cell.main is None
    catalog.close()
