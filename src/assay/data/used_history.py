"""Which objects the commits of a project use."""

from __future__ import annotations

from assay.data.used import History, Scope, Used, select, used_objects
from assay.errors import AssayError
from assay.git.repository import Repository
from assay.pipeline.address import Addresses
from assay.pipeline.load import Pipeline
from assay.pipeline.revisions.pipelines import RevisionPipelines
from assay.project import Project
from assay.typed import Iterator, Sequence


def commits_of(repository: Repository, history: History) -> dict[str, str]:
    """Commit → what to call it: the branches and tags it was chosen for, or its id."""
    if history.all_commits:
        return {commit: commit for commit in repository.all_commits()}
    branches, tags = repository.names_by_commit() if any(history) else ({}, {})
    names: dict[str, list[str]] = {}
    for wanted, found in ((history.all_branches, branches), (history.all_tags, tags)):
        for commit, words in found.items() if wanted else ():
            names.setdefault(commit, []).extend(words)
    return {commit: ",".join(words) for commit, words in names.items()}


def used_in(
    project: Project, commits: Sequence[str], scope: Scope, addresses: Addresses
) -> Iterator[tuple[str, Used | AssayError]]:
    """Each commit with what it uses, or with why that cannot be told.

    What commits share is read and parsed once. A commit without the project uses nothing.
    """
    with RevisionPipelines(project) as revisions:
        for commit, outcome in zip(commits, revisions.load_many(commits), strict=True):
            yield commit, _used(outcome, scope, addresses)


def _used(outcome: Pipeline | AssayError, scope: Scope, addresses: Addresses) -> Used | AssayError:
    if isinstance(outcome, AssayError):
        return outcome
    try:
        return used_objects(outcome, select(outcome, scope, addresses))
    except AssayError as error:
        return error
