"""A folder of this machine as a remote: another disk, a network mount (spec/data.md §8.1).

It behaves as a cache: an object is read-only (0444) and then believed; one with another mode is
hashed, protected if it is right and deleted if it is not. The cache itself is seen through this
class too when objects move between the two.
"""

from __future__ import annotations

import os
import stat

from assay.fs.arrivals import Arrivals
from assay.fs.atomic import discard, write_all
from assay.fs.reading import Watch
from assay.remotes.layout import is_run, object_name
from assay.remotes.remote import DamagedObject, Outgoing, StoredFile
from assay.store.cache import OBJECT_MODE, TRUSTED_MODES
from assay.store.hashes import (
    LEGACY_MD5,
    legacy_md5_file,
    md5_bytes,
    md5_file,
    new_md5,
    pieces,
)
from assay.typed import Collection, Iterable, Iterator, Sequence

_SMALL_BYTES = 1 << 16  # read in one go: most objects of most projects, below malloc's mmap limit
_FEW = 8  # so many files of one folder are asked for one by one, more by listing it
_READ_FLAGS = os.O_RDONLY | os.O_CLOEXEC
_WRITE_FLAGS = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC


class LocalRemote:
    """Files below `folder` (absolute). `shared`: new folders belong to the group. `watch` sees how
    far the copy of a large file is."""

    __slots__ = ("_watch", "folder", "jobs", "name", "shared")

    def __init__(
        self,
        folder: str,
        *,
        name: str = "",
        jobs: int | None = None,
        shared: bool = False,
        watch: Watch | None = None,
    ) -> None:
        self._watch = watch
        self.folder = folder
        self.name = name
        self.jobs = jobs
        self.shared = shared

    def address(self, path: str) -> str:
        """The absolute path of a file."""
        return f"{self.folder}/{path}"

    def existing(self, paths: Collection[str]) -> set[str]:
        """Those of `paths` that are there; damaged objects that nobody protected are removed."""
        by_folder: dict[str, list[str]] = {}
        for path in paths:
            by_folder.setdefault(path.rpartition("/")[0], []).append(path)
        found: set[str] = set()
        for folder, members in by_folder.items():
            look = self._look_at_each if len(members) <= _FEW else self._look_through
            for path, mode in look(folder, members):
                if stat.S_IMODE(mode) in TRUSTED_MODES or self._is_intact(path):
                    found.add(path)
        return found

    def files(self, folder: str) -> Iterator[StoredFile]:
        """Every file below `folder`; unfinished ones are left out."""
        try:
            with os.scandir(self.address(folder)) as entries:
                found = [entry for entry in entries if not entry.name.endswith(".tmp")]
        except FileNotFoundError:
            return
        for entry in found:
            path = f"{folder}/{entry.name}"
            if entry.is_dir(follow_symlinks=False):
                yield from self.files(path)
            else:
                yield StoredFile(path, entry.stat().st_size)

    def read(self, path: str) -> bytes:
        """The bytes of a file."""
        with open(self.address(path), "rb") as file:
            return file.read()

    def fetch(self, path: str, target_abs: str) -> str:
        """Copy a file to `target_abs`; the MD5 of what was copied."""
        return self._copy(self.address(path), target_abs, mode=OBJECT_MODE)[0]

    def put(self, files: Sequence[Outgoing]) -> Iterator[OSError | None]:
        """Copy files into one folder; for each, in order, what went wrong."""
        if not files:
            return
        folder = self.address(files[0].path.rpartition("/")[0])
        with Arrivals(folder, shared=self.shared) as arrivals:
            for file in files:
                try:
                    self._put(file, arrivals)
                except OSError as error:
                    yield error
                else:
                    yield None

    def remove(self, paths: Iterable[str]) -> None:
        """Delete files."""
        for path in paths:
            try:
                os.unlink(self.address(path))
            except FileNotFoundError:
                pass

    def _put(self, file: Outgoing, arrivals: Arrivals) -> None:
        name = file.path.rpartition("/")[2]
        place = arrivals.place(name)
        try:
            mode = 0o666 if is_run(file.path) else OBJECT_MODE
            md5, size = self._copy(file.source_abs, place, mode=mode, exactly=mode == OBJECT_MODE)
            if file.md5 is not None and md5 != file.md5:
                raise DamagedObject(file.source_abs)
        except BaseException:
            discard(place)
            raise
        arrivals.keep(place, name, size)

    def _copy(
        self, source: str, target: str, *, mode: int, exactly: bool = False
    ) -> tuple[str, int]:
        """Copy the bytes of a file into a new one; their MD5 and how many they are.

        The new file has `mode` as far as the umask lets it, or `exactly`.
        """
        reading = os.open(source, _READ_FLAGS)
        try:
            data = os.read(reading, _SMALL_BYTES)
            writing = os.open(target, _WRITE_FLAGS, mode)
            try:
                size = write_all(writing, data, target)
                if len(data) < _SMALL_BYTES:  # that was all of it
                    md5 = md5_bytes(data)
                else:
                    digest = new_md5()
                    digest.update(data)
                    for data in pieces(reading, source, self._watch):
                        digest.update(data)
                        size += write_all(writing, data, target)
                    md5 = digest.hexdigest()
                if exactly:
                    os.fchmod(writing, mode)
            finally:
                os.close(writing)
        finally:
            os.close(reading)
        return md5, size

    def _look_at_each(self, _: str, members: list[str]) -> Iterator[tuple[str, int]]:
        for path in members:
            try:
                yield path, os.lstat(self.address(path)).st_mode
            except FileNotFoundError:
                pass

    def _look_through(self, folder: str, members: list[str]) -> Iterator[tuple[str, int]]:
        names = {path[len(folder) + 1 :]: path for path in members}
        try:
            with os.scandir(self.address(folder)) as entries:
                for entry in entries:
                    if entry.name in names:
                        yield names[entry.name], entry.stat(follow_symlinks=False).st_mode
        except FileNotFoundError:
            pass

    def _is_intact(self, path: str) -> bool:
        """Whether a file that anybody may have changed is what its name says."""
        name = object_name(path)
        if name is None:
            return True
        place = self.address(path)
        found = legacy_md5_file(place) if name.kind == LEGACY_MD5 else md5_file(place)
        if found != name.md5:
            discard(place)
            return False
        try:
            os.chmod(place, OBJECT_MODE)
        except PermissionError:  # somebody else's file on a shared disk: right all the same
            pass
        return True
