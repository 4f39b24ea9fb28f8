"""The snapshot of the workspace: its files as they are now, read when asked for."""

from __future__ import annotations

import errno
import os

from assay.compare.snapshots import Snapshot
from assay.compare.tracked_files import CachedValues
from assay.formats.parameters import read_parameters
from assay.fs.walk import Skip, walk_files
from assay.pipeline.load import Loader, Pipeline
from assay.pipeline.workbench import parsing_options
from assay.pipeline.workspace import Workspace
from assay.project import Project
from assay.ui.console import Console


def workspace_snapshot(project: Project, console: Console) -> Snapshot:
    """The workspace of `project`; warnings about its stage files go to `console`."""
    workspace = Workspace(project)
    loader = Loader(
        workspace,
        project.root,
        parsing=parsing_options(project),
        warn=console.warning,
        shown=lambda name: name,
    )
    files = WorkspaceFiles(project.root, workspace.ignore.matches)
    return Snapshot(files, loader.load, root=project.root, cached=CachedValues(project.cache_dir))


def files_snapshot() -> Snapshot:
    """All files of this machine, outside of any project: paths are absolute but for their `/`."""
    nothing = Pipeline({}, {}, {})
    return Snapshot(WorkspaceFiles("/"), lambda: nothing, root="/", cached=CachedValues(""))


class WorkspaceFiles:
    """Files below `root` (absolute). `skip` says what is left out of directories.

    What a path outside of `root` names does not exist: a dvc.yaml of others must not make us print
    other files of this machine.
    """

    __slots__ = ("_root", "_skip")

    def __init__(self, root: str, skip: Skip | None = None) -> None:
        self._root = root
        self._skip = skip

    def values(self, path: str) -> object:
        """What is in a file. Raises FileNotFoundError and other OSErrors, ParametersUnreadable."""
        if not self._is_inside(path):
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), path)
        with open(os.path.join(self._root, path), "rb") as file:
            return read_parameters(path, file.read())

    def is_file(self, path: str) -> bool:
        """Whether there is a file of that name."""
        return self._is_inside(path) and os.path.isfile(os.path.join(self._root, path))

    def is_directory(self, path: str) -> bool:
        """Whether there is a directory of that name."""
        return self._is_inside(path) and os.path.isdir(os.path.join(self._root, path))

    def below(self, path: str) -> list[str]:
        """Paths of all files in a directory, sorted. Raises OSError."""
        found = walk_files(os.path.join(self._root, path), self._skip)
        return [os.path.normpath(f"{path}/{file.path}") for file in found]

    def _is_inside(self, path: str) -> bool:
        return not os.path.isabs(path) and path.split("/", 1)[0] != ".."
