"""`exp run -r`: an experiment that starts from an earlier one instead of the workspace."""

from __future__ import annotations

from assay.experiments.overrides import ByFile
from assay.experiments.param_edits import edits_of
from assay.experiments.references import find_experiment
from assay.git import refs
from assay.git.batch_commits import commit_many
from assay.git.commits import Draft
from assay.git.objects import ObjectReader
from assay.git.repository import Repository
from assay.pipeline.address import Addresses
from assay.project import Project
from assay.typed import TYPE_CHECKING, Iterable, Mapping, NamedTuple

if TYPE_CHECKING:
    from assay.experiments.remains import Remain

_REF = "refs/assay/start/"


class Start(NamedTuple):
    """The commit with the files to start from, the baseline of the result, and what a run that
    failed has left."""

    commit: str
    baseline: str
    remains: tuple[Remain, ...] = ()


def find_start(repository: Repository, name: str) -> Start:
    """The experiment `name`, on its own baseline; else the commit of that name, on itself.

    Raises UnknownRevision, AmbiguousName.
    """
    experiment = find_experiment(repository, name)
    if experiment is not None:
        return Start(experiment.commit, experiment.baseline)
    commit = repository.resolve(name)
    return Start(commit, commit)


def edits_on(
    project: Project, start: Start, addresses: Addresses, combinations: Iterable[ByFile]
) -> list[dict[str, bytes]]:
    """For each set of overrides: absolute path in the workspace → what they make of the file in
    the commit.

    Nothing is composed: parameter files of experiments are.
    """
    repository = project.git()
    with ObjectReader(repository.root) as objects:

        def read(path: str) -> bytes | None:
            try:
                found = objects.read(f"{start.commit}:{repository.relative(path)}")
            except ValueError:  # outside of the repository
                return None
            return found.data if found is not None and found.kind == "blob" else None

        return edits_of(project, addresses.directory, combinations, hydra=False, read=read)


def tree_of(repository: Repository, commit: str) -> str:
    """The tree of a commit."""
    (found,) = repository.commits([commit])
    assert found is not None
    return found.tree


def edited_commit(
    project: Project, start: Start, edits: Mapping[str, bytes], *, token: str, message: str
) -> str:
    """A commit of the files to start from with `edits` (by path from the Git root) over them.

    Nothing refers to it: the caller leases a sandbox for it at once.
    """
    if not edits:
        return start.commit
    repository = project.git()
    ref = f"{_REF}{token}"
    tree = tree_of(repository, start.commit)
    made = commit_many(repository, tree, start.baseline, [Draft(message, edits)], ref=ref)
    refs.delete(repository, [ref])
    return made.commits[0]
