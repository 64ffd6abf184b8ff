"""The part of a page that is written anew, between two comments; the rest is its authors'."""

from __future__ import annotations

import re
from pathlib import Path

from evals.case import text_of
from evals.errors import EvaluationError


def with_block(page: Path, name: str, content: str) -> str:
    """The page with what stands from `<!-- name -->` to the end of that made anew.

    Raises EvaluationError where the page has no such place.
    """
    opening, closing = f"<!-- {name} -->", f"<!-- /{name.split()[0]} -->"
    block = re.compile(f"{re.escape(opening)}\n.*?{re.escape(closing)}", re.DOTALL)
    made = f"{opening}\n\n{content}\n{closing}"
    changed, places = block.subn(lambda _: made, text_of(page))
    if not places:
        raise EvaluationError(f"{page}: 没有 {opening} … {closing}")
    return changed
