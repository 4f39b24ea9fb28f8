"""Which experiments a command is about: by name, by the commits they started from, or all."""

from __future__ import annotations

from assay.errors import AssayError
from assay.experiments.references import (
    Experiment,
    all_experiments,
    experiments_of,
    find_experiment,
    pick,
)
from assay.git.repository import Repository, UnknownRevision
from assay.typed import Callable, Iterable, NamedTuple, Sequence

Pool = Callable[[Sequence[str] | None], list[Experiment]]
"""Gives the experiments that started from these commits, or all for None."""


class Choice(NamedTuple):
    """Experiments of a user's choice. `everything` outweighs names, names outweigh revisions.

    Otherwise those that started from the last `commits` first parents of each of `revisions`, or
    of HEAD; negative means all of them.
    """

    names: tuple[str, ...] = ()
    revisions: tuple[str, ...] = ()
    commits: int = 1
    everything: bool = False


class UnknownExperiments(AssayError):
    """Names that belong to no experiment: here, or on a remote."""

    def __init__(self, names: Iterable[str], remote: str = "") -> None:
        joined = "; ".join(names)
        if remote:
            message = f"Experiment '{joined}' does not exist in '{remote}'"
        elif "; " in joined:
            message = f"'{joined}' are not valid experiment names"
        else:
            message = f"'{joined}' is not a valid experiment name"
        super().__init__(message)


def local(repository: Repository) -> Pool:
    """The experiments of the repository."""
    return lambda commits: _local(repository, commits)


def among(experiments: Sequence[Experiment]) -> Pool:
    """These experiments."""
    return lambda commits: _among(experiments, commits)


def chosen(
    repository: Repository, choice: Choice, pool: Pool, *, remote: str = ""
) -> list[Experiment]:
    """The experiments of `pool` that are meant, each once, in the order in which they were named.

    `remote` is where the pool is from, for messages. Raises UnknownExperiments, AmbiguousName,
    UnknownRevision.
    """
    if choice.everything:
        return pool(None)
    if choice.names:
        return _named(repository, choice.names, pool(None), remote)
    return pool(baselines(repository, choice))


def baselines(repository: Repository, choice: Choice) -> list[str]:
    """The commits whose experiments are meant. Raises UnknownRevision."""
    found: dict[str, None] = {}
    for revision in choice.revisions or ("HEAD",):
        start = _start(repository, revision)
        found.update(dict.fromkeys(repository.log(start, choice.commits)))
    return list(found)


def _start(repository: Repository, revision: str) -> str:
    """What Git knows, else an experiment."""
    try:
        return repository.resolve(revision or "HEAD")
    except UnknownRevision:
        experiment = find_experiment(repository, revision)
        if experiment is None:
            raise
        return experiment.commit


def _named(
    repository: Repository, names: Sequence[str], pool: Sequence[Experiment], remote: str
) -> list[Experiment]:
    head = repository.head_commit()
    found = {name: pick(pool, name, head=head) for name in names}
    unknown = [name for name, experiment in found.items() if experiment is None]
    if unknown:
        raise UnknownExperiments(unknown, remote)
    unique = {experiment.ref: experiment for experiment in found.values() if experiment}
    return list(unique.values())


def _local(repository: Repository, commits: Sequence[str] | None) -> list[Experiment]:
    if commits is None:
        return all_experiments(repository)
    return [e for commit in commits for e in experiments_of(repository, commit)]


def _among(experiments: Sequence[Experiment], commits: Sequence[str] | None) -> list[Experiment]:
    if commits is None:
        return list(experiments)
    by_baseline: dict[str, list[Experiment]] = {}
    for experiment in experiments:
        by_baseline.setdefault(experiment.baseline, []).append(experiment)
    return [e for commit in commits for e in by_baseline.get(commit, ())]
