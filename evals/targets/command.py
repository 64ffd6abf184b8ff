"""The command `clausewise eval-targets`: score the rules for targets on labelled places."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from assistant.settings import Settings
from corpus.catalog import Catalog
from corpus.document import Document
from corpus.errors import ClausewiseError
from corpus.targets.extract import targets_of
from corpus.targets.target import Target
from evals.case import Split
from evals.targets.labels import Gold, Label, place, read_labels
from evals.targets.match import Matched, fields, match

LABELS = Path(__file__).with_name("labels.jsonl")
LEAST_RECALL, LEAST_PRECISION = 0.95, 0.97

app = typer.Typer(help="目标提取评测")


@dataclass(frozen=True, slots=True)
class Scored:
    """One labelled place and what became of it."""

    label: Label
    matched: Matched


@dataclass(frozen=True, slots=True)
class Figures:
    """Of a set of places: counts, shares from 0 to 1 (1 where there is nothing to find)."""

    places: int
    targets: int
    rows: int
    found: int
    fields: dict[str, float]

    @property
    def recall(self) -> float:
        return self.found / self.targets if self.targets else 1.0

    @property
    def precision(self) -> float:
        return self.found / self.rows if self.rows else 1.0


@app.command("eval-targets")
def command(
    labels: Annotated[Path, typer.Argument(help="标注（JSONL）")] = LABELS,
    failures: Annotated[bool, typer.Option("--failures", help="列出漏掉和多出的目标")] = False,
    gate: Annotated[
        bool, typer.Option("--gate", help="召回率低于 95% 或精确率低于 97% 即失败")
    ] = False,
    data: Annotated[Path | None, typer.Option("--data", help="数据目录")] = None,
) -> None:
    """用人工标注检验数值目标的提取。"""
    settings = Settings() if data is None else Settings(data=data)
    try:
        catalog = Catalog(settings.data, settings.database)
        held = [catalog.document(known.id) for known in catalog.documents()]
        scored = score(read_labels(labels), [document for document in held if document])
    except ClausewiseError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(2) from error
    Console(width=110).print(_table(scored))
    if failures:
        for line in _failures(scored):
            typer.echo(line)
    overall = figures(scored)
    if gate and (overall.recall < LEAST_RECALL or overall.precision < LEAST_PRECISION):
        raise typer.Exit(1)


def score(labels: Iterable[Label], documents: Sequence[Document]) -> list[Scored]:
    """Read the targets of the labelled documents and match them, place by place.

    Raises EvaluationError for a place that no document has.
    """
    labels = list(labels)
    titles = {label.document for label in labels}
    rows: dict[str, list[Target]] = {}
    for document in documents:
        if document.metadata.title in titles:
            for target in targets_of(document):
                rows.setdefault(target.clause_id, []).append(target)
    scored = []
    for label in labels:
        clause_id, start, end = place(label, documents)
        inside = [r for r in rows.get(clause_id, []) if start <= r.start and r.end <= end]
        scored.append(Scored(label, match(label.targets, inside)))
    return scored


def figures(scored: Sequence[Scored]) -> Figures:
    """Sum up places."""
    pairs = [pair for one in scored for pair in one.matched.pairs]
    right: Counter[str] = Counter()
    for gold, row in pairs:
        right.update(name for name, agrees in fields(row, gold).items() if agrees)
    return Figures(
        places=len(scored),
        targets=sum(len(one.label.targets) for one in scored),
        rows=len(pairs) + sum(len(one.matched.extra) for one in scored),
        found=len(pairs),
        fields={name: count / len(pairs) for name, count in sorted(right.items())},
    )


def _table(scored: Sequence[Scored]) -> Table:
    sets = [
        ("主要目标条款", [s for s in scored if s.label.sentence is None]),
        ("随机句子", [s for s in scored if s.label.sentence is not None]),
        *(
            (f"其中 {split.value}", [s for s in scored if s.label.split is split])
            for split in Split
        ),
        ("全部", list(scored)),
    ]
    names = sorted({name for _, chosen in sets for name in figures(chosen).fields})
    table = Table("", "处", "标注", "提取", "召回", "精确", *names)
    for title, chosen in sets:
        found = figures(chosen)
        shares = [f"{found.fields.get(name, 0):.1%}" for name in names]
        table.add_row(
            title,
            str(found.places),
            str(found.targets),
            str(found.rows),
            f"{found.recall:.1%}",
            f"{found.precision:.1%}",
            *shares,
        )
    return table


def _failures(scored: Sequence[Scored]) -> Iterable[str]:
    for one in scored:
        where = f"《{one.label.document}》{' > '.join(one.label.clause)}"
        for gold in one.matched.missed:
            yield f"漏 {where}：{_gold(gold)}"
        for row in one.matched.extra:
            yield f"多 {where}：{row.name} | {row.printed} | {row.when} | {row.change.value}"


def _gold(gold: Gold) -> str:
    return f"{gold.indicator} | {gold.value}{gold.unit} | {gold.year} | {gold.change}"
