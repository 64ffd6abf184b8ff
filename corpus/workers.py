"""The processes that read files: of this machine, or of a Dask cluster that runs already."""

from __future__ import annotations

import hashlib
import logging
import signal
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from importlib import resources
from importlib.resources.abc import Traversable
from typing import TYPE_CHECKING

from corpus.errors import ClausewiseError

if TYPE_CHECKING:
    from distributed import Client

_DEATHS = 0  # that Dask forgives a batch; its files are read again one by one, by themselves
_PATIENCE = 30  # seconds that a cluster may take to answer
# Nothing is shown over HTTP, for nothing there asks who looks; nothing is measured for it either.
_QUIET = {
    "distributed.admin.tick.interval": "1s",
    "distributed.worker.profile.enabled": False,
    "distributed.scheduler.http.routes": [],
    "distributed.nanny.http.routes": [],
    "distributed.worker.http.routes": [],
}


@contextmanager
def local_workers(count: int) -> Iterator[Client]:
    """Workers of this machine, as long as they are used.

    They listen on the loopback alone and take orders from nobody else: over TLS, with keys that
    exist in memory only. Raises ClausewiseError where Dask is not installed.
    """
    _check_installed()
    import dask
    from distributed import Client, LocalCluster

    with (
        tempfile.TemporaryDirectory(prefix="clausewise-") as folder,
        dask.config.set(_QUIET),
        _silent(),
        LocalCluster(
            n_workers=count,
            threads_per_worker=1,
            host="127.0.0.1",
            security=True,
            dashboard_address=None,
            scheduler_kwargs={"allowed_failures": _DEATHS, "dashboard_address": "127.0.0.1:0"},
            local_directory=folder,
            silence_logs=logging.CRITICAL,
        ) as cluster,
        Client(cluster, set_as_default=False) as client,
    ):
        client.register_plugin(_plugin())
        yield client


@contextmanager
def workers_of(scheduler: str) -> Iterator[Client]:
    """The workers of the cluster at this address; they must see the files by the same paths.

    Raises ClausewiseError where it does not answer, has no workers or reads by other rules.
    """
    _check_installed()
    from distributed import Client

    with _silent():
        try:
            client = Client(scheduler, timeout=_PATIENCE, set_as_default=False)
        except (OSError, ValueError, TypeError) as error:  # the last without certificates for TLS
            raise ClausewiseError(f"无法连接集群 {scheduler}：{error}") from error
        with client:
            _check_workers(client, scheduler)
            yield client


def _check_workers(client: Client, scheduler: str) -> None:
    try:
        client.wait_for_workers(1, timeout=_PATIENCE)
        versions = client.run(version).values()
    except TimeoutError as error:
        raise ClausewiseError(f"集群 {scheduler} 没有工作进程") from error
    except Exception as error:  # whatever the workers raise for want of our program
        raise ClausewiseError(f"集群 {scheduler} 上须安装本程序：{error}") from error
    if set(versions) != {version()}:
        raise ClausewiseError(f"集群 {scheduler} 上的程序与本机版本不同，请统一安装")


@lru_cache(maxsize=1)
def version() -> str:
    """A hash of the rules that documents are read by: all code and tables of this package."""
    digest = hashlib.sha256()
    for file in _files(resources.files("corpus")):
        digest.update(file.name.encode() + file.read_bytes())
    return digest.hexdigest()[:16]


def _files(folder: Traversable) -> Iterator[Traversable]:
    for one in sorted(folder.iterdir(), key=lambda one: one.name):
        if one.is_dir():
            yield from _files(one)
        elif one.name.endswith((".py", ".tsv", ".txt")):
            yield one


def _check_installed() -> None:
    try:
        import distributed  # noqa: F401
    except ImportError as error:
        raise ClausewiseError(
            "多进程导入须安装 bulk 扩展：uv sync --frozen --inexact --extra bulk"
        ) from error


def _plugin() -> object:
    """Workers leave Ctrl-C to us: we end them."""
    from distributed import WorkerPlugin

    class Deaf(WorkerPlugin):
        def setup(self, worker: object) -> None:  # noqa: ARG002
            signal.signal(signal.SIGINT, signal.SIG_IGN)

    return Deaf()


@contextmanager
def _silent() -> Iterator[None]:
    """Dask's log tells of every worker that comes and goes; what matters we say ourselves."""
    log = logging.getLogger("distributed")
    level = log.level
    log.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        log.setLevel(level)
