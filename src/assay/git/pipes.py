"""Pipes in the place of files that Git reads: it would wait for ever for somebody to write.

Of the few files in `.git` we know before. References, and files that may be in any folder, are
looked for when Git has been quiet for a while: most projects are never searched.
"""

from __future__ import annotations

import os
import stat

from assay.errors import AssayError
from assay.fs.folders import walk
from assay.typed import TYPE_CHECKING

if TYPE_CHECKING:
    from assay.typed import Callable, Iterable, Iterator

_READ_ANYWHERE = (".gitignore", ".gitattributes", ".gitmodules", ".mailmap")


class PipeInPlaceOfFile(AssayError):
    """Git cannot be asked as long as the pipe is there."""

    def __init__(self, path: str) -> None:
        super().__init__(
            f"'{path}' is a pipe: Git would wait for it for ever",
            hint="remove it, or put a file in its place",
        )


def refuse_pipes(paths: Iterable[str]) -> None:
    """Raise PipeInPlaceOfFile if one of the paths (absolute) is a pipe."""
    for path in paths:
        try:
            mode = os.stat(path).st_mode
        except OSError:
            continue
        if stat.S_ISFIFO(mode):
            raise PipeInPlaceOfFile(path)


def read_by_git(top: str, *, until: Callable[[], bool]) -> Iterator[str]:
    """Files below the folder `top` that Git reads for what they say: references, and about others.

    It may take long where there are many folders; nobody looks on once `until` holds.
    """
    for folder, folders, names in walk(top):
        if until():
            return
        if ".git" in folders:
            folders.remove(".git")
            yield from _reference_files(f"{folder}/.git/refs")
        yield from (f"{folder}/{name}" for name in _READ_ANYWHERE if name in names)


def _reference_files(top: str) -> Iterator[str]:
    for folder, _, names in os.walk(top):
        yield from (f"{folder}/{name}" for name in names)
