"""The moment an experiment exists: a tree, a commit on its baseline, a reference (P1, P2).

Built beside the user's index and HEAD; the reference moves by compare-and-swap, so of two runs with
one name exactly one is stored and the other is told.
"""

from __future__ import annotations

from assay.experiments.names import check_name, random_name
from assay.experiments.references import (
    Experiment,
    ExperimentConflict,
    experiments_of,
    workspace_ref,
)
from assay.git import refs
from assay.git.commits import commit
from assay.git.refs import Change, RefConflict
from assay.git.repository import Repository
from assay.git.snapshot import snapshot
from assay.git.status import Status
from assay.pipeline.records import Entry, results_hash
from assay.typed import Iterable, Mapping


def choose_name(
    repository: Repository, baseline: str, wanted: str, *, force: bool, command: str = "exp run"
) -> str:
    """`wanted`, checked, or a new random name. Raises InvalidName, ExperimentConflict."""
    taken = {experiment.name for experiment in experiments_of(repository, baseline)}
    if not wanted:
        return random_name(taken)
    check_name(wanted)
    if wanted in taken and not force:
        raise ExperimentConflict(wanted, command)
    return wanted


def prepare(
    repository: Repository,
    *,
    name: str,
    baseline: str,
    results: Mapping[str, Entry],
    paths: Iterable[str],
    message: str = "",
    exclude: Iterable[str] = (),
    status: Status | None = None,
) -> Experiment:
    """The commit of the experiment `name` of `baseline`; nobody knows of it yet.

    `paths` (relative to the Git root) are taken although Git does not track them; of those in
    `exclude` changes are left out. `status` is what Git said of the work tree a moment ago, if it
    was asked. Without `message` the commit names the hash of `results`.
    """
    tree = snapshot(repository, force_paths=paths, exclude=tuple(exclude), status=status)
    text = message or f"dvc: commit experiment {results_hash(results)}"
    return Experiment(name, commit(repository, tree, [baseline], text), baseline)


def announce(
    repository: Repository,
    made: Experiment,
    *,
    message: str,
    force: bool,
    in_workspace: bool = False,
) -> None:
    """Move the reference: now the experiment exists.

    With `in_workspace` the same step notes that the workspace holds its files. Raises
    ExperimentConflict when another run of that name was quicker; with `force` that one is replaced.
    """
    changes = {}
    if in_workspace:  # first: a kill between the two leaves no experiment to be made again
        name = workspace_ref(repository)
        changes[name] = Change(refs.read(repository, name), made.commit)
    replaced = refs.read(repository, made.ref) if force else None
    changes[made.ref] = Change(replaced, made.commit)
    reason = message or "dvc: commit experiment"
    try:
        refs.update_all(repository, changes, message=f"commit: {reason}")
    except RefConflict as conflict:
        if conflict.name == made.ref:
            raise ExperimentConflict(made.name) from None
        # Somebody else has just said what the workspace holds; that is no matter of ours.
        announce(repository, made, message=message, force=force)


def publish(
    repository: Repository,
    *,
    name: str,
    baseline: str,
    results: Mapping[str, Entry],
    paths: Iterable[str],
    message: str = "",
    force: bool = False,
    exclude: Iterable[str] = (),
    status: Status | None = None,
) -> Experiment:
    """`prepare` and `announce` in one, for an experiment whose files the workspace holds."""
    made = prepare(
        repository,
        name=name,
        baseline=baseline,
        results=results,
        paths=paths,
        message=message,
        exclude=exclude,
        status=status,
    )
    announce(repository, made, message=message, force=force, in_workspace=True)
    return made
