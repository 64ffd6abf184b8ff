"""One data directory as it is served: what is held now, and for each reader what they may see."""

from __future__ import annotations

import asyncio
import shutil
import time
import uuid
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from pathlib import Path
from typing import BinaryIO, TypeVar

import structlog
from anyio import CapacityLimiter, to_thread

from assistant import traces
from assistant.access.audit import Audit
from assistant.access.errors import AccessError
from assistant.access.principal import LOCAL, Principal, Role
from assistant.access.store import Access
from assistant.answer import Answer, Question
from assistant.app import Assistant
from assistant.ask import Stage, Trace
from assistant.conversations import Conversations
from assistant.edition import Edition, collect_all
from assistant.errors import OverloadError
from assistant.feedback import Feedback, FeedbackStore, HeldFeedback
from assistant.gate import Gate
from assistant.job import Job
from assistant.jobs import Jobs
from assistant.metrics import Metrics
from assistant.repair import Repair, soundly
from assistant.settings import Settings
from assistant.worker import plain_name, stored
from corpus.catalog import Catalog
from corpus.disk import sync
from corpus.document import Metadata
from corpus.originals import Originals
from corpus.picture import picture
from retrieval.errors import EngineError, LostIndexError
from retrieval.manifest import Condition

_JOBS = 20  # uploads of one principal that may wait
_JOB_SECONDS = 60  # after which another may be tried
_ENGINE_SECONDS = 2  # after which a search engine that was silent is tried again
# Answers at a time: by rules they are bound to one core, and two would only get in each other's
# way (60 a second against 50); a model or an embedding elsewhere is waited for.
_RUNNING, _RUNNING_WITH_MODEL = 1, 32
_LOOK = 1.0  # seconds between two looks whether another process changed the documents
_DRAWN = 2  # pages of originals that are drawn at a time
_T = TypeVar("_T")
_LOG = structlog.stdlib.get_logger("clausewise")


class Service:
    """What every served interface is made from. `is_local`: only this machine can reach it.

    Whoever asks, by whichever way, comes through `answer`, `stages` or `look_up`: there the turn
    is waited for, what may be seen is settled, and what was done is counted and put on record.
    """

    def __init__(self, settings: Settings, assistant: Assistant, *, is_local: bool = True) -> None:
        self.settings = settings
        self._edition = Edition(settings, assistant)
        self.access = Access(settings.data, settings.database)
        self.audit = Audit(settings.data, settings.audit_days, settings.database)
        self.feedback = FeedbackStore(settings.data, settings.database)
        self.conversations = Conversations(settings.data, settings.database)
        waits = settings.chat_model or settings.embedding_model or settings.rerank_base_url
        running = settings.running or (_RUNNING_WITH_MODEL if waits else _RUNNING)
        self._gate = Gate(
            running, settings.waiting, settings.each, settings.patience, self._turned_away
        )
        self._repair = Repair(self.reload)
        self.jobs = Jobs(settings.data, self.reload, settings.database)
        self._originals = Originals(settings.data)
        self._drawing = CapacityLimiter(_DRAWN)
        self._reloading = asyncio.Lock()
        self._is_local = is_local
        self.metrics = Metrics(lambda: self._edition.whole.size, lambda: self._gate.inside)

    @classmethod
    def open(
        cls, settings: Settings, report: Callable[[str], None] = print, *, is_local: bool = True
    ) -> Service:
        """Open the data directory, and all that those who are known may see.

        Raises what `Assistant.open` does.
        """
        service = cls(settings, Assistant.open(settings, report), is_local=is_local)
        known = service.access.principals()
        service._edition.prepare({service.readable(principal) for principal in known})
        return service

    @property
    def is_ready(self) -> bool:
        """Whether there is anything to answer from."""
        return self._edition.whole.search is not None

    def local_principal(self) -> Principal | None:
        """Who somebody without key or account is: nobody, once there are keys or accounts."""
        if not self._is_local or self.settings.oidc_issuer or self.access.is_guarded():
            return None
        return LOCAL

    def still(self, principal: Principal) -> Principal:
        """Somebody as they are now. Raises AccessError where they may no longer be here."""
        now = self.local_principal() if principal == LOCAL else self.access.still(principal)
        if now is None:
            raise AccessError("登录已失效，请刷新网页重新登录。")
        return now

    def seen_by(self, principal: Principal) -> Assistant:
        """The assistant of somebody: over the collections that they may read, and nothing else."""
        return self._edition.seen_by(self.readable(principal))

    def holds(self, clause_id: str) -> bool:
        """Whether a clause is held, whoever may read it: one that is not, no right keeps back."""
        return self._edition.whole.clause(clause_id) is not None

    def readable(self, principal: Principal) -> frozenset[str]:
        """The collections that somebody may read."""
        return self.access.readable(principal, self._edition.whole.collections)

    async def answer(self, principal: Principal, question: Question, way: str = "ask") -> Answer:
        """Answer a question of somebody, in their turn.

        Raises OverloadError, EmptyIndexError, NoChatModelError.
        """
        trace = await self.look_up(principal, lambda seen: seen.answered(question))
        self._done(principal, trace, way)
        return trace.answer

    async def stages(
        self, principal: Principal, question: Question, way: str = "ask"
    ) -> AsyncIterator[Stage]:
        """The same, as it comes. Whatever is raised is raised before the first stage."""
        async with self._turn(principal):
            seen = await to_thread.run_sync(self.seen_by, principal)
            coming = await self._soundly(seen, lambda: seen.stages(question))
            while (stage := await self._soundly(seen, lambda: next(coming, None))) is not None:
                if isinstance(stage, Trace):
                    self._done(principal, stage, way)
                yield stage

    async def look_up(
        self, principal: Principal, work: Callable[[Assistant], _T], way: str = "", about: str = ""
    ) -> _T:
        """Do some work with the assistant of somebody, in their turn. Raises OverloadError.

        With a `way`, it is put on record what it was about.
        """
        async with self._turn(principal):
            seen = await to_thread.run_sync(self.seen_by, principal)
            found = await self._soundly(seen, lambda: work(seen))
        if way:
            self.audit.record(principal, way, about)
        return found

    def judge(self, principal: Principal, said: Feedback) -> HeldFeedback:
        """Keep a word of somebody on an answer, with its receipt.

        Raises UnknownAnswerError where they cannot have had that answer. It waits for files.
        """
        receipt = self.seen_by(principal).receipt(said.answer_id)
        held = self.feedback.add(principal, said, receipt)
        self.audit.record(principal, "feedback", said.answer_id, said.verdict.value)
        return held

    async def take_in(
        self, principal: Principal, collection: str, files: Sequence[tuple[str, BinaryIO]]
    ) -> Job:
        """Keep files (name, content) that somebody uploads, and take them in behind the answers.

        Raises OverloadError where too many uploads of theirs wait already.
        """
        if await to_thread.run_sync(self.jobs.under_way, principal) >= _JOBS:
            raise OverloadError(_JOB_SECONDS)
        job_id = uuid.uuid4().hex[:16]
        folder = self.jobs.folder(job_id)
        named = [(plain_name(name), content) for name, content in files]

        def kept() -> None:
            folder.mkdir(parents=True)
            for number, (name, content) in enumerate(named):
                with stored(folder, number, name).open("wb") as file:
                    shutil.copyfileobj(content, file)
            sync(folder)

        names = [name for name, _ in named]
        try:
            await to_thread.run_sync(kept)
            job = await self.jobs.add(job_id, principal, collection, names)
        except Exception:
            shutil.rmtree(folder, ignore_errors=True)
            raise
        self.audit.record(principal, "ingest", f"{collection}: {'、'.join(names)}", job_id)
        return job

    def original(self, seen: Assistant, known: Metadata) -> Path | None:
        """The PDF that a document's page numbers are those of, where it is kept."""
        return self._originals.find(seen.catalog.origins(known.id)) if known.pages else None

    async def page_picture(
        self, principal: Principal, document_id: str, number: int
    ) -> bytes | None:
        """A page of the original of a document that somebody may see, as PNG; None without one."""

        def drawn() -> bytes | None:
            seen = self.seen_by(principal)
            held = seen.document(document_id)
            if held is None or held.metadata.pages is None:
                return None
            first, last = held.metadata.pages
            original = self.original(seen, held.metadata)
            return picture(original, number) if original and first <= number <= last else None

        return await to_thread.run_sync(drawn, limiter=self._drawing)

    async def remove_document(self, principal: Principal, document_id: str) -> Job | None:
        """Take a document out; once the job is over, nothing is answered from it any more.

        None where there is none that they may see. Raises AccessError for who is no admin.
        Broken off after the catalog has let go of it, the next start builds the index without it.
        """
        if principal.role is not Role.ADMIN:
            raise AccessError("移除文件需要管理员权限。")

        def removed() -> Metadata | None:
            held = self.seen_by(principal).document(document_id)
            if held is None:
                return None
            catalog = Catalog(self.settings.data, self.settings.database)
            try:
                return held.metadata if catalog.remove(document_id) else None
            finally:
                catalog.close()

        known = await to_thread.run_sync(removed)
        if known is None:
            return None
        self.audit.record(principal, "remove", f"{known.title} {known.region_name}", document_id)
        return await self.jobs.add(uuid.uuid4().hex[:16], principal, known.collection, [])

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Work through uploads, and follow what other processes change, meanwhile."""
        async with self.jobs.running():
            following = asyncio.create_task(self._follow())
            try:
                yield
            finally:
                following.cancel()
                with suppress(asyncio.CancelledError):
                    await following

    async def _follow(self) -> None:
        edition, follower = self._edition, self._edition.follower
        while True:
            await asyncio.sleep(_LOOK)
            if edition is not self._edition:
                edition, follower = self._edition, self._edition.follower
            try:
                changes = await to_thread.run_sync(edition.changes)
                reading = await to_thread.run_sync(self.jobs.is_changing)
                if follower.is_due(changes, reading, time.monotonic()):
                    await self.reload()
            except Exception as error:  # what is served stays, and the next look may do better
                _LOG.warning("not followed", error=" ".join(str(error).split()))

    async def _soundly(self, seen: Assistant, work: Callable[[], _T]) -> _T:
        """Do work with an assistant, beside the event loop. Raises RepairError.

        An index whose files are gone is still what it was in memory: there is time to mend it.
        """
        try:
            return await to_thread.run_sync(soundly, seen, work)
        except LostIndexError:  # the engine's server came back without it
            self._repair.begin()
            raise
        finally:
            if seen.condition is not Condition.SAME and self._edition.serves(seen):
                self._repair.begin()

    async def reload(self) -> None:
        """Serve what the data directory holds now; answers under way end with what they had.

        While the search engine's server is silent, it is waited for.
        """
        async with self._reloading:
            before = self._edition
            while self._edition is before:
                try:
                    self._edition = await to_thread.run_sync(Edition.after, before, self.settings)
                except EngineError:
                    await asyncio.sleep(_ENGINE_SECONDS)
            before.close_catalog()
            del before  # its indexes are released with the last answer that is made from them
        await to_thread.run_sync(collect_all)

    def close(self) -> None:
        """Release all files."""
        self._edition.close()
        self.audit.close()
        self.feedback.close()
        self.conversations.close()
        self.jobs.close()
        self.access.close()

    def _turn(self, principal: Principal) -> AbstractAsyncContextManager[None]:
        """A turn of somebody; whoever is on the machine itself may be many."""
        return self._gate.entered("" if principal == LOCAL else principal.id)

    def _turned_away(self) -> None:
        self.metrics.turned_away.labels("overload").inc()

    def _done(self, principal: Principal, trace: Trace, way: str) -> None:
        """Count an answer, put it on record, and log it; its words only where that is wanted."""
        answer = trace.answer
        self.metrics.saw(trace)
        outcome = answer.refusal_reason.value if answer.refusal_reason else "answered"
        self.audit.record(principal, way, answer.question, f"{outcome} {answer.id}")
        words = {"question": answer.question} if self.settings.log_questions else {}
        _LOG.info("answered", answer=answer.id, outcome=outcome, mode=answer.mode.value, **words)
        if self.settings.otel_endpoint:
            traces.record(trace, structlog.contextvars.get_contextvars().get("request", ""))
