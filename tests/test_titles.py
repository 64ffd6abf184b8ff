from dataclasses import replace

from corpus.document import Level, Metadata, Status
from corpus.regions import NATION, gazetteer
from retrieval.titles import Titles

BLANK = Metadata("", "", None, None, Level.PROVINCE, Status.FINAL, None, None, None)
ANHUI, HUNAN = gazetteer().named("安徽省"), gazetteer().named("湖南省")
TITLES = Titles(
    [
        replace(BLANK, id="1", title="减污降碳协同增效实施方案"),
        replace(BLANK, id="2", title="安徽省工业领域碳达峰实施方案", region=ANHUI),
        replace(BLANK, id="3", title="湖南省工业领域碳达峰实施方案", region=HUNAN),
        replace(BLANK, id="5", title="城乡建设领域碳达峰实施方案", level=Level.MINISTRY),
        replace(BLANK, id="6", title="安徽省公共机构绿色低碳引领行动方案", region=ANHUI),
        replace(
            BLANK,
            id="4",
            title="2030年前碳达峰行动方案",
            number="国发〔2021〕23号",
            region=NATION,
        ),
    ]
)


def ids(text: str, *regions: str) -> list[tuple[str, ...]]:
    named = tuple(region for name in regions if (region := gazetteer().named(name)))
    return [name.ids for name in TITLES.named(text, named)]


def test_a_title_whole_shortened_or_in_part() -> None:
    assert ids("《减污降碳协同增效实施方案》怎么说") == [("1",)]
    assert ids("《减污降碳实施方案》怎么说") == [("1",)]
    assert ids("《国务院2030年前碳达峰行动方案》怎么说") == [("4",)]


def test_of_several_that_fit_those_of_the_jurisdiction() -> None:
    assert ids("《工业领域碳达峰实施方案》怎么说") == [("2", "3")]
    assert ids("湖南《工业领域碳达峰实施方案》怎么说", "湖南省") == [("3",)]


def test_a_title_in_plain_words_and_a_number() -> None:
    assert ids("安徽省工业领域碳达峰实施方案怎么说") == [("2",)]
    assert ids("国发〔2021〕23号怎么说") == [("4",)]


def test_a_title_in_plain_words_is_of_the_place_that_is_named() -> None:
    assert ids("湖南工业领域碳达峰实施方案怎么说", "湖南省") == [("3",)]
    assert ids("安徽的工业领域碳达峰实施方案怎么说", "安徽省") == [("2",)]
    assert ids("湖南2030年前碳达峰行动方案怎么说", "湖南省") == []


def test_a_document_that_is_not_held() -> None:
    (named,) = TITLES.named("《月球采矿管理办法》怎么说", ())
    assert named.ids == ()
    assert named.words == "《月球采矿管理办法》"


def test_a_title_is_of_whom_it_is_said_to_be() -> None:
    assert ids("国管局等部门印发的《公共机构绿色低碳引领行动方案》怎么说") == [()]
    assert ids("住建部《城乡建设领域碳达峰实施方案》怎么说") == [("5",)]
    assert ids("湖南省《城乡建设领域碳达峰实施方案》怎么说", "湖南省") == [()]
    assert ids("湖南省怎么落实《城乡建设领域碳达峰实施方案》", "湖南省") == [("5",)]
    assert ids("安徽省委宣传部《公共机构绿色低碳引领行动方案》", "安徽省") == [("6",)]


def test_no_title() -> None:
    assert ids("工业领域怎么办") == []
