from corpus.document import Level
from corpus.regions import NATION, gazetteer


def names(text: str) -> list[list[str]]:
    return [[r.name for r in mention.regions] for mention in gazetteer().mentions(text)]


def test_a_spoken_name_lists_the_province_before_the_city() -> None:
    assert names("吉林2025年")[0][:2] == ["吉林省", "吉林市"]


def test_a_full_name_means_one_place() -> None:
    assert names("吉林市2025年") == [["吉林市"]]
    assert names("海南州和海南省") == [["海南藏族自治州"], ["海南省"]]


def test_parents_up_to_the_nation() -> None:
    places = gazetteer()
    assert places.named("大足区") is not None
    assert places.coded("500111").parents == ("重庆市", "全国")
    assert places.coded("510700").parents == ("四川省", "全国")
    assert places.coded("320214").parents == ("无锡市", "江苏省", "全国")


def test_levels() -> None:
    places = gazetteer()
    levels = {code: places.coded(code).level for code in ("310104", "220300", "411481", "320214")}
    assert levels == {
        "310104": Level.DISTRICT,
        "220300": Level.CITY,
        "411481": Level.COUNTY,
        "320214": Level.DISTRICT,
    }


def test_groups_and_the_nation() -> None:
    assert names("成渝地区双城经济圈")[0] == ["成渝地区"]
    assert names("国家层面") == [[NATION.name]]


def test_autonomous_prefectures_by_their_spoken_names() -> None:
    found = [readings[0] for readings in names("恩施和凉山州")]
    assert found == ["恩施土家族苗族自治州", "凉山彝族自治州"]


def test_mentions_are_spans_of_the_text() -> None:
    text = "比较四平与绵阳市"
    assert [text[m.start : m.end] for m in gazetteer().mentions(text)] == ["四平", "绵阳市"]


def test_the_earlier_name_stands_where_two_overlap() -> None:
    """和静 is a county of Xinjiang; between two places 和 joins them."""
    assert names("嘉定区和静安区") == [["嘉定区"], ["静安区"]]
    assert [found[0] for found in names("嘉定和静安")] == ["嘉定区", "静安区"]
    assert [found[0] for found in names("四平和和田")] == ["四平市", "和田地区"]
    assert names("和静县") == [["和静县"]]
    assert [found[0] for found in names("合肥城市公交车")] == ["合肥市"]
