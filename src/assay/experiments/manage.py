"""What is done with experiments afterwards: branch, remove (spec/experiments.md §6)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from assay.errors import AssayError
from assay.experiments.references import (
    EmptyRepository,
    Experiment,
    all_experiments,
    experiments_of,
    find_experiment,
)
from assay.git import refs
from assay.git.repository import Repository


class NotAnExperiment(AssayError):
    """A name belongs to no experiment."""


class BranchExists(AssayError):
    """The branch is there already."""


class Removal(NamedTuple):
    """Which experiments to remove: by name, of revisions (`-n` further first parents), or all."""

    names: tuple[str, ...] = ()
    revision: str = ""
    commits: int = 1
    everything: bool = False
    keep: bool = False


def make_branch(repository: Repository, name: str, branch: str) -> str:
    """A branch at the experiment's commit; its name (`NAME-branch` by default)."""
    experiment = find_experiment(repository, name)
    if experiment is None:
        if repository.resolve_many([name])[0] is not None:
            raise NotAnExperiment(f"'{name}' does not appear to be an experiment commit.")
        raise NotAnExperiment(name)
    branch = branch or f"{experiment.name}-branch"
    ref = f"refs/heads/{branch}"
    if not refs.is_valid_name(ref):
        raise AssayError(f"unexpected error - the given reference name '{ref}' is not valid")
    if refs.read(repository, ref) is not None:
        raise BranchExists(f"Git branch '{branch}' already exists.")
    refs.update(repository, ref, experiment.commit, old=None, message="exp branch")
    return branch


def remove(repository: Repository, removal: Removal) -> list[str]:
    """Remove references; the names. All or nothing when a name is unknown."""
    if repository.head_commit() is None:
        raise EmptyRepository
    chosen = _chosen(repository, removal)
    refs.delete(repository, [experiment.ref for experiment in chosen])
    return [experiment.name for experiment in chosen]


def _chosen(repository: Repository, removal: Removal) -> list[Experiment]:
    if removal.everything:
        found = all_experiments(repository)
    elif removal.revision:
        commits = repository.log(removal.revision, removal.commits)
        found = [e for commit in commits for e in experiments_of(repository, commit)]
    else:
        found = _named(repository, removal.names)
    if not removal.keep:
        return found
    kept = {experiment.ref for experiment in found}
    return [e for e in all_experiments(repository) if e.ref not in kept]


def _named(repository: Repository, names: Sequence[str]) -> list[Experiment]:
    found = {name: find_experiment(repository, name) for name in names}
    unknown = [name for name, experiment in found.items() if experiment is None]
    if len(unknown) == 1:
        raise NotAnExperiment(f"'{unknown[0]}' is not a valid experiment name")
    if unknown:
        raise NotAnExperiment(f"'{'; '.join(unknown)}' are not valid experiment names")
    unique = {e.ref: e for e in found.values() if e is not None}
    return list(unique.values())
