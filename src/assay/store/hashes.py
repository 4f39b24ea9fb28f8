"""Content hashes: what an object is called.

Files are named by the MD5 of their bytes; entries written by DVC 2.x by the MD5 of their bytes with
CRLF read as LF (spec/data.md §1).
"""

from __future__ import annotations

import os
import sys

from assay.errors import UnsafePath
from assay.fs.reading import Watch, open_file
from assay.typed import TYPE_CHECKING, Any, Iterator, NamedTuple, Sequence

if TYPE_CHECKING:
    from hashlib import _Hash as Digest

    from assay.fs.walked import WalkedFile

CHUNK_BYTES = 1 << 20
MD5, LEGACY_MD5 = "md5", "md5-dos2unix"
TREE_SUFFIX = ".dir"
MD5_LENGTH = 32
"""Of its hexadecimal digits."""
EMPTY_MD5 = "d41d8cd98f00b204e9800998ecf8427e"
"""Of no bytes at all."""

_HEX_DIGITS = "0123456789abcdef"
_HEX_BYTES = b"0123456789abcdef"
_MUCH_BYTES = 1 << 24
"""To hash less than that takes no longer than to make threads for it."""
_TEXT_SAMPLE_BYTES = 512
_TEXT_BYTES = bytes(range(0x20, 0x7F)) + b"\n\r\t\f\b"


class Fingerprint(NamedTuple):
    """What a path in the workspace holds.

    `md5` names the object ("….dir" for a directory), `size` is in bytes, `nfiles` counts the files
    of a directory and is None for a file, `is_executable` is never set for a directory.
    """

    md5: str
    size: int
    nfiles: int | None = None
    is_executable: bool = False

    @property
    def is_tree(self) -> bool:
        """Whether the path is a directory."""
        return self.nfiles is not None


def check_object_id(object_id: str) -> str:
    """`object_id` itself; raises UnsafePath when it could not be the name of a cache object."""
    digest = object_id.removesuffix(".dir")
    if len(digest) != MD5_LENGTH or digest.strip(_HEX_DIGITS):
        raise UnsafePath(f"'{object_id}' is not the name of a cache object")
    return object_id


def are_md5s(hashes: Sequence[str]) -> bool:
    """Whether each of many texts is an MD5 in hexadecimal digits."""
    if not {*map(len, hashes)} <= {MD5_LENGTH}:
        return False
    text = "".join(hashes)
    return text.isascii() and not text.encode("ascii").translate(None, _HEX_BYTES)


def md5_bytes(data: bytes) -> str:
    """MD5 of `data`, 32 lower-case hex digits."""
    if len(data) > CHUNK_BYTES:
        digest = new_md5()
        digest.update(data)
        return digest.hexdigest()
    return str(_own("_md5", "md5")(data, usedforsecurity=False).hexdigest())


def sha256_text(text: str) -> str:
    """SHA-256 of a short text as UTF-8, 64 lower-case hex digits."""
    module = "_sha2" if sys.version_info >= (3, 12) else "_sha256"
    return str(_own(module, "sha256")(text.encode("utf-8"), usedforsecurity=False).hexdigest())


# Found once, since every small file asks for one.
_known: dict[str, Any] = {}


def _own(module: str, name: str) -> Any:
    """The interpreter's own function: OpenSSL's is a tenth faster and takes 3 ms to load."""
    known = _known.get(name)
    if known is None:
        try:
            known = getattr(__import__(module), name)
        except ImportError:  # an interpreter that was built without
            known = getattr(__import__("hashlib"), name)
        _known[name] = known
    return known


def new_md5() -> Digest:
    """A digest to be fed piece by piece."""
    from hashlib import md5  # loads OpenSSL, which small data does without

    return md5(usedforsecurity=False)


def md5_file(path: str, watch: Watch | None = None) -> str:
    """MD5 of a file's bytes, read in pieces of 1 MiB; `watch` sees those of a large file go by."""
    descriptor = open_file(path)
    try:
        data = os.read(descriptor, CHUNK_BYTES)
        more = os.read(descriptor, CHUNK_BYTES)
        if not more:
            return md5_bytes(data)
        digest = new_md5()
        digest.update(data)
        digest.update(more)
        for data in pieces(descriptor, path, watch):
            digest.update(data)
    finally:
        os.close(descriptor)
    return digest.hexdigest()


def md5_files(
    folder: str, files: Sequence[WalkedFile], watch: Watch | None = None
) -> dict[str, str]:
    """Path → MD5 of files below `folder` (absolute); several large ones are read at once."""

    def md5(file: WalkedFile) -> tuple[str, str]:
        return file.path, md5_file(f"{folder}/{file.path}", watch)

    large = [file for file in files if file.size >= CHUNK_BYTES]
    if len(large) < 2 or sum(file.size for file in large) < _MUCH_BYTES:
        return dict(map(md5, files))
    from assay.workers import in_parallel  # most files are small

    small = [file for file in files if file.size < CHUNK_BYTES]
    return {**dict(map(md5, small)), **dict(in_parallel(md5, large, jobs=os.cpu_count() or 1))}


def pieces(descriptor: int, path: str, watch: Watch | None = None) -> Iterator[bytes]:
    """What is left to be read of an open file, in pieces of 1 MiB."""
    found = _read(descriptor)
    return found if watch is None else watch(path, os.fstat(descriptor).st_size, found)


def _read(descriptor: int) -> Iterator[bytes]:
    from assay.fs.stopping import check  # most files are small

    while data := os.read(descriptor, CHUNK_BYTES):
        check()
        yield data


def legacy_md5_file(path: str) -> str:
    """The hash that DVC 2.x gave a file: CRLF counts as LF in pieces that look like text."""
    digest = new_md5()
    with open(path, "rb") as file:
        while chunk := file.read(CHUNK_BYTES):
            digest.update(chunk.replace(b"\r\n", b"\n") if _looks_like_text(chunk) else chunk)
    return digest.hexdigest()


def _looks_like_text(chunk: bytes) -> bool:
    """At most 30 % unusual bytes and no NUL among the first 512 (spec/data.md §1)."""
    sample = chunk[:_TEXT_SAMPLE_BYTES]
    if b"\0" in sample:
        return False
    unusual = sample.translate(None, _TEXT_BYTES)
    return len(unusual) <= 0.3 * len(sample)
