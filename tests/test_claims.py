"""What a sentence claims: figures in any writing, and the years and places in force."""

import pytest

from assistant.proof.claims import change_in, claims_of, folded, paired
from corpus.targets.target import Change


@pytest.mark.parametrize(
    ("said", "plain"),
    [
        ("百分之十四点五", "14.5%"),
        ("百分之二十", "20%"),
        ("１４．５％", "14.5%"),
        ("五千一百万千瓦", "5100万千瓦"),
        ("二十个百分点", "20个百分点"),
        ("三十六亩", "36亩"),
        ("一系列措施", "一系列措施"),
        ("十四五末", "十四五末"),
    ],
)
def test_numerals_are_read_as_digits(said: str, plain: str) -> None:
    assert folded(said) == plain


def test_a_year_holds_until_another_is_named() -> None:
    claims = claims_of("到2025年占比达到16%，森林覆盖率达到29%，2030年占比达到23%")
    assert [claim.years for claim in claims] == [(2025,), (2025,), (2030,)]


def test_the_end_of_a_plan_period_is_its_last_year() -> None:
    assert claims_of("十四五末达到16%")[0].years == (2025,)


def test_a_base_is_no_year() -> None:
    (claim,) = claims_of("比2020年下降12%")
    assert claim.years == ()
    assert claim.bases == ("2020",)
    assert claim.change is Change.DOWN


def test_figures_of_a_list_belong_to_the_years_of_a_list() -> None:
    (claim,) = [c for c in claims_of("2025年、2030年分别达到300、700万千瓦") if c.figures]
    assert [(int(f.low), f.unit, y) for f, y in paired(claim)] == [
        (300, "万千瓦", (2025,)),
        (700, "万千瓦", (2030,)),
    ]


def test_a_place_holds_until_another_is_named() -> None:
    claims = claims_of("合肥市达到14.5%，森林覆盖率29%，贵阳市达到21%")
    assert [claim.places[0].name for claim in claims] == ["合肥市", "合肥市", "贵阳市"]


@pytest.mark.parametrize(
    ("words", "change"),
    [
        ("下降12%", Change.DOWN),
        ("降低到12%", Change.NONE),
        ("提高5个百分点", Change.UP),
        ("提高到25%", Change.NONE),
        ("达到25%", Change.NONE),
    ],
)
def test_a_change_is_told_from_a_level(words: str, change: Change) -> None:
    assert change_in(words) is change
