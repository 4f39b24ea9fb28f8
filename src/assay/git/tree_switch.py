"""Make the work tree hold another tree, without touching HEAD or the user's index.

Git's filters (line ends, LFS) are applied: `checkout-index --prefix` writes the changed files into
a folder of their own, and a rename makes each visible, whole. Paths are relative to the root of the
repository.
"""

from __future__ import annotations

import errno
import os
from functools import partial

from assay.errors import AssayError
from assay.fs.atomic import put_in_place
from assay.fs.remove import remove
from assay.git import private_index
from assay.git.repository import Repository
from assay.git.snapshot import snapshot
from assay.git.work_tree import inner_repository
from assay.typed import Collection, Iterable, Iterator, NamedTuple

_SUBMODULE, _ABSENT = "160000", "000000"


class RepositoryInTheWay(AssayError):
    """Another repository stands where files would be written; nothing was changed."""

    def __init__(self, path: str, inner: str) -> None:
        super().__init__(
            f"cannot write '{path}': '{inner}' is a Git repository of its own",
            hint=f"move '{inner}' out of the way",
        )


class _Change(NamedTuple):
    path: str
    old_mode: str
    mode: str

    @property
    def is_submodule(self) -> bool:
        return _SUBMODULE in (self.old_mode, self.mode)


def present_tree(repository: Repository, *coming: str) -> str:
    """Id of a tree of the work tree as it is, for `switch_tree` to the trees in `coming`.

    Besides tracked files it holds whatever else stands where files of those would be written,
    ignored or not, so that it is all there is to lose. Raises RepositoryInTheWay.
    """
    tree = snapshot(repository)
    in_the_way = {
        place
        for new in coming
        for change in _changes(repository, tree, new)
        if change.old_mode == _ABSENT and change.mode != _SUBMODULE
        for place in _occupied(repository.root, change.path)
    }
    return snapshot(repository, force_paths=sorted(in_the_way)) if in_the_way else tree


def switch_tree(
    repository: Repository, old: str, new: str, *, scratch: str, keep: Collection[str] = ()
) -> list[str]:
    """Turn the work tree from tree `old` (what it holds now) into `new`; the changed paths.

    In the folder `scratch` (absolute) a kill leaves at most garbage. Submodules and the paths in
    `keep` are left alone. Raises RepositoryInTheWay before anything is changed.
    """
    changes = [
        change
        for change in _changes(repository, old, new)
        if not change.is_submodule and change.path not in keep
    ]
    _check_place(repository.root, changes)
    for change in changes:
        if change.mode == _ABSENT:
            _remove_file(repository.root, change.path)
    _write(repository, new, [c.path for c in changes if c.mode != _ABSENT], scratch)
    return [change.path for change in changes]


def differing(repository: Repository, old: str, new: str) -> set[str]:
    """Paths that differ between two trees or commits."""
    return {change.path for change in _changes(repository, old, new)}


def _changes(repository: Repository, old: str, new: str) -> list[_Change]:
    command = ["diff-tree", "-r", "-z", "--raw", "--no-renames", old, new]
    fields = os.fsdecode(repository.run(command).stdout).split("\0")[:-1]
    pairs = zip(fields[::2], fields[1::2], strict=True)
    found = []
    for meta, path in pairs:
        old_mode, mode = meta.removeprefix(":").split(" ")[:2]
        found.append(_Change(path, old_mode, mode))
    return found


def _occupied(root: str, path: str) -> Iterator[str]:
    """What stands at `path`, or is no folder on the way to it."""
    if os.path.lexists(os.path.join(root, path)):
        yield path
        return
    folder = os.path.dirname(path)
    while folder:
        place = os.path.join(root, folder)
        if os.path.islink(place) or os.path.isfile(place):
            yield folder
        folder = os.path.dirname(folder)


def _check_place(root: str, changes: Iterable[_Change]) -> None:
    """Raise RepositoryInTheWay where another repository would be written into or removed."""
    seen: dict[str, str | None] = {}
    for change in changes:
        folder = os.path.dirname(change.path)
        if folder not in seen:
            seen[folder] = inner_repository(root, folder)
        inner = seen[folder]
        if inner is None and change.old_mode == _ABSENT:
            inner = inner_repository(root, change.path, below=True)
        if inner is not None:
            raise RepositoryInTheWay(change.path, inner)


def _write(repository: Repository, tree: str, paths: list[str], scratch: str) -> None:
    if not paths:
        return
    index = private_index.new_path(repository)
    environ = {"GIT_INDEX_FILE": index}
    folder = os.path.join(scratch, os.urandom(8).hex())
    os.makedirs(folder)
    try:
        repository.run(["read-tree", tree], environ=environ)
        names = b"".join(os.fsencode(path) + b"\0" for path in paths)
        command = ["checkout-index", f"--prefix={folder}/", "-z", "--stdin"]
        repository.run(command, stdin=names, environ=environ)
        for path in paths:
            _move(os.path.join(folder, path), repository.root, path)
    finally:
        remove(index)
        remove(folder)


def _move(source: str, root: str, path: str) -> None:
    place = os.path.join(root, path)
    _make_folder(root, os.path.dirname(path))
    if os.path.isdir(place) and not os.path.islink(place):
        remove(place)
    try:
        os.replace(source, place)
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
        put_in_place(place, partial(_copy, source), scratch=os.path.dirname(place))


def _copy(source: str, place: str) -> None:
    import shutil  # only across file systems

    shutil.copy2(source, place, follow_symlinks=False)


def _make_folder(root: str, folder: str) -> None:
    """Folders down to `folder`; a link or file in the way is replaced, never followed (P5)."""
    place = root
    for part in folder.split("/") if folder else ():
        place = os.path.join(place, part)
        if os.path.islink(place) or os.path.isfile(place):
            os.unlink(place)
        if not os.path.isdir(place):
            os.mkdir(place)


def _remove_file(root: str, path: str) -> None:
    remove(os.path.join(root, path))
    folder = os.path.dirname(path)
    while folder:
        try:
            os.rmdir(os.path.join(root, folder))
        except OSError:
            return
        folder = os.path.dirname(folder)
