"""One project: where it is, how it is configured, which Git repository holds it."""

from __future__ import annotations

import os

from assay import config as configuration
from assay.config import Config
from assay.errors import GitRequired, NotAProject
from assay.git import repository as git
from assay.git.repository import Repository
from assay.typed import Mapping, NamedTuple

DVC_DIR = ".dvc"


class Project(NamedTuple):
    """The directory that holds `.dvc`. `root` is absolute, without symbolic links.

    `repository` is None without Git, or when `core.no_scm` says so.
    """

    root: str
    config: Config
    repository: Repository | None

    @property
    def dvc_dir(self) -> str:
        """`.dvc` of the project."""
        return os.path.join(self.root, DVC_DIR)

    @property
    def tmp_dir(self) -> str:
        """Locks and everything that may be deleted while nothing runs."""
        return os.path.join(self.root, DVC_DIR, "tmp")

    @property
    def state_dir(self) -> str:
        """What is known about unchanged files."""
        return os.path.join(self.tmp_dir, "assay", "state")

    @property
    def incoming_dir(self) -> str:
        """Files on their way into the workspace, each under a name of its own."""
        return os.path.join(self.tmp_dir, "assay", "incoming")

    @property
    def resources_dir(self) -> str:
        """Who uses what of the machine."""
        return os.path.join(self.tmp_dir, "assay", "resources")

    @property
    def cache_dir(self) -> str:
        """The cache: `cache.dir`, or `.dvc/cache`."""
        return self.config.cache_dir or os.path.join(self.dvc_dir, "cache")

    def sweep_leftovers(self) -> None:
        """Remove what killed commands left below `.dvc/tmp`, once nobody can be at work on it."""
        from assay.fs.leftovers import sweep_scratch, sweep_temporaries  # for `gc` and its like

        sweep_temporaries(self.tmp_dir)
        sweep_scratch(self.incoming_dir)

    @property
    def prefix(self) -> str:
        """The project's directory relative to the Git work tree, "" if they are the same."""
        if self.repository is None or self.root == self.repository.root:
            return ""
        return os.path.relpath(self.root, self.repository.root)

    def git(self) -> Repository:
        """The Git repository. Raises GitRequired when there is none."""
        if self.repository is None:
            raise GitRequired
        return self.repository

    def location(self, git_path: str) -> str:
        """A path of the Git work tree as a location of the project."""
        return os.path.relpath(git_path, self.prefix) if self.prefix else git_path

    def git_path(self, location: str) -> str:
        """A location of the project as a path of the Git work tree."""
        return os.path.normpath(os.path.join(self.prefix, location))


def find_root(directory: str) -> str | None:
    """The nearest directory at or above `directory` that holds `.dvc`."""
    current = os.path.realpath(directory)
    while True:
        if os.path.isdir(os.path.join(current, DVC_DIR)):
            return current
        parent = os.path.dirname(current)
        if parent == current:
            return None
        current = parent


def open_project(directory: str, environ: Mapping[str, str]) -> Project:
    """The project that `directory` belongs to. Raises NotAProject."""
    root = find_root(directory)
    if root is None:
        raise NotAProject(
            "you are not inside of a DVC repository (checked up to mount point '/')",
            hint="start one with `dvc init`",
        )
    config = configuration.load(os.path.join(root, DVC_DIR), environ)
    no_scm = config.flag("core", "no_scm")
    return Project(root, config, None if no_scm else git.find(root))
