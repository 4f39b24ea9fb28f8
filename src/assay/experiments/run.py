"""`exp run` in the workspace: edit parameters, reproduce, save the result as an experiment.

HEAD, index, branch and stash are never touched (P1). A kill at any instant leaves the workspace
with what was finished; the next run goes on from there.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from assay.experiments.activity import workspace_run
from assay.experiments.contents import untracked_results
from assay.experiments.param_edits import edited_files, read_or_none
from assay.experiments.publish import choose_name, publish
from assay.experiments.references import Experiment, baseline_of, remember_workspace
from assay.fs.atomic import write_bytes
from assay.fs.remove import remove
from assay.pipeline.address import Addresses
from assay.pipeline.plan import Selection, select
from assay.pipeline.refresh import refresh_outputs
from assay.pipeline.repro import repro
from assay.pipeline.reproduce import ReproOptions
from assay.pipeline.targets import UnknownStage, UnknownTarget
from assay.pipeline.tracking import Tracker
from assay.pipeline.workbench import Workbench, open_workbench
from assay.project import Project
from assay.ui.console import Console


class RunRequest(NamedTuple):
    """What `exp run` was asked for; nothing further down reads the command line.

    `overrides` are the texts of `-S`; files in them are relative to the current directory. With
    `hydra` off nothing is composed, whatever the configuration says.
    """

    selection: Selection = Selection()
    options: ReproOptions = ReproOptions()
    overrides: tuple[str, ...] = ()
    hydra: bool = True
    name: str = ""
    message: str = ""


def run_in_workspace(
    project: Project,
    request: RunRequest,
    *,
    addresses: Addresses,
    console: Console,
    environ: Mapping[str, str],
) -> Experiment | None:
    """Run the pipeline and save the result; None for a dry run.

    Raises before anything is touched for a bad name, override or target; ReproFailed when a stage
    fails, after which parameter edits and finished stages stay as they are.
    """
    repository = project.git()
    baseline = baseline_of(repository)
    name = choose_name(repository, baseline, request.name, force=request.options.force)
    edits = edited_files(project, addresses.directory, request.overrides, hydra=request.hydra)
    with workspace_run(project):
        bench = _open(project, request, edits, addresses=addresses, console=console)
        console.info(f"Reproducing experiment '{name}'")
        tracker = Tracker(project, addresses, console)
        if not request.options.dry:
            refresh_outputs(bench, select(bench.graph, bench.targets, request.selection))
        outcome = repro(
            bench,
            request.selection,
            request.options,
            environ={**environ, "DVC_EXP_NAME": name, "DVC_EXP_BASELINE_REV": baseline},
            tracker=tracker,
        )
        if request.options.dry:
            return None
        # The pipeline is read again: a stage may have edited dvc.yaml while it ran.
        after = open_workbench(project, addresses, console)
        extra = [addresses.location(path) for path in edits]
        made = publish(
            repository,
            name=name,
            baseline=baseline,
            results=outcome.results,
            paths=untracked_results(after, outcome.visited, extra),
            message=request.message,
            force=request.options.force,
        )
        remember_workspace(repository, made.commit)
        return made


def _open(
    project: Project,
    request: RunRequest,
    edits: dict[str, bytes],
    *,
    addresses: Addresses,
    console: Console,
) -> Workbench:
    """Write the edits, then load what they may have changed; a bad target takes them back."""
    old = {path: read_or_none(path) for path in edits}
    if not request.options.dry:
        for path, content in edits.items():
            if content != old[path]:
                write_bytes(path, content)
    try:
        bench = open_workbench(project, addresses, console)
        select(bench.graph, bench.targets, request.selection)
    except UnknownStage as error:
        _take_back(old)
        named = [t for t in request.selection.targets if f"'{t}' not found" in error.message]
        if not named:
            raise
        raise UnknownTarget(
            f"'{named[0]}' does not exist as an output or a stage name in 'dvc.yaml'"
        ) from error
    return bench


def _take_back(old: dict[str, bytes | None]) -> None:
    for path, content in old.items():
        if content is None:
            remove(path)
        else:
            write_bytes(path, content)
