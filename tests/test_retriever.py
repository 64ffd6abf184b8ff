from assistant.app import Assistant
from retrieval.retriever import ClauseRetriever


def test_documents_carry_all_that_is_known(assistant: Assistant) -> None:
    assert assistant.search is not None
    retriever = ClauseRetriever(search=assistant.search, holdings=assistant.holdings, k=3)
    found = retriever.invoke("合肥公交车新能源占比")
    assert len(found) == 3
    first = found[0]
    assert "85%" in first.page_content
    assert first.metadata["region"] == "合肥市"
    assert first.metadata["clause_path"][-1] == "1.推广节能车辆"
    assert {"name": "市交通局", "role": "负责"} in first.metadata["departments"]
    assert first.id == first.metadata["clause_id"]
