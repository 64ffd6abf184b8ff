"""The described API is the real one: generated calls find no crash and nothing undescribed."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from serving import served

from assistant.access.principal import Role
from assistant.api import create_app
from assistant.service import Service
from assistant.settings import Settings


@pytest.fixture(scope="module")
def server(
    sample_data: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[str, dict[str, str]]]:
    """A server with a key in force: its address, and what the key goes in."""
    data = Path(shutil.copytree(sample_data, tmp_path_factory.mktemp("schema") / "data"))
    service = Service.open(Settings(data=data, rate=""), lambda _: None)
    key = service.access.create_key("管理", Role.ADMIN)
    with served(create_app(service)) as url:
        yield url, {"Authorization": f"Bearer {key}"}
    service.close()


@pytest.fixture(scope="module")
def api(server: tuple[str, dict[str, str]]) -> Any:
    url, headers = server
    return schemathesis.openapi.from_url(f"{url}/openapi.json", headers=headers)


schema = schemathesis.pytest.from_fixture("api")


@schema.parametrize()
@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
def test_generated_calls(case: Any, server: tuple[str, dict[str, str]]) -> None:
    case.call_and_validate(headers=server[1])
