"""One state of a project to compare with others: the workspace, or a commit.

    snapshot.metrics()          {"m.json": {"acc": 0.9}, "broken.json": Failure(…)}

A file that cannot be read is a `Failure` in its place; only a pipeline that cannot be loaded is an
exception, because then nobody knows which files there are.
"""

from __future__ import annotations

from assay.compare.contents import Contents
from assay.compare.failures import failure_of
from assay.compare.metrics import extract
from assay.compare.plain_values import plain
from assay.compare.readings import Files
from assay.compare.sections import Keys, Sections, dependencies, outputs, sections
from assay.compare.selection import select
from assay.compare.tracked_files import CachedValues, TrackedFiles
from assay.errors import AssayError, UnexpectedError
from assay.pipeline.build import DEFAULT_PARAMS
from assay.pipeline.load import Pipeline
from assay.typed import Callable, Iterable, Protocol, Sequence


class ValueFiles(Protocol):
    """Files by path from the project root; those of parameters and metrics come parsed."""

    def read(self, path: str) -> bytes | None:
        """The bytes of a file; None when there is none. Raises OSError."""

    def values(self, path: str) -> object:
        """What is in a file. Raises FileNotFoundError and other OSErrors, ParametersUnreadable."""

    def is_file(self, path: str) -> bool:
        """Whether there is a file of that name."""

    def is_directory(self, path: str) -> bool:
        """Whether there is a directory of that name."""

    def below(self, path: str) -> list[str]:
        """Paths of all files in a directory, sorted. Raises OSError."""


class Snapshot:
    """The files of one state and its pipeline, which `load` gives when it is first needed.

    `root` only spells paths that lie outside of the project.
    """

    __slots__ = ("_files", "_load", "_pipeline", "_root", "_sections", "_tracked")

    def __init__(
        self, files: ValueFiles, load: Callable[[], Pipeline], *, root: str, cached: CachedValues
    ) -> None:
        self._files = files
        self._load = load
        self._root = root
        self._tracked = TrackedFiles(lambda: self.pipeline, cached)
        self._pipeline: Pipeline | None = None
        self._sections: Sections | None = None

    @property
    def pipeline(self) -> Pipeline:
        """The pipeline of this state. Raises FileProblem and others for a broken stage file."""
        if self._pipeline is None:
            try:
                self._pipeline = self._load()
            except (KeyError, TypeError, ValueError, AttributeError) as error:
                # A shape that the schema lets pass: one old commit must not hide all the others.
                raise UnexpectedError(str(error)) from error
        return self._pipeline

    @property
    def sections(self) -> Sections:
        """Which files the pipeline names. Raises as `pipeline`."""
        if self._sections is None:
            self._sections = sections(self.pipeline, self._root)
        return self._sections

    @property
    def is_complete(self) -> bool:
        """Whether all that was looked for so far was where it should be, in the cache too."""
        return not self._tracked.has_gaps

    def paths(self) -> list[str]:
        """The files that `contents` looks for first, to read them ahead. Raises as `pipeline`."""
        return [*self.sections.params, *self.sections.metrics, DEFAULT_PARAMS]

    def contents(self, *, committed_at: int | None = None, tracked_only: bool = False) -> Contents:
        """Everything that a table can show. With `tracked_only` just parameters that stages use.

        Raises as `pipeline`.
        """
        return Contents(
            committed_at,
            self.params(tracked_only=tracked_only),
            self.metrics(),
            dependencies(self.pipeline, self._root),
            outputs(self.pipeline, self._root),
        )

    def read(self, path: str) -> bytes:
        """The bytes of a file, from the cache if that alone has it.

        Raises FileNotFoundError and other OSErrors; what loading the pipeline raises.
        """
        data = self._files.read(path)
        return self._tracked.read(path) if data is None else data

    def files_at(self, path: str) -> list[str]:
        """A file as it is, a directory as the files in it; a path that leads nowhere as it is."""
        return self._files_at(path)

    def exists(self, path: str) -> bool:
        """Whether there is a file or directory of that name, in the cache or not."""
        if self._files.is_file(path) or self._files.is_directory(path):
            return True
        return self._tracked.has(path) or bool(self._tracked_below(path))

    def metrics(self, targets: Sequence[str] = ()) -> Files:
        """All metrics files, or `targets`: files, and directories for what is in them.

        Raises as `pipeline`, but not for targets that are there.
        """
        files = self._expanded(targets or self.sections.metrics)
        return {path: self._shown(path, self._metrics_in) for path in files}

    def params(self, targets: Sequence[str] = (), *, tracked_only: bool = False) -> Files:
        """All parameter files, or `targets`, whole. Raises as `metrics`."""
        wanted: dict[str, Keys] = {}
        for name, keys in self._wanted_params(targets, tracked_only).items():
            wanted |= dict.fromkeys(self._expanded([name]), keys)
        return {
            path: self._shown(path, lambda path: self._params_in(path, wanted[path]))
            for path in wanted
        }

    def _wanted_params(self, targets: Sequence[str], tracked_only: bool) -> dict[str, Keys]:
        if targets:
            return dict.fromkeys(targets)
        if tracked_only:
            return dict(self.sections.tracked_params)
        wanted = dict(self.sections.params)
        if self._files.is_file(DEFAULT_PARAMS) or self._tracked.has(DEFAULT_PARAMS):
            wanted[DEFAULT_PARAMS] = None
        return wanted

    def _expanded(self, paths: Iterable[str]) -> list[str]:
        """Files as they are, directories as the files in them; each path once."""
        return list(dict.fromkeys(file for path in paths for file in self._files_at(path)))

    def _files_at(self, path: str) -> list[str]:
        if self._files.is_file(path):
            return [path]
        is_directory = self._files.is_directory(path)
        try:
            here = self._files.below(path) if is_directory else []
        except OSError:
            return [path]  # reading it will tell what is wrong
        tracked = self._tracked_below(path)
        return sorted({*here, *tracked}) if is_directory or tracked else [path]

    def _tracked_below(self, path: str) -> list[str]:
        try:
            return self._tracked.below(path)
        except AssayError:
            return []  # what is there is there, whatever is wrong with the pipeline or the cache

    def _values(self, path: str) -> object:
        try:
            return self._files.values(path)
        except FileNotFoundError:
            return self._tracked.values(path)

    def _metrics_in(self, path: str) -> object:
        return extract(plain(self._values(path)))

    def _params_in(self, path: str, keys: Keys) -> object:
        values = plain(self._values(path))
        return values if keys is None else select(values, keys)

    def _shown(self, path: str, read: Callable[[str], object]) -> object:
        try:
            return read(path)
        except (AssayError, OSError) as error:
            return failure_of(error, path)
