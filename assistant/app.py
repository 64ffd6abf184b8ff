"""The one place where things are wired: catalog, index, search and the way to an answer."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
from functools import cached_property
from itertools import islice

from assistant.answer import Answer, Mode, Question
from assistant.ask import Stage, Trace, ask, stages
from assistant.chat.model import ChatModel, model_of
from assistant.errors import EmptyIndexError, NoChatModelError, UnknownAnswerError
from assistant.indexes import open_index
from assistant.passages import segments
from assistant.receipt import receipt_of
from assistant.receipts import Receipts
from assistant.settings import Settings
from assistant.suggestions import suggestions
from corpus.catalog import Catalog
from corpus.document import Document, HeldClause, Metadata, Region
from corpus.library.load import load
from corpus.orders import orders_a_machine
from corpus.targets.select import region_named
from corpus.view import Size, View
from retrieval.found import Found
from retrieval.index import VectorLeg
from retrieval.manifest import Condition
from retrieval.query import Query
from retrieval.scope import EVERYTHING, Scope
from retrieval.search import Rerank, Search
from retrieval.understand import Holdings, understand

_WARMED = 10_000  # clauses
_WARMED_REGIONS = 256  # as many as the search keeps the targets of


class Assistant:
    """What every interface speaks to: ask, and look up what was cited."""

    def __init__(
        self,
        catalog: View,
        search: Search | None,
        model: ChatModel | None = None,
        home: Region | None = None,
        receipts: Receipts | None = None,
        changes: int = 0,
    ) -> None:
        self.catalog = catalog
        self.changes = changes  # how many there had been when this was opened
        self.receipts = receipts
        self._model = model
        self._home = home
        self._documents = catalog.documents()
        self.search = search  # None where nothing has been ingested
        self.holdings = (
            Holdings.of(self._documents, home, search.index.lexical.holds)
            if search
            else Holdings.of(self._documents, home)
        )

    @classmethod
    def open(
        cls,
        settings: Settings,
        report: Callable[[str], None] = print,
        before: Assistant | None = None,
    ) -> Assistant:
        """Open the catalog, and its index (built where there is none).

        An empty catalog is given the starter library first. The receipts of the assistant `before`
        this one are gone on with.
        Raises CatalogError where the data directory cannot be used, ClausewiseError where the
        home that is configured is no jurisdiction, SettingsError, EngineError.
        """
        home = region_named(settings.home) if settings.home else None
        catalog = Catalog(settings.data, settings.database)
        if settings.library and not catalog.sources():
            report("尚未导入文件，先载入起步资料（指标摘录，非原文）……")
            load(catalog)
        changes = catalog.changes()
        model = model_of(settings)
        receipts = before.receipts if before else None
        if not catalog.size().clauses:
            return cls(catalog, None, home=home, receipts=receipts, changes=changes)
        try:
            index = open_index(catalog, settings, report)
        except BaseException:
            catalog.close()
            raise
        search = Search(catalog, index, rerank=reranker_of(settings))
        opened = cls(
            catalog,
            search,
            model,
            home,
            receipts or Receipts(settings.data, database=settings.database),
            changes,
        )
        # What is loaded stays: collecting it again and again would stop a search for 60 ms.
        gc.collect()
        gc.freeze()
        return opened

    def seen_by(self, collections: frozenset[str], settings: Settings) -> Assistant:
        """The assistant of a reader of these collections, over an index of them alone.

        Nothing outside them is there, not even in how much a word weighs. Building that index
        takes as long as building the whole.
        """
        if not isinstance(self.catalog, Catalog) or collections >= self.collections:
            return self
        view = self.catalog.seen_by(collections)
        if not view.size().documents:
            return Assistant(view, None, self._model, self._home, self.receipts)
        index = open_index(view, settings, lambda _: None)
        search = Search(view, index, rerank=reranker_of(settings))
        return Assistant(view, search, self._model, self._home, self.receipts)

    @property
    def condition(self) -> Condition:
        """How the files of its index are, against what they were when it was opened."""
        watch = self.search.index.watch if self.search else None
        return watch.condition() if watch else Condition.SAME

    @cached_property
    def collections(self) -> frozenset[str]:
        """The collections of the documents held."""
        return frozenset(known.collection for known in self._documents)

    def ask(self, question: Question) -> Answer:
        """Answer, or refuse and say why; its receipt is kept.

        Raises EmptyIndexError, NoChatModelError.
        """
        return self.answered(question).answer

    @property
    def embedder(self) -> VectorLeg:
        """What embeds texts as the clauses are. Raises EmptyIndexError."""
        if self.search is None:
            raise EmptyIndexError
        return self.search.embedder

    @cached_property
    def size(self) -> Size:
        """How much is held."""
        return self.catalog.size()

    @cached_property
    def suggested(self) -> list[str]:
        """Questions that are answered, of several kinds; takes 0.4 s the first time."""
        return suggestions(self) if self.search else []

    def answered(self, question: Question) -> Trace:
        """The same, with every stage on the way to it."""
        trace = self.trace(question)
        self._keep(trace)
        return trace

    def trace(self, question: Question) -> Trace:
        """The answer and every stage on the way to it; nothing is kept."""
        search = self._ready(question)
        return ask(question, search=search, holdings=self.holdings, model=self._model)

    def stages(self, question: Question) -> Iterator[Stage]:
        """The answer line by line as it is proven; its receipt is kept.

        Raises EmptyIndexError, NoChatModelError, before the first stage.
        """
        search = self._ready(question)
        return self._kept(
            stages(question, search=search, holdings=self.holdings, model=self._model)
        )

    def warm(self) -> None:
        """Get ready for many questions: what is read once of a clause or a place is read now.

        Takes some 3 s for 5,000 clauses, and saves each of the first thousand questions 5 to 10 ms.
        """
        if self.search is None:
            return
        self.search.warm()
        for held in islice(self.catalog.clauses(), _WARMED):
            segments(held)
            orders_a_machine(held.text)
        regions = dict.fromkeys(known.region for known in self._documents if known.region)
        for region in islice(regions, _WARMED_REGIONS):
            self.search.targets(region)

    def receipt(self, answer_id: str) -> str:
        """The receipt of an answer given, as it is written. Raises UnknownAnswerError."""
        kept = self.receipts.text(answer_id, self.collections) if self.receipts else None
        if kept is None:
            raise UnknownAnswerError(answer_id)
        return kept

    @cached_property
    def version(self) -> str:
        """A hash of all documents held."""
        return self.catalog.fingerprint()

    def _kept(self, coming: Iterator[Stage]) -> Iterator[Stage]:
        for stage in coming:
            if isinstance(stage, Trace):
                self._keep(stage)
            yield stage

    def _keep(self, trace: Trace) -> None:
        if self.receipts:
            self.receipts.keep(lambda: receipt_of(trace, self.version), self.collections)

    def _ready(self, question: Question) -> Search:
        """The search, once there is something to search and whoever is to write is there."""
        if self.search is None:
            raise EmptyIndexError
        if question.mode in (Mode.GENERATIVE, Mode.AGENT) and self._model is None:
            raise NoChatModelError(question.mode)
        return self.search

    def find(self, text: str, scope: Scope = EVERYTHING) -> tuple[Query, Found]:
        """A question as understood, and the clauses for it. Raises EmptyIndexError."""
        if self.search is None:
            raise EmptyIndexError
        query = self.understand(text)
        return query, self.search.find(query, scope)

    def understand(self, text: str) -> Query:
        """A whole question as understood."""
        return understand(text, self.holdings)

    def documents(self) -> list[Metadata]:
        """All documents held."""
        return self._documents

    def document(self, document_id: str) -> Document | None:
        """One document whole, or None."""
        return self.catalog.document(document_id)

    def clause(self, clause_id: str) -> HeldClause | None:
        """One clause, or None."""
        return self.catalog.clause(clause_id)

    def close(self) -> None:
        """Release all files."""
        self.close_index()
        self.close_catalog()
        if self.receipts:
            self.receipts.close()

    def close_index(self) -> None:
        """Release the index; nothing may be asked any more."""
        if self.search:
            self.search.index.close()

    def close_catalog(self) -> None:
        """Release the catalog alone; what is being read is read to its end."""
        if isinstance(self.catalog, Catalog):
            self.catalog.close()


def reranker_of(settings: Settings) -> Rerank | None:
    """The reranker that is configured; None without one."""
    if not settings.rerank_base_url:
        return None
    from pydantic import SecretStr

    from retrieval.rerank import HttpReranker

    reranker = HttpReranker(
        base_url=settings.rerank_base_url,
        model=settings.rerank_model,
        api_key=SecretStr(settings.rerank_api_key) if settings.rerank_api_key else None,
        dialect=settings.rerank_dialect,
    )
    return reranker.scores
