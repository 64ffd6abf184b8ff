from dataclasses import replace
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


def held(folder: Path, **texts: str) -> Catalog:
    """A catalog of one document a jurisdiction, of its name and its targets."""
    source = folder / "in"
    source.mkdir()
    for place, text in texts.items():
        plan = f"{place}碳达峰实施方案\n\n一、目标\n{text}\n"
        (source / f"{place}.txt").write_text(plan, encoding="utf-8")
    catalog = Catalog(folder / "data")
    assert all(result.error is None for result in ingest(find([source]), catalog))
    return catalog


def test_a_level_and_an_addition_are_no_conflict(tmp_path: Path) -> None:
    text = "到2025年，光伏发电装机容量达到400万千瓦。到2025年，新增光伏发电装机容量60万千瓦。"
    catalog = held(tmp_path, 合肥市=text)
    hefei = region_named("合肥市")
    ((cell,),) = matrix(catalog.targets(), [hefei], [2025], {hefei.code})
    assert [e.first.target.printed for e in cell.entries] == ["400万千瓦", "60万千瓦"]
    assert not cell.conflict
    catalog.close()


def test_equal_values_of_other_things_stay_apart(tmp_path: Path) -> None:
    catalog = held(tmp_path, 合肥市="到2025年，建成零碳社区30个。到2025年，建成零碳公园30个。")
    hefei = region_named("合肥市")
    ((cell,),) = matrix(catalog.targets(), [hefei], [2025], {hefei.code})
    assert [len(entry.rows) for entry in cell.entries] == [1, 1]
    assert not cell.conflict
    catalog.close()


def test_a_rate_a_year_does_not_compare_with_a_total(tmp_path: Path) -> None:
    catalog = held(
        tmp_path,
        安徽省="到2025年，单位地区生产总值能耗比2020年下降14%。",
        合肥市="到2025年，单位地区生产总值能耗比2020年年均下降3%。",
    )
    steps = line(catalog, "单位地区生产总值能耗", 2025, region_named("合肥市"))
    assert steps[-1].standing is Standing.APART
    catalog.close()


def test_ranges_that_overlap_are_neither_above_nor_below(tmp_path: Path) -> None:
    catalog = held(
        tmp_path,
        安徽省="到2025年，森林覆盖率达到30%—32%。",
        合肥市="到2025年，森林覆盖率达到31%—33%。",
        芜湖市="到2025年，森林覆盖率达到33%。",
    )
    steps = line(catalog, "森林覆盖率", 2025, region_named("安徽省"))
    assert [step.standing for step in steps[2:]] == [Standing.APART, Standing.ABOVE]
    catalog.close()


def test_the_provinces_of_a_group_are_beside_it_not_above(tmp_path: Path) -> None:
    share = "到2025年，森林覆盖率达到{}%。"
    catalog = held(tmp_path, 四川省=share.format(40), 重庆市=share.format(55))
    steps = line(catalog, "森林覆盖率", 2025, region_named("成渝地区"))
    assert [step.cell.region.name for step in steps] == ["全国", "成渝地区"]
    catalog.close()


def test_what_has_no_year_gets_a_column_where_none_is_asked_for(tmp_path: Path) -> None:
    catalog = held(tmp_path, 合肥市="到2025年，森林覆盖率达到30%。")
    hefei = region_named("合肥市")
    (row,) = catalog.targets()
    undated = replace(row, target=replace(row.target, year=None))
    (cells,) = matrix([row, undated], [hefei], [], {hefei.code})
    assert [cell.year for cell in cells] == [2025, None]
    assert cells[1].entries
    ((silent,),) = matrix([], [hefei], [], {hefei.code})
    assert silent.silence is Silence.SILENT
    catalog.close()
