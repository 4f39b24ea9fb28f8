"""The pipelines of commits, through one Git process: what commits share is read once (P8)."""

from __future__ import annotations

import os.path

from assay.errors import AssayError, FileProblem
from assay.git.objects import Commit, ObjectReader
from assay.pipeline.build import DEFAULT_PARAMS
from assay.pipeline.load import PIPELINE_NAME, Pipeline, parsing_options
from assay.pipeline.lockfile import lock_location
from assay.pipeline.revisions.load import RevisionLoader
from assay.pipeline.revisions.objects import RevisionObjects
from assay.pipeline.revisions.source import RevisionSource
from assay.project import Project
from assay.typed import Iterable, Iterator, Sequence

_AT_ONCE = 100
"""Commits whose files are in memory at the same time."""

_SHORT = 7

NOTHING = Pipeline({}, {}, {})


class RevisionPipelines:
    """Loads what commits of one project say; for `with`, which ends the process."""

    __slots__ = ("_folder", "_loader", "_objects", "_reader")

    def __init__(self, project: Project) -> None:
        self._folder = project.prefix
        self._reader = ObjectReader(project.git().root)
        self._objects = RevisionObjects(self._reader)
        self._loader = RevisionLoader(self._objects, project.root, parsing_options(project))

    def __enter__(self) -> RevisionPipelines:
        return self

    def __exit__(self, *_: object) -> None:
        self._reader.close()

    def load(self, commit: str) -> Pipeline:
        """The pipeline of one commit, empty if the project was not there yet.

        Raises FileProblem and others for a broken file.
        """
        outcome = next(self.load_many([commit]))
        if isinstance(outcome, AssayError):
            raise outcome
        return outcome

    def files(self, commit: str) -> RevisionSource | None:
        """The files of the project in one commit, None if it was not there yet."""
        found = [one for one in self._objects.commits([commit]) if one is not None]
        root = next(iter(self._objects.roots(found, self._folder)), None)
        if root is None:
            return None
        self._objects.fetch_trees([root])
        return RevisionSource(self._objects, root)

    def load_many(self, commits: Sequence[str]) -> Iterator[Pipeline | AssayError]:
        """For each commit, in order, what `load` gives or raises.

        `commits` are ids; one that is no commit has an empty pipeline.
        """
        for start in range(0, len(commits), _AT_ONCE):
            yield from self._together(commits[start : start + _AT_ONCE])
            self._objects.forget_blobs()

    def _together(self, names: Sequence[str]) -> Iterator[Pipeline | AssayError]:
        commits = [commit for commit in self._objects.commits(names) if commit is not None]
        roots = self._objects.roots(commits, self._folder)
        self._objects.fetch_trees(root for root in roots if root is not None)
        sources = {
            commit.id: RevisionSource(self._objects, root)
            for commit, root in zip(commits, roots, strict=True)
            if root is not None
        }
        self._objects.fetch_blobs(blob for source in sources.values() for blob in _blobs(source))
        by_id = {commit.id: commit for commit in commits}
        for name in names:
            source = sources.get(name)
            yield NOTHING if source is None else self._outcome(source, by_id[name])

    def _outcome(self, source: RevisionSource, commit: Commit) -> Pipeline | AssayError:
        try:
            return self._loader.load(source)
        except FileProblem as error:
            return _in_revision(error, commit.id)
        except AssayError as error:
            return error


def _blobs(source: RevisionSource) -> Iterator[str]:
    """Ids of the files that loading the pipeline reads, as far as names tell."""
    for path in _pipeline_paths(source.stage_files()):
        blob_id = source.blob_id(path)
        if blob_id is not None:
            yield blob_id


def _pipeline_paths(stage_files: Iterable[str]) -> Iterator[str]:
    yield DEFAULT_PARAMS
    for name in stage_files:
        yield name
        if os.path.basename(name) == PIPELINE_NAME:
            yield lock_location(name)


def _in_revision(error: FileProblem, commit: str) -> FileProblem:
    """The same problem, saying which commit has it."""
    first, line_end, rest = error.message.partition("\n")
    first = f"{first.removesuffix('.')} in revision '{commit[:_SHORT]}'."
    return FileProblem(first + line_end + rest, hint=error.hint)
