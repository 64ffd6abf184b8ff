"""What a search is limited to, and the labels of a clause that the limits are tested on."""

from __future__ import annotations

from dataclasses import dataclass

from corpus.departments import function_of
from corpus.document import HeldClause, Level, Metadata, Region, Status
from corpus.regions import superiors
from retrieval.times import years_of

FIELDS = (
    "region",
    "within",
    "level",
    "status",
    "document",
    "subject",
    "department",
    "year",
)
NOTHING = "-"  # the label of a field of which the source says nothing

Labels = dict[str, tuple[str, ...]]
Conditions = tuple[tuple[str, tuple[str, ...]], ...]


@dataclass(frozen=True, slots=True)
class Scope:
    """Limits pushed down into every engine; an empty one limits nothing.

    With `inside`, `regions` include what lies inside them. `years` are years that the clause
    itself names; `departments`, in any wording, are those that it makes responsible.
    """

    regions: tuple[Region, ...] = ()
    inside: bool = True
    levels: tuple[Level, ...] = ()
    statuses: tuple[Status, ...] = ()
    document_ids: tuple[str, ...] = ()
    subjects: tuple[str, ...] = ()
    departments: tuple[str, ...] = ()
    years: tuple[int, ...] = ()

    def conditions(self) -> Conditions:
        """(field, values): a clause must have one of the values in every field listed."""
        field = "within" if self.inside else "region"
        limits = (
            (field, tuple(region.code for region in self.regions)),
            ("document", self.document_ids),
            ("level", tuple(level.value for level in self.levels)),
            ("status", tuple(status.value for status in self.statuses)),
            ("subject", self.subjects),
            ("department", tuple(map(function_of, self.departments))),
            ("year", tuple(map(str, self.years))),
        )
        return tuple((name, values) for name, values in limits if values)

    def admits(self, labels: Labels) -> bool:
        """Whether what has these labels is inside: the meaning that every engine keeps to."""
        return all(set(values) & set(labels[name]) for name, values in self.conditions())


EVERYTHING = Scope()


def labels_of(held: HeldClause) -> Labels:
    """The labels of a clause, by field."""
    functions = dict.fromkeys(function_of(d.name) for d in held.clause.departments)
    return {
        **document_labels(held.document),
        "department": tuple(functions) or (NOTHING,),
        "year": tuple(map(str, years_of(held.text))) or (NOTHING,),
    }


def document_labels(known: Metadata) -> Labels:
    """The labels that all clauses of a document share."""
    region = known.region
    above = [region.code, *(one.code for one in superiors(region))] if region else [NOTHING]
    return {
        "region": (region.code if region else NOTHING,),
        "within": tuple(above),
        "level": (known.level.value,),
        "status": (known.status.value,),
        "document": (known.id,),
        "subject": (known.subject or NOTHING,),
    }
