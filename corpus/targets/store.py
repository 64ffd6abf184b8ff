"""Targets in the catalog: derived from the clauses, read again where the rules have changed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from corpus.document import Document
from corpus.schema import Base, ClauseRow, DocumentRow, RulesRow, TargetRow
from corpus.targets.extract import RULES, targets_of
from corpus.targets.target import Change, Comparison, Flag, Kind, Target


def put(session: Session, targets: Iterable[Target], clause_ids: dict[str, str]) -> None:
    """Insert the targets of a document; `clause_ids` are those its clauses got in the catalog."""
    rows = [
        {"ordinal": ordinal, **_row(replace(target, clause_id=clause_ids[target.clause_id]))}
        for ordinal, target in enumerate(targets)
    ]
    if rows:
        session.execute(insert(Base.metadata.tables["targets"]), rows)


def are_current(session: Session) -> bool:
    """Whether the targets were read with the rules of this program."""
    return session.scalar(select(RulesRow.version)) == RULES


def read_again(session: Session, documents: Iterable[Document]) -> None:
    """Derive the targets of the originals given anew; those of cards are the cards' own."""
    originals = select(ClauseRow.id).join(DocumentRow).where(DocumentRow.excerpt.is_(False))
    session.execute(delete(TargetRow).where(TargetRow.clause_id.in_(originals)))
    for document in documents:
        ids = {clause.id: clause.id for clause in document.clauses}
        put(session, targets_of(document), ids)
    session.execute(delete(RulesRow))
    session.execute(insert(RulesRow).values(version=RULES))


def target_of(row: TargetRow) -> Target:
    """The target that a row holds."""
    return Target(
        clause_id=row.clause_id,
        start=row.start,
        end=row.end,
        indicator=row.indicator,
        words=row.words,
        kind=Kind(row.kind),
        comparison=Comparison(row.comparison),
        change=Change(row.change),
        printed=row.printed,
        low=Decimal(row.low) if row.low is not None else None,
        high=Decimal(row.high) if row.high is not None else None,
        unit=row.unit,
        year=row.year,
        period=row.period,
        annual=row.annual,
        base=row.base,
        scope=row.scope,
        aspires=row.aspires,
        nature=row.nature,
        flags=tuple(Flag(flag) for flag in row.flags),
    )


def _row(target: Target) -> dict[str, object]:
    return {
        "clause_id": target.clause_id,
        "start": target.start,
        "end": target.end,
        "indicator": target.indicator,
        "words": target.words,
        "kind": target.kind.value,
        "comparison": target.comparison.value,
        "change": target.change.value,
        "printed": target.printed,
        "low": _text(target.low),
        "high": _text(target.high),
        "unit": target.unit,
        "year": target.year,
        "period": target.period,
        "annual": target.annual,
        "base": target.base,
        "scope": target.scope,
        "aspires": target.aspires,
        "nature": target.nature,
        "flags": [flag.value for flag in target.flags],
    }


def _text(value: Decimal | None) -> str | None:
    return None if value is None else f"{value.normalize():f}"
