"""The ordinary way as a whole system: recursive chunks, found by words, vectors or both.

Without a model the answer is the sentences of the best chunks nearest to the question; with one it
writes from the chunks, or from as many whole documents as fit.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from assistant.answer import Question
from assistant.chat.budget import counter
from corpus.document import Document
from evals.metrics.abstention import refuses
from evals.metrics.text import sentences
from evals.reply import Cited, Passage, Reply
from evals.retrieval.baselines import Bm25, Chunk
from evals.systems.models import Endpoint
from retrieval.words import content_words

_DEPTH = 10  # chunks ranked
_READ = 5  # chunks that the answer is written from
_SENTENCES = 3
_ORDER = (
    "只根据下面编号的资料回答问题，用中文，简短。每句话后用 [编号] 标出所依据的资料。"
    "资料没有写明的，只回答“资料未提及”。"
)


class Finder(Protocol):
    """Ids of the best chunks for a question, best first."""

    def search(self, question: str, limit: int) -> list[str]: ...


class Chunks:
    """A baseline over chunks; `endpoint` is the model that writes, None for extracts."""

    def __init__(
        self,
        name: str,
        finder: Finder,
        cut: Sequence[Chunk],
        documents: Mapping[str, Document],
        endpoint: Endpoint | None = None,
    ) -> None:
        self.name = name if endpoint is None else f"{name}+{endpoint.model}"
        self.width = 1 if endpoint is None else 4
        self._finder = finder
        self._chunks = {chunk.id: chunk for chunk in cut}
        self._documents = documents
        self._endpoint = endpoint

    def ask(self, question: Question) -> Reply:
        """Answer one question; earlier turns are put before it."""
        asked = _whole(question)
        found = [self._passage(id_) for id_ in self._finder.search(asked, _DEPTH)]
        if not found:
            return Reply(text="资料未提及", refused=True, ranked=())
        if self._endpoint is None:
            return _extract(asked, found)
        return written(self._endpoint, question, found[:_READ], tuple(found))

    def close(self) -> None:
        """Release the model."""
        if self._endpoint is not None:
            self._endpoint.close()

    def _passage(self, chunk_id: str) -> Passage:
        chunk = self._chunks[chunk_id]
        return _passage(self._documents[chunk.document_id], chunk.text)


class Stuffing:
    """Whole documents, the best by BM25 first, as many as `tokens` hold, read by a model."""

    width = 2

    def __init__(self, endpoint: Endpoint, documents: Mapping[str, Document], tokens: int) -> None:
        self.name = f"stuffing+{endpoint.model}"
        self._endpoint = endpoint
        self._documents = documents
        self._tokens = tokens
        self._finder = Bm25(
            (id_, f"{one.metadata.title}\n{one.text}") for id_, one in documents.items()
        )
        count = counter()
        self._sizes = {id_: count(one.text) for id_, one in documents.items()}

    def ask(self, question: Question) -> Reply:
        """Answer one question; earlier turns are put before it."""
        found = self._finder.search(_whole(question), len(self._documents))
        read: list[Passage] = []
        left = self._tokens
        for id_ in found:
            left -= self._sizes[id_]
            if left < 0:
                break
            read.append(_passage(self._documents[id_], self._documents[id_].text))
        return written(self._endpoint, question, read, tuple(read[:_DEPTH]))

    def close(self) -> None:
        """Release the model."""
        self._endpoint.close()


def written(
    endpoint: Endpoint, question: Question, read: Sequence[Passage], ranked: tuple[Passage, ...]
) -> Reply:
    """What a model writes from passages; those that it marks are its citations."""
    material = "\n\n".join(f"[{at}] {one.whole}" for at, one in enumerate(read, start=1))
    earlier = [{"role": turn.role, "content": turn.content} for turn in question.history]
    asked = {"role": "user", "content": f"资料：\n{material}\n\n问题：{question.question}"}
    said = endpoint.say([{"role": "system", "content": _ORDER}, *earlier, asked])
    marked = [(at, one) for at, one in enumerate(read, start=1) if f"[{at}]" in said.text]
    cited = tuple(Cited(**one.model_dump(), marker=at) for at, one in marked)
    return Reply(
        text=said.text,
        refused=refuses(said.text),
        citations=cited,
        ranked=ranked,
        usage=said.usage,
    )


def _extract(asked: str, found: Sequence[Passage]) -> Reply:
    """The sentences nearest to the question, best first, each with its chunk."""
    words = content_words(asked)
    near = sorted(
        (
            (-sum(word in f"{one.title}{sentence}" for word in words), at, sentence)
            for at, one in enumerate(found[:_READ])
            for sentence in sentences(one.text)
        ),
    )[:_SENTENCES]
    cited: dict[int, Cited] = {}
    lines = []
    for _, at, sentence in near:
        kept = cited.get(at)
        if kept is None:
            passage = found[at].model_dump()
            kept = cited[at] = Cited(**passage, marker=len(cited) + 1, quote=sentence)
        lines.append(f"{sentence.strip()}[{kept.marker}]")
    return Reply(
        text="\n".join(dict.fromkeys(lines)),
        citations=tuple(cited.values()),
        ranked=tuple(found),
        confidence=-float(near[0][0]) / max(len(words), 1) if near else None,
    )


def _passage(document: Document, text: str) -> Passage:
    known = document.metadata
    return Passage(text=text, title=known.title, region=known.region_name)


def _whole(question: Question) -> str:
    return " ".join((*(turn.content for turn in question.history), question.question))
