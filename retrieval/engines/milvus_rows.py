"""The passages as rows of a collection in Milvus: its schema, filling it, reading from it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from corpus.document import content_id
from retrieval.engines.bm25 import K1, PLACE, B, Statistics, read
from retrieval.engines.milvus import FULL_TEXT, SINGLE, WORDS, Milvus, awake
from retrieval.passages import Passage
from retrieval.scope import FIELDS

if TYPE_CHECKING:
    from pymilvus import MilvusClient

SLOW = 600.0  # seconds that Milvus may take to make what was sent searchable
_PATIENCE = 60.0  # seconds that a batch may take
_LABELS = (*FIELDS, "issuer", PLACE)
_LONGEST = 65_535  # bytes of a text
_MOST = 4096  # labels of a passage in one field
_READ = 16_000  # characters of a text that surely fit
_TEXT = "text"
_BM25 = {"bm25_k1": K1, "bm25_b": B}
_HNSW = {"M": 32, "efConstruction": 200}

Vector = Sequence[float]


def vector_field(number: int) -> str:
    """The field of the vectors of a space."""
    return f"vector_{number}"


def create(server: Milvus, collection: str, lengths: Sequence[int]) -> None:
    """Make a collection for passages with vectors of these lengths."""
    from pymilvus import DataType, Function, FunctionType, MilvusClient

    schema = MilvusClient.create_schema(auto_id=False, enable_dynamic_field=False)
    schema.add_field("key", DataType.VARCHAR, is_primary=True, max_length=200)
    schema.add_field("digest", DataType.VARCHAR, max_length=16)
    schema.add_field(WORDS, DataType.SPARSE_FLOAT_VECTOR)
    index = MilvusClient.prepare_index_params()
    index.add_index(WORDS, index_type="SPARSE_INVERTED_INDEX", metric_type="IP")
    schema.add_field(
        _TEXT,
        DataType.VARCHAR,
        max_length=_LONGEST,
        enable_analyzer=True,
        analyzer_params={"tokenizer": "jieba"},
    )
    schema.add_field(FULL_TEXT, DataType.SPARSE_FLOAT_VECTOR)
    schema.add_function(Function(FULL_TEXT, FunctionType.BM25, _TEXT, FULL_TEXT))
    index.add_index(FULL_TEXT, index_type="SPARSE_INVERTED_INDEX", metric_type="BM25", params=_BM25)
    for label in _LABELS:
        if label in SINGLE:
            schema.add_field(label, DataType.VARCHAR, max_length=_LONGEST)
            index.add_index(label, index_type="INVERTED")
        else:
            schema.add_field(
                label,
                DataType.ARRAY,
                element_type=DataType.VARCHAR,
                max_length=_LONGEST,
                max_capacity=_MOST,
            )
    for number, length in enumerate(lengths):
        field = vector_field(number)
        schema.add_field(field, DataType.FLOAT_VECTOR, dim=length)
        index.add_index(field, index_type="HNSW", metric_type="COSINE", params=_HNSW)
    server.ask(
        lambda client: client.create_collection(
            collection, schema=schema, index_params=index, timeout=_PATIENCE
        )
    )


def insert(
    server: Milvus,
    collection: str,
    batch: Sequence[Passage],
    vectors: Sequence[Sequence[Vector]],
    statistics: Statistics,
) -> None:
    """Send some passages and their vectors in each space."""
    rows = [
        _row(passage, vectors_of, statistics)
        for passage, *vectors_of in zip(batch, *vectors, strict=True)
    ]
    server.insert(collection, rows, _PATIENCE)


def _row(passage: Passage, vectors: Sequence[Vector], statistics: Statistics) -> dict[str, Any]:
    found = read(passage)
    return {
        "key": passage.key,
        "digest": digest_of(passage),
        WORDS: statistics.of_passage(found),
        _TEXT: passage.in_context[:_READ],
        **{
            label: found.labels[label][0] if label in SINGLE else list(found.labels[label])
            for label in _LABELS
        },
        **{vector_field(number): vector for number, vector in enumerate(vectors)},
    }


def digest_of(passage: Passage) -> str:
    """What stands for the text that a vector is made from."""
    return content_id(passage.in_context)


def settle(server: Milvus, collection: str, passages: int) -> None:
    """Wait until all that was sent can be searched. Raises EngineError where some is missing."""

    def searchable(client: MilvusClient) -> None:
        client.flush(collection, timeout=SLOW)
        client.load_collection(collection, timeout=SLOW)

    server.ask(searchable)
    if count(server, collection) != passages:
        server.fail()


def count(server: Milvus, collection: str) -> int:
    """How many passages a collection holds."""

    def held(client: MilvusClient) -> int:
        client.load_collection(collection, timeout=SLOW)
        counted = client.query(
            collection, output_fields=["count(*)"], consistency_level="Strong", timeout=SLOW
        )
        return int(counted[0]["count(*)"])

    return server.ask(held)


def embedded(
    server: Milvus, collection: str, field: str, digests: Sequence[str]
) -> Iterator[tuple[str, Vector]]:
    """The vectors that an earlier collection holds of these texts."""
    wanted = ", ".join(f'"{digest}"' for digest in dict.fromkeys(digests))

    def held(client: MilvusClient) -> list[Mapping[str, Any]]:
        rows: list[Mapping[str, Any]] = client.query(
            collection,
            filter=f"digest in [{wanted}]",
            output_fields=["digest", field],
            timeout=_PATIENCE,
        )
        return rows

    found = server.ask(lambda client: awake(client, collection, held))
    return ((row["digest"], row[field]) for row in found)
