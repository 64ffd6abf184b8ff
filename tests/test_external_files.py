from pathlib import Path

import pytest

from evals.errors import EvaluationError
from evals.external.files import Options, Record, checked, options_of, parsed, records, write_whole


class Named(Record):
    name: str
    parts: tuple[str, ...] = ()


class Sized(Options):
    size: int = 1


def test_a_list_and_lines_are_read_alike(tmp_path: Path) -> None:
    lines, whole = tmp_path / "lines.json", tmp_path / "whole.json"
    lines.write_text('{"name": "甲\u2028乙"}\n\n{"name": "丙"}\n', encoding="utf-8")
    whole.write_text('[{"name": "甲\u2028乙"},\n {"name": "丙"}]', encoding="utf-8")
    assert [row for _, row in records(lines)] == [row for _, row in records(whole)]
    assert [place for place, _ in records(lines)] == [f"{lines}:1", f"{lines}:3"]
    assert [place for place, _ in records(whole)] == [f"{whole} 第 1 项", f"{whole} 第 2 项"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('{"a": 1}\n{"a"\n', r"set\.json:2 不是有效的 JSON"),
        ('[{"a": 1},\n{"a"\n', r"set\.json:3 不是有效的 JSON"),
        ('{"a": 1}\n{"a": "\\ud800"}\n', r"set\.json:2 含有半个代理对"),
    ],
)
def test_broken_json_is_named_by_line(tmp_path: Path, text: str, message: str) -> None:
    file = tmp_path / "set.json"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(EvaluationError, match=message):
        list(records(file))


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(EvaluationError, match=r"none\.json: 无法读取"):
        parsed(tmp_path / "none.json")


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ({}, "此处 字段 name：缺少此字段"),
        ({"name": None}, "此处 字段 name：应为文字"),
        ({"name": "甲", "parts": "乙"}, "此处 字段 parts：应为列表"),
        ({"name": "甲", "parts": ["乙", {}]}, "此处 字段 parts.1：应为文字"),
        (["甲"], "此处：应为对象"),
    ],
)
def test_what_is_wrong_is_named_by_place_and_field(row: object, message: str) -> None:
    with pytest.raises(EvaluationError) as raised:
        checked(Named, row, "此处")
    assert str(raised.value) == message


def test_options() -> None:
    assert options_of(Sized, {"size": "3"}).size == 3
    with pytest.raises(EvaluationError, match="没有选项 colour；可用的选项：size"):
        options_of(Sized, {"colour": "red"})
    with pytest.raises(EvaluationError, match="选项 size：应为整数"):
        options_of(Sized, {"size": "很大"})


def test_a_text_that_cannot_be_written_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "kept").write_text("留")
    with pytest.raises(EvaluationError, match="folder: 无法写入"):
        write_whole(tmp_path / "folder", "文")
    assert [one.name for one in tmp_path.iterdir()] == ["folder"]
    write_whole(tmp_path / "new" / "file", "文\n")
    assert (tmp_path / "new" / "file").read_bytes() == "文\n".encode()
