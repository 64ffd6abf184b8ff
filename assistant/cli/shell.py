"""What every command shares: the data directory, errors in Chinese, words beside the output."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from assistant.settings import Settings
from corpus.database import UNREACHABLE
from corpus.disk import is_full
from corpus.errors import CatalogError, ClausewiseError, DiskFullError

Data = Annotated[
    Path | None, typer.Option("--data", help="数据目录，默认取 CLAUSEWISE_DATA，再默认 ./data")
]


Server = Annotated[
    str,
    typer.Option(
        "--server", envvar="CLAUSEWISE_SERVER", help="改问这台服务器，如 http://主机:8000"
    ),
]
Key = Annotated[str, typer.Option("--key", envvar="CLAUSEWISE_KEY", help="服务器的密钥")]


def settings_of(data: Path | None) -> Settings:
    """The settings, with the data directory of the command line."""
    return Settings() if data is None else Settings(data=data)


def say(text: str) -> None:
    """A word to the person, beside what the command prints."""
    typer.echo(text, err=True)


@contextmanager
def errors_in_chinese() -> Iterator[None]:
    """Our own errors as one line and exit code 2."""
    try:
        yield
    except Exception as error:
        said = DiskFullError() if is_full(error) else error
        if isinstance(said, UNREACHABLE):
            said = CatalogError("数据库没有应答，或中断了连接；已存的内容不受影响，请检查后重试")
        if not isinstance(said, ClausewiseError):
            raise
        typer.echo(f"错误：{said}", err=True)
        raise typer.Exit(2) from error


def write(path: Path, content: bytes) -> None:
    """Write a file and say so. Raises ClausewiseError."""
    try:
        path.write_bytes(content)
    except OSError as error:
        raise ClausewiseError(f"{path}: 无法写入（{error.strerror}）") from error
    say(f"已写入 {path}")
