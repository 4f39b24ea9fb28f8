"""From targets and options to the stages to look at, in order (spec/pipelines.md §5.2). Pure."""

from __future__ import annotations

from assay.pipeline.graph import Graph
from assay.pipeline.model import Stage
from assay.pipeline.targets import Targets
from assay.typed import NamedTuple


class Selection(NamedTuple):
    """What the user asked for: targets as typed, and how to widen or narrow them."""

    targets: tuple[str, ...] = ()
    single_item: bool = False
    whole_pipeline: bool = False
    all_pipelines: bool = False
    recursive: bool = False
    downstream: bool = False
    glob: bool = False


def select(graph: Graph, targets: Targets, selection: Selection) -> list[str]:
    """Keys of the stages to look at, producers before consumers.

    Raises UnknownStage. An empty result means that the selection matches no stage.
    """
    if selection.all_pipelines:
        return graph.order(graph.stages)
    chosen = [stage.key for stage in _named(targets, selection)]
    if selection.whole_pipeline:
        members = graph.connected(chosen)
        return graph.order(key for key in graph.stages if key in members)
    if selection.downstream and selection.targets:
        wanted = graph.after(chosen)
        everything = graph.order(key for key in graph.stages if key in wanted)
        return [key for key in everything if key in wanted]
    if selection.single_item:
        return list(dict.fromkeys(chosen))
    # As the project has them, not as they were named: so one selection gives one dvc.lock.
    wanted = set(graph.order(chosen))
    return graph.order(key for key in graph.stages if key in wanted)


def _named(targets: Targets, selection: Selection) -> list[Stage]:
    if not selection.targets:
        return targets.default()
    found: dict[str, Stage] = {}
    for target in selection.targets:
        stages = targets.stages(target, recursive=selection.recursive, glob=selection.glob)
        found.update((stage.key, stage) for stage in stages)
    return list(found.values())
