"""Snapshots of commits: many at a time, because what they share is read once and in one go."""

from __future__ import annotations

from types import TracebackType

from assay.compare.snapshots import Snapshot
from assay.compare.tracked_files import CachedValues
from assay.errors import AssayError
from assay.git.objects import Commit, ObjectReader
from assay.pipeline.build import DEFAULT_PARAMS
from assay.pipeline.load import PIPELINE_NAME, parsing_options
from assay.pipeline.lockfile import lock_location
from assay.pipeline.revisions.load import RevisionLoader
from assay.pipeline.revisions.objects import RevisionObjects
from assay.pipeline.revisions.source import RevisionSource
from assay.project import Project
from assay.typed import Iterable, Iterator, Sequence

_AT_ONCE = 100
"""Commits whose files are in memory at the same time."""


class RevisionSnapshots:
    """The commits of one project, through one process that ends with the `with` block."""

    __slots__ = ("_cached", "_folder", "_loader", "_objects", "_reader", "_root")

    def __init__(self, project: Project) -> None:
        self._root = project.root
        self._folder = project.prefix
        self._reader = ObjectReader(project.git().root)
        self._objects = RevisionObjects(self._reader)
        self._loader = RevisionLoader(self._objects, project.root, parsing_options(project))
        self._cached = CachedValues(project.cache_dir)

    def __enter__(self) -> RevisionSnapshots:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._reader.close()

    def of(self, commits: Sequence[str]) -> Iterator[tuple[Commit, Snapshot | None]]:
        """Each commit with its state, in order; None where the project was not there yet.

        A snapshot is to be looked at before the next one is taken. `commits` are ids of commits
        that exist.
        """
        for start in range(0, len(commits), _AT_ONCE):
            yield from self._together(commits[start : start + _AT_ONCE])
            self._objects.forget_blobs()

    def _together(self, names: Sequence[str]) -> Iterator[tuple[Commit, Snapshot | None]]:
        commits = [commit for commit in self._objects.commits(names) if commit is not None]
        roots = self._objects.roots(commits, self._folder)
        self._objects.fetch_trees(root for root in roots if root is not None)
        sources = [None if root is None else RevisionSource(self._objects, root) for root in roots]
        self._fetch((source, _pipeline_paths(source)) for source in sources if source)
        found = [(source, self._snapshot(source)) for source in sources if source]
        self._fetch((source, _data_paths(snapshot)) for source, snapshot in found)
        snapshots = iter([snapshot for _, snapshot in found])
        for commit, source in zip(commits, sources, strict=True):
            yield commit, next(snapshots) if source else None

    def _snapshot(self, source: RevisionSource) -> Snapshot:
        return Snapshot(
            source, lambda: self._loader.load(source), root=self._root, cached=self._cached
        )

    def _fetch(self, wanted: Iterable[tuple[RevisionSource, Iterable[str]]]) -> None:
        found = (source.blob_id(path) for source, paths in wanted for path in paths)
        self._objects.fetch_blobs(blob_id for blob_id in found if blob_id is not None)


def _pipeline_paths(source: RevisionSource) -> Iterator[str]:
    """What loading the pipeline reads, as far as names tell."""
    yield DEFAULT_PARAMS
    for name in source.stage_files():
        yield name
        if name.endswith(PIPELINE_NAME):
            yield lock_location(name)


def _data_paths(state: Snapshot) -> list[str]:
    try:
        return state.paths()
    except AssayError:
        return []  # whoever looks at the snapshot will be told why
