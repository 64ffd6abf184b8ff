"""The report of a run, in every form that it is written in."""

from __future__ import annotations

import csv
import json
from datetime import UTC, datetime
from pathlib import Path
from xml.etree import ElementTree

import pytest
from playwright.sync_api import Browser

from evals.case import Case
from evals.errors import EvaluationError
from evals.originals import Gold, Proof
from evals.reply import Cited, Passage, Reply, Row, Usage
from evals.reports.compare import read_report
from evals.reports.readme import figures_markdown, with_figures
from evals.reports.report import Asked, Price, Report, Run, report
from evals.reports.stage import Stage
from evals.reports.written import write_reports
from evals.runner import asked

CLAUSE = "到2025年，临海市风电装机达到40万千瓦以上。"
PROOF = Proof("临海市", "风电装机达到40万千瓦以上", 20)


def case(id_: str, **fields: object) -> Case:
    known = {
        "id": id_,
        "question": f"临海市2025年风电装机多少（{id_}）？",
        "type": "target",
        "answer": "40万千瓦以上",
        "answer_points": ["40万千瓦以上"],
        "sources": [{"title": "方案", "region": "临海市", "clause": "一、目标"}],
        "tags": ["spoken"],
        "split": "tune",
    }
    return Case.model_validate(known | fields)


def cited(text: str = CLAUSE) -> Cited:
    return Cited(text=text, title="方案", region="临海市", path=("一、目标",), marker=1)


def row(case: Case, reply: Reply | None, error: str = "", seconds: float = 0.01) -> Row:
    return Row(id=case.id, question=asked(case), seconds=seconds, reply=reply, error=error)


RIGHT = Reply(
    text="到2025年，风电装机达到40万千瓦以上。[1]",
    citations=(cited(),),
    ranked=(Passage(text=CLAUSE),),
    confidence=2.0,
    usage=Usage(sent=1000, written=100),
)
WRONG = RIGHT.model_copy(
    update={"text": "=临海市<script>alert()</script>风电装机。[1]", "confidence": 1.0}
)
UNRANKED = WRONG.model_copy(update={"ranked": ()})
LATE = WRONG.model_copy(update={"ranked": (*[Passage(text="别的")] * 6, Passage(text=CLAUSE))})
ABROAD = WRONG.model_copy(update={"receipt": {"understood": [["辖区", "椒江区（椒江）"]]}})
INVENTED = RIGHT.model_copy(
    update={"text": "到2025年，风电装机达到40万千瓦以上，光伏9万千瓦。", "citations": ()}
)
REFUSED = Reply(text="没有提到。", refused=True, reason="silent")


@pytest.fixture
def found() -> Report:
    rows = [
        (case("right"), RIGHT),
        (case("wrong"), WRONG),
        (case("unranked"), UNRANKED),
        (case("late"), LATE),
        (case("abroad"), ABROAD),
        (case("invented"), INVENTED),
        (case("refused", type="unanswerable", answer_points=[], refusal=["silent"]), REFUSED),
        (case("told", type="unanswerable", answer_points=[], refusal=["silent"]), RIGHT),
    ]
    both = [
        Asked(
            "targets",
            Gold(one, (PROOF,), "city"),
            {"ours": row(one, reply), "theirs": row(one, RIGHT)},
        )
        for one, reply in rows
    ]
    silent = case("silent")
    both.append(
        Asked(
            "clauses",
            Gold(silent, (PROOF,), "city"),
            {"ours": row(silent, None, "超时"), "theirs": row(silent, RIGHT)},
        )
    )
    run = Run(
        suites={"targets": "aa", "clauses": "bb"},
        corpus="cc",
        program="1",
        machine="m",
        at=datetime(2026, 1, 2, tzinfo=UTC),
        price=Price(sent=2, written=8),
    )
    return report(run, both, None, {"ours": {"right": True, "wrong": True}})


def test_figures_are_those_that_a_reader_would_count(found: Report) -> None:
    ours, theirs = found.systems
    assert (ours.questions, ours.failures, ours.errors) == (9, 7, 1)
    assert ours.figures["answer"].value == pytest.approx(2 / 7)
    assert (ours.figures["answer"].n, ours.figures["refusal"].value) == (7, 0.5)
    assert theirs.figures["answer"].value == 1
    assert {g.name: g.questions for g in ours.groups["suite"]} == {"clauses": 1, "targets": 8}
    assert [g.name for g in ours.groups["type"]] == ["target", "unanswerable"]
    assert [g.name for g in ours.groups["jurisdiction"]] == ["临海市"]
    assert (ours.sent, ours.written) == (7000, 700)
    assert ours.cost == pytest.approx((7000 * 2 + 700 * 8) / 1e6)


def test_each_failure_names_the_stage_that_failed(found: Report) -> None:
    stages = {one.case.id: one.answers["ours"].stage for one in found.questions}
    assert stages == {
        "right": None,
        "wrong": Stage.COMPOSING,
        "unranked": Stage.RETRIEVAL,
        "late": Stage.RANKING,
        "abroad": Stage.UNDERSTANDING,
        "invented": Stage.VERIFICATION,
        "refused": None,
        "told": Stage.COMPOSING,
        "silent": Stage.ASKING,
    }
    assert sum(found.systems[0].stages.values()) == found.systems[0].failures


def test_the_surest_answers_are_the_least_wrong(found: Report) -> None:
    curve = found.systems[0].curve
    assert curve.points[0].risk < curve.points[-1].risk
    assert curve.area is not None


def test_a_models_opinion_changes_nothing_but_is_held_against_the_measure(found: Report) -> None:
    agreement = found.systems[0].agreement
    assert agreement is not None
    assert (agreement.judged, agreement.agreed) == (2, 0.5)
    assert found.systems[1].agreement is None


def test_json_can_be_read_again(found: Report, tmp_path: Path) -> None:
    write_reports(found, tmp_path)
    assert read_report(tmp_path) == found
    summary = json.loads((tmp_path / "summary.json").read_text("utf-8"))
    assert [one["name"] for one in summary["systems"]] == ["ours", "theirs"]
    assert "groups" not in summary["systems"][0]
    assert {file.name for file in tmp_path.iterdir()} == {
        *("report.json", "summary.json", "report.xml", "questions.csv", "report.html")
    }


def test_junit_has_a_failure_for_each_wrong_answer(found: Report, tmp_path: Path) -> None:
    write_reports(found, tmp_path)
    root = ElementTree.parse(tmp_path / "report.xml").getroot()
    assert [suite.get("tests") for suite in root] == ["8", "1"]
    failures = root.findall(".//failure")
    assert len(failures) == 6
    assert {one.get("type") for one in failures} >= {"retrieval", "ranking", "understanding"}
    assert len(root.findall(".//error")) == 1


def test_the_sheet_has_a_row_for_each_answer_and_no_formula(found: Report, tmp_path: Path) -> None:
    write_reports(found, tmp_path)
    with (tmp_path / "questions.csv").open(encoding="utf-8-sig", newline="") as lines:
        rows = list(csv.DictReader(lines))
    assert len(rows) == 18
    wrong = next(one for one in rows if (one["id"], one["system"]) == ("wrong", "ours"))
    assert wrong["reply"].startswith("'=临海市")
    assert (wrong["passed"], wrong["stage"], wrong["points"]) == ("False", "composing", "0.0")


def test_the_page_stands_alone_and_shows_every_failure(
    found: Report, tmp_path: Path, browser: Browser
) -> None:
    write_reports(found, tmp_path)
    fetched: list[str] = []
    page = browser.new_page()
    page.on("request", lambda request: fetched.append(request.url))
    page.goto((tmp_path / "report.html").as_uri())
    assert len(fetched) == 1
    assert page.locator("script").count() == 0
    assert page.get_by_role("heading", name="条析评测报告").is_visible()
    assert page.locator("article").count() == 7
    page.locator("summary").first.click()
    shown = page.locator("#wrong").inner_text()
    assert "=临海市<script>alert()</script>风电装机" in shown
    assert "答案缺少要点：40万千瓦以上" in shown
    assert "成文" in shown
    page.get_by_label("English").check()
    assert page.get_by_role("heading", name="Clausewise evaluation").is_visible()
    assert not page.get_by_role("heading", name="条析评测报告").is_visible()
    page.close()


def test_the_readme_has_the_figures_of_a_run(found: Report, tmp_path: Path) -> None:
    readme = tmp_path / "README.md"
    readme.write_text("前\n<!-- figures all -->\n旧\n<!-- /figures -->\n后\n", encoding="utf-8")
    text = with_figures(readme, found, "all")
    assert figures_markdown(found) in text
    assert "| ours | 9 | 28.6 |" in text
    assert text.startswith("前\n")
    assert text.endswith("后\n")
    assert "旧" not in text
    with pytest.raises(EvaluationError, match="没有 <!-- figures dev -->"):
        with_figures(readme, found, "dev")
