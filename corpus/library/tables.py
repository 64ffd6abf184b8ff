"""The two tables of the starter library, as files."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path

from corpus.document import Level, Metadata, Status, content_id
from corpus.errors import ClausewiseError
from corpus.regions import gazetteer
from corpus.targets.select import year_of
from corpus.targets.target import Change, Comparison, Flag, HeldTarget, Kind, Target

_PATH = " > "
_LIST = "、"
_BODY = re.compile(r"([^关]{2,40}?(?:省委|市委|区委|党委|委员会|政府|[厅局办]))关于")
_LONGEST_LABEL = 40  # characters of a heading; one that ran into its body is cut there
DOCUMENT_FIELDS = (
    *("key", "title", "issuer", "region", "level", "number", "status", "issued", "year", "subject"),
    *("source_url", "first_page", "last_page"),
)
TARGET_FIELDS = (
    *("document", "clause", "path", "pages", "indicator", "words", "kind", "comparison", "change"),
    *("printed", "low", "high", "unit", "year", "period", "annual", "base", "scope", "aspires"),
    *("nature", "flags"),
)


@dataclass(frozen=True, slots=True)
class Excerpt:
    """A target without its sentence: `clause` numbers its clause within the document."""

    clause: int
    path: tuple[str, ...]
    pages: tuple[int, ...]
    target: Target


@dataclass(frozen=True, slots=True)
class Card:
    """What the library knows of one document."""

    document: Metadata
    excerpts: tuple[Excerpt, ...]


def key_of(document: Metadata) -> str:
    """What a card is known by: the letters of its title, and its jurisdiction."""
    letters = "".join(c for c in document.title if c.isalnum())
    return content_id(letters, document.region_name)[:12]


def cards_of(documents: Iterable[Metadata], targets: Sequence[HeldTarget]) -> list[Card]:
    """The cards of held originals, in the order of their titles."""
    by_document: dict[str, list[HeldTarget]] = {}
    for held in targets:
        by_document.setdefault(held.document.id, []).append(held)
    return sorted(
        (
            Card(
                document,
                tuple(
                    Excerpt(
                        held.clause.ordinal, _cut(held.clause.path), held.clause.pages, held.target
                    )
                    for held in by_document.get(document.id, [])
                ),
            )
            for document in documents
            if document.region is not None
        ),
        key=lambda card: (
            card.document.region.code if card.document.region else "",
            card.document.title,
        ),
    )


def _cut(path: Sequence[str]) -> tuple[str, ...]:
    return tuple(
        label if len(label) <= _LONGEST_LABEL else f"{label[:_LONGEST_LABEL]}…" for label in path
    )


def write(cards: Sequence[Card], folder: Path) -> None:
    """Write both tables into a folder. Raises ClausewiseError where that fails."""
    try:
        _write(folder / "documents.tsv", DOCUMENT_FIELDS, map(_document_row, cards))
        rows = (_target_row(card, excerpt) for card in cards for excerpt in card.excerpts)
        _write(folder / "targets.tsv", TARGET_FIELDS, rows)
    except OSError as error:
        raise ClausewiseError(f"{folder}: 无法写入（{error.strerror}）") from error


def read(folder: Traversable | None = None) -> list[Card]:
    """The cards of the tables in a folder, of the library's own by default."""
    folder = folder or resources.files("corpus.library")
    excerpts: dict[str, list[Excerpt]] = {}
    for row in _rows(folder.joinpath("targets.tsv")):
        excerpts.setdefault(row["document"], []).append(_excerpt(row))
    return [
        Card(_document(row), tuple(excerpts.get(row["key"], ())))
        for row in _rows(folder.joinpath("documents.tsv"))
    ]


def _write(path: Path, fields: Sequence[str], rows: Iterable[dict[str, object]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, fields, delimiter="\t", lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def _rows(path: Traversable) -> list[dict[str, str]]:
    text = path.read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines(), delimiter="\t"))


def _document_row(card: Card) -> dict[str, object]:
    known = card.document
    first, last = known.pages or ("", "")
    return {
        "key": key_of(known),
        "title": known.title,
        "issuer": _issuing_body(known),
        "region": known.region.code if known.region else "",
        "level": known.level.value,
        "number": known.number or "",
        "status": known.status.value,
        "issued": known.issued or "",
        "year": year_of(known) or "",
        "subject": known.subject or "",
        "source_url": known.source_url or "",
        "first_page": first,
        "last_page": last,
    }


def _issuing_body(known: Metadata) -> str:
    """The body that the title names before 关于, else the one that a compilation heads it with."""
    titled = _BODY.match(known.title)
    return titled.group(1) if titled else known.issuer or ""


def _document(row: dict[str, str]) -> Metadata:
    pages = (int(row["first_page"]), int(row["last_page"])) if row["first_page"] else None
    return Metadata(
        id=row["key"],
        title=row["title"],
        issuer=row["issuer"] or None,
        region=gazetteer().coded(row["region"]),
        level=Level(row["level"]),
        status=Status(row["status"]),
        number=row["number"] or None,
        source_url=row["source_url"] or None,
        pages=pages,
        issued=date.fromisoformat(row["issued"]) if row["issued"] else None,
        subject=row["subject"] or None,
    )


def _target_row(card: Card, excerpt: Excerpt) -> dict[str, object]:
    target = excerpt.target
    return {
        "document": key_of(card.document),
        "clause": excerpt.clause,
        "path": _PATH.join(excerpt.path),
        "pages": _LIST.join(map(str, excerpt.pages)),
        "indicator": target.indicator,
        "words": target.words,
        "kind": target.kind.value,
        "comparison": target.comparison.value,
        "change": target.change.value,
        "printed": target.printed,
        "low": _number(target.low),
        "high": _number(target.high),
        "unit": target.unit,
        "year": target.year or "",
        "period": target.period,
        "annual": "1" if target.annual else "",
        "base": target.base,
        "scope": target.scope,
        "aspires": "1" if target.aspires else "",
        "nature": target.nature,
        "flags": _LIST.join(flag.value for flag in target.flags),
    }


def _excerpt(row: dict[str, str]) -> Excerpt:
    target = Target(
        clause_id="",
        start=0,
        end=0,
        indicator=row["indicator"],
        words=row["words"],
        kind=Kind(row["kind"]),
        comparison=Comparison(row["comparison"]),
        change=Change(row["change"]),
        printed=row["printed"],
        low=Decimal(row["low"]) if row["low"] else None,
        high=Decimal(row["high"]) if row["high"] else None,
        unit=row["unit"],
        year=int(row["year"]) if row["year"] else None,
        period=row["period"],
        annual=bool(row["annual"]),
        base=row["base"],
        scope=row["scope"],
        aspires=bool(row["aspires"]),
        nature=row["nature"],
        flags=tuple(Flag(flag) for flag in row["flags"].split(_LIST) if flag),
    )
    pages = tuple(int(page) for page in row["pages"].split(_LIST) if page)
    return Excerpt(int(row["clause"]), tuple(row["path"].split(_PATH)), pages, target)


def _number(value: Decimal | None) -> str:
    return "" if value is None else f"{value.normalize():f}"
