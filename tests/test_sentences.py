"""Words that come in pieces, cut into sentences with their handles."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.chat.sentences import Sentence, sentences


@pytest.mark.parametrize(
    "handles",
    ["[1]", "【1】", "［1］", "[^1]", "[条款1]", "[依据 1]", " [1]", "\n[1]"],
)
def test_handles_are_read_as_small_models_write_them(handles: str) -> None:
    assert list(sentences([f"占比14.5%。{handles}"])) == [Sentence("占比14.5%。", (1,))]


@pytest.mark.parametrize("handles", ["[1][3]", "[1,3]", "[1、3]", "[1] [3]", "[1][3][1]"])
def test_several_handles_stand_behind_one_sentence(handles: str) -> None:
    assert list(sentences([f"占比14.5%。{handles}另有要求。"])) == [
        Sentence("占比14.5%。", (1, 3)),
        Sentence("另有要求。", ()),
    ]


def test_a_sentence_waits_for_the_handle_behind_its_stop() -> None:
    coming = sentences(iter(["占比14.5%。", "[", "1", "]", "另有"]))
    assert next(coming) == Sentence("占比14.5%。", (1,))


def test_ornaments_of_lists_and_headings_fall_away() -> None:
    text = "## 结论\n- **占比**14.5%。[1]\n* `能耗`下降。[2]"
    assert [s.said for s in sentences([text])] == ["结论", "占比14.5%。", "能耗下降。"]


def test_a_handle_alone_says_nothing() -> None:
    assert list(sentences(["[1][2]", "\n\n", "[3]。"])) == []


@given(st.text(alphabet="占比达到。！\n[]1 2，%", max_size=60), st.integers(1, 7))
def test_how_the_words_come_changes_nothing(text: str, size: int) -> None:
    pieces = [text[at : at + size] for at in range(0, len(text), size)]
    assert list(sentences(pieces)) == list(sentences([text]))
