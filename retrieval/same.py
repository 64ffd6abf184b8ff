"""Near-verbatim provisions of several documents shown as one: the most authoritative leads.

Two sentences are the same provision where their sets of three characters overlap by more than
half (Broder's resemblance, 1997); numbers must be equal, so that 25% never stands for 20%.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from corpus.document import Level, Metadata
from corpus.targets.select import authority

_ALIKE = 0.55
_SHORTEST = 12  # characters; a shorter sentence is no provision of its own
_FIGURES = re.compile(r"\d+(?:\.\d+)?")


def groups(sentences: Sequence[tuple[Metadata, str]]) -> list[list[int]]:
    """Indices of sentences that say the same in different documents, in the order of the first.

    Inside a group the highest level comes first, then what `authority` says.
    """
    shingles = [_shingles(text) for _, text in sentences]
    figures = [frozenset(_FIGURES.findall(text)) for _, text in sentences]
    found: list[list[int]] = []
    for at, (document, text) in enumerate(sentences):
        group = next(
            (
                group
                for group in found
                if len(text) >= _SHORTEST
                and figures[group[0]] == figures[at]
                and _alike(shingles[group[0]], shingles[at])
                and document.id not in {sentences[other][0].id for other in group}
            ),
            None,
        )
        if group is None:
            found.append([at])
        else:
            group.append(at)
    return [sorted(group, key=lambda at: _rank(sentences[at][0])) for group in found]


def _rank(document: Metadata) -> tuple[object, ...]:
    return (list(Level).index(document.level), *authority(document))


def _alike(left: frozenset[str], right: frozenset[str]) -> bool:
    if not left or not right:
        return False
    shared = len(left & right)
    return shared > _ALIKE * (len(left) + len(right) - shared)


def _shingles(text: str) -> frozenset[str]:
    return frozenset(text[at : at + 3] for at in range(len(text) - 2))
