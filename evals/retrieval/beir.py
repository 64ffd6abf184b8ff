"""BEIR folders (Thakur et al., NeurIPS 2021): corpus.jsonl, queries.jsonl, qrels/<split>.tsv."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from evals.case import text_of
from evals.errors import EvaluationError
from evals.retrieval.trec import GRADE, Qrels

_HEADER = "query-id\tcorpus-id\tscore"


@dataclass(frozen=True, slots=True)
class Entry:
    """A text to be found."""

    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Collection:
    """Texts by id, questions by id, and by question the ids that answer it, with a grade."""

    entries: dict[str, Entry]
    queries: dict[str, str]
    qrels: Qrels


def read(folder: Path, split: str = "test") -> Collection:
    """Read the questions that a split judges. Raises EvaluationError, naming file:line."""
    entries = {
        _text(row, "_id", at): Entry(str(row.get("title") or ""), _text(row, "text", at))
        for at, row in _rows(folder / "corpus.jsonl")
    }
    queries = {
        _text(row, "_id", at): _text(row, "text", at) for at, row in _rows(folder / "queries.jsonl")
    }
    qrels = _qrels(folder / "qrels" / f"{split}.tsv", entries, queries)
    return Collection(entries, {id_: queries[id_] for id_ in qrels}, qrels)


def write(folder: Path, collection: Collection, split: str = "test") -> None:
    """Write a folder; files of the same names are replaced."""
    (folder / "qrels").mkdir(parents=True, exist_ok=True)
    entries = (
        {"_id": id_, "title": entry.title, "text": entry.text}
        for id_, entry in collection.entries.items()
    )
    queries = ({"_id": id_, "text": text} for id_, text in collection.queries.items())
    for name, rows in (("corpus.jsonl", entries), ("queries.jsonl", queries)):
        with (folder / name).open("w", encoding="utf-8") as file:
            file.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    table = qrels_text(collection.qrels)
    (folder / "qrels" / f"{split}.tsv").write_text(table, encoding="utf-8")


def read_qrels(file: Path) -> Qrels:
    """The judgements of a `qrels/<split>.tsv`. Raises EvaluationError, naming file:line."""
    found: Qrels = {}
    for _, query_id, id_, grade in _judgements(file):
        found.setdefault(query_id, {})[id_] = grade
    return found


def qrels_text(qrels: Qrels) -> str:
    """Judgements as such a file has them."""
    judged = [
        f"{query_id}\t{id_}\t{grade}"
        for query_id, grades in qrels.items()
        for id_, grade in grades.items()
    ]
    return "\n".join([_HEADER, *judged]) + "\n"


def _rows(file: Path) -> Iterator[tuple[str, dict[str, object]]]:
    """(file:line, object) of every line that is not empty."""
    found = False
    for number, line in enumerate(text_of(file).split("\n"), start=1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except ValueError as error:
            raise EvaluationError(f"{file}:{number} 不是 JSON") from error
        if not isinstance(row, dict):
            raise EvaluationError(f"{file}:{number} 应为 JSON 对象")
        found = True
        yield f"{file}:{number}", row
    if not found:
        raise EvaluationError(f"{file} 是空的，每行应为一个 JSON 对象")


def _text(row: dict[str, object], field: str, at: str) -> str:
    value = row.get(field)
    if isinstance(value, int) and field == "_id":
        return str(value)
    if not isinstance(value, str):
        raise EvaluationError(f"{at} 缺少文本字段 {field}")
    return value


def _qrels(file: Path, entries: Mapping[str, Entry], queries: Mapping[str, str]) -> Qrels:
    """Judgements of these entries and queries."""
    found: Qrels = {}
    for at, query_id, id_, grade in _judgements(file):
        if query_id not in queries or id_ not in entries:
            raise EvaluationError(f"{at} 的编号 {query_id} 或 {id_} 不在 queries、corpus 中")
        found.setdefault(query_id, {})[id_] = grade
    return found


def _judgements(file: Path) -> Iterator[tuple[str, str, str, int]]:
    """(file:line, query, text, grade) of every line but the heading."""
    seen: dict[tuple[str, str], int] = {}
    for number, line in enumerate(text_of(file).split("\n"), start=1):
        cells = line.rstrip("\r").split("\t")
        if not line.strip() or line.startswith("query-id\t"):
            continue
        at = f"{file}:{number}"
        if len(cells) != 3 or not GRADE.fullmatch(cells[2]):
            raise EvaluationError(f"{at} 应为制表符分隔的三列：query-id、corpus-id、整数分值")
        query_id, id_, grade = cells[0], cells[1], int(cells[2])
        if seen.setdefault((query_id, id_), grade) != grade:
            raise EvaluationError(f"{at} 与前面对 {query_id}、{id_} 的评判不一致")
        yield at, query_id, id_, grade
    if not seen:
        raise EvaluationError(f"{file} 没有一条评判")
