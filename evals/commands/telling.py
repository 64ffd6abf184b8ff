"""How a command tells of an error: in its own words, exit code 2."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import typer

from corpus.errors import ClausewiseError


@contextmanager
def errors_told() -> Iterator[None]:
    """Turn an error of ours into its message and exit code 2."""
    try:
        yield
    except ClausewiseError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(2) from error
