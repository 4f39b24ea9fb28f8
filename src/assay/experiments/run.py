"""`exp run` in the workspace: edit parameters, reproduce, save the result as an experiment.

HEAD, index, branch and stash are never touched (P1). A kill at any instant leaves the workspace
with what was finished; the next run goes on from there.
"""

from __future__ import annotations

from assay.experiments.activity import WorkspaceRun
from assay.experiments.auto_push import push_made, remote_for
from assay.experiments.chosen import chosen_stages
from assay.experiments.publish import choose_name, publish
from assay.experiments.references import Experiment, baseline_of
from assay.experiments.reproduction import reproduce, untracked_files
from assay.experiments.request import RunRequest
from assay.fs.atomic import write_bytes
from assay.fs.reading import read_or_none
from assay.fs.remove import remove
from assay.git.snapshot import check_merged
from assay.pipeline.address import Addresses
from assay.pipeline.targets import UnknownStage, UnknownTarget
from assay.pipeline.workbench import Workbench, open_workbench
from assay.project import Project
from assay.typed import Mapping
from assay.ui.console import Console


def run_in_workspace(
    project: Project,
    request: RunRequest,
    *,
    addresses: Addresses,
    console: Console,
    environ: Mapping[str, str],
) -> Experiment | None:
    """Run the pipeline and save the result; None for a dry run.

    Raises before anything is touched for a bad name, override or target, and for a merge that is
    not finished; ReproFailed when a stage fails, after which parameter edits and finished stages
    stay as they are.
    """
    repository = project.git()
    baseline = baseline_of(repository)
    check_merged(repository)
    name = choose_name(repository, baseline, request.name, force=request.options.force)
    edits = _edits(project, request, addresses.directory)
    remote = remote_for(project, environ, console)
    with WorkspaceRun(project, name, baseline):
        bench = _open(project, request, edits, addresses=addresses, console=console)
        outcome = reproduce(bench, request, name=name, baseline=baseline, environ=environ)
        if request.options.dry:
            return None
        found = untracked_files(bench, outcome, map(addresses.location, edits))
        made = publish(
            repository,
            name=name,
            baseline=baseline,
            results=outcome.results,
            paths=found.results,
            status=found.status,
            message=request.message,
            force=request.options.force,
        )
    if remote is not None:
        push_made(project, made, remote, addresses=addresses, console=console)
    return made


def _edits(project: Project, request: RunRequest, directory: str) -> dict[str, bytes]:
    if not (request.overrides or (request.hydra and project.config.flag("hydra", "enabled"))):
        return {}
    from assay.experiments.param_edits import edited_files  # the grammar: only when it is spoken

    return edited_files(project, directory, request.overrides, hydra=request.hydra)


def _open(
    project: Project,
    request: RunRequest,
    edits: dict[str, bytes],
    *,
    addresses: Addresses,
    console: Console,
) -> Workbench:
    """Write the edits, then load what they may have changed; a bad target takes them back."""
    if request.options.dry:
        drafts = {addresses.location(path): content for path, content in edits.items()}
        bench = open_workbench(project, addresses, console, drafts)
        chosen_stages(bench, request)
        return bench
    old = {path: read_or_none(path) for path in edits}
    for path, content in edits.items():
        if content != old[path]:
            write_bytes(path, content)
    try:
        bench = open_workbench(project, addresses, console)
        chosen_stages(bench, request)
    except (UnknownStage, UnknownTarget):
        _take_back(old)
        raise
    return bench


def _take_back(old: dict[str, bytes | None]) -> None:
    for path, content in old.items():
        if content is None:
            remove(path)
        else:
            write_bytes(path, content)
