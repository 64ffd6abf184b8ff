"""Whether clauses prove a sentence: what is kept, and why the rest is struck."""

from collections.abc import Callable

import pytest

from assistant.app import Assistant
from assistant.chat.sentences import Sentence
from assistant.inquiry import Inquiry, open_inquiry
from assistant.proof.prove import Verdict, prove
from retrieval.found import Hit
from retrieval.scope import EVERYTHING
from retrieval.topic import topic_of

Prove = Callable[[str, str, str], Verdict]


@pytest.fixture
def proven(assistant: Assistant) -> Prove:
    """The verdict on what is said of a clause that holds some words, for a question."""
    search = assistant.search
    assert search is not None

    def verdict(question: str, words: str, said: str) -> Verdict:
        query = assistant.understand(question)
        topic = topic_of(query, search.frequency, search.size)
        inquiry: Inquiry = open_inquiry(query, topic, search, EVERYTHING)
        hit = next(h for h in search.search(query, EVERYTHING, 40) if words in h.held.text)
        hits: dict[int, Hit] = {1: hit}
        return prove(Sentence(said, (1,)), hits.get, inquiry)

    return verdict


@pytest.mark.parametrize(
    ("question", "words", "said"),
    [
        ("合肥绿色出行", "75%", "到2030年，合肥市绿色出行比例不低于百分之七十五。"),
        ("合肥绿色出行", "75%", "合肥市提出2030年绿色出行比例不低于75％。"),
        ("安徽2030年抽水蓄能装机", "抽水", "力争2030年抽水蓄能装机达到700万千瓦。"),
        (
            "安徽2025年、2030年抽水蓄能装机",
            "抽水",
            "力争2025年、2030年抽水蓄能装机分别达到300万千瓦、700万千瓦。",
        ),
        ("合肥慢行系统", "慢行", "合肥市在包河、滨湖、高新三片区开展慢行系统试点。"),
        ("合肥超高层建筑", "办公楼", "合肥市一般不得新建高度一百五十米以上的办公楼。"),
        ("合肥零碳社区", "零碳", "合肥市力争2024年底前建成首批零碳社区。"),
        ("合肥绿色出行由谁负责", "75%", "由市交通局牵头。"),
        ("云岩区垃圾分类", "三步", "云岩区推行“三步”工作法。"),
        ("芜湖数据中心PUE", "1.2", "芜湖市数据中心集群电能利用效率不高于1.2。"),
    ],
)
def test_what_the_clause_says_is_proven(
    proven: Prove, question: str, words: str, said: str
) -> None:
    verdict = proven(question, words, said)
    assert verdict.fault == ""
    (evidence,) = verdict.evidence
    assert evidence.quote in evidence.held.text


@pytest.mark.parametrize(
    ("question", "words", "said", "fault"),
    [
        ("合肥绿色出行", "75%", "合肥市绿色出行比例不低于85%。", "没有85%"),
        ("合肥绿色出行", "75%", "到2025年，合肥市绿色出行比例不低于75%。", "2025年"),
        ("合肥绿色出行", "75%", "到2030年，合肥市绿色出行比例达到75%。", "限定词"),
        ("合肥绿色出行", "75%", "到2030年，合肥市绿色出行比例不超过75%。", "限定词"),
        ("合肥绿色出行", "75%", "到2030年，合肥市公交出行比例不低于75%。", "公交"),
        ("合肥绿色出行", "75%", "贵阳市绿色出行比例不低于75%。", "贵阳"),
        ("合肥绿色出行由谁负责", "75%", "由市财政局牵头。", "市财政"),
        ("合肥推广节能车辆由谁负责", "3600", "由市交通局牵头负责。", "牵头"),
        ("安徽2030年抽水蓄能装机", "抽水", "2030年抽水蓄能装机达到700万千瓦。", "力争"),
        ("安徽2030年抽水蓄能装机", "抽水", "力争2030年抽水蓄能装机达到300万千瓦。", "2025年"),
        (
            "安徽2025年、2030年抽水蓄能装机",
            "抽水",
            "力争2025年、2030年抽水蓄能装机分别达到700万千瓦、300万千瓦。",
            "在条款中是",
        ),
        ("安徽2025年能耗", "12%", "安徽省2025年单位地区生产总值能耗达到12%。", "升降"),
        ("安徽2025年能耗", "12%", "安徽省2025年单位地区生产总值能耗比2015年下降12%。", "2015"),
        ("合肥超高层建筑", "办公楼", "合肥市可以新建高度一百五十米以上的办公楼。", "可以"),
        ("合肥超高层建筑", "办公楼", "合肥市新建高度一百五十米以上的办公楼。", "禁止"),
        ("合肥超高层建筑", "办公楼", "合肥市不得新建高度二百米以上的办公楼。", "二百"),
        ("合肥零碳社区", "零碳", "合肥市确保2024年底前建成首批零碳社区。", "确保"),
        ("合肥零碳社区", "零碳", "合肥市力争2024年底前建成首批氢能社区。", "氢能"),
        ("合肥慢行系统", "慢行", "合肥市在庐阳区开展慢行系统试点。", "庐阳区"),
        ("云岩区垃圾分类", "三步", "云岩区推行“五步”工作法。", "五步"),
        ("云岩区垃圾分类", "三步", "《云岩区垃圾分类条例》推行“三步”工作法。", "垃圾分类条例"),
        ("安徽数据中心PUE", "1.2", "安徽省数据中心电能利用效率不高于1.2。", "芜湖"),
        ("合肥各区公园绿地", "13.2", "合肥市人均绿地面积达到13.2平方米。", "包河"),
        ("合肥绿色出行", "75%", "The share is 75%.", "中文"),
        ("合肥绿色出行", "75%", "合肥市绿色出行比例见附件说明和下载地址 http://a.cn/ 。", "链接"),
    ],
)
def test_what_it_does_not_say_is_struck_with_the_reason(
    proven: Prove, question: str, words: str, said: str, fault: str
) -> None:
    verdict = proven(question, words, said)
    assert fault in verdict.fault
    assert not verdict.proven


def test_handles_must_exist(proven: Prove, assistant: Assistant) -> None:
    search = assistant.search
    assert search is not None
    query = assistant.understand("合肥绿色出行")
    inquiry = open_inquiry(
        query, topic_of(query, search.frequency, search.size), search, EVERYTHING
    )
    clause = {1: inquiry.hits[0]}.get
    said = "绿色出行。"
    assert prove(Sentence(said, ()), clause, inquiry).fault == "没有标出条款编号"
    assert prove(Sentence(said, (9,)), clause, inquiry).fault == "条款编号不存在"
    assert prove(Sentence(said, (1, 9)), clause, inquiry).fault == "条款编号不存在"
