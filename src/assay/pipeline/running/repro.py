"""`repro`: select stages, bring them up to date, say how it went."""

from __future__ import annotations

from assay.pipeline.plan import Selection, select
from assay.pipeline.running.grant import NESTED
from assay.pipeline.running.limits import Limits, limits_of
from assay.pipeline.running.pool import Pool
from assay.pipeline.running.repro_options import ReproOptions
from assay.pipeline.running.reproduce import Outcome, Reproducer
from assay.pipeline.running.work import Importer, Means, Supplier
from assay.pipeline.tracking import Tracker
from assay.pipeline.workbench import Workbench, check_graph
from assay.project import Project
from assay.typed import Iterable, Mapping

_NOTHING_SELECTED = "no stage matches the selection, nothing to run"


def repro(
    bench: Workbench,
    selection: Selection,
    options: ReproOptions,
    *,
    environ: Mapping[str, str],
    tracker: Tracker,
    importer: Importer,
    supplier: Supplier | None = None,
    parent: Project | None = None,
) -> Outcome:
    """Reproduce the selected stages. Raises ReproFailed, UnknownStage, BadGraph, BadMeta.

    `supplier` is asked for what is missing, `importer` for imports that changed. `parent` is the
    project for which this one's work tree was made: its runs share the resources of the machine.
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
        pool=_pool(bench, limits, options, environ, parent),
        supplier=supplier,
        importer=importer,
        tracker=tracker,
        environ={"DVC_ROOT": bench.project.root, **environ},
    )
    if supplier is not None and options.use_run_cache:
        supplier.pull_run_cache()
    reproducer = Reproducer(bench, options, means)
    try:
        if not options.is_parallel:
            return reproducer.run(keys)
        from assay.pipeline.running.parallel import Parallel  # only for those who ask for it

        return Parallel(bench, reproducer, means, jobs=options.jobs).run(keys)
    finally:
        bench.workspace.save()


def _limits(bench: Workbench, keys: Iterable[str]) -> dict[str, Limits]:
    """What `meta` says of each stage, so that a slip of the pen is told before anything runs."""
    stages = (bench.graph.stages[key] for key in keys)
    return {stage.key: limits_of(stage, bench.addresses.stage(stage)) for stage in stages}


def _pool(
    bench: Workbench,
    limits: Mapping[str, Limits],
    options: ReproOptions,
    environ: Mapping[str, str],
    parent: Project | None,
) -> Pool:
    largest: dict[str, float] = {}
    for needs in (one.resources for one in limits.values()):
        largest.update((name, max(needs[name], largest.get(name, 0.0))) for name in needs)
    if not largest:
        return Pool({})
    from assay.pipeline.running.capacities import capacities, setting  # asks Git: only if need be
    from assay.pipeline.running.ledger import Ledger

    amounts, gpus = capacities(largest, bench.project.root, environ)
    is_alone = parent is None and not options.is_parallel
    for name in () if is_alone else largest.keys() - amounts.keys():
        amounts[name] = largest[name]
        bench.console.warning(
            f"how much '{name}' there is is not known, taken as {largest[name]:g}: "
            f"set it with `git config {setting(name)} <amount>`"
        )
    if NESTED in environ:
        return Pool(amounts, gpus)
    return Pool(amounts, gpus, Ledger((parent or bench.project).resources_dir))
