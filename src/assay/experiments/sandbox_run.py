"""An experiment from a snapshot to a commit, in a sandbox: for `--temp` and for the queue."""

from __future__ import annotations

import os

from assay.errors import AssayError
from assay.experiments.auto_push import push_made, remote_for
from assay.experiments.copies import check_copies, copy_in
from assay.experiments.inputs import capture
from assay.experiments.occupants import TEMPORARY, Occupant, new_token
from assay.experiments.overrides import check_plain, group_by_file
from assay.experiments.param_edits import edited_files
from assay.experiments.publish import announce, choose_name, prepare
from assay.experiments.references import Experiment, baseline_of
from assay.experiments.remains import Remain, collect_remains
from assay.experiments.reproduction import reproduce, untracked_files
from assay.experiments.request import RunRequest
from assay.experiments.run_text import as_text
from assay.experiments.sandbox import Sandbox, lease
from assay.experiments.snapshot_run import SnapshotRun, absolute, by_git_path
from assay.experiments.stale import clear_stale
from assay.experiments.start import Start, edited_commit, edits_on
from assay.fs.remove import remove
from assay.git.commits import commit
from assay.pipeline.address import Addresses
from assay.pipeline.workbench import open_workbench
from assay.project import Project
from assay.typed import Callable, Mapping, Sequence
from assay.ui.console import Console


def run_temporarily(
    project: Project,
    request: RunRequest,
    *,
    addresses: Addresses,
    console: Console,
    environ: Mapping[str, str],
    start: Start | None = None,
) -> Experiment | None:
    """`exp run --temp` and `-r`: the workspace stays as it is, the result is an experiment.

    It starts from the workspace, or from `start`. None for a dry run. Raises before anything runs
    for a bad name, override, target or `-C`; ReproFailed when a stage fails, ExperimentConflict
    when meanwhile another run took the name.
    """
    repository = project.git()
    baseline = baseline_of(repository) if start is None else start.baseline
    force = request.options.force
    name = choose_name(repository, baseline, request.name, force=force)
    copies = tuple(absolute(addresses, path) for path in request.copy_paths)
    check_copies(repository, copies)
    token, message = new_token(), f"assay: start of experiment {name}"
    if start is None:
        edits = edited_files(project, addresses.directory, request.overrides, hydra=request.hydra)
        tree = capture(project, request, edits, addresses=addresses, console=console)
        snapshot = commit(repository, tree, [baseline], message)
    else:
        overrides = group_by_file(request.overrides)
        check_plain(overrides)
        (edits,) = edits_on(project, start, addresses, [overrides])
        changed = by_git_path(project, addresses, edits)
        snapshot = edited_commit(project, start, changed, token=token, message=message)
        request = request._replace(options=request.options._replace(go_on=True))
    remote = remote_for(project, environ, console)
    remains = start.remains if start is not None else ()
    run = SnapshotRun(request, name, baseline, addresses.location("."), copies, remains)
    occupant = Occupant(token, TEMPORARY, name, baseline, snapshot, request=as_text(run))
    with lease(project, occupant) as sandbox:
        made = perform(sandbox, run, console=console, environ=environ)
    if made is None:
        return None
    announce(repository, made, message=request.message, force=force)
    if remote is not None:
        push_made(project, made, remote, addresses=addresses, console=console)
    return made


def perform(
    sandbox: Sandbox,
    run: SnapshotRun,
    *,
    console: Console,
    environ: Mapping[str, str],
    keep_remains: Callable[[list[Remain]], object] | None = None,
    copied: Sequence[str] = (),
) -> Experiment | None:
    """Run the stages in the sandbox; the commit of the result, which no reference names yet.

    `copied` are files in it (from the Git root) that count as copied by `-C`.
    None for a dry run. Raises ReproFailed, after `keep_remains` was told what is left to go on
    from.
    """
    addresses = sandbox.addresses(run.directory)
    copied = [*copied, *copy_in(sandbox, run.copies)]
    try:
        listed = None if copied else sandbox.stage_files
        bench = open_workbench(sandbox.project, addresses, console, listed=listed)
        clear_stale(bench)
        try:
            outcome = reproduce(
                bench,
                run.request,
                name=run.name,
                baseline=run.baseline,
                environ={**environ, **sandbox.environ},
                remains=run.remains,
                parent=sandbox.parent,
            )
        except (AssayError, KeyboardInterrupt):
            if keep_remains is not None:
                keep_remains(collect_remains(bench))
            raise
        if run.request.options.dry:
            return None
        files = untracked_files(bench, outcome)
        # New .gitignore files are ours: nobody misses them.
        others = [path for path in files.others if os.path.basename(path) != ".gitignore"]
        _warn_of_left_out([path for path in others if path not in copied], console)
        return prepare(
            sandbox.project.git(),
            name=run.name,
            baseline=run.baseline,
            results=outcome.results,
            paths=[path for path in files.results if path not in copied],
            message=run.request.message,
            exclude=[*copied, sandbox.config_file],
            status=files.status,
        )
    finally:
        for path in copied:
            remove(f"{sandbox.project.git().root}/{path}")


def _warn_of_left_out(paths: list[str], console: Console) -> None:
    if paths:
        console.warning(
            "The following untracked files were present in the experiment directory after "
            f"reproduction but will not be included in experiment commits:\n\t{', '.join(paths)}"
        )
