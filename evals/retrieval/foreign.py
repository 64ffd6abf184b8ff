"""Our retriever and the ordinary way on any BEIR collection, whatever it is about."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from corpus.document import content_id
from evals.external.sets import External, Passage, catalog_of
from evals.retrieval.baselines import Bm25, chunks
from evals.retrieval.beir import Collection
from evals.retrieval.trec import Run
from retrieval.index import open_index
from retrieval.search import Search
from retrieval.space import Space
from retrieval.understand import Holdings, understand

_DEPTH = 100


def runs(collection: Collection, scratch: Path) -> Iterator[tuple[str, Run]]:
    """(name, run) of each system; ours first. `scratch` is an empty folder."""
    passages = [Passage(id_, one.title, one.text) for id_, one in collection.entries.items()]
    catalog = catalog_of(External(tuple(passages), ()), scratch)
    try:
        ids = {content_id(id_): id_ for id_ in collection.entries}
        search = Search(catalog, open_index(catalog, [Space()], scratch))
        holdings = Holdings.of(catalog.documents())

        def ours(question: str) -> list[str]:
            hits = search.search(understand(question, holdings), limit=_DEPTH)
            return [ids[held.id] for h in hits for held in (h.held, *h.same)]

        yield "条析", _run(collection, ours)
        cut = chunks((id_, f"{e.title}\n{e.text}") for id_, e in collection.entries.items())
        of_chunk = {chunk.id: chunk.document_id for chunk in cut}
        bm25 = Bm25((chunk.id, chunk.text) for chunk in cut)
        yield (
            "500/50 切块 BM25",
            _run(collection, lambda q: [of_chunk[id_] for id_ in bm25.search(q, _DEPTH)]),
        )
    finally:
        catalog.close()


def _run(collection: Collection, find: Callable[[str], Sequence[str]]) -> Run:
    run: Run = {}
    for query_id, question in collection.queries.items():
        found = list(dict.fromkeys(find(question)))
        run[query_id] = [(id_, float(len(found) - at)) for at, id_ in enumerate(found)]
    return run
