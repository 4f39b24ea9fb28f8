"""Experiments as Git references: `refs/exps/<2>/<38>/<name>` → a commit on its baseline.

Source: spec/experiments.md §2. References of other shape below `refs/exps/` belong to other tools
and are passed over.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from assay.errors import AssayError, UnexpectedError
from assay.experiments.names import parse_ref, ref_name
from assay.git import refs
from assay.git.repository import Repository

PREFIX = "refs/exps/"
WORKSPACE_REF = "refs/assay/workspace"
"""The experiment whose files the workspace was last made to hold, by a run, `save` or `apply`."""


class Experiment(NamedTuple):
    """A saved experiment: its name, its commit and the commit it started from."""

    name: str
    commit: str
    baseline: str

    @property
    def ref(self) -> str:
        """The full name of its reference."""
        return ref_name(self.baseline, self.name)


class AmbiguousName(AssayError):
    """Experiments of several baselines have the name, none of them belongs to HEAD."""

    def __init__(self, name: str, found: Iterable[Experiment]) -> None:
        listing = "\n".join(f"\t{experiment.ref}" for experiment in found)
        super().__init__(
            f"Ambiguous name '{name}' refers to multiple experiments. "
            f"Use one of the following full refnames instead:\n\n{listing}"
        )


class EmptyRepository(UnexpectedError):
    """There is no commit that an experiment could start from."""

    def __init__(self) -> None:
        super().__init__("Empty git repo", hint="commit the project first: git add -A; git commit")


def baseline_of(repository: Repository) -> str:
    """The commit that a new experiment belongs to: HEAD. Raises EmptyRepository."""
    head = repository.head_commit()
    if head is None:
        raise EmptyRepository
    return head


def all_experiments(repository: Repository) -> list[Experiment]:
    """Every saved experiment, sorted by reference."""
    found = []
    for ref, commit in refs.under(repository, PREFIX).items():
        parsed = parse_ref(ref)
        if parsed is not None:
            found.append(Experiment(parsed.name, commit, parsed.baseline))
    return found


def experiments_of(repository: Repository, baseline: str) -> list[Experiment]:
    """The experiments that started from the commit `baseline`."""
    prefix = f"{PREFIX}{baseline[:2]}/{baseline[2:]}/"
    return [
        Experiment(ref[len(prefix) :], commit, baseline)
        for ref, commit in refs.under(repository, prefix).items()
    ]


def find_experiment(repository: Repository, name: str) -> Experiment | None:
    """The experiment called `name`: a name, a full reference or a commit id of 4 or more digits.

    Among several of one name the one of HEAD is meant. Raises AmbiguousName.
    """
    everything = all_experiments(repository)
    named = [e for e in everything if e.name == name or e.ref == name]
    if not named and len(name) >= 4 and set(name) <= set("0123456789abcdef"):
        named = [e for e in everything if e.commit.startswith(name)]
    if len(named) <= 1:
        return named[0] if named else None
    head = repository.head_commit()
    here = [experiment for experiment in named if experiment.baseline == head]
    if len(here) == 1:
        return here[0]
    raise AmbiguousName(name, named)


def remember_workspace(repository: Repository, commit: str) -> None:
    """The workspace now holds the files of the experiment `commit`."""
    refs.replace(repository, WORKSPACE_REF, commit)


def resolve(repository: Repository, name: str) -> str:
    """The commit that `name` means: an experiment first, any Git revision otherwise.

    Raises UnknownRevision, AmbiguousName.
    """
    experiment = find_experiment(repository, name)
    return experiment.commit if experiment is not None else repository.resolve(name)
