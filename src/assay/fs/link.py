"""From the cache into the workspace: one file, by the cheapest means that works.

    Linker(("reflink", "copy")).place("/cache/files/md5/aa/bb…", "/project/data.csv")

Whatever is at the target is replaced in one step; a crash leaves the old file or the new one.
Modes are those of spec/data.md §4. Nothing is probed: the first file tells whether a kind works.
"""

from __future__ import annotations

import errno
import os
import stat

from assay.errors import AssayError
from assay.fs.atomic import TemporaryNames, put_in_place, scratch_folder
from assay.fs.copying import NEVER_HERE, copy_bytes
from assay.fs.reading import Watch
from assay.fs.walk import Ignoring
from assay.typed import Callable, Sequence

_FICLONE = 0x40049409  # linux/fs.h; the same on all architectures that wheels exist for
_READ_FLAGS = os.O_RDONLY | os.O_CLOEXEC
_WRITE_FLAGS = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC | os.O_NOFOLLOW
# Refused for this object: too many names, or somebody else's under fs.protected_hardlinks.
_NOT_THIS = frozenset({errno.EMLINK, errno.EPERM})


class CannotLink(AssayError):
    """None of the kinds of links that the user allows works between cache and workspace."""

    def __init__(self, path: str) -> None:
        super().__init__(
            f"No possible cache link types for '{path}'. See "
            "<https://dvc.org/doc/user-guide/troubleshooting#cache-types> for more information.",
            hint="allow copies with `dvc config cache.type reflink,copy`",
        )


class Linker:
    """Places objects by the first of `kinds` that works: reflink, hardlink, symlink, copy.

    Remembers which kinds a file system refused for objects of the cache; keep one per command.
    `watch` sees how far the copy of a large file is.
    """

    __slots__ = ("_folders", "_left", "_watch", "kinds")

    def __init__(self, kinds: Sequence[str], watch: Watch | None = None) -> None:
        self.kinds = tuple(kinds)
        self._watch = watch
        self._left: dict[int, list[str]] = {}  # device -> the kinds that it has not refused
        self._folders: dict[str, _Folder] = {}

    @property
    def links(self) -> bool:
        """Whether files may become links to objects, with the inodes and times of these."""
        return "hardlink" in self.kinds or "symlink" in self.kinds

    def place(
        self,
        object_abs: str,
        target_abs: str,
        *,
        executable: bool = False,
        size: int | None = None,
        private: bool = False,
    ) -> tuple[str, os.stat_result | None]:
        """Make `target_abs` hold the object; the kind of link that it became, and the stat of a
        file of its own, None where that is the object's.

        `size` is the object's in bytes, if the caller happens to know it. `private`: nothing is at
        the target, and nobody looks into its folder before the caller has given that its name.

        The directory of the target must exist; a directory at the target is an OSError. An
        executable file is always a file of its own, as is an empty one where it would be a
        hard link: the mode of a shared object belongs to the cache. Raises CannotLink.
        """
        folder = self._folder(target_abs, private)
        for wanted in tuple(folder.kinds):
            kind = wanted
            if executable and kind in ("hardlink", "symlink"):
                kind = "copy"
            try:
                if kind == "hardlink" and not (
                    os.stat(object_abs).st_size if size is None else size
                ):
                    kind = "copy"
                return kind, _PLACERS[kind](object_abs, target_abs, executable, folder)
            except OSError as error:
                if error.errno in NEVER_HERE:
                    folder.kinds.remove(wanted)
                elif error.errno not in _NOT_THIS:
                    raise
        raise CannotLink(target_abs)

    def kind(self, target_abs: str) -> str:
        """What comes first for targets in that folder, of the kinds that were not refused."""
        kinds = self._folder(target_abs, private=False).kinds
        return kinds[0] if kinds else ""

    def _folder(self, target_abs: str, private: bool) -> _Folder:
        path = target_abs.rpartition("/")[0]
        known = self._folders.get(path)
        if known is None:
            kinds = self._left.setdefault(os.stat(path or ".").st_dev, list(self.kinds))
            known = self._folders[path] = _Folder(kinds, target_abs, private, self._watch)
        return known


class _Folder:
    """A folder of the workspace: the kinds of links to try in it, and where to build its files.

    What is built in a `private` one gets its name at once.
    """

    __slots__ = ("_scratch", "_target", "is_private", "kinds", "names", "watch")

    def __init__(
        self,
        kinds: list[str],
        target_abs: str,
        private: bool = False,
        watch: Watch | None = None,
    ) -> None:
        self.kinds = kinds
        self.watch = watch
        self.is_private = private
        self.names = TemporaryNames()
        self._target = target_abs
        self._scratch = ""

    @property
    def scratch(self) -> str:
        """Looked for when something is built."""
        if not self._scratch:
            self._scratch = scratch_folder(self._target)
        return self._scratch


def is_link_to(path_abs: str, object_abs: str) -> bool:
    """Whether the path is a symbolic or hard link to the object, so that the two share bytes."""
    try:
        return os.path.samestat(os.stat(path_abs), os.stat(object_abs))
    except OSError:
        return False


def unprotect(path_abs: str, ignoring: Ignoring | None = None) -> None:
    """Make a file, or all files below a directory, the user's own: links become copies that may
    be written, read-only files writable. Links to directories are left alone, and what is
    left out of a directory."""
    waiting = [path_abs]
    while waiting:
        path = waiting.pop()
        status = os.lstat(path)
        if not stat.S_ISDIR(status.st_mode):
            _unprotect_file(path, status)
            continue
        with os.scandir(path) as entries:
            found = [(entry.path, entry.is_dir()) for entry in entries]
        for name, is_folder in found:
            if ignoring is None or not ignoring.matches(name, is_folder):
                waiting.append(name)


def _unprotect_file(path_abs: str, status: os.stat_result) -> None:
    if stat.S_ISLNK(status.st_mode) or status.st_nlink > 1:
        if os.path.isfile(path_abs):
            executable = bool(os.stat(path_abs).st_mode & stat.S_IXUSR)
            _copy(os.path.realpath(path_abs), path_abs, executable, _Folder([], path_abs))
    elif not status.st_mode & stat.S_IWUSR:
        os.chmod(path_abs, stat.S_IMODE(status.st_mode) | stat.S_IWUSR)


def _hardlink(source: str, target: str, executable: bool, folder: _Folder) -> None:
    try:
        os.link(source, target)
    except FileExistsError:
        # rename(2) does nothing between two names of one file
        if os.path.islink(target) or not is_link_to(target, source):
            put_in_place(target, lambda path: os.link(source, path), scratch=folder.scratch)


def _symlink(source: str, target: str, executable: bool, folder: _Folder) -> None:
    place = source if source[:1] == "/" else os.path.abspath(source)
    try:
        os.symlink(place, target)
    except FileExistsError:
        put_in_place(target, lambda path: os.symlink(place, path), scratch=folder.scratch)


def _reflink(source: str, target: str, executable: bool, folder: _Folder) -> os.stat_result:
    return _write_apart(source, target, executable, folder, fill=_clone)


def _copy(source: str, target: str, executable: bool, folder: _Folder) -> os.stat_result:
    def fill(reading: int, writing: int) -> None:
        copy_bytes(reading, writing, target, folder.watch)

    return _write_apart(source, target, executable, folder, fill=fill)


_Fill = Callable[[int, int], None]
_Placer = Callable[[str, str, bool, _Folder], os.stat_result | None]
_PLACERS: dict[str, _Placer] = {
    "reflink": _reflink,
    "hardlink": _hardlink,
    "symlink": _symlink,
    "copy": _copy,
}


def _write_apart(
    source: str, target: str, executable: bool, folder: _Folder, *, fill: _Fill
) -> os.stat_result:
    """A file with a temporary name, filled, then given the name `target`; its stat."""
    mode = 0o766 if executable else 0o666
    if folder.is_private:
        return _write_new(source, target, mode, fill)
    return put_in_place(
        target,
        lambda temporary: _write_new(source, temporary, mode, fill),
        scratch=folder.scratch,
        names=folder.names,
    )


def _write_new(source: str, target: str, mode: int, fill: _Fill) -> os.stat_result:
    """A new file, filled; its stat. There is none if that fails."""
    reading = os.open(source, _READ_FLAGS)
    try:
        writing = os.open(target, _WRITE_FLAGS, mode)
        try:
            fill(reading, writing)
            return os.fstat(writing)
        except BaseException as error:
            os.unlink(target)
            if isinstance(error, OSError) and error.filename is None:
                error.filename = target  # a full disk is noticed by a write: it knows a number
            raise
        finally:
            os.close(writing)
    finally:
        os.close(reading)


def _clone(reading: int, writing: int) -> None:
    import fcntl  # only where clones are wanted

    fcntl.ioctl(writing, _FICLONE, reading)
