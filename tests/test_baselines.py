from evals.retrieval.baselines import Bm25, HybridChunks, VectorChunks, chunks
from retrieval.embedder import LsaEmbeddings

DOCUMENTS = [
    ("forest", "到2030年，全市森林覆盖率达到五成以上，新造林一万亩。" * 3),
    ("traffic", "城区公交车全部换成新能源汽车，建设充电桩。" * 3),
    ("long", "推进建筑节能改造，发展绿色建筑。" * 100),
]
CUT = chunks(DOCUMENTS)
EMBEDDINGS = LsaEmbeddings.fit([chunk.text for chunk in CUT])


def test_chunks_are_short_and_share_their_ends() -> None:
    long = [chunk.text for chunk in CUT if chunk.document_id == "long"]
    assert len(long) > 2
    assert all(len(text) <= 500 for text in long)
    assert sum(map(len, long)) > len(DOCUMENTS[2][1])
    assert len({chunk.id for chunk in CUT}) == len(CUT)


def test_each_finds_the_chunk_of_the_question() -> None:
    by_words, by_vectors = (
        Bm25((chunk.id, chunk.text) for chunk in CUT),
        VectorChunks(CUT, EMBEDDINGS),
    )
    for system in (by_words, by_vectors, HybridChunks(by_words, by_vectors)):
        assert system.search("森林覆盖率是多少", 1) == ["forest-0"]
        assert system.search("新能源公交车", 1) == ["traffic-0"]
        assert len(system.search("建筑", 2)) == 2
