"""Another project, opened to read from: by path or URL, at a revision or as its workspace is.

A repository of this machine is read where it is; others are copied without their data into a
temporary folder that goes when this process is done.
"""

from __future__ import annotations

import os
from collections.abc import Mapping

from assay import config as configuration
from assay.config import Config
from assay.config.levels import Level, named_section, read_level
from assay.errors import AssayError
from assay.fs.remove import remove
from assay.git import clone as git
from assay.git.repository import Repository, find
from assay.project import DVC_DIR, Project
from assay.typed import NamedTuple


class Settings(NamedTuple):
    """What is to be different in the configuration of the other project.

    `config` is the path of a file that is laid over it, `remote` its default remote, `options` are
    for that remote.
    """

    config: str | None = None
    remote: str | None = None
    options: Mapping[str, str] = {}


class Elsewhere:
    """A repository at `url`, as someone in `directory` names it. For `with`: copies are removed.

    `commit` is None when its workspace is meant: that of a local repository without a revision.
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
        if found is None and as_it_is and place is not None and _is_plain_project(place):
            self._root = os.path.realpath(place)  # a project without Git
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
        """The project in `folder` of the repository ("" for its top), with what is to differ."""
        root = os.path.join(self._root, folder) if folder else self._root
        dvc_dir = os.path.join(root, DVC_DIR)
        known = os.path.isdir(dvc_dir)
        config = configuration.load(dvc_dir if known else None, self._environ)
        return Project(root, self._overlaid(config, dvc_dir), self.repository)

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
        with open(os.path.join(place, "config"), "wb") as file:
            file.write(data)

    def _clone(self, url: str) -> Repository:
        import tempfile  # only where something is copied

        self._copy = tempfile.mkdtemp(prefix="assay-clone-")
        try:
            return git.clone(url, os.path.join(self._copy, "repo"))
        except BaseException:
            remove(self._copy)
            raise

    def _overlaid(self, config: Config, dvc_dir: str) -> Config:
        wanted = self._settings
        levels = list(config.levels)
        if wanted.config:
            levels.append(_level_of(wanted.config))
        if wanted.remote:
            levels.append(_made(dvc_dir, {"core": {"remote": wanted.remote}}))
        overlaid = Config(tuple(levels), config.dvc_dir)
        if wanted.options:
            name = wanted.remote or overlaid.default_remote("pull")
            section = {named_section("remote", name): dict(wanted.options)}
            overlaid = Config((*levels, _made(dvc_dir, section)), config.dvc_dir)
        return overlaid


def local_path(url: str, directory: str) -> str | None:
    """The absolute path that `url` means on this machine; None for another kind of URL."""
    path = url.removeprefix("file://")
    if "://" in path:
        return None
    place = os.path.normpath(os.path.join(directory, os.path.expanduser(path)))
    # `host:path` is Git's short form of an SSH URL; a path of that name wins.
    return None if ":" in path and not os.path.exists(place) else place


def _made(dvc_dir: str, sections: Mapping[str, Mapping[str, str]]) -> Level:
    written = {title: dict(options) for title, options in sections.items()}
    return Level("local", os.path.join(dvc_dir, "config.local"), {}, {}).holding(written)  # type: ignore[arg-type]


def _level_of(path: str) -> Level:
    if not os.path.isfile(path):
        raise AssayError(f"there is no configuration file '{path}'")
    return read_level("local", os.path.abspath(path))


def _is_plain_project(place: str) -> bool:
    return os.path.isdir(os.path.join(place, DVC_DIR)) and find(place) is None
