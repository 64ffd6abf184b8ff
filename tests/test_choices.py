from pathlib import Path

import pytest
from sample import DOCUMENTS

from assistant.app import Assistant
from assistant.page.choices import ALL_CITIES, ALL_PROVINCES, Choice, Offer, Way, arranged
from assistant.target_views import Matrix, compared
from corpus.catalog import Catalog
from corpus.document import Level, Status
from corpus.ingest import find, ingest


@pytest.fixture(scope="module")
def offer(assistant: Assistant) -> Offer:
    return Offer.of(assistant)


def test_an_address_says_what_is_chosen_and_is_read_back() -> None:
    choice = Choice(
        Way.LIST, "绿色&出行", 2030, ("合肥市", "安徽省各市县"), Level.CITY, Status.DRAFT,
        numbers=True, sort="-2030", page=3,
    )  # fmt: skip
    said = {
        "view": "list", "indicator": "绿色&出行", "year": "2030", "level": "city",
        "status": "征求意见稿", "numbers": "1", "sort": "-2030", "page": "3",
    }  # fmt: skip
    assert Choice.of(said, ["合肥市", "安徽省各市县"]) == choice
    assert "indicator=%E7%BB%BF%E8%89%B2%26%E5%87%BA%E8%A1%8C" in choice.address
    assert Choice().address == "/targets"


@pytest.mark.parametrize(
    "said",
    [{"year": "1e9"}, {"year": "99999999999"}, {"view": "x"}, {"page": "-1"}, {"level": "众神"}],
)
def test_an_address_that_means_nothing_chooses_nothing(said: dict[str, str]) -> None:
    assert Choice.of(said, ["", " "]) == Choice()


def test_indicators_are_offered_by_how_many_have_them(offer: Offer) -> None:
    assert next(iter(offer.holders)) == "非化石能源消费比重"
    assert len(offer.holders["非化石能源消费比重"]) == 4
    assert offer.years_of("非化石能源消费比重") == (2025, 2030)
    assert offer.usual_year("绿色出行比例") == 2025


def test_presets_stand_for_what_is_held(offer: Offer) -> None:
    assert ALL_PROVINCES not in offer.presets  # one is no many
    regions, wrong = offer.meant(Choice(regions=(ALL_CITIES, "合肥市", "瞎编市")))
    assert {region.name for region in regions} == {"合肥市", "贵阳市"}
    assert wrong == ["没有名为“瞎编市”的辖区，请写全称，如 吉林省、四平市、龙潭区"]


def test_without_jurisdictions_all_that_have_the_indicator(offer: Offer) -> None:
    regions, _ = offer.meant(Choice(indicator="森林覆盖率"))
    assert [region.name for region in regions] == ["合肥市", "贵阳市"]


def test_what_may_not_be_seen_is_not_offered(tmp_path: Path) -> None:
    (tmp_path / "hefei.txt").write_text(DOCUMENTS["hefei.txt"], encoding="utf-8")
    catalog = Catalog(tmp_path / "data")
    list(ingest(find([tmp_path / "hefei.txt"]), catalog, collection="内部"))
    assert Offer.of(Assistant(catalog.seen_by(frozenset({"内部"})), None)).holders
    hidden = Offer.of(Assistant(catalog.seen_by(frozenset({"public"})), None))
    assert (hidden.holders, hidden.years, hidden.regions) == ({}, {}, {})
    catalog.close()


@pytest.fixture(scope="module")
def matrix(assistant: Assistant, offer: Offer) -> Matrix:
    regions, _ = offer.meant(Choice(indicator="非化石能源消费比重"))
    return compared(assistant, "非化石能源消费比重", regions, [])


@pytest.mark.parametrize(
    ("choice", "expected"),
    [
        (Choice(), ["安徽省", "合肥市", "贵阳市", "云岩区"]),
        (Choice(sort="-2025"), ["贵阳市", "安徽省", "合肥市", "云岩区"]),
        (Choice(sort="2025"), ["合肥市", "安徽省", "贵阳市", "云岩区"]),
        (Choice(sort="-region"), ["云岩区", "贵阳市", "合肥市", "安徽省"]),
        (Choice(sort="1999"), ["安徽省", "合肥市", "贵阳市", "云岩区"]),
        (Choice(numbers=True), ["安徽省", "合肥市", "贵阳市"]),
        (Choice(level=Level.CITY), ["合肥市", "贵阳市"]),
        (Choice(status=Status.DRAFT, numbers=True), ["贵阳市"]),
    ],
)
def test_rows_pass_filters_and_are_sorted(
    matrix: Matrix, choice: Choice, expected: list[str]
) -> None:
    assert [row.region for row in arranged(matrix, choice).rows] == expected
