"""`repro`: select stages, bring them up to date, say how it went."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from assay.pipeline.limits import Limits, limits_of
from assay.pipeline.plan import Selection, select
from assay.pipeline.pool import Pool
from assay.pipeline.reproduce import Means, Outcome, Reproducer, ReproOptions
from assay.pipeline.tracking import Tracker
from assay.pipeline.workbench import Workbench, check_graph

if TYPE_CHECKING:
    from assay.pipeline.fetcher import Fetcher

_NOTHING_SELECTED = "no stage matches the selection, nothing to run"


def repro(
    bench: Workbench,
    selection: Selection,
    options: ReproOptions,
    *,
    environ: Mapping[str, str],
    tracker: Tracker,
) -> Outcome:
    """Reproduce the selected stages. Raises ReproFailed, UnknownStage, BadGraph, BadMeta.

    What is learned about files is kept, also when a stage fails.
    """
    check_graph(bench)
    keys = select(bench.graph, bench.targets, selection)
    if not keys:
        bench.console.warning(_NOTHING_SELECTED)
    tracker.expect(bench.graph.stages[key] for key in keys)
    limits = _limits(bench, keys)
    means = Means(
        limits=limits,
        pool=_pool(bench, limits, environ),
        fetcher=_fetcher(bench, options),
        tracker=tracker,
        environ={"DVC_ROOT": bench.project.root, **environ},
    )
    try:
        return Reproducer(bench, options, means).run(keys)
    finally:
        bench.workspace.save()


def _limits(bench: Workbench, keys: Iterable[str]) -> dict[str, Limits]:
    """What `meta` says of each stage, so that a slip of the pen is told before anything runs."""
    stages = (bench.graph.stages[key] for key in keys)
    return {stage.key: limits_of(stage, bench.addresses.stage(stage)) for stage in stages}


def _pool(bench: Workbench, limits: Mapping[str, Limits], environ: Mapping[str, str]) -> Pool:
    names = sorted({name for one in limits.values() for name in one.resources})
    if not names:
        return Pool({})
    from assay.pipeline.capacities import capacities  # asks Git: only if a stage needs anything

    return Pool(*capacities(names, bench.project.root, environ))


def _fetcher(bench: Workbench, options: ReproOptions) -> Fetcher | None:
    if not options.pull or options.dry:
        return None
    from assay.pipeline.fetcher import Fetcher  # remotes: only when they are asked for

    fetcher = Fetcher(bench)
    if options.use_run_cache:
        fetcher.pull_run_cache()
    return fetcher
