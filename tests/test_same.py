from dataclasses import replace

from corpus.document import Level, Metadata, Status
from retrieval.same import groups

BLANK = Metadata("", "", None, None, Level.PROVINCE, Status.FINAL, None, None, None)
NATION = replace(BLANK, id="n", title="全国方案", level=Level.NATIONAL)
CITY = replace(BLANK, id="c", title="某市方案", level=Level.CITY)
OTHER = replace(BLANK, id="o", title="某省方案")
RULE = "新建大型公共建筑执行高星级绿色建筑标准并安装分项计量装置"


def test_the_most_authoritative_leads() -> None:
    said = [(CITY, RULE), (OTHER, "推进秸秆还田与有机肥替代化肥"), (NATION, RULE + "系统")]
    assert groups(said) == [[2, 0], [1]]


def test_another_number_is_another_provision() -> None:
    assert groups([(CITY, RULE + "比例达到20%"), (NATION, RULE + "比例达到25%")]) == [[0], [1]]


def test_clauses_of_one_document_stay_apart() -> None:
    assert groups([(CITY, RULE), (CITY, RULE)]) == [[0], [1]]
