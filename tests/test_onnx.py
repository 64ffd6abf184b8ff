import json
import shutil
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper
from tokenizers import Tokenizer, models, pre_tokenizers

from assistant.app import Assistant
from assistant.settings import Settings
from retrieval.errors import EmbeddingError
from retrieval.onnx import OnnxEmbeddings, stamp

TABLE = np.array([[0, 0, 9], [3, 4, 0], [0, 0, 2], [1, 0, 0]], np.float32)  # a row a token
VOCABULARY = {"[PAD]": 0, "森": 1, "林": 2, "煤": 3}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A model that looks its tokens up in a table."""
    graph = helper.make_graph(
        [helper.make_node("Gather", ["table", "input_ids"], ["tokens"])],
        "lookup",
        [helper.make_tensor_value_info("input_ids", TensorProto.INT64, ["batch", "length"])],
        [helper.make_tensor_value_info("tokens", TensorProto.FLOAT, ["batch", "length", 3])],
        [numpy_helper.from_array(TABLE, "table")],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    onnx.save(model, str(tmp_path / "model.onnx"))
    tokenizer = Tokenizer(models.WordLevel(VOCABULARY, unk_token="[PAD]"))
    tokenizer.pre_tokenizer = pre_tokenizers.Split("", "isolated")
    tokenizer.save(str(tmp_path / "tokenizer.json"))
    return tmp_path


def test_the_mean_of_the_tokens_as_a_unit_vector(folder: Path) -> None:
    vector = np.array(OnnxEmbeddings(folder).embed_query("森林"))
    mean = (TABLE[1] + TABLE[2]) / 2
    assert vector == pytest.approx(mean / np.linalg.norm(mean), abs=1e-6)


def test_the_first_token_where_the_model_says_so(folder: Path) -> None:
    (folder / "1_Pooling").mkdir()
    (folder / "1_Pooling" / "config.json").write_text(json.dumps({"pooling_mode_cls_token": True}))
    assert OnnxEmbeddings(folder).embed_query("森林") == pytest.approx([0.6, 0.8, 0], abs=1e-6)


def test_padding_changes_nothing(folder: Path) -> None:
    embeddings = OnnxEmbeddings(folder)
    alone = embeddings.embed_query("煤")
    together = embeddings.embed_documents(["森林森林森林", "煤"])
    assert together[1] == pytest.approx(alone, abs=1e-6)


def test_more_texts_than_a_batch(folder: Path) -> None:
    assert len(OnnxEmbeddings(folder).embed_documents(["森林"] * 70)) == 70


def test_another_model_is_another_space(folder: Path) -> None:
    before = stamp(folder)
    assert stamp(folder) == before
    file = folder / "tokenizer.json"
    file.write_text(file.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    assert stamp(folder) != before


@pytest.mark.parametrize("name", ["model.onnx", "tokenizer.json"])
def test_a_missing_file_is_named(folder: Path, name: str) -> None:
    (folder / name).unlink()
    with pytest.raises(EmbeddingError, match=name):
        OnnxEmbeddings(folder)


def test_it_can_be_the_vector_leg(folder: Path, sample_kept: Path, tmp_path: Path) -> None:
    shutil.copytree(sample_kept, tmp_path / "data")
    settings = Settings(data=tmp_path / "data", embedding_model=f"onnx:{folder}")
    assistant = Assistant.open(settings, report=lambda _: None)
    _, found = assistant.find("合肥森林覆盖率")
    assert found.notes == ()
    assert found.candidates[0].held.clause.heading == "主要目标"
    assert any(hit.vector_rank for hit in found.candidates)
    assistant.close()


def test_a_folder_without_a_model_is_named_and_the_built_in_vectors_serve(
    sample_kept: Path, tmp_path: Path
) -> None:
    shutil.copytree(sample_kept, tmp_path / "data")
    said: list[str] = []
    settings = Settings(data=tmp_path / "data", embedding_model=f"onnx:{tmp_path / 'none'}")
    assistant = Assistant.open(settings, report=said.append)
    assert any("model.onnx" in line for line in said)
    assert assistant.find("合肥森林覆盖率")[1].notes
    assistant.close()
