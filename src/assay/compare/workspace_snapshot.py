"""The snapshot of the workspace: its files as they are now, read when asked for."""

from __future__ import annotations

import errno
import os

from assay.compare.plain_values import plain
from assay.compare.snapshots import Snapshot
from assay.compare.tracked_files import CachedValues
from assay.fs.reading import read_file, read_or_none
from assay.fs.walk import Ignoring, walk_files
from assay.pipeline.disk_files import DiskFiles
from assay.pipeline.load import Loader, Pipeline, parsing_options
from assay.pipeline.memory import Memory
from assay.project import Project
from assay.ui.console import Console


class WorkspaceSnapshot:
    """The workspace of `project`, for `with`; warnings about its stage files go to `console`.

    What was parsed is remembered at the end of the block.
    """

    def __init__(self, project: Project, console: Console) -> None:
        self._disk = DiskFiles(project)
        self._console = console

    def __enter__(self) -> Snapshot:
        return _snapshot(self._disk, self._console)

    def __exit__(self, error: object, *_: object) -> None:
        if error is None:
            self._disk.memory.save()


def sandbox_snapshot(project: Project, console: Console) -> Snapshot:
    """A workspace that belongs to another process: nothing is written into it."""
    return _snapshot(DiskFiles(project), console)


def files_snapshot() -> Snapshot:
    """All files of this machine, outside of any project: paths are absolute but for their `/`."""
    nothing = Pipeline({}, {}, {})
    return Snapshot(WorkspaceFiles("/"), lambda: nothing, root="/", cached=CachedValues(""))


def _snapshot(disk: DiskFiles, console: Console) -> Snapshot:
    project = disk.project
    loader = Loader(
        disk,
        project.root,
        parsing=parsing_options(project),
        memory=disk.memory,
        warn=console.warning,
        shown=lambda name: name,
    )
    files = WorkspaceFiles(project.root, disk.ignore, disk.memory)
    return Snapshot(files, loader.load, root=project.root, cached=CachedValues(project.cache_dir))


class WorkspaceFiles:
    """Files below `root` (absolute), without what is left out of directories.

    What a path outside of `root` names does not exist: a dvc.yaml of others must not make us print
    other files of this machine.
    """

    __slots__ = ("_ignoring", "_memory", "_root")

    def __init__(
        self, root: str, ignoring: Ignoring | None = None, memory: Memory | None = None
    ) -> None:
        self._root = root
        self._ignoring = ignoring
        self._memory = memory

    def values(self, path: str) -> object:
        """What is in a file.

        Raises FileNotFoundError and other OSErrors, ParametersUnreadable, Unshowable.
        """
        if not self._is_inside(path):
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), path)
        key = f"params {path}"  # as assay.pipeline.params calls them
        if self._memory is not None and (known := self._memory.recall(key)) is not None:
            return known
        values = self._read(path)
        plain(values)  # what is too deep to be shown is too deep to be remembered
        if self._memory is not None:
            self._memory.keep(key, [path], values)
        return values

    def read(self, path: str) -> bytes | None:
        """The bytes of a file; None when there is none. Raises OSError."""
        if not self._is_inside(path):
            return None
        return read_or_none(os.path.join(self._root, path))

    def is_file(self, path: str) -> bool:
        """Whether there is a file of that name."""
        return self._is_inside(path) and os.path.isfile(os.path.join(self._root, path))

    def is_directory(self, path: str) -> bool:
        """Whether there is a directory of that name."""
        return self._is_inside(path) and os.path.isdir(os.path.join(self._root, path))

    def below(self, path: str) -> list[str]:
        """Paths of all files in a directory, sorted. Raises OSError."""
        found = walk_files(
            os.path.normpath(os.path.join(self._root, path)), self._ignoring, special=True
        )
        return [os.path.normpath(f"{path}/{file.path}") for file in found]

    def _read(self, path: str) -> object:
        from assay.formats.parameters import read_parameters  # parsers: only for changed files

        if self._memory is not None:
            self._memory.touch(path)
        return read_parameters(path, read_file(os.path.join(self._root, path)))

    def _is_inside(self, path: str) -> bool:
        return not os.path.isabs(path) and path.split("/", 1)[0] != ".."
