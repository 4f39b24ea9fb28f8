"""Which stage feeds which: edges from the paths that stages read and write.

Source: spec/pipelines.md §5.1. Everything here is pure and near-linear in stages and paths.
"""

from __future__ import annotations

import os.path

from assay.errors import AssayError
from assay.pipeline.model import Stage
from assay.typed import Iterable, Iterator


class BadGraph(AssayError):
    """Stages contradict each other: an output twice, overlapping outputs, a cycle."""


class Graph:
    """Stages by key, with their producers (`upstream`) and consumers (`downstream`)."""

    __slots__ = ("downstream", "owners", "stages", "upstream")

    def __init__(self, stages: Iterable[Stage]) -> None:
        self.stages = {stage.key: stage for stage in stages}
        self.owners = _owners(self.stages.values())
        self.upstream = {key: self._producers(stage) for key, stage in self.stages.items()}
        self.downstream: dict[str, list[str]] = {key: [] for key in self.stages}
        for key, producers in self.upstream.items():
            for producer in producers:
                self.downstream[producer].append(key)

    def _producers(self, stage: Stage) -> list[str]:
        """Keys of the stages that make what `stage` reads, in the order in which it names it."""
        found: dict[str, None] = {}
        for location in stage.all_inputs:
            for owner in self.owners.related(location):
                found[owner] = None
        return list(found)

    def order(self, keys: Iterable[str], *, through_frozen: bool = False) -> list[str]:
        """`keys` and everything upstream of them, producers first.

        A frozen stage keeps its place but what it reads is not followed.
        """
        done: dict[str, None] = {}
        for key in keys:
            stack = [(key, iter(self._inputs(key, through_frozen)))] if key not in done else []
            entered = {key}
            while stack:
                current, inputs = stack[-1]
                for producer in inputs:
                    if producer not in done and producer not in entered:
                        entered.add(producer)
                        stack.append((producer, iter(self._inputs(producer, through_frozen))))
                        break
                else:
                    done[current] = None
                    stack.pop()
        return list(done)

    def _inputs(self, key: str, through_frozen: bool) -> list[str]:
        stage = self.stages[key]
        return [] if stage.frozen and not through_frozen else self.upstream[key]

    def after(self, keys: Iterable[str]) -> set[str]:
        """`keys` and everything downstream of them."""
        found = set(keys)
        waiting = list(found)
        while waiting:
            for consumer in self.downstream[waiting.pop()]:
                if consumer not in found and not self.stages[consumer].frozen:
                    found.add(consumer)
                    waiting.append(consumer)
        return found

    def connected(self, keys: Iterable[str]) -> set[str]:
        """All stages of the pipelines that `keys` belong to."""
        found = set(keys)
        waiting = list(found)
        while waiting:
            key = waiting.pop()
            for neighbour in (*self.upstream[key], *self.downstream[key]):
                if neighbour not in found:
                    found.add(neighbour)
                    waiting.append(neighbour)
        return found


class Owners:
    """Which stage writes a path: exact, around it, or inside it."""

    __slots__ = ("_by_path", "_sorted")

    def __init__(self, by_path: dict[str, str]) -> None:
        self._by_path = by_path
        self._sorted = sorted(by_path)

    def exact(self, location: str) -> str | None:
        """The stage that writes exactly this path."""
        return self._by_path.get(location)

    def around(self, location: str) -> str | None:
        """The stage whose output directory holds `location`."""
        folder = os.path.dirname(location)
        while folder and folder != os.path.dirname(folder):
            if folder in self._by_path:
                return self._by_path[folder]
            folder = os.path.dirname(folder)
        return None

    def inside(self, location: str) -> Iterator[tuple[str, str]]:
        """(path, stage) of each output below the directory `location`."""
        from bisect import bisect_left  # commands that only look never ask

        prefix = "" if location == "." else location + "/"
        for index in range(bisect_left(self._sorted, prefix), len(self._sorted)):
            if not self._sorted[index].startswith(prefix):
                return
            yield self._sorted[index], self._by_path[self._sorted[index]]

    def outputs_at(self, location: str) -> list[str]:
        """Output paths that equal, contain or lie inside `location`."""
        folder = location
        while folder:
            if folder in self._by_path:
                return [folder]
            folder = folder.rpartition("/")[0]
        return [path for path, _ in self.inside(location)]

    def related(self, location: str) -> Iterator[str]:
        """Stages whose outputs equal, contain or lie inside `location`."""
        for path in self.outputs_at(location):
            yield self._by_path[path]


def _owners(stages: Iterable[Stage]) -> Owners:
    by_path: dict[str, str] = {}
    for stage in stages:
        for output in stage.all_outputs:
            by_path.setdefault(output.location, stage.key)
    return Owners(by_path)


def check(graph: Graph, shown: dict[str, str]) -> None:
    """Raise BadGraph if the stages contradict each other. `shown`: stage key → address.

    Source: spec/pipelines.md §13 for the texts.
    """
    _check_duplicates(graph, shown)
    _check_overlaps(graph, shown)
    _check_cycles(graph, shown)
    _check_stage_files(graph)


def _check_duplicates(graph: Graph, shown: dict[str, str]) -> None:
    seen: dict[str, str] = {}
    for key, stage in graph.stages.items():
        for output in stage.all_outputs:
            other = seen.setdefault(output.location, key)
            if other != key:
                raise BadGraph(
                    f"output '{output.location}' is specified in:\n\t- {shown[other]}\n\t- "
                    f"{shown[key]}\nUse `dvc remove` with any of the above targets to stop "
                    "tracking the overlapping output."
                )


def _check_overlaps(graph: Graph, shown: dict[str, str]) -> None:
    for key, stage in graph.stages.items():
        for output in stage.all_outputs:
            for inner, owner in graph.owners.inside(output.location):
                raise BadGraph(
                    f"The output paths:\n'{output.location}'('{shown[key]}')\n"
                    f"'{inner}'('{shown[owner]}')\n"
                    "overlap and are thus in the same tracked directory.\nTo keep "
                    "reproducibility, outputs should be in separate tracked directories or "
                    "tracked individually."
                )


def _check_cycles(graph: Graph, shown: dict[str, str]) -> None:
    waiting = {key: len(producers) for key, producers in graph.upstream.items()}
    ready = [key for key, count in waiting.items() if count == 0]
    while ready:
        key = ready.pop()
        del waiting[key]
        for consumer in graph.downstream[key]:
            waiting[consumer] -= 1
            if waiting[consumer] == 0:
                ready.append(consumer)
    cycle = _one_cycle(graph, waiting)
    if cycle:
        names = ", ".join(shown[key] for key in cycle)
        stages = "stages" if len(cycle) > 1 else "stage"
        raise BadGraph(
            f"Same item(s) are defined as both a dependency and an output in {stages}: {names}."
        )


def _one_cycle(graph: Graph, left: dict[str, int]) -> list[str]:
    """Walk upstream among stages that never got ready until one comes again."""
    path: list[str] = []
    key = next(iter(left), None)
    while key is not None and key not in path:
        path.append(key)
        key = next((producer for producer in graph.upstream[key] if producer in left), None)
    return path[path.index(key) :] if key is not None else []


def _check_stage_files(graph: Graph) -> None:
    for stage in graph.stages.values():
        owner = graph.owners.around(stage.file)
        if owner is not None:
            raise BadGraph(
                f"'{stage.file}' lies inside an output of stage '{graph.stages[owner].name}'",
                hint="move the file out of the directory that a stage writes",
            )
