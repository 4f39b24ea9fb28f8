"""`exp run --queue`: the workspace as it is now becomes a task, a sweep one per combination.

The order of effects: objects, one reference that keeps all of the batch, one transaction. Before
the transaction there is nothing but garbage, which `release_batches` takes away; with it all tasks
of the batch exist (P2).
"""

from __future__ import annotations

import os

from assay.errors import AssayError
from assay.experiments.copies import check_copies
from assay.experiments.inputs import capture
from assay.experiments.names import check_name, random_name
from assay.experiments.overrides import (
    ByFile,
    SweepNeedsQueue,
    check_plain,
    expand,
    group_by_file,
)
from assay.experiments.param_edits import edits_of
from assay.experiments.references import ExperimentConflict, baseline_of, experiments_of
from assay.experiments.request import RunRequest
from assay.experiments.run_text import as_text
from assay.experiments.snapshot_run import SnapshotRun, absolute, by_git_path
from assay.experiments.start import Start, edits_on, tree_of
from assay.fs.lock import FileLock
from assay.git import refs
from assay.git.batch_commits import commit_many
from assay.git.commits import Draft
from assay.git.process import GitFailed
from assay.git.ref_locks import clear_abandoned_packed_lock
from assay.git.repository import Repository
from assay.pipeline.address import Addresses
from assay.project import Project
from assay.queue.places import BATCHES, Places
from assay.queue.records import NewTask
from assay.queue.settings import spare_attempts
from assay.queue.store import Store, opened
from assay.typed import Container, Iterable, Mapping, NamedTuple, Sequence, Set
from assay.ui.console import Console


class NamePromised(AssayError):
    """A task that is not over yet will make an experiment of that name."""

    def __init__(self, name: str) -> None:
        super().__init__(
            f"Experiment conflicts with '{name}', which is in the queue already.",
            hint=f"choose another name, or take that one back: `dvc queue remove {name}`",
        )


class Queued(NamedTuple):
    """A new task: the name its experiment will have, and what it overrides."""

    name: str
    overrides: ByFile


def enqueue(
    project: Project,
    request: RunRequest,
    *,
    addresses: Addresses,
    console: Console,
    environ: Mapping[str, str],
    priority: int = 0,
    start: Start | None = None,
) -> list[Queued]:
    """Queue all experiments that the request describes, or none; in the order of the sweep.

    They start from the workspace as it is, or from `start`. Raises for a bad override, name, target
    or `-C`, ExperimentConflict for a name that an experiment has, NamePromised for one that a task
    will give.
    """
    repository = project.git()
    baseline = baseline_of(repository) if start is None else start.baseline
    spare = spare_attempts(repository, environ)
    run = _run(project, request, addresses, baseline, start)
    combinations = expand(group_by_file(request.overrides))
    edits = _edits(project, request, addresses, combinations, start)
    if not combinations:
        return []
    wanted = _wanted(request, len(combinations))
    _refuse(wanted, _taken(repository, baseline), request)  # before data goes into the cache
    if start is None:
        edited = {path for files in edits for path in files}
        tree = capture(
            project, request, {}, addresses=addresses, console=console, later_edits=edited
        )
    else:
        tree = tree_of(repository, start.commit)
    places = Places(project)
    places.make()
    with FileLock(places.enqueue_lock, patience_s=None), opened(places) as store:
        taken = _taken(repository, baseline)
        _refuse(wanted, taken, request)
        names = _names(wanted, taken, store.promised_names(baseline))
        batch = os.urandom(8).hex()
        drafts = [
            Draft(f"assay: queued experiment {name}", by_git_path(project, addresses, files))
            for name, files in zip(names, edits, strict=True)
        ]
        made = commit_many(repository, tree, baseline, drafts, ref=f"{BATCHES}{batch}")
        text = as_text(run)
        store.add(
            NewTask(name, baseline, commit, batch, text, priority, made.made_at, spare)
            for name, commit in zip(names, made.commits, strict=True)
        )
    return [Queued(*pair) for pair in zip(names, combinations, strict=True)]


def release_batches(project: Project, store: Store) -> None:
    """Delete references of batches that have no task any more, or never had.

    What is being queued at this moment is left alone, and so is everything when somebody does.
    What cannot be deleted now, because a killed Git has left a lock, is left for the next time.
    """
    repository = project.git()
    with FileLock(Places(project).enqueue_lock, patience_s=None):
        needed = store.batches()
        found = refs.under(repository, BATCHES)
        unneeded = [name for name in found if name[len(BATCHES) :] not in needed]
        try:
            refs.delete(repository, unneeded)
        except GitFailed:
            clear_abandoned_packed_lock(repository)


def _wanted(request: RunRequest, count: int) -> list[str]:
    """The name that each experiment is to have: those of a sweep are numbered; "" for any.

    Raises InvalidName.
    """
    name = request.name or ""
    if not name or not _is_sweep(request.overrides):
        wanted = [name] * count
    else:
        wanted = [f"{name}-{number}" for number in range(1, count + 1)]
    for one in filter(None, wanted):
        check_name(one)
    return wanted


def _taken(repository: Repository, baseline: str) -> set[str]:
    return {experiment.name for experiment in experiments_of(repository, baseline)}


def _refuse(wanted: Iterable[str], taken: Container[str], request: RunRequest) -> None:
    """Raise ExperimentConflict for a name that an experiment has, unless it may be replaced."""
    for name in () if request.options.force else wanted:
        if name in taken:
            raise ExperimentConflict(name)


def _names(wanted: Iterable[str], taken: Set[str], promised: Set[str]) -> list[str]:
    """`wanted`, with names for those that may have any. Raises NamePromised."""
    busy = {*taken, *promised}
    names = []
    for wish in wanted:
        if wish in promised:
            raise NamePromised(wish)
        names.append(wish or random_name(busy))
        busy.add(names[-1])
    return names


def _is_sweep(overrides: Sequence[str]) -> bool:
    try:
        check_plain(group_by_file(overrides))
    except SweepNeedsQueue:
        return True
    return False


def _run(
    project: Project,
    request: RunRequest,
    addresses: Addresses,
    baseline: str,
    start: Start | None,
) -> SnapshotRun:
    """What all tasks of the batch have in common."""
    copies = tuple(absolute(addresses, path) for path in request.copy_paths)
    check_copies(project.git(), copies)
    if start is not None:
        request = request._replace(options=request.options._replace(go_on=True))
    remains = start.remains if start is not None else ()
    return SnapshotRun(request, "", baseline, addresses.location("."), copies, remains)


def _edits(
    project: Project,
    request: RunRequest,
    addresses: Addresses,
    combinations: Iterable[ByFile],
    start: Start | None,
) -> list[dict[str, bytes]]:
    if start is not None:
        return edits_on(project, start, addresses, combinations)
    return edits_of(project, addresses.directory, combinations, hydra=request.hydra)
