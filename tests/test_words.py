from retrieval.words import bigrams, content_words, fold, nouns, synonyms, words


def test_fold_makes_widths_cases_and_spaces_equal() -> None:
    assert fold("ＰＵＥ １.３ （全省）") == "pue1.3(全省)"


def test_pairs_keep_numbers_whole() -> None:
    assert bigrams("占比15.5%以上") == ["占比", "15.5", "以上"]


def test_words_of_asking_are_no_content() -> None:
    assert content_words("森林覆盖率是多少呢") == ["森林", "覆盖", "覆盖率"]


def test_nouns_say_what_a_figure_must_be_of() -> None:
    assert nouns("贵州钢铁行业2030年废钢比") == ["钢铁行业", "废钢"]


def test_words_hold_the_shorter_words_inside_long_ones() -> None:
    assert {"装机", "容量", "装机容量"} <= set(words("新型储能装机容量"))


def test_spoken_names_call_on_official_ones() -> None:
    assert fold("单位地区生产总值二氧化碳排放") in synonyms("合肥碳强度降多少")


def test_only_the_longest_expression_is_expanded() -> None:
    assert fold("比例") not in synonyms("非化石能源占比")
