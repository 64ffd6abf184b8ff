import pytest

from corpus.document import Level, Status
from corpus.metadata import level_of, number_of, region_of, status_of


@pytest.mark.parametrize(
    ("issuer", "title", "region", "level"),
    [
        ("", "四平市碳达峰实施方案", "四平市", Level.CITY),
        ("浙江省", "浙江省财政厅关于支持节水工作的实施意见", "浙江省", Level.PROVINCE),
        ("石家庄", "中共石家庄市委石家庄市人民政府关于节水的实施意见", "石家庄市", Level.CITY),
        ("上海市徐汇区", "徐汇区节水实施方案", "徐汇区", Level.DISTRICT),
        ("无锡市", "新吴区节水行动方案", "新吴区", Level.DISTRICT),
        ("永城市", "永城市节水规划", "永城市", Level.COUNTY),
        ("四川省", "成渝地区双城经济圈节水联合行动方案", "成渝地区", Level.PROVINCE),
        ("内蒙古", "内蒙古自治区节水实施方案", "内蒙古自治区", Level.PROVINCE),
        ("国务院", "2030年前节水行动方案", "全国", Level.NATIONAL),
        ("住建部", "城乡建设领域节水实施方案", "全国", Level.MINISTRY),
        ("国家能源局", "能源节水行动计划", "全国", Level.MINISTRY),
    ],
)
def test_jurisdiction_and_level(issuer: str, title: str, region: str, level: Level) -> None:
    found = region_of(issuer, title)
    assert found is not None
    assert found.name == region
    assert level_of(issuer, found) is level


def test_what_is_not_said_stays_unknown() -> None:
    assert region_of("", "节水实施方案") is None
    assert level_of("", None) is Level.UNKNOWN


@pytest.mark.parametrize(
    ("title", "status"),
    [
        ("某市方案（征求意见稿）", Status.DRAFT),
        ("某市方案(草案)", Status.DRAFT),
        ("某市方案", Status.FINAL),
    ],
)
def test_status(title: str, status: Status) -> None:
    assert status_of(title) is status


def test_the_number_counts_only_at_the_head() -> None:
    assert number_of("国发〔2021〕23号\n各省") == "国发〔2021〕23号"
    assert number_of("根据国发〔2021〕23号要求") is None
