from dataclasses import replace

from assistant.app import Assistant
from retrieval.passages import LONG, clause_of, passages
from retrieval.understand import understand


def test_a_short_clause_is_one_passage(assistant: Assistant) -> None:
    assert assistant.search is not None
    held = assistant.search.search(understand("合肥森林覆盖率", assistant.holdings))[0].held
    (only,) = passages(held)
    assert only.key == held.id
    assert only.in_context.startswith(held.document.title)


def test_a_long_clause_is_searched_in_runs_of_whole_sentences(assistant: Assistant) -> None:
    assert assistant.search is not None
    held = assistant.search.search(understand("合肥森林覆盖率", assistant.holdings))[0].held
    text = "".join(f"第{n}句话说的是一件很具体的工作。" for n in range(200))
    found = list(passages(replace(held, text=text)))
    assert len(text) > LONG
    assert len(found) > 3
    assert {clause_of(passage.key) for passage in found} == {held.id}
    assert len({passage.key for passage in found}) == len(found)
    assert all(passage.text.endswith("。") and passage.text in text for passage in found)
    assert "".join(dict.fromkeys("".join(p.text for p in found).split("。"))) == text.replace(
        "。", ""
    )
