"""What the README tells to type exists."""

import re
from pathlib import Path

import pytest
import typer

from assistant.cli import app
from assistant.settings import Settings

ROOT = Path(__file__).parents[1]
README = "\n".join(
    (ROOT / name).read_text(encoding="utf-8") for name in ("README.md", "docs/serving.md")
)
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")
COMMANDS = typer.main.get_command(app)


@pytest.mark.parametrize("target", sorted(set(re.findall(r"\bmake ([a-z]+)", README))))
def test_make_targets(target: str) -> None:
    assert re.search(rf"^{target}:.*## ", MAKEFILE, re.MULTILINE)


@pytest.mark.parametrize(
    "line", sorted(set(re.findall(r"\.venv/bin/clausewise (?!eval)(.+)", README)))
)
def test_commands_and_options(line: str) -> None:
    name, *rest = line.split()
    command = COMMANDS.commands[name]  # type: ignore[attr-defined]
    if isinstance(command, typer.core.TyperGroup):
        command = command.commands[rest[0]]
    known = {option for parameter in command.params for option in parameter.opts}
    assert {word for word in rest if word.startswith("--")} <= known


def test_settings_are_the_ones_that_are_read() -> None:
    named = set(re.findall(r"`CLAUSEWISE_([A-Z_]+)`", README))
    assert named <= {field.upper() for field in Settings.model_fields}


@pytest.mark.parametrize("link", sorted(set(re.findall(r"\]\((?!http|#)([^)]+)\)", README))))
def test_links_lead_somewhere(link: str) -> None:
    assert (ROOT / link).exists() or (ROOT / "docs" / link).exists()
