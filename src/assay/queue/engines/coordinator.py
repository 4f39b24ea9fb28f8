"""From the queue to a cluster and back, for any engine.

The queue stays where it is, in the repository; hosts never see it. A task is claimed under a lease,
its capsule submitted, its result published by compare-and-swap (`publication.py`). Two numbers
fence: the attempt, which the store knows, and the handle, which the cluster knows. Whatever arrives
for another attempt than the last is dropped.

1. The handle is on disk before the capsule is submitted: whoever comes after us finds it.
2. Leases are extended as long as the cluster can be asked. If it cannot for a minute, or we are
   dead, others may take our attempts for lost.
3. The cluster may forget a capsule only when the store knows what became of it.
"""

from __future__ import annotations

import os
import time

from assay.errors import AssayError
from assay.experiments.occupants import new_token
from assay.experiments.references import Experiment
from assay.experiments.snapshot_run import SnapshotRun
from assay.fs.lock import is_held
from assay.git.packs import receive
from assay.project import Project
from assay.queue.attempt import end_badly, publish_made
from assay.queue.capsule import MADE, NEEDS_BASE, Result, parsed_result
from assay.queue.engine import ENDED, HOLDS, LOST, PRINTED, Cluster, Event, Facts
from assay.queue.engines.sender import Sender, matched, needs_of
from assay.queue.engines.settings import settings_of
from assay.queue.engines.trace import Trace
from assay.queue.enqueue import release_batches
from assay.queue.liveness import LEASE_S, RENEW_S, this_host
from assay.queue.places import Places
from assay.queue.publication import NotOurs
from assay.queue.records import Attempt, Task, Worker
from assay.queue.requests import run_of
from assay.queue.settle import settle
from assay.queue.states import RUNNING
from assay.queue.store import Store
from assay.typed import Mapping, NamedTuple

_PATIENCE_S = 0.5
_GRACE_S = 10.0


class Flight(NamedTuple):
    """An attempt on its way. `told_at`: when its host was asked to end it, 0 if it was not."""

    task: Task
    attempt: Attempt
    handle: str
    told_at: float = 0.0


class Coordinator:
    """Runs the tasks of one project on one cluster, as the worker `worker`."""

    __slots__ = (
        *("_cluster", "_engine", "_environ", "_flights", "_lease_s", "_places", "_project"),
        *("_renew_at", "_sender", "_store", "_worker"),
    )

    def __init__(
        self,
        project: Project,
        store: Store,
        cluster: Cluster,
        engine: str,
        worker: str,
        environ: Mapping[str, str],
        *,
        lease_s: float = LEASE_S,
    ) -> None:
        self._lease_s = lease_s
        self._project = project
        self._places = Places(project)
        self._store = store
        self._cluster = cluster
        self._engine = engine
        self._worker = worker
        self._environ = environ
        self._sender = Sender(project, settings_of(project.git(), engine).variables(environ))
        self._flights: dict[str, Flight] = {}
        self._renew_at = 0.0

    def begin(self) -> None:
        """Be on the roster, and take over what a dead coordinator has left."""
        worker, until = self._worker, time.time() + LEASE_S
        self._store.workers.enlist(Worker(worker, os.getpid(), this_host(), until))
        self._adopt()

    def run(self) -> None:
        """Until there is nothing to do, or we are to stop and nothing is on its way any more."""
        while self._fill() or self._flights:
            for event in self._cluster.events(_PATIENCE_S):
                self._take(event)
            self._watch()
        release_batches(self._project, self._store)

    def look_once(self, *, submit: bool) -> None:
        """Collect what has ended and, if wanted, submit all that waits; for batch systems."""
        self._adopt()
        if submit:
            self._fill()
        for event in self._cluster.events(0.0):
            self._take(event)
        release_batches(self._project, self._store)

    def _adopt(self) -> None:
        """Take over what a coordinator of this engine that is dead has left running."""
        for attempt in self._store.last_attempts([RUNNING]).values():
            if attempt.engine != self._engine or is_held(self._places.worker_lock(attempt.worker)):
                continue
            task = self._store.task(attempt.task)
            if task is not None and attempt.handle and self._cluster.adopt(attempt.handle):
                self._flights[attempt.handle] = Flight(task, attempt, attempt.handle)
                self._store.extend_lease(attempt, time.time() + self._lease_s)
            else:
                settle(self._project, self._store, attempt)

    def _fill(self) -> bool:
        """Submit as much as the cluster takes; whether there may be more to do."""
        if not self._cluster.is_reachable():
            return self._store.has_work_for(self._worker)
        facts = self._cluster.facts()
        while len(self._flights) < facts.slots:
            task = self._store.claim(
                self._worker,
                token := new_token(),
                engine=self._engine,
                lease_until=time.time() + self._lease_s,
            )
            if task is None:
                return False
            attempt = self._store.attempts(task.id)[-1]
            assert attempt.token == token
            self._submit(task, attempt, facts, with_base=False)
        return self._store.has_work_for(self._worker)

    def _submit(self, task: Task, attempt: Attempt, facts: Facts, *, with_base: bool) -> None:
        handle = f"assay-{attempt.token}{'-base' if with_base else ''}"
        left = [one.remains for one in self._store.attempts(task.id) if one.remains]
        try:
            needs = {} if facts.keeps_count else matched(needs_of(self._project, task), facts.hosts)
            capsule = self._sender.capsule(
                task, attempt, left[-1] if left else "", with_base=with_base
            )
            if not self._store.note_handle(attempt, handle, ""):
                return
            self._cluster.submit(handle, capsule, needs)
            self._trace(attempt).follow(self._cluster.folder(handle))
        except AssayError as error:
            self._fail(task, attempt, error)
            return
        self._flights[handle] = Flight(task, attempt, handle)

    def _take(self, event: Event) -> None:
        flight = self._flights.get(event.handle)
        if flight is None:
            return
        trace = self._trace(flight.attempt)
        if event.kind == HOLDS:
            trace.hold(event.data)
            return
        if event.kind == PRINTED:
            self._note_host(flight, event.host)
            trace.add(event.data)
            return
        del self._flights[event.handle]
        trace.keep()
        if event.kind == ENDED:
            self._finish(flight, event.data)
        elif event.kind == LOST:
            trace.say(f"the host is lost: {event.reason}")
            settle(self._project, self._store, flight.attempt)
        else:
            self._fail(flight.task, flight.attempt, AssayError(event.reason))
        self._cluster.forget(event.handle)

    def _note_host(self, flight: Flight, host: str) -> None:
        if host and not flight.attempt.host:
            attempt = flight.attempt._replace(host=host)
            self._flights[flight.handle] = flight._replace(attempt=attempt)
            self._store.note_host(attempt, host)

    def _finish(self, flight: Flight, data: bytes) -> None:
        """Publish a result, or record why there is none; nothing if the attempt is not ours."""
        task, attempt = flight.task, flight.attempt
        try:
            result = parsed_result(data)
            if result.token.strip("0") and result.token != attempt.token:
                raise AssayError("the result that arrived is another attempt's")
            if result.status == NEEDS_BASE and not flight.handle.endswith("-base"):
                self._submit(task, attempt, self._cluster.facts(), with_base=True)
                return
            self._trace(attempt).complete(result.log)
            if result.remains:
                self._store.note_remains(attempt, result.remains)
            if result.status == MADE:
                self._publish(flight, result)
            else:
                cause = result.cause or result.status
                if not result.log:
                    self._trace(attempt).say(f"ERROR: {cause}")
                end_badly(self._project, self._store, attempt, cause)
        except NotOurs:
            return  # somebody else has decided on the attempt; what is late is dropped
        except AssayError as error:
            self._fail(task, attempt, error)

    def _publish(self, flight: Flight, result: Result) -> None:
        task = flight.task
        repository = self._project.git()
        receive(repository, result.objects, result.commit, base=task.baseline)
        (commit,) = repository.commits([result.commit])
        if commit is None or list(commit.parents) != [task.baseline]:
            raise AssayError("the result that arrived is no experiment of the task's baseline")
        made = Experiment(task.name, result.commit, task.baseline)
        run: SnapshotRun = run_of(task)
        with self._trace(flight.attempt).console() as console:
            publish_made(
                self._project, self._store, flight.attempt, made, run, console, self._environ
            )

    def _watch(self) -> None:
        """Extend leases, pass on the wish to end, drop what was taken from us."""
        now = time.time()
        running = self._store.last_attempts([RUNNING])
        is_due = now >= self._renew_at and self._cluster.is_reachable()
        if is_due:
            self._renew_at = now + RENEW_S
            self._store.workers.extend(self._worker, now + LEASE_S)
        for flight in list(self._flights.values()):
            current = running.get(flight.task.id)
            if current is None or current.number != flight.attempt.number:
                self._cluster.cancel(flight.handle, flight.attempt.token, force=True)
                self._cluster.forget(flight.handle)
                del self._flights[flight.handle]
                continue
            if is_due:
                self._store.extend_lease(flight.attempt, now + LEASE_S)
            if current.kill_wanted:
                self._end(flight, now)

    def _end(self, flight: Flight, now: float) -> None:
        """First like Ctrl-C, a while later by force."""
        is_first = not flight.told_at
        if is_first or now >= flight.told_at + _GRACE_S:
            self._cluster.cancel(flight.handle, flight.attempt.token, force=not is_first)
            self._flights[flight.handle] = flight._replace(told_at=now)

    def _fail(self, task: Task, attempt: Attempt, error: AssayError) -> None:
        cause = f"{error.chain()} ({error.hint})" if error.hint else error.chain()
        self._trace(attempt).say(f"ERROR: {cause}")
        end_badly(self._project, self._store, attempt, cause)

    def _trace(self, attempt: Attempt) -> Trace:
        return Trace(self._places, attempt)
