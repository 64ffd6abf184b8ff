import pytest

from assistant.answer import Citation
from assistant.check import UnprovenError, check
from corpus.document import Level

CLAUSE = "一、目标。到2025年，比重达到14.5%；“十五五”期间，达到20%。"
QUOTE = "比重达到14.5%"


def cited(quote: str = QUOTE, span: tuple[int, int] | None = None) -> list[Citation]:
    start = CLAUSE.index(QUOTE)
    return [
        Citation(
            marker=1,
            clause_id="c",
            document_id="d",
            document_title="示例方案",
            region="合肥市",
            level=Level.CITY,
            status="正式",
            clause_path=["一、目标"],
            pages=[],
            quote=quote,
            clause_text=CLAUSE,
            span=span or (start, start + len(QUOTE)),
            source_url=None,
            score=1.0,
        )
    ]


def test_a_proven_line_passes() -> None:
    check("合肥市：到2025年，比重达到14.5%。[1]", cited())


def test_a_plan_period_proves_its_last_year() -> None:
    check("到2030年，比重达到14.5%。[1]", cited())


@pytest.mark.parametrize(
    "line",
    [
        "比重达到15%。[1]",
        "比重达到４５.1%。[1]",
        "比重达到20%。[1]",  # stands in the clause, not in the quote
        "到2035年，比重达到14.5%。[1]",
    ],
)
def test_a_number_that_the_quote_does_not_hold_is_stopped(line: str) -> None:
    with pytest.raises(UnprovenError, match="数字"):
        check(line, cited())


def test_a_marker_without_a_citation_is_stopped() -> None:
    with pytest.raises(UnprovenError, match="引注"):
        check("比重达到14.5%。[2]", cited())


@pytest.mark.parametrize("quote", ["比重达到14.6%", ""])
def test_a_quote_that_is_not_verbatim_is_stopped(quote: str) -> None:
    with pytest.raises(UnprovenError, match="引文"):
        check("比重。[1]", cited(quote))


def test_a_span_elsewhere_is_stopped() -> None:
    with pytest.raises(UnprovenError, match="引文"):
        check("比重达到14.5%。[1]", cited(span=(0, 5)))


def compared(*quotes: str) -> list[Citation]:
    one = cited()[0]
    return [
        one.model_copy(
            update={"marker": at, "quote": said, "clause_text": said, "span": (0, len(said))}
        )
        for at, said in enumerate(quotes, start=1)
    ]


@pytest.mark.parametrize(
    ("line", "quotes"),
    [
        ("合肥更高，高5.5个百分点。[1][2]", ("达到20%", "达到14.5%")),
        ("合肥更高，高1.2796亿千瓦。[1][2]", ("1.3亿千瓦", "204万千瓦")),
        ("合肥更高，高10克标准煤。[1][2]", ("305克标准煤/千瓦时", "295克标准煤/千瓦时")),
        ("合肥更高，高130万千瓦。[1][2]", ("装机\t210", "装机\t80")),
        ("合肥约占安徽省的10.3%，约一成。[1][2]", ("620万千瓦", "6000万千瓦")),
    ],
)
def test_what_follows_from_two_figures_passes(line: str, quotes: tuple[str, str]) -> None:
    check(line, compared(*quotes))


@pytest.mark.parametrize(
    ("line", "quotes"),
    [
        ("合肥更高，高5.6个百分点。[1][2]", ("达到20%", "达到14.5%")),
        ("合肥更高，高6万吨。[1][2]", ("达到20万千瓦", "达到14万千瓦")),
        ("合肥约占安徽省的11.3%。[1][2]", ("620万千瓦", "6000万千瓦")),
        ("比重提高5.5个百分点。[1]", ("达到20%，此前14.5%",)),
    ],
)
def test_what_does_not_follow_is_stopped(line: str, quotes: tuple[str, ...]) -> None:
    with pytest.raises(UnprovenError, match="数字"):
        check(line, compared(*quotes))
