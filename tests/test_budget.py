from assistant.chat.budget import counter, pack


def test_the_bound_is_never_below_a_token_a_character() -> None:
    count = counter()
    text = "到2025年，非化石能源消费比重达到14.5%（征求意见稿）𠮷"
    assert len(text) <= count(text) <= 2 * len(text)


def test_markers_of_a_vocabulary_are_plain_text() -> None:
    assert counter()("<|endoftext|>") >= 13


def test_pack_keeps_the_first_that_fit() -> None:
    assert pack(["aa", "bb", "cc"], 4, len) == ["aa", "bb"]
    assert pack(["aaaaa"], 4, len) == []
