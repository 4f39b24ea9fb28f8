"""Independent stages at once: the steps of `running/reproduce.py`, several of them under way.

Looking, hashing, restoring and recording happen one after the other in this thread; only commands
run side by side. So nothing that is remembered about files needs a lock, and dvc.lock has one
writer. A stage waits for those that a serial run would have visited earlier and that share a path
with it; among the stages that are ready the first of the plan goes first.
"""

from __future__ import annotations

from bisect import insort

from assay.errors import AssayError, Interrupted
from assay.pipeline.graph import Graph
from assay.pipeline.model import Stage
from assay.pipeline.running.crew import Crew, Job
from assay.pipeline.running.failures import ReproFailed, quoted
from assay.pipeline.running.grant import Grant
from assay.pipeline.running.reproduce import Outcome, Reproducer
from assay.pipeline.running.work import Means, Work
from assay.pipeline.workbench import Workbench
from assay.typed import Iterable, Sequence

_WIDEST_NAME = 24


class Parallel:
    """One run of several stages at once, at most `jobs` commands at a time."""

    __slots__ = (
        "_bench",
        "_crew",
        "_due",
        "_jobs",
        "_lost",
        "_means",
        "_plan",
        "_ready",
        "_signals",
        "_steps",
        "_under_way",
        "_width",
    )

    def __init__(self, bench: Workbench, steps: Reproducer, means: Means, *, jobs: int) -> None:
        self._bench = bench
        self._steps = steps
        self._means = means
        self._jobs = jobs
        self._crew = Crew(bench.console)
        self._plan = Plan(bench.graph, ())
        self._ready: list[int] = []
        self._due: list[int] = []
        self._under_way: dict[str, tuple[Work, Grant]] = {}
        self._lost: list[ReproFailed] = []
        self._signals = 0
        self._width = 0

    def run(self, keys: Iterable[str]) -> Outcome:
        """Reproduce the stages with these keys. Raises ReproFailed, Interrupted.

        After a failure that ends the run, or a signal, nothing is started any more; what runs is
        waited for and recorded.
        """
        keys = tuple(keys)
        self._plan = Plan(self._bench.graph, keys)
        self._ready = self._plan.first()
        names = (self._bench.addresses.stage(self._bench.graph.stages[key]) for key in keys)
        self._width = min(max(map(len, names), default=0), _WIDEST_NAME)
        try:
            with self._crew:
                self._advance()
                while self._crew or self._wait_for_others():
                    if self._crew:
                        self._take_an_end()
                    self._advance()
        finally:
            for work, _ in self._under_way.values():
                work.held.close()
        self._raise_what_ended_it()
        return self._steps.outcome(keys)

    @property
    def _is_over(self) -> bool:
        """Whether nothing may be started any more."""
        return bool(self._lost) or self._crew.stop.count > 0

    def _advance(self) -> None:
        """Start stages while there are free places; look at stages to find those to start."""
        while len(self._crew) < self._jobs and not self._is_over:
            if not self._start_one():
                if not self._ready:
                    return
                self._look(self._ready.pop(0))

    def _look(self, position: int) -> None:
        stage = self._stage(position)
        if stage.key in self._steps.failures.blocked:
            self._settle(stage)
            return
        try:
            is_due = self._steps.is_due(stage)
        except (AssayError, OSError) as error:
            self._fail(stage, error)
            return
        if is_due:
            insort(self._due, position)
        else:
            self._settle(stage)

    def _start_one(self) -> bool:
        """Start the first stage for which there are resources; whether there was one."""
        for position in self._due:
            stage = self._stage(position)
            grant = self._means.pool.take(self._means.limits[stage.key].resources)
            if grant is not None:
                self._due.remove(position)
                self._begin(stage, grant)
                return True
        return False

    def _wait_for_others(self) -> bool:
        """Start the first due stage as soon as other runs leave it resources; False if none is."""
        if not self._due or self._is_over:
            return False
        stage = self._stage(self._due[0])
        grant = self._steps.grant(stage)
        self._due.pop(0)
        self._begin(stage, grant)
        return True

    def _begin(self, stage: Stage, grant: Grant) -> None:
        try:
            work = self._steps.begin(stage)
        except (AssayError, OSError) as error:
            self._means.pool.give_back(grant)
            self._fail(stage, error)
            return
        if work is None:
            self._means.pool.give_back(grant)
            self._settle(stage)
        else:
            self._launch(work, grant)

    def _launch(self, work: Work, grant: Grant) -> None:
        self._under_way[work.stage.key] = work, grant
        label = f"{work.address:<{self._width}} | "
        steps = self._steps.steps(work, grant)
        self._crew.start(Job(work.stage.key, label, steps, work.deadline()))

    def _take_an_end(self) -> None:
        """Wait until the commands of a stage end, and do what comes after them."""
        found = self._crew.next_end(self._signals)
        if found is None:
            self._note_signal()
            return
        job, error = found
        work, grant = self._under_way.pop(job.key)
        if error is not None and not self._is_over and self._steps.tries_again(work, error):
            self._launch(work, grant)
            return
        self._means.pool.give_back(grant)
        try:
            with work.held:
                if error is not None:
                    raise error
                self._steps.end(work)
        except Interrupted:
            return  # it was told to stop and did: neither a result nor a failure
        except (AssayError, OSError) as problem:
            self._fail(work.stage, problem)
        else:
            self._settle(work.stage)

    def _fail(self, stage: Stage, error: AssayError | OSError) -> None:
        if isinstance(error, Interrupted):
            raise error
        try:
            self._steps.failures.add(stage, error)
        except ReproFailed as lost:
            self._lost.append(lost)
            self._tell(lost)
        self._settle(stage)

    def _tell(self, lost: ReproFailed) -> None:
        """Say at once why the run will end, if others are under way or have failed too."""
        running = self._crew.running
        if self._signals or not (self._under_way or len(self._lost) > 1):
            return
        waiting = f"; waiting for {self._shown(running)} to end" if running else ""
        self._bench.console.warning(lost.chain() + waiting)

    def _note_signal(self) -> None:
        if not self._signals and self._crew.running:
            shown = self._shown(self._crew.running)
            self._bench.console.warning(f"stopping {shown}; interrupt again to kill")
        self._signals = self._crew.stop.count

    def _settle(self, stage: Stage) -> None:
        """A stage is done with, one way or the other: others may have waited for it."""
        for position in self._plan.settle(stage.key):
            insort(self._ready, position)

    def _raise_what_ended_it(self) -> None:
        if len(self._lost) > 1:
            raise ReproFailed([address for lost in self._lost for address in lost.addresses])
        for lost in self._lost:
            raise lost
        if self._crew.stop.count and not self._plan.is_settled:
            raise Interrupted

    def _stage(self, position: int) -> Stage:
        return self._bench.graph.stages[self._plan.keys[position]]

    def _shown(self, keys: Iterable[str]) -> str:
        stages = self._bench.graph.stages
        return quoted(self._bench.addresses.stage(stages[key]) for key in keys)


class Plan:
    """The stages of a run in the order of a serial one, and which wait for which."""

    __slots__ = ("_graph", "_open", "_position", "_waits", "keys")

    def __init__(self, graph: Graph, keys: Sequence[str]) -> None:
        self.keys = keys
        self._graph = graph
        self._open = set(keys)
        self._position = {key: position for position, key in enumerate(keys)}
        self._waits = {key: self._earlier(key) for key in keys}

    def first(self) -> list[int]:
        """Positions of the stages that wait for none."""
        return [self._position[key] for key in self.keys if not self._waits[key]]

    def settle(self, key: str) -> list[int]:
        """A stage is done with; the positions of those that only waited for it."""
        self._open.remove(key)
        free = []
        for other in self._neighbours(key):
            waits = self._waits.get(other, set())
            if key in waits:
                waits.remove(key)
                if not waits:
                    free.append(self._position[other])
        return free

    @property
    def is_settled(self) -> bool:
        """Whether nothing is left."""
        return not self._open

    def _earlier(self, key: str) -> set[str]:
        """Neighbours in the graph that a serial run visits before: one reads what the other
        writes, also where an edge is not followed because a stage is frozen or named with -s."""
        position = self._position[key]
        return {
            other
            for other in self._neighbours(key)
            if self._position.get(other, position) < position
        }

    def _neighbours(self, key: str) -> set[str]:
        return {*self._graph.upstream[key], *self._graph.downstream[key]}
