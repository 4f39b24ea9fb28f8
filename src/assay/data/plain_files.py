"""The files of another project that Git has, or that lie in its workspace: one interface."""

from __future__ import annotations

import os

from assay.fs.folders import walk
from assay.fs.ignore import IgnoreRules
from assay.fs.paths import is_below
from assay.git.repository import Repository
from assay.pipeline.revisions.objects import PRIVATE
from assay.pipeline.revisions.source import RevisionSource
from assay.typed import Iterable, Iterator, Protocol


class PlainFiles(Protocol):
    """Files by POSIX path from the project's root."""

    def below(self, folder: str) -> Iterable[str]:
        """Every file in a directory and below it, without Git's and DVC's own."""

    def is_file(self, path: str) -> bool:
        """Whether there is a file of that name."""

    def is_directory(self, path: str) -> bool:
        """Whether there is a directory of that name."""

    def is_executable(self, path: str) -> bool:
        """Whether the file may be run."""

    def sizes(self, paths: list[str]) -> list[int | None]:
        """Bytes of each file."""

    def read(self, path: str) -> bytes | None:
        """The bytes of a file."""


class CommitFiles:
    """The files of one commit."""

    __slots__ = ("_repository", "_source")

    def __init__(self, repository: Repository, source: RevisionSource) -> None:
        self._repository = repository
        self._source = source

    def below(self, folder: str) -> Iterable[str]:
        """Links that lead to no file of the project are left out."""
        return [path for path in self._source.below(folder) if self._source.is_file(path)]

    def is_file(self, path: str) -> bool:
        """Whether there is a file of that name."""
        return self._source.is_file(path)

    def is_directory(self, path: str) -> bool:
        """Whether there is a directory of that name."""
        return path in ("", ".") or self._source.is_directory(path)

    def is_executable(self, path: str) -> bool:
        """Whether the file may be run."""
        return self._source.mode(path) == "100755"

    def sizes(self, paths: list[str]) -> list[int | None]:
        """One question to Git for all of them."""
        names = [self._source.blob_id(path) or "" for path in paths]
        asked = "".join(f"{name}\n" for name in names).encode("ascii")
        done = self._repository.run(["cat-file", "--batch-check=%(objectsize)"], stdin=asked)
        lines = done.stdout.decode("ascii", "replace").splitlines()
        return [int(line) if line.isdigit() else None for line in lines]

    def read(self, path: str) -> bytes | None:
        """The bytes of a file."""
        return self._source.read(path)


class WorkTreeFiles:
    """The files of a workspace that `.dvcignore` does not leave out."""

    __slots__ = ("_root", "_rules")

    def __init__(self, root: str) -> None:
        self._root = os.path.realpath(root)
        self._rules = IgnoreRules(self._root)

    def below(self, folder: str) -> Iterator[str]:
        """Every file in a directory and below it."""
        top = os.path.join(self._root, folder) if folder not in ("", ".") else self._root
        for place, folders, names in walk(top):
            folders[:] = [name for name in folders if self._is_ours(place, name, folder=True)]
            for name in names:
                if self._is_ours(place, name, folder=False):
                    yield os.path.relpath(os.path.join(place, name), self._root)

    def is_file(self, path: str) -> bool:
        """Whether there is a file of that name; one that a link leads to must be inside too."""
        place = os.path.join(self._root, path)
        return os.path.isfile(place) and is_below(self._root, os.path.realpath(place))

    def is_directory(self, path: str) -> bool:
        """Whether there is a directory of that name."""
        return os.path.isdir(os.path.join(self._root, path))

    def is_executable(self, path: str) -> bool:
        """Whether the file may be run."""
        return os.access(os.path.join(self._root, path), os.X_OK)

    def sizes(self, paths: list[str]) -> list[int | None]:
        """Bytes of each file."""
        return [_size(os.path.join(self._root, path)) for path in paths]

    def read(self, path: str) -> bytes | None:
        """The bytes of a file."""
        with open(os.path.join(self._root, path), "rb") as file:
            return file.read()

    def _is_ours(self, place: str, name: str, *, folder: bool) -> bool:
        path = os.path.join(place, name)
        if name in PRIVATE or self._rules.matches(path, folder):
            return False
        if folder:
            return not os.path.isdir(f"{path}/.dvc")
        return os.path.isfile(path) and is_below(self._root, os.path.realpath(path))


def _size(path: str) -> int | None:
    try:
        return os.stat(path).st_size
    except OSError:
        return None
