"""Targets that may be stages, stage files or outputs: for `status`, `commit`, `checkout`."""

from __future__ import annotations

from assay.cli.options import Arguments, Options
from assay.pipeline.targets import Found
from assay.pipeline.workbench import Workbench


def add_stage_targets(options: Options) -> None:
    """Declare the targets and how to widen them."""
    add = options.add_argument
    add("targets", nargs="*", help="stages, .dvc files or outputs; everything by default")
    add("-d", "--with-deps", action="store_true", help="include all that the targets depend on")
    add("-R", "--recursive", action="store_true", help="all stages below directories")


def selected(bench: Workbench, arguments: Arguments) -> list[Found]:
    """What the targets mean, in the order given. Raises UnknownTarget."""
    if not arguments.targets:
        return [Found(stage) for stage in bench.pipeline.stages.values()]
    found: list[Found] = []
    for target in arguments.targets:
        found += bench.targets.stages_or_outputs(target, bench.graph, recursive=arguments.recursive)
    if not arguments.with_deps:
        return found
    keys = bench.graph.order(item.stage.key for item in found)
    return [Found(bench.graph.stages[key]) for key in keys]
