from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evals.errors import EvaluationError
from evals.retrieval.beir import Collection, Entry, read, write

IDS = st.text("abc123-", min_size=1, max_size=6)
TEXTS = st.text(st.characters(exclude_categories=["C"]), min_size=1, max_size=20)


@given(
    entries=st.dictionaries(IDS, st.builds(Entry, TEXTS, TEXTS), min_size=1, max_size=5),
    queries=st.dictionaries(IDS, TEXTS, min_size=1, max_size=3),
)
def test_what_is_written_is_read_again(
    entries: dict[str, Entry], queries: dict[str, str], tmp_path_factory: pytest.TempPathFactory
) -> None:
    first = next(iter(entries))
    collection = Collection(entries, queries, {query_id: {first: 1} for query_id in queries})
    folder = tmp_path_factory.mktemp("beir")
    write(folder, collection)
    assert read(folder) == collection


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write(
        tmp_path, Collection({"d1": Entry("题", "文")}, {"q1": "问", "q2": "答"}, {"q1": {"d1": 1}})
    )
    return tmp_path


def test_questions_that_nobody_judged_are_left_out(folder: Path) -> None:
    assert set(read(folder).queries) == {"q1"}


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("corpus.jsonl", "{", r"corpus\.jsonl:1 不是 JSON"),
        ("corpus.jsonl", "[]", r"corpus\.jsonl:1 应为 JSON 对象"),
        ("corpus.jsonl", '{"_id": "d1"}', r"corpus\.jsonl:1 缺少文本字段 text"),
        ("queries.jsonl", "\n", r"queries\.jsonl 是空的"),
        ("qrels/test.tsv", "q1\td1\n", r"test\.tsv:1 应为制表符"),
        ("qrels/test.tsv", "q1\td9\t1\n", r"test\.tsv:1 的编号 q1 或 d9"),
        ("qrels/test.tsv", "q1\td1\t--1\n", r"test\.tsv:1 应为制表符"),
        ("qrels/test.tsv", "q1\td1\t1\nq1\td1\t2\n", r"test\.tsv:2 与前面"),
        ("qrels/test.tsv", "q1\td1\thigh\n", r"test\.tsv:1 应为制表符"),
        ("qrels/test.tsv", "query-id\tcorpus-id\tscore\n", "没有一条评判"),
    ],
)
def test_bad_files_are_named(folder: Path, name: str, text: str, message: str) -> None:
    (folder / name).write_text(text, encoding="utf-8")
    with pytest.raises(EvaluationError, match=message):
        read(folder)


def test_a_split_that_is_not_there(folder: Path) -> None:
    with pytest.raises(EvaluationError, match=r"dev\.tsv"):
        read(folder, "dev")
