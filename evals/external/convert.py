"""The command `clausewise eval convert`: judgements and runs between BEIR's formats and TREC's."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from corpus.errors import ClausewiseError
from evals.errors import EvaluationError
from evals.external.files import parsed, write_whole
from evals.retrieval import beir, trec
from evals.retrieval.trec import Run


class Form(StrEnum):
    """A file format. `beir-run` is what BEIR's evaluator takes: {question: {text: score}}."""

    BEIR_QRELS = "beir-qrels"
    TREC_QRELS = "trec-qrels"
    BEIR_RUN = "beir-run"
    TREC_RUN = "trec-run"


_TAG = "converted"  # the name of a system that its run does not tell


def convert_command(
    source: Annotated[Path, typer.Argument(help="要转换的文件")],
    target: Annotated[Path, typer.Argument(help="写入的文件，已有则替换")],
    from_: Annotated[str, typer.Option("--from", help="原格式：" + "、".join(Form))] = "",
    to: Annotated[str, typer.Option("--to", help="目标格式")] = "",
    tag: Annotated[str, typer.Option(help="写成 trec-run 时的系统名")] = _TAG,
) -> None:
    """在 BEIR 与 TREC 格式之间转换相关性评判和检索结果。"""
    try:
        convert(source, target, _form("--from", from_), _form("--to", to), tag)
    except ClausewiseError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(2) from error
    typer.echo(f"已写入 {target}")


def convert(source: Path, target: Path, from_: Form, to: Form, tag: str = _TAG) -> None:
    """Write a file in another format; ids, grades and scores stay as they are.

    Raises EvaluationError, naming file and line, for what cannot be read or said; the target is
    then as it was.
    """
    change = _CHANGES.get((from_, to))
    if change is None:
        ways = "、".join(f"{one} → {other}" for one, other in _CHANGES)
        raise EvaluationError(f"不能把 {from_} 转成 {to}；可以转换的有：{ways}")
    if tag.split() != [tag]:
        raise EvaluationError("--tag 应为不含空白的系统名")
    write_whole(target, change(source, tag))


def _form(option: str, name: str) -> Form:
    try:
        return Form(name)
    except ValueError as error:
        raise EvaluationError(f"{option} 应为 {'、'.join(Form)} 之一") from error


def _qrels_to_trec(source: Path, _: str) -> str:
    qrels = beir.read_qrels(source)
    return _said(source, lambda: trec.qrels_text(qrels))


def _qrels_to_beir(source: Path, _: str) -> str:
    return beir.qrels_text(trec.read_qrels(source))


def _run_to_beir(source: Path, _: str) -> str:
    run = {query_id: dict(ranking) for query_id, ranking in trec.read_run(source).items()}
    return json.dumps(run, ensure_ascii=False, indent=2) + "\n"


def _run_to_trec(source: Path, tag: str) -> str:
    run = _beir_run(source)
    return _said(source, lambda: trec.run_text(run, tag))


_CHANGES: dict[tuple[Form, Form], Callable[[Path, str], str]] = {
    (Form.BEIR_QRELS, Form.TREC_QRELS): _qrels_to_trec,
    (Form.TREC_QRELS, Form.BEIR_QRELS): _qrels_to_beir,
    (Form.TREC_RUN, Form.BEIR_RUN): _run_to_beir,
    (Form.BEIR_RUN, Form.TREC_RUN): _run_to_trec,
}


def _said(source: Path, written: Callable[[], str]) -> str:
    """What is written, or an error that names where it came from."""
    try:
        return written()
    except EvaluationError as error:
        raise EvaluationError(f"{source}: {error}") from error


def _beir_run(file: Path) -> Run:
    """A run of {question: {text: score}}, best first."""
    held = parsed(file)
    if not isinstance(held, dict) or not held:
        raise EvaluationError(f"{file}: 应为 JSON 对象：{{问题: {{文档: 得分}}}}")
    run: Run = {}
    for query_id, scores in held.items():
        if not isinstance(scores, dict):
            raise EvaluationError(f"{file} 问题 {query_id}：应为对象 {{文档: 得分}}")
        for id_, score in scores.items():
            number = isinstance(score, int | float) and not isinstance(score, bool)
            if not number or not math.isfinite(score):
                raise EvaluationError(f"{file} 问题 {query_id} 文档 {id_}：得分应为数字")
        found = [(id_, float(score)) for id_, score in scores.items()]
        run[query_id] = sorted(found, key=lambda one: -one[1])
    return run
