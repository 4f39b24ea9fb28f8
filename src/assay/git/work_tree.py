"""Paths of a work tree: which files lie below a path, which belong to the repository at all.

Paths are POSIX, relative to the root of the repository. Links are never followed on the way down,
and repositories inside the repository (submodules, nested clones) are never entered.
"""

from __future__ import annotations

import os
import stat

from assay.fs.folders import walk
from assay.typed import TYPE_CHECKING

if TYPE_CHECKING:
    from assay.typed import Iterable, Iterator


def expand(root: str, paths: Iterable[str]) -> Iterator[str]:
    """All files and links at and below `paths`, directories sorted; missing paths are no error."""
    for path in paths:
        inside = place_of(root, path)
        if inside is None:
            continue
        kind = _kind(os.path.join(root, inside))
        if stat.S_ISDIR(kind):
            yield from _files_below(root, inside)
        elif stat.S_ISREG(kind) or stat.S_ISLNK(kind):
            yield inside


def place_of(root: str, path: str) -> str | None:
    """Where `path` really is below `root`, links in its folder resolved; "" for the root itself.

    None if it is outside, or in another repository inside this one. The last
    component is not resolved: a link is a file of its own.
    """
    folder, name = os.path.split(os.path.normpath(os.path.join(root, path)))
    real_root = os.path.realpath(root)
    whole = os.path.normpath(os.path.join(os.path.realpath(folder), name))
    if whole in (os.path.normpath(root), real_root):
        return ""
    if not whole.startswith(os.path.join(real_root, "")):
        return None
    inside = os.path.relpath(whole, real_root)
    return None if _is_nested(root, os.path.dirname(inside)) else inside


def place_of_content(root: str, path: str) -> str | None:
    """Like `place_of`, but a link stands for the file it names: what a writer would change."""
    whole = os.path.join(root, path)
    return place_of(root, os.path.realpath(whole) if os.path.islink(whole) else path)


def is_behind_link(root: str, path: str) -> bool:
    """Whether a folder on the way to `path` is a symbolic link."""
    return any(
        os.path.islink(os.path.join(root, above)) for above in _upwards(os.path.dirname(path))
    )


def file_mode(root: str, path: str) -> str:
    """The mode that Git gives a regular file at `path`: "100755" if its owner may execute it."""
    return "100755" if _kind(os.path.join(root, path)) & stat.S_IXUSR else "100644"


def inner_repository(root: str, folder: str, *, below: bool = False) -> str | None:
    """The repository that `folder` or a folder above it is, up to but without the root.

    With `below` also one somewhere in `folder`.
    """
    for above in _upwards(folder):
        if os.path.lexists(os.path.join(root, above, ".git")):
            return above
    top = os.path.join(root, folder)
    if below and os.path.isdir(top) and not os.path.islink(top):
        for place, folders, files in walk(top):
            if ".git" in folders or ".git" in files:
                return os.path.relpath(place, root)
    return None


def _is_nested(root: str, folder: str) -> bool:
    return inner_repository(root, folder) is not None


def _upwards(folder: str) -> Iterator[str]:
    while folder:
        yield folder
        folder = os.path.dirname(folder)


def _files_below(root: str, folder: str) -> Iterator[str]:
    waiting = [f"{folder}/" if folder else ""]  # files, and folders that end in a slash
    while waiting:
        path = waiting.pop()
        if path and not path.endswith("/"):
            yield path
        else:
            waiting += reversed(_in_folder(root, path))


def _in_folder(root: str, folder: str) -> list[str]:
    with os.scandir(os.path.join(root, folder)) as found:
        entries = sorted(found, key=lambda entry: entry.name)
    if folder and any(entry.name == ".git" for entry in entries):
        return []  # a repository of its own
    paths = []
    for entry in entries:
        path = folder + entry.name
        if entry.is_dir(follow_symlinks=False):
            if entry.name != ".git":
                paths.append(f"{path}/")
        elif (entry.is_file(follow_symlinks=False) and path != ".git") or entry.is_symlink():
            paths.append(path)
    return paths


def _kind(path: str) -> int:
    try:
        return os.lstat(path).st_mode
    except OSError:
        return 0
