"""The numeric targets of a document, by rules and tables alone."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import replace
from importlib import resources

from corpus.document import Clause, Document, Region
from corpus.orders import orders_a_machine
from corpus.tables import Row
from corpus.tables import rows as table_rows
from corpus.targets import signs
from corpus.targets.prose import prose
from corpus.targets.reading import Reading
from corpus.targets.target import Target

_READERS_OF_ROWS = ("compare.py", "select.py", "store.py")  # change no row
_TABLES = ("indicators.tsv", "scopes.tsv", "units.tsv", "verbs.tsv")


def _version() -> str:
    """A hash of the rules: their code and their tables."""
    digest = hashlib.sha256()
    code = (
        file
        for file in resources.files("corpus.targets").iterdir()
        if file.name.endswith(".py") and file.name not in _READERS_OF_ROWS
    )
    tables = (resources.files("corpus").joinpath("data", name) for name in _TABLES)
    for file in (*sorted(code, key=lambda f: f.name), *tables):
        digest.update(file.read_bytes())
    return digest.hexdigest()[:16]


RULES = _version()


def targets_of(document: Document) -> tuple[Target, ...]:
    """The targets of every clause, in order."""
    region = document.metadata.region
    return tuple(
        target
        for clause in document.clauses
        for target in clause_targets(clause, document.clause_text(clause), region)
    )


def clause_targets(clause: Clause, text: str, region: Region | None) -> Iterator[Target]:
    """The targets of one clause: of its tables, then of its sentences.

    A clause that gives orders to its reader's program promises nothing.
    """
    if orders_a_machine(text):
        return
    plain = text
    for row in table_rows(text):
        yield from _row_targets(clause, row, region)
        plain = plain[: row.start] + "\n" * (row.end - row.start) + plain[row.end :]
    if not signs.tells_of_the_past(clause.path) and not signs.is_scrambled(plain):
        yield from Reading(clause, prose(plain), region).targets()


def _row_targets(clause: Clause, row: Row, region: Region | None) -> Iterator[Target]:
    """A row read out under its heads is a sentence of its own; its first cell is the scope."""
    whole = region is not None and row.name in (region.name, region.short, "合计", "总计")
    for target in Reading(clause, prose(row.words), region).targets():
        yield replace(target, start=row.start, end=row.end, scope="" if whole else row.name)
