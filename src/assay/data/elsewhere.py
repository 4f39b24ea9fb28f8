"""Another project, opened to read from: by path or URL, at a revision or as its workspace is.

A repository of this machine is read where it is; others are copied without their data into a
temporary folder that goes when this process is done.
"""

from __future__ import annotations

import os

from assay import config as configuration
from assay.data.repo_settings import Settings, overlaid
from assay.fs.atomic import OVER, write_file
from assay.fs.remove import remove
from assay.git import clone as git
from assay.git.repository import Repository, find, is_git_dir
from assay.project import DVC_DIR, Project
from assay.typed import Mapping


class Elsewhere:
    """A repository at `url`, as someone in `directory` names it. For `with`: copies are removed.

    `commit` is None when its workspace is meant: that of a local repository without a revision, or
    a folder without Git.
    `prefix` is the folder of the repository that was named, "" for its top.
    """

    __slots__ = ("_copy", "_environ", "_root", "_settings", "commit", "prefix", "repository", "url")

    def __init__(
        self,
        url: str,
        revision: str | None,
        *,
        directory: str,
        environ: Mapping[str, str],
        settings: Settings | None = None,
        committed: bool = False,
    ) -> None:
        self.url = url
        self._environ = environ
        self._settings = settings or Settings()
        self._copy = ""
        self.repository: Repository | None = None
        self.commit: str | None = None
        self.prefix = ""
        place = local_path(url, directory)
        found = git.work_tree_at(place) if place is not None else None
        as_it_is = revision is None and not committed
        if found is None and not committed and place is not None and os.path.isdir(place):
            found = find(place)
            if found is not None:
                self.prefix = os.path.relpath(os.path.realpath(place), found.root)
        if found is None and as_it_is and place is not None and _is_without_git(place):
            self._root = os.path.realpath(place)
            return
        self.repository = found = found or self._clone(place or url)
        self._root = found.root
        if self._copy or not as_it_is:
            self.commit = git.resolve(found, revision)

    def __enter__(self) -> Elsewhere:
        return self

    def __exit__(self, *_: object) -> None:
        if self._copy:
            remove(self._copy)

    def project(self, folder: str) -> Project:
        """The project in `folder` of the repository ("" for its top), with what is to differ.

        Raises ConfigError for what the two do not make a configuration of together.
        """
        root = os.path.join(self._root, folder) if folder else self._root
        dvc_dir = os.path.join(root, DVC_DIR)
        known = os.path.isdir(dvc_dir)
        config = configuration.load(dvc_dir if known else None, self._environ)
        return Project(root, overlaid(config, dvc_dir, self._settings), self.repository)

    def has_project(self, folder: str) -> bool:
        """Whether the work tree has a project in `folder`, which links lead to no other place."""
        place = os.path.join(self._root, folder)
        return os.path.isdir(os.path.join(place, DVC_DIR)) and os.path.realpath(place) == place

    @property
    def is_copy(self) -> bool:
        """Whether it was copied, so that nothing of its data is on this machine."""
        return bool(self._copy)

    def write_config(self, folder: str, data: bytes | None) -> None:
        """Give the copy the project's configuration, as the commit has it."""
        if not self._copy or data is None:
            return
        place = os.path.join(self._root, folder, DVC_DIR)
        os.makedirs(place, exist_ok=True)
        write_file(os.path.join(place, "config"), data, flags=OVER)

    def _clone(self, url: str) -> Repository:
        import tempfile  # only where something is copied

        self._copy = tempfile.mkdtemp(prefix="assay-clone-")
        try:
            return git.clone(url, os.path.join(self._copy, "repo"))
        except BaseException:
            remove(self._copy)
            raise


def local_path(url: str, directory: str) -> str | None:
    """The absolute path that `url` means on this machine; None for another kind of URL."""
    path = url.removeprefix("file://")
    if "://" in path:
        return None
    place = os.path.normpath(os.path.join(directory, os.path.expanduser(path)))
    # `host:path` is Git's short form of an SSH URL; a path of that name wins.
    return None if ":" in path and not os.path.exists(place) else place


def _is_without_git(place: str) -> bool:
    return os.path.isdir(place) and not is_git_dir(place)
