from assistant.app import Assistant
from retrieval.reading import read


def test_sentences_carry_the_year_in_force(assistant: Assistant) -> None:
    held = next(h for h in assistant.catalog.clauses() if "三步" in h.text or "3600个" in h.text)
    first, second, *_ = [s for s in read(held).sentences if len(s.text) > 5]
    assert second.years == (2025,)
    assert second.has_figure
    assert not first.has_figure


def test_synonyms_are_read_in_their_official_wording(assistant: Assistant) -> None:
    held = next(h for h in assistant.catalog.clauses() if "非化石能源消费比重" in h.text)
    assert "非化石能源消费比重" in read(held).text


def test_routine_and_bare_clauses(assistant: Assistant) -> None:
    by_heading = {h.clause.heading: read(h) for h in assistant.catalog.clauses()}
    assert by_heading["加强统筹协调"].is_routine
    assert not by_heading["推广节能车辆"].is_routine
    assert by_heading["交通运输行动"].is_bare
    assert by_heading["主要目标"].sets_goals
