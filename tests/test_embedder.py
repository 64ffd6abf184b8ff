from pathlib import Path

import numpy as np
import pytest

from retrieval.embedder import LsaEmbeddings
from retrieval.space import Space

TEXTS = [
    "推广电动公交车和充电桩",
    "公交车全部改用电动车辆",
    "植树造林提升森林碳汇",
    "森林抚育与湿地保护",
    "数据中心降低能耗",
    "数据机房节能改造",
]


def similarity(left: list[float], right: list[float]) -> float:
    return float(np.dot(left, right))


@pytest.fixture(scope="module")
def space() -> LsaEmbeddings:
    return LsaEmbeddings.fit(TEXTS)


def test_texts_about_the_same_are_nearer(space: LsaEmbeddings) -> None:
    query = space.embed_query("公交车电动化")
    near, far = space.embed_documents([TEXTS[1], TEXTS[3]])
    assert similarity(query, near) > similarity(query, far) + 0.3


def test_vectors_have_unit_length(space: LsaEmbeddings) -> None:
    assert np.linalg.norm(space.embed_query("森林碳汇")) == pytest.approx(1.0, abs=1e-5)


def test_a_text_of_unknown_words_is_the_zero_vector(space: LsaEmbeddings) -> None:
    assert not any(space.embed_query("xyzzy"))


def test_a_saved_space_gives_the_same_vectors(space: LsaEmbeddings, tmp_path: Path) -> None:
    space.save(tmp_path)
    again = LsaEmbeddings.load(tmp_path)
    assert again.embed_query("电动公交") == space.embed_query("电动公交")


def test_identity_tells_spaces_apart() -> None:
    names = {
        Space().identity,
        Space("openai:bge-m3", "http://127.0.0.1:1/v1").identity,
        Space("openai:bge-m3", "http://127.0.0.1:2/v1").identity,
    }
    assert len(names) == 3
