"""What bringing a changed stage up to date needs, apart from what finding out takes."""

from __future__ import annotations

from assay.fs.rwlock import PathLocks
from assay.pipeline.present import WorkspacePresent
from assay.pipeline.running.repro_options import ReproOptions
from assay.pipeline.running.single_flight import SingleFlight
from assay.pipeline.running.update import UpdateOptions, Updater
from assay.pipeline.running.work import Means
from assay.pipeline.workbench import Workbench
from assay.typed import NamedTuple


class Tools(NamedTuple):
    """The updater of stages, the claims on paths, the meeting place of equal runs."""

    updater: Updater
    locks: PathLocks
    flights: SingleFlight


def tools(
    bench: Workbench, present: WorkspacePresent, options: ReproOptions, means: Means
) -> Tools:
    """The tools of one run."""
    updater = Updater(
        bench.workspace,
        present,
        options=UpdateOptions(options.dry, options.commit, options.use_run_cache),
        supplier=means.supplier,
        tracker=means.tracker,
        console=bench.console,
        environ=means.environ,
    )
    locks = PathLocks(bench.project.tmp_dir, "dvc repro", bench.console.warning)
    waits = not options.is_parallel
    return Tools(updater, locks, SingleFlight(updater.run_cache, bench.console, waits=waits))
