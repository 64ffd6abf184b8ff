"""How well lies are told from truths: rows of the target table said rightly, and falsified.

Each row drawn becomes a true sentence that cites its clause, and as many false ones as it can:
the figure of another thing in the same clause, another year of the clause, another jurisdiction,
ten times the figure, a bound turned round. The share of each that `assistant.proof` lets pass is
measured. A false sentence that another row of the clause makes true is not counted.
"""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated

import typer

from assistant.app import Assistant
from assistant.chat.sentences import Sentence
from assistant.inquiry import open_inquiry
from assistant.proof.prove import prove
from assistant.settings import Settings
from corpus.errors import ClausewiseError
from corpus.targets.target import Change, HeldTarget, Target
from retrieval.scope import EVERYTHING
from retrieval.topic import topic_of

TRUE = "属实"
MOST_LIES = 0.005  # the share of false sentences that may pass
LEAST_TRUTHS = 0.80  # the share of true ones that must
_TURNED = (("以上", "以下"), ("左右", "以上"), ("不低于", "不超过"), ("以内", "以上"))


@dataclass(frozen=True, slots=True)
class Said:
    """A sentence made of a row, and what is false in it."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Passed:
    """How many sentences of a kind were made, and which of them passed."""

    made: int
    passed: tuple[str, ...]

    @property
    def share(self) -> float:
        return len(self.passed) / self.made if self.made else 0.0


def sayings(row: HeldTarget, beside: Sequence[HeldTarget], elsewhere: str) -> Iterator[Said]:
    """The true sentence of a row, and false ones; `beside` are the other rows of its clause."""
    target = row.target
    yield Said(TRUE, _sentence(row))
    true = {(o.target.name, o.target.year, o.target.low) for o in (row, *beside)}
    for other in beside:
        said = replace(row, target=replace(target, printed=other.target.printed))
        differs = other.target.name != target.name and other.target.change is target.change
        if differs and (target.name, target.year, other.target.low) not in true:
            yield Said("别项数值", _sentence(said))
    for other in beside:
        same = (other.target.name, other.target.scope) == (target.name, target.scope)
        if same and (target.name, other.target.year, target.low) not in true:
            yield Said("别的年份", _sentence(replace(row, target=_in_year(row, other))))
    yield Said("十倍数值", _sentence(row).replace(target.printed, _tenfold(target.printed)))
    yield Said("别的辖区", _sentence(row).replace(row.document.region_name, elsewhere))
    for bound, turned in _TURNED:
        if bound in target.printed:
            printed = target.printed.replace(bound, turned)
            yield Said("限定相反", _sentence(row).replace(target.printed, printed))


def measure(assistant: Assistant, rows: int, seed: int) -> dict[str, Passed]:
    """What passes of the sentences made of rows drawn at random."""
    search = assistant.search
    if search is None:
        return {}
    all_rows = [row for row in assistant.catalog.targets() if _is_plain(row)]
    of_clause = defaultdict(list)
    for row in all_rows:
        of_clause[row.clause.id].append(row)
    chance = random.Random(seed)  # noqa: S311 - a draw that can be repeated
    made: Counter[str] = Counter()
    passed: dict[str, list[str]] = defaultdict(list)
    for row in chance.sample(all_rows, min(rows, len(all_rows))):
        beside = [other for other in of_clause[row.clause.id] if other is not row]
        elsewhere = _elsewhere(row, all_rows, chance)
        query = assistant.understand(
            f"{row.document.region_name}{row.target.year}年{row.target.words}"
        )
        topic = topic_of(query, search.frequency, search.size)
        inquiry = open_inquiry(query, topic, search, EVERYTHING)
        hit = search.hit(row.clause.id)
        for said in sayings(row, beside, elsewhere):
            made[said.kind] += 1
            if prove(Sentence(said.text, (1,)), {1: hit}.get, inquiry).proven:
                passed[said.kind].append(said.text)
    return {kind: Passed(made[kind], tuple(passed[kind])) for kind in made}


def lies_command(
    data: Annotated[Path | None, typer.Option("--data", help="数据目录")] = None,
    rows: Annotated[int, typer.Option(help="抽取目标表的行数")] = 300,
    seed: Annotated[int, typer.Option(help="随机种子")] = 1,
    failures: Annotated[bool, typer.Option("--failures", help="列出漏过的假话")] = False,
    gate: Annotated[bool, typer.Option("--gate", help="假话漏过或真话错删过多即失败")] = False,
) -> None:
    """逐句核对的可靠性：把目标表的行说成真话和假话，看各有多少通过。"""
    settings = Settings() if data is None else Settings(data=data)
    try:
        assistant = Assistant.open(settings)
    except ClausewiseError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(2) from error
    found = measure(assistant, rows, seed)
    assistant.close()
    for kind, result in found.items():
        typer.echo(f"{kind}：{result.made} 句，通过 {len(result.passed)}（{result.share:.1%}）")
        for text in result.passed if failures and kind != TRUE else ():
            typer.echo(f"    {text}")
    lies = [result for kind, result in found.items() if kind != TRUE]
    false = sum(len(result.passed) for result in lies) / max(sum(r.made for r in lies), 1)
    typer.echo(f"假话合计通过 {false:.2%}")
    if gate and (false > MOST_LIES or found[TRUE].share < LEAST_TRUTHS):
        typer.echo(f"未达要求：假话至多 {MOST_LIES:.1%}，真话至少 {LEAST_TRUTHS:.0%}", err=True)
        raise typer.Exit(1)


def _is_plain(row: HeldTarget) -> bool:
    """Whether a row has a number, a year and a jurisdiction to be falsified."""
    target = row.target
    return target.low is not None and target.year is not None and row.document.region is not None


def _sentence(row: HeldTarget) -> str:
    """A row said in its own words."""
    target = row.target
    base = f"比{target.base}年" if target.base.isdigit() else ""
    built = target.change is Change.NEW  # 建设…3600个 is no 新增 in its own words
    change = "" if built or target.change.value in target.words else target.change.value
    return (
        f"到{target.year}年，{'力争' if target.aspires else ''}{row.document.region_name}"
        f"{target.scope}{target.words}{base}{change}{target.printed}。"
    )


def _in_year(row: HeldTarget, other: HeldTarget) -> Target:
    return replace(row.target, year=other.target.year)


def _tenfold(printed: str) -> str:
    """The figure with a digit more."""
    at = next((at for at, letter in enumerate(printed) if letter.isdecimal()), 0)
    return f"{printed[:at]}9{printed[at:]}"


def _elsewhere(row: HeldTarget, rows: Sequence[HeldTarget], chance: random.Random) -> str:
    """A jurisdiction that neither is the row's nor holds it."""
    own = row.document.region
    names = sorted(
        {
            other.name
            for other in (one.document.region for one in rows)
            if own and other and other != own and not own.within(other.name)
        }
    )
    return chance.choice(names) if names else "贵州省"
