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
    reproducer = Reproducer(
        bench.workspace,
        bench.pipeline,
        bench.graph,
        options=options,
        addresses=bench.addresses,
        tracker=tracker,
        console=bench.console,
        environ={"DVC_ROOT": bench.project.root, **environ},
    )
    try:
        return reproducer.run(keys)
    finally:
        bench.workspace.save()
