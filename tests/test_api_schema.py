"""The described API is the real one: generated calls find no crash and nothing undescribed."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

from fastapi.testclient import TestClient
from serving import served

from assistant.access.principal import Role
from assistant.api import create_app
from assistant.api.examples import examples, made
from assistant.service import Service
from assistant.settings import Settings

# A name that is no place's, a model that is not there: right in form, and refused by meaning.
_BY_MEANING = "positive_data_acceptance"


def test_generated_calls(sample_kept: Path, tmp_path: Path) -> None:
    """Schemathesis against a server on a port, its examples, edges, random and linked calls."""
    data = Path(shutil.copytree(sample_kept, tmp_path / "data"))
    service = Service.open(Settings(data=data, rate=""), lambda _: None)
    key = service.access.create_key("管理", Role.ADMIN)
    with served(create_app(service)) as url:
        command = [sys.executable, "-m", "schemathesis.cli", "run", f"{url}/openapi.json"]
        options = ["--header", f"Authorization: Bearer {key}", "--max-examples", "8"]
        quiet = ["--no-color", "--suppress-health-check", "all", "--generation-deterministic"]
        checks = ["--exclude-checks", _BY_MEANING]
        result = subprocess.run(
            [*command, *options, *quiet, *checks],
            capture_output=True,
            text=True,
            timeout=240,
            cwd=tmp_path,
            check=False,
        )
    service.close()
    assert result.returncode == 0, result.stdout[-6000:] + result.stderr[-2000:]
    assert "generated" in result.stdout


def test_every_operation_says_in_chinese_what_it_is_for(client: TestClient) -> None:
    schema = client.get("/openapi.json").json()
    for path, methods in schema["paths"].items():
        for method, operation in methods.items():
            where = f"{method} {path}"
            assert any("\u4e00" <= c <= "\u9fff" for c in operation["summary"]), where
            for parameter in operation.get("parameters", ()):
                assert parameter.get("description") or parameter["in"] == "path", where
            errors = operation["responses"]
            assert {"401", "429"} <= set(errors), where


def test_the_examples_are_what_the_starter_library_answers(tmp_path: Path) -> None:
    """`python -m assistant.api.examples` writes them anew."""
    assert made(tmp_path) == examples()


def test_the_description_shows_the_examples(client: TestClient) -> None:
    answer = client.get("/openapi.json").json()["paths"]["/v1/answer"]["post"]
    shown = answer["responses"]["200"]["content"]["application/json"]["example"]
    assert "925万吨" in shown["answer"]
    assert answer["requestBody"]["content"]["application/json"]["example"]["question"]
