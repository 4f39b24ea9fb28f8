"""Which objects the commits of a project use."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from assay.errors import AssayError
from assay.git.objects import Commit, ObjectReader
from assay.git.repository import Repository
from assay.pipeline.address import Addresses
from assay.pipeline.load import PIPELINE_NAME
from assay.pipeline.lockfile import lock_location
from assay.pipeline.revision_load import RevisionLoader
from assay.pipeline.revision_objects import RevisionObjects
from assay.pipeline.revision_source import RevisionSource
from assay.pipeline.used import History, Scope, Used, select, used_objects
from assay.pipeline.workbench import parsing_options
from assay.project import Project

_AT_ONCE = 100
"""Commits whose files are in memory at the same time."""


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
    with ObjectReader(project.git().root) as reader:
        objects = RevisionObjects(reader)
        loader = RevisionLoader(objects, project.root, parsing_options(project))
        for start in range(0, len(commits), _AT_ONCE):
            together = commits[start : start + _AT_ONCE]
            for commit, source in _sources(objects, together, project.prefix).items():
                yield commit, _used(loader, source, scope, addresses)
            objects.forget_blobs()


def _used(
    loader: RevisionLoader, source: RevisionSource | None, scope: Scope, addresses: Addresses
) -> Used | AssayError:
    if source is None:
        return Used([], [])
    try:
        pipeline = loader.load(source)
        return used_objects(pipeline, select(pipeline, scope, addresses))
    except AssayError as error:
        return error


def _sources(
    objects: RevisionObjects, names: Sequence[str], folder: str
) -> Mapping[str, RevisionSource | None]:
    """The project in each commit; None where it was not there yet."""
    commits: list[Commit] = [commit for commit in objects.commits(names) if commit is not None]
    roots = objects.roots(commits, folder)
    objects.fetch_trees(root for root in roots if root is not None)
    sources = {
        commit.id: None if root is None else RevisionSource(objects, root)
        for commit, root in zip(commits, roots, strict=True)
    }
    read = (source.blob_id(path) for source in sources.values() if source for path in _read(source))
    objects.fetch_blobs(blob_id for blob_id in read if blob_id is not None)
    return sources


def _read(source: RevisionSource) -> Iterator[str]:
    """What loading the pipeline reads, as far as names tell."""
    for name in source.stage_files():
        yield name
        if name.endswith(PIPELINE_NAME):
            yield lock_location(name)
