"""Experiments of a Git remote: find, remove and rename them there (spec/experiments.md §6).

`remote` is what `assay.git.remote_refs` takes. Nothing of the local experiments changes.
"""

from __future__ import annotations

from assay.errors import AssayError
from assay.experiments.choice import Choice, Pool, UnknownExperiments, among, chosen
from assay.experiments.manage import RENAME
from assay.experiments.names import PREFIX, check_name
from assay.experiments.references import (
    Experiment,
    ExperimentConflict,
    experiments_in,
    pick,
)
from assay.git import remote_refs
from assay.git.remote_refs import DIVERGED, REFUSED, Answer
from assay.git.repository import Repository
from assay.typed import Iterable, Sequence


class Refused(AssayError):
    """The other side did not do what it was asked for."""

    def __init__(self, remote: str, failures: Iterable[tuple[str, str]]) -> None:
        told = ", ".join(f"'{name}' ({reason})" for name, reason in failures)
        super().__init__(f"Git remote '{remote}' refused to change {told}")


class Changed(AssayError):
    """Somebody else was quicker on the remote."""

    def __init__(self, remote: str, name: str) -> None:
        super().__init__(
            f"experiment '{name}' in '{remote}' was changed by somebody else in this moment",
            hint="look at it with `exp list`, then try again",
        )


def remote_experiments(repository: Repository, remote: str) -> list[Experiment]:
    """Every experiment of the remote, sorted by reference. Raises InvalidRemote, RemoteFailed."""
    return experiments_in(remote_refs.listing(repository, remote, PREFIX))


def remote_pool(repository: Repository, remote: str) -> Pool:
    """The experiments of the remote to choose from; one conversation. Raises the same."""
    return among(remote_experiments(repository, remote))


def remove_there(
    repository: Repository, remote: str, choice: Choice, *, keep: bool = False
) -> list[Experiment]:
    """Remove experiments of the remote, or with `keep` all others.

    Raises UnknownExperiments, AmbiguousName before anything is removed; Refused.
    """
    everything = remote_experiments(repository, remote)
    found = chosen(repository, choice, among(everything), remote=remote)
    if keep:
        kept = set(found)
        found = [experiment for experiment in everything if experiment not in kept]
    answers = remote_refs.push(repository, remote, {e.ref: "" for e in found}, force=True)
    _check(remote, [(e.name, answers[e.ref]) for e in found])
    return found


def rename_there(
    repository: Repository, remote: str, name: str, new_name: str, *, force: bool
) -> Experiment | None:
    """Give an experiment of the remote another name there; as `manage.rename`, and Refused."""
    everything = remote_experiments(repository, remote)
    experiment = pick(everything, name, head=repository.head_commit())
    if experiment is None:
        raise UnknownExperiments([name], remote)
    if experiment.name == new_name:
        return None
    check_name(new_name)
    renamed = experiment._replace(name=new_name)
    replaced = next((e.commit for e in everything if e.ref == renamed.ref), "")
    if replaced and not force:
        raise ExperimentConflict(new_name, RENAME)
    # Git pushes only what it has, even if the other side has it too.
    remote_refs.fetch(repository, remote, [experiment.ref])
    answers = remote_refs.move(
        repository,
        remote,
        experiment.ref,
        renamed.ref,
        value=experiment.commit,
        replaced=replaced,
    )
    _check(remote, [(experiment.name, answer) for answer in answers.values()])
    return experiment


def _check(remote: str, answers: Sequence[tuple[str, Answer]]) -> None:
    for name, answer in answers:
        if answer.status == DIVERGED:
            raise Changed(remote, name)
    refused = [(name, answer.reason) for name, answer in answers if answer.status == REFUSED]
    if refused:
        raise Refused(remote, refused)
