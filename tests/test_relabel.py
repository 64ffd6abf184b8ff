from assistant.app import Assistant
from evals.bench.relabel import relabelled


def test_copies_are_of_other_jurisdictions_with_the_same_clauses(assistant: Assistant) -> None:
    known = assistant.documents()
    documents = [d for one in known if (d := assistant.document(one.id))]
    original, *copies = relabelled(documents, 3)
    assert [d.metadata for d in original] == known
    ids = [d.metadata.id for group in (original, *copies) for d in group]
    assert len(set(ids)) == len(ids) == 12
    regions = [d.metadata.region for group in (original, *copies) for d in group]
    assert len(set(regions)) == 12
    for copy in copies:
        assert [d.text for d in copy] == [d.text for d in documents]
        assert all(d.metadata.region_name[:2] in d.metadata.title for d in copy)
