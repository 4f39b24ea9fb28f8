"""What is done with experiments afterwards: branch, rename, remove (spec/experiments.md §6)."""

from __future__ import annotations

from assay.errors import AssayError, UnexpectedError
from assay.experiments.choice import Choice, UnknownExperiments, chosen, local
from assay.experiments.names import check_name, ref_name
from assay.experiments.references import (
    Experiment,
    ExperimentConflict,
    all_experiments,
    baseline_of,
    find_experiment,
)
from assay.git import refs
from assay.git.refs import Change
from assay.git.repository import Repository

RENAME = "exp rename"


class NotAnExperiment(AssayError):
    """A name belongs to no experiment."""


class BranchExists(AssayError):
    """The branch is there already."""


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
        raise UnexpectedError(f"the given reference name '{ref}' is not valid")
    if refs.read(repository, ref) is not None:
        raise BranchExists(f"Git branch '{branch}' already exists.")
    refs.update(repository, ref, experiment.commit, old=None, message="exp branch")
    return branch


def rename(repository: Repository, name: str, new_name: str, *, force: bool) -> Experiment | None:
    """Give an experiment another name; what it was, None if that is its name already.

    Its commit stays. With `force` it takes the place of an experiment of the new name. Raises
    UnknownExperiments, AmbiguousName, InvalidName, ExperimentConflict.
    """
    experiment = find_experiment(repository, name)
    if experiment is None:
        raise UnknownExperiments([name])
    if experiment.name == new_name:
        return None
    check_name(new_name)
    target = ref_name(experiment.baseline, new_name)
    replaced = refs.read(repository, target)
    if replaced is not None and not force:
        raise ExperimentConflict(new_name, RENAME)
    changes = {
        target: Change(replaced, experiment.commit),
        experiment.ref: Change(experiment.commit, None),
    }
    refs.update_all(repository, changes, message=f"{RENAME} {experiment.name}")
    return experiment


def remove(repository: Repository, choice: Choice, *, keep: bool = False) -> list[Experiment]:
    """Remove experiments, or with `keep` all others; they are gone when the call returns.

    All or nothing. Raises EmptyRepository, and as `chosen`.
    """
    baseline_of(repository)
    found = chosen(repository, choice, local(repository))
    if keep:
        kept = set(found)
        found = [e for e in all_experiments(repository) if e not in kept]
    refs.delete(repository, [experiment.ref for experiment in found])
    return found
