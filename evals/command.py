"""The command `clausewise eval` and what is below it."""

from __future__ import annotations

from typing import Any

import typer
from typer.core import TyperGroup

from evals.commands.compare import compare_command
from evals.commands.external import external_command, ragas_command
from evals.commands.figures import figures_command
from evals.commands.run import run_command
from evals.commands.suites import accept_command, draft_command, validate_command
from evals.external.convert import convert_command
from evals.lies import lies_command
from evals.retrieval.command import beir_command, export_command, retrieval_command

_RUN = "run"


class _Group(TyperGroup):
    """`eval FILE` is `eval run FILE`."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        if args and args[0] not in (*self.commands, "--help"):
            args = [_RUN, *args]
        return super().parse_args(ctx, args)


_eval = typer.Typer(
    cls=_Group,
    help="评测：eval run 题库，或下列命令之一",
    no_args_is_help=True,
    add_completion=False,
)
_eval.command(_RUN)(run_command)
_eval.command("compare")(compare_command)
_eval.command("validate")(validate_command)
_eval.command("draft")(draft_command)
_eval.command("accept")(accept_command)
_eval.command("figures")(figures_command)
_eval.command("external")(external_command)
_eval.command("ragas")(ragas_command)
_eval.command("convert")(convert_command)
_eval.command("beir")(beir_command)
_eval.command("retrieval")(retrieval_command)
_eval.command("export")(export_command)
_eval.command("lies")(lies_command)
app = typer.Typer()
app.add_typer(_eval, name="eval")


if __name__ == "__main__":
    app()
