from pathlib import Path

from evals.retrieval.beir import Collection, Entry
from evals.retrieval.foreign import runs
from evals.retrieval.measures import measure

COLLECTION = Collection(
    {
        "7": Entry("Bread", "Knead the dough for ten minutes and let it rise overnight."),
        "8": Entry("Soup", "Simmer carrots and leeks with a bay leaf for an hour."),
        "9": Entry("熬粥", "小米淘净后加水，小火慢熬半小时。"),
        "10": Entry("", "Whisk egg whites until they hold stiff peaks."),
    },
    {"a": "how long does dough rise", "b": "小米粥熬多久", "c": "stiff egg whites"},
    {"a": {"7": 1}, "b": {"9": 1}, "c": {"10": 1}},
)


def test_a_collection_that_has_nothing_to_do_with_policies(tmp_path: Path) -> None:
    found = dict(runs(COLLECTION, tmp_path))
    assert measure(COLLECTION.qrels, found["条析"]).mrr == 1
    assert len(found) == 2
    assert all(set(run) == {"a", "b", "c"} for run in found.values())
