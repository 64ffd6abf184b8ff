"""The `clausewise` command. Other packages add commands by entry point."""

from __future__ import annotations

import os
import sys
from importlib.metadata import entry_points

import typer

from assistant.cli import access, doctor, feedback, holdings, mcp, questions, search, tables, upkeep

app = typer.Typer(
    help="条析 Clausewise：对政策文件提问，回答引到具体条款。",
    no_args_is_help=True,
    add_completion=False,
)
for commands in (access, doctor, feedback, holdings, mcp, questions, search, tables, upkeep):
    app.add_typer(commands.app)


def main() -> None:
    """Entry point: the commands above and those that other packages register.

    Of the latter only what is asked for is loaded, as that takes a second.
    """
    asked = sys.argv[1:2]
    for command in entry_points(group="clausewise.commands"):
        if asked in ([], ["--help"], [command.name]):
            app.add_typer(command.load())
    if sys.stdout.encoding.lower() != "utf-8":
        os.environ["PYTHONIOENCODING"] = "utf-8"
    app()
