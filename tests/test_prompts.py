import pytest

import prompts


def test_fields_are_filled_and_not_read_again() -> None:
    text = prompts.render("evidence", clauses="[1] {{question}}", table="", question="占比多少？")
    assert "[1] {{question}}" in text
    assert text.endswith("问题：占比多少？")


def test_a_missing_value_raises() -> None:
    with pytest.raises(KeyError, match="question"):
        prompts.render("evidence", clauses="", table="")


def test_version_is_of_the_text() -> None:
    assert prompts.version("answer") == prompts.version("answer")
    assert len(prompts.version("answer")) == 8
