"""Loose objects as Git keeps them, read and written without a process.

    objects = ObjectFiles(repository.common_dir)
    objects.write("blob", b"hello\n")   # "ce013625030ba8dba906f756967f9e9ca394464a"

An object is built under a name that `git gc` clears away if we are killed, and gets its own name
whole. Only for repositories with SHA-1 names; packed objects are for Git to read
(`assay.git.objects`). Source: gitformat-loose(5), git's object-file.c.
"""

from __future__ import annotations

import os

from assay.fs.atomic import write_all
from assay.fs.reading import read_file, read_or_none
from assay.git.objects import GitObject
from assay.typed import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from assay.typed import Mapping

ID_BYTES = 20
_PREFIX = "tmp_obj_"
_FASTEST = 1  # as Git: core.looseCompression
# For what fits into a smaller window; to set up the usual one takes ten times as long as the rest.
_SMALL_BYTES, _SMALL_WINDOW_BITS, _SMALL_MEMORY = 1 << 12, 12, 4
_MODE = 0o444
_WRITE_FLAGS = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC


# Settings that change how objects are written, and values under which they do not.
_UNUSUAL = {
    "core.sharedrepository": ("false", "umask", "0"),
    "extensions.objectformat": ("sha1",),
    "extensions.compatobjectformat": (),
}
_SYNCED = ("core.fsync", "core.fsyncobjectfiles")


class ObjectFiles(NamedTuple):
    """The loose objects of the repository whose objects are in `common_dir`.

    `durable`: what is written is on disk when the call returns.
    """

    common_dir: str
    durable: bool = False

    def has(self, object_id: str) -> bool:
        """Whether the object is there, loose."""
        return os.path.exists(self._path(object_id))

    def read(self, object_id: str) -> GitObject | None:
        """The object of that id; None if it is not loose, or damaged: Git then says more."""
        import zlib  # an object that is not there does without

        try:
            whole = zlib.decompress(read_file(self._path(object_id)))
        except (OSError, zlib.error):
            return None
        header, _, data = whole.partition(b"\0")
        kind, _, size = header.partition(b" ")
        if size != b"%d" % len(data):
            return None
        return GitObject(object_id, kind.decode("ascii", "replace"), data)

    def write(self, kind: str, data: bytes) -> str:
        """Store an object; its id. One that is there already counts as new to `git gc`."""
        whole = b"%s %d\0%s" % (kind.encode("ascii"), len(data), data)
        object_id = object_name(whole)
        place = self._path(object_id)
        try:
            os.utime(place)
        except FileNotFoundError:
            self._put(place, whole)
        except PermissionError:  # another user's; it is there
            pass
        return object_id

    def _put(self, place: str, whole: bytes) -> None:
        folder = os.path.dirname(place)
        if not os.path.isdir(folder):
            os.makedirs(folder, exist_ok=True)
        temporary = f"{folder}/{_PREFIX}{os.urandom(8).hex()}"
        descriptor = os.open(temporary, _WRITE_FLAGS, _MODE)
        try:
            try:
                write_all(descriptor, _compressed(whole), place)
                if self.durable:
                    os.fsync(descriptor)
            finally:
                os.close(descriptor)
            os.rename(temporary, place)
        except BaseException as error:
            os.unlink(temporary)
            if isinstance(error, OSError) and error.filename is None:
                error.filename = place  # a full disk may be noticed late, by a call without a name
            raise

    def _path(self, object_id: str) -> str:
        return f"{self.common_dir}/objects/{object_id[:2]}/{object_id[2:]}"


def _compressed(whole: bytes) -> bytes:
    import zlib  # readers of what is not loose do without

    if len(whole) > _SMALL_BYTES:
        return zlib.compress(whole, _FASTEST)
    stream = zlib.compressobj(_FASTEST, zlib.DEFLATED, _SMALL_WINDOW_BITS, _SMALL_MEMORY)
    return stream.compress(whole) + stream.flush()


def object_files(
    common_dir: str, settings: Mapping[str, str], *, durable: bool
) -> ObjectFiles | None:
    """The loose objects of a repository with these settings; None where Git itself has to read and
    write them."""
    unusual = [name for name, usual in _UNUSUAL.items() if settings.get(name) not in (None, *usual)]
    if unusual or has_replacements(common_dir):
        return None
    is_synced = not settings.keys().isdisjoint(_SYNCED)
    return ObjectFiles(common_dir, durable=durable or is_synced)


def has_replacements(common_dir: str) -> bool:
    """Whether objects may stand for others (git-replace(1)): then only Git is to read them.

    Where references are not files (a reftable) they may.
    """
    try:
        if os.listdir(f"{common_dir}/refs/replace"):
            return True
    except OSError:
        if os.path.isdir(f"{common_dir}/reftable"):
            return True
    return b" refs/replace/" in (read_or_none(f"{common_dir}/packed-refs") or b"")


def object_name(whole: bytes) -> str:
    """What Git calls an object: the SHA-1 of its header and its bytes."""
    try:
        # The interpreter's own function: OpenSSL's takes 3 ms to load.
        new = __import__("_sha1").sha1
    except ImportError:
        import hashlib

        new = hashlib.sha1
    return str(new(whole, usedforsecurity=False).hexdigest())
