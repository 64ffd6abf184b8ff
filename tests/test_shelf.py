from assistant.app import Assistant
from retrieval.shelf import Shelf


def test_readings_by_id_and_no_unknown_ones(assistant: Assistant) -> None:
    ids = [held.id for held in assistant.catalog.clauses()]
    found = Shelf(assistant.catalog).readings([*ids[:3], "unknown"])
    assert set(found) == set(ids[:3])
    assert all(found[id_].held.id == id_ for id_ in found)


def test_a_small_shelf_still_hands_out_all(assistant: Assistant) -> None:
    ids = [held.id for held in assistant.catalog.clauses()]
    shelf = Shelf(assistant.catalog, room=2)
    assert set(shelf.readings(ids)) == set(ids)
    assert set(shelf.readings(ids)) == set(ids)


def test_a_filled_shelf_hands_out_the_same(assistant: Assistant) -> None:
    ids = [held.id for held in assistant.catalog.clauses()]
    shelf, filled = Shelf(assistant.catalog), Shelf(assistant.catalog, room=5)
    filled.fill()
    assert filled.readings(ids) == shelf.readings(ids)
