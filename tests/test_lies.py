"""Rows of the target table, said rightly and falsified."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from assistant.app import Assistant
from evals.command import app
from evals.lies import TRUE, measure, sayings


def test_a_row_is_said_rightly_once_and_falsely_in_many_ways(assistant: Assistant) -> None:
    rows = [row for row in assistant.catalog.targets() if "5100万" in row.target.printed]
    beside = [
        row
        for row in assistant.catalog.targets()
        if row.clause.id == rows[0].clause.id and row is not rows[0]
    ]
    said = list(sayings(rows[0], beside, "贵州省"))
    assert said[0].kind == TRUE
    assert said[0].text == "到2030年，安徽省风电、太阳能发电总装机容量5100万千瓦以上。"
    texts = {one.kind: one.text for one in said[1:]}
    assert "贵州省" in texts["别的辖区"]
    assert "95100万千瓦以上" in texts["十倍数值"]
    assert "5100万千瓦以下" in texts["限定相反"]
    assert len({one.text for one in said}) == len(said)


def test_truths_pass_and_lies_do_not(assistant: Assistant) -> None:
    found = measure(assistant, 100, 1)
    assert found[TRUE].made > 15
    assert found[TRUE].share > 0.8
    lies = {kind: result.passed for kind, result in found.items() if kind != TRUE}
    assert lies == dict.fromkeys(lies, ())
    assert set(lies) >= {"别项数值", "别的年份", "十倍数值", "别的辖区", "限定相反"}


@pytest.mark.parametrize("seed", [1, 2])
def test_the_command_prints_shares_and_passes_its_gate(sample_data: Path, seed: int) -> None:
    done = CliRunner().invoke(
        app,
        [
            *("eval", "lies", "--data", str(sample_data)),
            *("--rows", "20", "--seed", str(seed), "--gate"),
        ],
    )
    assert done.exit_code == 0, done.output
    assert "假话合计通过 0.00%" in done.output
