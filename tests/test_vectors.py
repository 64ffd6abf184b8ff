from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest

from retrieval.engines import postings, vectors
from retrieval.engines.postings import Rows
from retrieval.engines.vectors import Cosines, VectorIndex, Vectors

ROWS, LENGTH = 600, 16
MANY = (("level", ("city", "district")),)
FEW = (("level", ("nation",)),)


@pytest.fixture(scope="module")
def made() -> Vectors:
    chance = np.random.default_rng(3)
    return chance.standard_normal((ROWS, LENGTH)).astype(np.float32)


@pytest.fixture(scope="module")
def index(made: Vectors, tmp_path_factory: pytest.TempPathFactory) -> Iterator[VectorIndex]:
    folder = tmp_path_factory.mktemp("vectors")
    rows, writer = postings.Writer(), vectors.Writer(folder / "vectors")
    for row in range(ROWS):
        rows.add({"level": ("nation" if row % 20 == 0 else ("city", "district")[row % 2],)})
    rows.write(folder / "postings")
    keys = [f"{row:016x}" for row in range(ROWS)]
    for start in range(0, ROWS, 250):
        some = slice(start, start + 250)
        writer.add(keys[some], keys[some], made[some])
    writer.finish()
    opened = VectorIndex(folder / "vectors", postings.Postings(folder / "postings"))
    yield opened
    opened.close()


def rows_of(
    index: VectorIndex, vector: Vectors, conditions: tuple[tuple[str, tuple[str, ...]], ...]
) -> list[int]:
    return [int(s.clause_id, 16) for s in index.search(vector.tolist(), conditions, 10)]


def test_every_vector_finds_itself(index: VectorIndex, made: Vectors) -> None:
    assert [rows_of(index, made[row], ())[0] for row in range(ROWS)] == list(range(ROWS))


@pytest.mark.parametrize("conditions", [MANY, FEW])
def test_a_walk_finds_what_comparing_all_finds(
    index: VectorIndex,
    made: Vectors,
    conditions: tuple[tuple[str, tuple[str, ...]], ...],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    wanted = [rows_of(index, made[row], conditions) for row in range(50)]
    walked: list[int] = []
    monkeypatch.setattr(vectors, "_COMPARED", 10)
    near = index._near

    def counted(vector: Sequence[float], limit: int) -> tuple[Rows, Cosines]:
        walked.append(limit)
        return near(vector, limit)

    monkeypatch.setattr(index, "_near", counted)
    found = [rows_of(index, made[row], conditions) for row in range(50)]
    assert len(walked) == 50
    same = [len({*left} & {*right}) / 10 for left, right in zip(wanted, found, strict=True)]
    assert sum(same) / len(same) > 0.9
    nations = {row for row in range(ROWS) if row % 20 == 0}
    assert all(nations.issuperset(rows) == (conditions == FEW) for rows in found)


def test_where_a_walk_finds_too_few_all_are_compared(
    index: VectorIndex, made: Vectors, monkeypatch: pytest.MonkeyPatch
) -> None:
    wanted = rows_of(index, made[0], FEW)
    monkeypatch.setattr(vectors, "_COMPARED", 10)
    monkeypatch.setattr(vectors, "_MOST", 10)
    assert rows_of(index, made[0], FEW) == wanted


def test_what_was_embedded_is_kept_by_its_digest(made: Vectors, tmp_path: Path) -> None:
    writer = vectors.Writer(tmp_path)
    writer.add(["a", "b"], ["one", "two"], made[:2])
    writer.finish()
    digests, matrix = vectors.kept(tmp_path)
    assert digests == ["one", "two"]
    assert np.allclose(matrix, made[:2] / np.linalg.norm(made[:2], axis=1, keepdims=True))
