"""The shape of the house: folders, and the one way that imports point."""

import ast
import re
from itertools import combinations
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
ALLOWED = {
    "corpus": {"corpus"},
    "retrieval": {"corpus", "retrieval"},
    "prompts": {"prompts"},
    "assistant": {"corpus", "retrieval", "prompts", "assistant"},
    "evals": {"corpus", "retrieval", "assistant", "evals"},
}


def imported(path: Path) -> set[str]:
    """Our packages that a file imports, wherever in it."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {name.name.split(".")[0] for name in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module.split(".")[0])
    return found & set(ALLOWED)


@pytest.mark.parametrize("package", ALLOWED)
def test_imports_point_one_way(package: str) -> None:
    files = list((ROOT / package).rglob("*.py"))
    assert files
    for path in files:
        assert imported(path) <= ALLOWED[package], path


@pytest.mark.parametrize("package", ALLOWED)
def test_files_stay_small(package: str) -> None:
    for path in (ROOT / package).rglob("*.py"):
        assert len(path.read_text(encoding="utf-8").splitlines()) <= 330, path


def test_no_page_changes_the_looks_of_another() -> None:
    """All sheets are on all pages: a class of one is another's only where it is everybody's."""
    sheets = {path.name: path for path in (ROOT / "assistant/page/static").glob("*.css")}
    common = _classes(sheets.pop("page.css"))
    own = {name: _classes(path) - common for name, path in sheets.items()}
    assert len(own) > 2
    for one, other in combinations(own, 2):
        assert own[one] & own[other] == set(), (one, other)


def _classes(sheet: Path) -> set[str]:
    return set(re.findall(r"\.cw-[a-z-]+", sheet.read_text(encoding="utf-8")))
