"""A sentence-transformers model exported to ONNX, from a local folder; nothing is downloaded.

onnxruntime and tokenizers come with Chroma.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import numpy as np
from langchain_core.embeddings import Embeddings
from numpy.typing import NDArray

from corpus.document import content_id
from retrieval.errors import EmbeddingError

# The files of an export; the last two need not be there.
_MODEL = ("model.onnx", "onnx/model.onnx")
_TOKENIZER = "tokenizer.json"
_POOLING = "1_Pooling/config.json"
_LENGTH = "sentence_bert_config.json"
_BATCH = 32
_LONGEST = 512  # tokens, where the model does not say


class OnnxEmbeddings(Embeddings):
    """Unit vectors of texts, float32, pooled as `1_Pooling/config.json` says, else by the mean.

    The folder holds `model.onnx` or `onnx/model.onnx`, and `tokenizer.json`.
    Raises EmbeddingError where one is missing.
    """

    def __init__(self, folder: Path) -> None:
        os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")
        import onnxruntime
        from tokenizers import Tokenizer

        model = _existing(folder, *_MODEL)
        tokenizer = _existing(folder, _TOKENIZER)
        self._session = onnxruntime.InferenceSession(str(model))
        self._inputs = {one.name for one in self._session.get_inputs()}
        outputs = [one.name for one in self._session.get_outputs()]
        self._is_pooled = "sentence_embedding" in outputs
        self._output = "sentence_embedding" if self._is_pooled else outputs[0]
        self._takes_first = bool(_settings(folder / _POOLING).get("pooling_mode_cls_token"))
        said = _settings(folder / _LENGTH).get("max_seq_length")
        self._tokenizer = Tokenizer.from_file(str(tokenizer))
        self._tokenizer.enable_truncation(int(said or _LONGEST))
        self._tokenizer.enable_padding()

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        return [
            vector.tolist()
            for start in range(0, len(texts), _BATCH)
            for vector in self._embed(texts[start : start + _BATCH])
        ]

    def embed_query(self, text: str) -> list[float]:
        vector: list[float] = self._embed([text])[0].tolist()
        return vector

    def _embed(self, texts: list[str]) -> NDArray[np.float32]:
        tokens = self._tokenizer.encode_batch(texts)
        mask = np.array([one.attention_mask for one in tokens], np.int64)
        given = {
            "input_ids": np.array([one.ids for one in tokens], np.int64),
            "attention_mask": mask,
            "token_type_ids": np.zeros_like(mask),
        }
        feed = {name: value for name, value in given.items() if name in self._inputs}
        (output,) = self._session.run([self._output], feed)
        vectors = np.asarray(output if self._is_pooled else self._pooled(output, mask), np.float32)
        lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
        return np.asarray(vectors / np.where(lengths > 0, lengths, 1), np.float32)

    def _pooled(self, tokens: Any, mask: NDArray[np.int64]) -> Any:
        """One vector a text: that of its first token, or the mean of all but the padding."""
        if self._takes_first:
            return tokens[:, 0]
        weights = mask[:, :, None]
        return (tokens * weights).sum(axis=1) / np.maximum(weights.sum(axis=1), 1)


def stamp(folder: Path) -> str:
    """What tells one export in a folder from the next: sizes and times of its files."""
    read = [folder / name for name in (*_MODEL, _TOKENIZER, _POOLING, _LENGTH)]
    found = [file.stat() for file in read if file.is_file()]
    return content_id(*(f"{stat.st_size} {stat.st_mtime_ns}" for stat in found))


def _existing(folder: Path, *names: str) -> Path:
    for name in names:
        if (folder / name).is_file():
            return folder / name
    raise EmbeddingError(f"向量模型文件夹 {folder} 中没有 {' 或 '.join(names)}")


def _settings(file: Path) -> dict[str, Any]:
    if not file.is_file():
        return {}
    try:
        found = json.loads(file.read_text(encoding="utf-8"))
    except ValueError as error:
        raise EmbeddingError(f"{file} 不是 JSON") from error
    return found if isinstance(found, dict) else {}
