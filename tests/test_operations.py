"""What is handed to whoever operates it: units, proxy, dashboard and settings that fit the program."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest
import typer

from assistant.cli import app
from assistant.metrics import Metrics
from assistant.settings import Settings
from corpus.view import Size

FILES = Path(__file__).parents[1] / "docs" / "operations"


def test_the_dashboard_draws_what_is_measured() -> None:
    said = Metrics(lambda: Size(0, 0), lambda: 0).text().decode()
    measured = set(re.findall(r"^# TYPE (\w+)", said, re.MULTILINE))
    measured |= {f"{name}_bucket" for name in measured}
    panels = json.loads((FILES / "grafana.json").read_text(encoding="utf-8"))["panels"]
    drawn = {
        name
        for panel in panels
        for target in panel["targets"]
        for name in re.findall(r"\bclausewise_\w+", target["expr"])
    }
    assert len(drawn) > 8
    assert drawn <= measured


def test_the_environment_file_names_settings_that_there_are() -> None:
    names = re.findall(
        r"^#?(CLAUSEWISE_\w+)=", (FILES / "clausewise.env").read_text(), re.MULTILINE
    )
    known = {f"CLAUSEWISE_{name.upper()}" for name in Settings.model_fields}
    assert len(names) > 8
    assert set(names) <= known


def test_units_start_commands_that_there_are() -> None:
    commands = typer.main.get_command(app).commands  # type: ignore[attr-defined]
    units = [*FILES.glob("*.service"), Path(__file__).parents[1] / "docs" / "operations.md"]
    started = {
        name
        for unit in units
        for name in re.findall(
            r"(?:bin/|^)clausewise ([a-z]+)", unit.read_text(encoding="utf-8"), re.MULTILINE
        )
    }
    assert started >= {"serve", "backup", "restore", "migrate", "doctor"}
    assert started <= set(commands)


def test_nginx_takes_its_configuration(tmp_path: Path) -> None:
    nginx = shutil.which("nginx", path="/usr/sbin:/usr/bin")
    openssl = shutil.which("openssl")
    if nginx is None or openssl is None:
        pytest.skip("no nginx on this machine")
    key, certificate = tmp_path / "a.key", tmp_path / "a.pem"
    made = ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-subj", "/CN=a"]
    subprocess.run(
        [openssl, *made, "-keyout", key, "-out", certificate], check=True, capture_output=True
    )
    text = (FILES / "nginx.conf").read_text(encoding="utf-8")
    text = text.replace("/etc/ssl/clausewise.pem", str(certificate))
    (tmp_path / "part.conf").write_text(text.replace("/etc/ssl/clausewise.key", str(key)))
    whole = tmp_path / "nginx.conf"
    whole.write_text(
        f"pid {tmp_path}/pid; error_log stderr; events {{}}"
        f" http {{ access_log off; include {tmp_path}/part.conf; }}"
    )
    done = subprocess.run([nginx, "-t", "-c", whole], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
