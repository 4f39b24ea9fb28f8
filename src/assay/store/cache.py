"""The content-addressed cache: `files/md5/xx/yyyy…[.dir]` below one folder (spec/data.md §3).

An object appears whole, under the name of its own bytes, or not at all: it is written beside its
place and renamed. Objects are read-only (0444); an object with another mode was touched by someone
and is hashed before it is believed.
"""

from __future__ import annotations

import os
import stat

from assay.errors import AssayError
from assay.fs.atomic import NEW, TemporaryNames, discard, write_all
from assay.fs.reading import Watch, open_file, read_file
from assay.store.hashes import (
    CHUNK_BYTES,
    LEGACY_MD5,
    MD5,
    TREE_SUFFIX,
    check_object_id,
    legacy_md5_file,
    md5_bytes,
    md5_file,
    new_md5,
    pieces,
)
from assay.store.trees import TreeEntry, parse_tree
from assay.typed import TYPE_CHECKING, Iterable

if TYPE_CHECKING:
    from assay.store.vouchers import Vouchers

OBJECT_MODE = 0o444
TRUSTED_MODES = (0o444, 0o544)
"""An object with another was touched by someone."""


class CacheWriteFailed(AssayError):
    """An object could not be written: full disk, permissions, I/O error. Nothing was announced."""


class ObjectCache:
    """Objects of one hash kind below `folder` (absolute). `shared`: group-writable folders.

    `vouchers` learn of what is written here.
    """

    __slots__ = ("_names", "_trees", "_vouchers", "_watch", "folder", "kind", "shared", "top")

    def __init__(
        self,
        folder: str,
        *,
        shared: bool = False,
        kind: str = MD5,
        watch: Watch | None = None,
        vouchers: Vouchers | None = None,
    ) -> None:
        self.top = folder
        self.folder = folder if kind == LEGACY_MD5 else os.path.join(folder, "files", "md5")
        self.shared = shared
        self.kind = kind
        self._watch = watch
        self._vouchers = vouchers
        self._names = TemporaryNames()
        self._trees: dict[str, tuple[TreeEntry, ...]] = {}

    def path(self, object_id: str) -> str:
        """Where the object is or would be."""
        return f"{self.folder}/{object_id[:2]}/{object_id[2:]}"

    def has(self, object_id: str) -> bool:
        """Whether the object is there and can be believed; a damaged one is removed."""
        return self.status(object_id) is not None

    def status(self, object_id: str) -> os.stat_result | None:
        """The stat of an object that is there and can be believed; a damaged one is removed."""
        path = self.path(object_id)
        try:
            status = os.lstat(path)
            if stat.S_IMODE(status.st_mode) in TRUSTED_MODES:
                return status
            return os.stat(path) if self._inspect(path, object_id) else None
        except OSError:
            return None

    def has_all(self, object_id: str) -> bool:
        """Whether the object is there and, for a directory, each file that it lists."""
        if not object_id.endswith(TREE_SUFFIX):
            return self.has(object_id)
        entries = self.read_tree(object_id)
        return entries is not None and all(self.has(md5) for md5 in {e.md5 for e in entries})

    def read_tree(self, object_id: str) -> tuple[TreeEntry, ...] | None:
        """The entries of a `.dir` object; None when it is missing, damaged or no listing.

        Raises UnsafePath when the listing is hostile.
        """
        known = self._trees.get(object_id)
        if known is None:
            data = self.read_listing(object_id)
            known = None if data is None else parse_tree(data)
            if known is not None:  # what is missing now may be fetched in a moment
                self._trees[object_id] = known
        return known

    def read_listing(self, object_id: str) -> bytes | None:
        """The bytes of a `.dir` object; None when it is missing or damaged."""
        try:
            data = read_file(self.path(check_object_id(object_id)))
        except OSError:
            return None
        if md5_bytes(data) + TREE_SUFFIX != object_id and self.kind == MD5:
            return None
        return data

    def total_size(self, entries: Iterable[TreeEntry]) -> int | None:
        """The bytes of all files in a listing; None if an object is not here."""
        try:
            return sum(os.stat(self.path(entry.md5)).st_size for entry in entries)
        except OSError:
            return None

    def put_bytes(self, object_id: str, data: bytes) -> None:
        """Keep `data` under `object_id`; nothing happens if the object is there."""
        if self.has(object_id):
            return
        try:
            self._write(object_id, data)
        except OSError as error:
            path = self.path(object_id)
            raise CacheWriteFailed(
                f"cannot write '{path}' to the cache: {error.strerror}"
            ) from None

    def put_file(self, source: str, size: int, *, known_md5: str | None = None) -> str:
        """Keep the bytes of the file `source`, read once; returns the name of the object.

        `size` (bytes) is what the file had a moment ago, so that one read is enough. With
        `known_md5` (hashed before, unchanged since) nothing is read if the object is there;
        otherwise the bytes are hashed while they are copied, and what was read is what is named.
        """
        if known_md5 is not None and self.has(known_md5):
            return known_md5
        try:
            return self._copy_in(source, size)
        except OSError as error:
            raise self.refusal(source, error) from None

    def refusal(self, source: str, error: OSError) -> CacheWriteFailed:
        """The error about a file that could not be kept."""
        return CacheWriteFailed(
            f"cannot put '{source}' into the cache '{self.top}': {error.strerror}"
        )

    def vouch(self, object_id: str, status: os.stat_result) -> None:
        """An object with this stat was just written, from bytes that its name was made of."""
        if self._vouchers is not None:
            self._vouchers.vouch(object_id, status)

    def put_link(self, source: str, object_id: str) -> bool:
        """Give the file `source`, whose bytes the caller has compared with `object_id`, that name
        too; whether the object is new. A copy where the file system refuses another name."""
        if self.has(object_id):
            return False
        path = self.path(object_id)
        try:
            if stat.S_IMODE(os.stat(source).st_mode) not in TRUSTED_MODES:
                os.chmod(source, OBJECT_MODE)
            self._make_folder(os.path.dirname(path))
            os.link(source, path)
        except OSError:  # another owner, too many names, another file system
            self._put_copy(source, object_id)
        return True

    def hash_of(self, path: str) -> str:
        """The hash that names objects of this cache, for the file at `path`."""
        return legacy_md5_file(path) if self.kind == LEGACY_MD5 else md5_file(path, self._watch)

    def _put_copy(self, source: str, object_id: str) -> None:
        if object_id.endswith(TREE_SUFFIX):
            with open(source, "rb") as file:
                self.put_bytes(object_id, file.read())
        else:
            self.put_file(source, os.stat(source).st_size)

    def _inspect(self, path: str, object_id: str) -> bool:
        """An object with an unusual mode: hash it, protect it if it is right, else drop it."""
        try:
            intact = self.hash_of(path) == object_id.removesuffix(TREE_SUFFIX)
            if intact:
                os.chmod(path, OBJECT_MODE)
            else:
                os.unlink(path)
        except OSError:
            return False
        return intact

    def _copy_in(self, source: str, size: int) -> str:
        descriptor = open_file(source)
        try:
            asked = min(size + 1, CHUNK_BYTES)  # one more than there should be: it may have grown
            data = os.read(descriptor, asked)
            if len(data) < asked:
                object_id = md5_bytes(data)
                if not self.has(object_id):
                    self._write(object_id, data)
                return object_id
            return self._stream_in(descriptor, data, source)
        finally:
            os.close(descriptor)

    def _stream_in(self, descriptor: int, first: bytes, source: str) -> str:
        """A large file: hash and write piece by piece, name it when its hash is known."""
        os.makedirs(self.folder, exist_ok=True)
        temporary = self._names.new(self.folder)
        digest = new_md5()
        digest.update(first)
        try:
            with open(temporary, "xb", buffering=0) as file:
                write_all(file.fileno(), first, temporary)
                for data in pieces(descriptor, source, self._watch):
                    digest.update(data)
                    write_all(file.fileno(), data, temporary)
                status = protected(file.fileno())
            object_id = digest.hexdigest()
            self._rename(temporary, self.path(object_id))
        except BaseException:
            discard(temporary)
            raise
        self.vouch(object_id, status)
        return object_id

    def _write(self, object_id: str, data: bytes) -> None:
        folder = f"{self.folder}/{object_id[:2]}"
        temporary = self._names.new(folder)
        try:
            status = write_object(temporary, data)
        except FileNotFoundError:
            self._make_folder(folder)
            status = write_object(temporary, data)
        try:
            os.rename(temporary, f"{folder}/{object_id[2:]}")
        except BaseException:
            discard(temporary)
            raise
        self.vouch(object_id, status)

    def _make_folder(self, folder: str) -> None:
        from assay.fs.folders import make_folders  # a cache soon has all of its folders

        make_folders(folder, shared=self.shared)

    def _rename(self, temporary: str, path: str) -> None:
        try:
            os.rename(temporary, path)
        except FileNotFoundError:
            self._make_folder(os.path.dirname(path))
            os.rename(temporary, path)


def write_object(path: str, data: bytes) -> os.stat_result:
    """A new file of these bytes with the mode of an object; its stat. None is left if that fails:
    raises OSError."""
    descriptor = os.open(path, NEW, OBJECT_MODE)
    try:
        write_all(descriptor, data, path)
        return protected(descriptor)
    except BaseException:
        discard(path)
        raise
    finally:
        os.close(descriptor)


def protected(descriptor: int) -> os.stat_result:
    """The stat of a new file that has the mode of an object now: a umask may have changed that."""
    status = os.fstat(descriptor)
    if stat.S_IMODE(status.st_mode) != OBJECT_MODE:
        os.fchmod(descriptor, OBJECT_MODE)
    return status
