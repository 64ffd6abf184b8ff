"""Questions that take for given what the documents say the contrary of."""

from collections.abc import Iterator

import pytest

from assistant.answer import Answer, Question, Refusal
from assistant.app import Assistant
from assistant.settings import Settings
from corpus.catalog import Catalog
from corpus.ingest import find, ingest

PLAN = """芜湖市碳达峰实施方案

一、主要目标

到2055年，率先建成零碳城市，绿色低碳循环的经济体系全面建立。

二、重点任务

（一）能源行动。安全稳妥发展核电。因地制宜开发水电。支持生物质发电，限制生物质散烧。

（二）交通行动。到2031年，全面禁止销售燃油货车。（市交通局牵头，市商务局配合）

（三）数据行动。建设全市碳数据平台。（市数据局牵头，市林业局配合）
"""


@pytest.fixture(scope="module")
def wuhu(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    """An assistant over one plan."""
    root = tmp_path_factory.mktemp("contrary")
    (root / "documents").mkdir()
    (root / "documents" / "wuhu.txt").write_text(PLAN, encoding="utf-8")
    catalog = Catalog(root / "data")
    assert all(result.error is None for result in ingest(find([root / "documents"]), catalog))
    catalog.close()
    opened = Assistant.open(Settings(data=root / "data", library=False), report=lambda _: None)
    yield opened
    opened.close()


def asked(assistant: Assistant, question: str) -> Answer:
    return assistant.ask(Question(question=question))


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("芜湖为什么决定停止发展核电？", "安全稳妥发展核电"),
        ("芜湖要求2025年前拆除全部水电站，分几步走？", "因地制宜开发水电"),
        ("芜湖2030年就要建成零碳城市了，具体怎么弄？", "到2055年，率先建成零碳城市"),
        ("芜湖的碳数据平台是市水利局牵头建的吧，怎么分工的？", "市数据局牵头"),
    ],
)
def test_the_contrary_is_set_right(wuhu: Assistant, question: str, said: str) -> None:
    answer = asked(wuhu, question)
    assert answer.refusal_reason is Refusal.FALSE_PREMISE
    assert answer.answer.startswith("前提不成立")
    assert said in answer.answer


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("芜湖为什么要禁止销售燃油货车？", "全面禁止销售燃油货车"),
        ("芜湖为什么要停止生物质散烧？", "限制生物质散烧"),
        ("芜湖2055年要建成零碳城市了，还要做什么？", "率先建成零碳城市"),
        ("芜湖停止发展核电了吗？", "安全稳妥发展核电"),
        ("芜湖的碳数据平台是市林业局牵头建吧", "市数据局牵头"),
        ("芜湖的碳数据平台是市水利局牵头建吧", "不是。芜湖市：市数据局牵头"),
    ],
)
def test_what_is_so_or_only_asked_is_answered(wuhu: Assistant, question: str, said: str) -> None:
    answer = asked(wuhu, question)
    assert not answer.refused
    assert said in answer.answer
