"""What every experiment run does, wherever its files are: choose stages, reproduce, gather results.

The workspace (`run`), a sandbox (`sandbox_run`) and the queue differ only in how the files got
there and in who is told at the end.
"""

from __future__ import annotations

from assay.data.on_demand import importer, supplier
from assay.experiments.chosen import chosen_stages
from assay.experiments.contents import matching, result_places
from assay.experiments.request import RunRequest
from assay.git.status import Status, look
from assay.pipeline.running.refresh import refresh_outputs
from assay.pipeline.running.repro import repro
from assay.pipeline.running.reproduce import Outcome
from assay.pipeline.tracking import Tracker
from assay.pipeline.workbench import Workbench, is_current, open_workbench
from assay.typed import TYPE_CHECKING, Collection, Iterable, Mapping, NamedTuple

if TYPE_CHECKING:
    from assay.experiments.remains import Remain
    from assay.project import Project


def reproduce(
    bench: Workbench,
    request: RunRequest,
    *,
    name: str,
    baseline: str,
    environ: Mapping[str, str],
    remains: Collection[Remain] = (),
    parent: Project | None = None,
) -> Outcome:
    """Bring the selected stages up to date as the experiment `name` of `baseline`.

    `remains` are put in place of what was recorded before. In a sandbox `parent` is the project
    that it works for. Raises ReproFailed, after which
    finished stages stay recorded.
    """
    bench.console.info(f"Reproducing experiment '{name}'")
    if not request.options.dry:
        refresh_outputs(bench, chosen_stages(bench, request))
    if remains:
        from assay.experiments.remains import bring_back  # only to go on from a run that failed

        bring_back(bench, remains)
    tracker = Tracker(bench.project, bench.addresses, bench.console, bench.workspace.memory)
    return repro(
        bench,
        request.selection,
        request.options,
        environ={**environ, "DVC_EXP_NAME": name, "DVC_EXP_BASELINE_REV": baseline},
        tracker=tracker,
        supplier=supplier(bench, request.options),
        importer=importer(bench, tracker, environ),
        parent=parent,
    )


class Untracked(NamedTuple):
    """Files that Git does not know, relative to its root: those of the experiment, the others."""

    results: list[str]
    others: list[str]
    status: Status
    """What Git said of the whole work tree; a snapshot need not ask again."""


def untracked_files(bench: Workbench, outcome: Outcome, extra: Iterable[str] = ()) -> Untracked:
    """What the run left besides changes of tracked files.

    `extra` are locations of edited parameter files. The pipeline is read again if a stage edited
    or made a dvc.yaml while it ran.
    """
    status = look(bench.project.git(), untracked=True)
    found = _below(bench.project.prefix, status.untracked)
    after = bench
    if not is_current(bench, (bench.project.location(path) for path in found)):
        after = open_workbench(bench.project, bench.addresses, bench.console)
    results = matching(found, result_places(after, outcome.visited, extra))
    belonging = set(results)
    return Untracked(results, [path for path in found if path not in belonging], status)


def _below(prefix: str, paths: list[str]) -> list[str]:
    return [path for path in paths if path.startswith(f"{prefix}/")] if prefix else paths
