"""`repro`: select stages, bring them up to date, say how it went."""

from __future__ import annotations

from collections.abc import Mapping

from assay.pipeline.plan import Selection, select
from assay.pipeline.reproduce import Outcome, Reproducer, ReproOptions
from assay.pipeline.tracking import Tracker
from assay.pipeline.workbench import Workbench, check_graph

_NOTHING_SELECTED = "no stage matches the selection, nothing to run"


def repro(
    bench: Workbench,
    selection: Selection,
    options: ReproOptions,
    *,
    environ: Mapping[str, str],
    tracker: Tracker,
) -> Outcome:
    """Reproduce the selected stages. Raises ReproFailed, UnknownStage, BadGraph.

    What is learned about files is kept, also when a stage fails.
    """
    check_graph(bench)
    keys = select(bench.graph, bench.targets, selection)
    if not keys:
        bench.console.warning(_NOTHING_SELECTED)
    fetcher = None
    if options.pull and not options.dry:
        from assay.pipeline.fetcher import Fetcher  # remotes: only when they are asked for

        fetcher = Fetcher(bench)
        if options.use_run_cache:
            fetcher.pull_run_cache()
    reproducer = Reproducer(
        bench.workspace,
        bench.pipeline,
        bench.graph,
        options=options,
        fetcher=fetcher,
        addresses=bench.addresses,
        tracker=tracker,
        console=bench.console,
        environ={"DVC_ROOT": bench.project.root, **environ},
    )
    try:
        return reproducer.run(keys)
    finally:
        bench.workspace.save()
