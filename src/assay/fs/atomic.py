"""Files that are whole or absent: write beside, flush, rename.

A reader, a crash or a second writer sees the old bytes or the new ones, never a mixture (P2).
"""

from __future__ import annotations

import os

_TEMPORARY_LENGTH = len(".tmp") + 23
_WRITE_FLAGS = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC | getattr(os, "O_NOFOLLOW", 0)


def temporary_name(folder: str) -> str:
    """A name in `folder` that nobody else uses, in the form that cache readers skip.

    Source: spec/data.md §3, `.<22 url-safe characters>.tmp`.
    """
    return os.path.join(folder, f".{os.urandom(11).hex()}.tmp")


def is_temporary(name: str) -> bool:
    """Whether a file name is one that a writer, ours or DVC's, uses before it renames."""
    return name[0] == "." and len(name) == _TEMPORARY_LENGTH and name.endswith(".tmp")


def write_bytes(path: str, data: bytes, *, mode: int | None = None, durable: bool = False) -> None:
    """Replace the content of `path` by `data`.

    The mode of an existing file is kept unless `mode` is given; a symbolic link is followed, so
    that the file it names changes. With `durable` the bytes are on disk when the call returns.
    """
    path = os.path.realpath(path) if os.path.islink(path) else path
    temporary = temporary_name(os.path.dirname(path) or ".")
    descriptor = os.open(temporary, _WRITE_FLAGS, 0o666)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            if durable:
                file.flush()
                os.fsync(descriptor)
            wanted = _mode_of(path) if mode is None else mode
            if wanted is not None:
                os.fchmod(descriptor, wanted)
        os.replace(temporary, path)
    except BaseException:
        _discard(temporary)
        raise


def write_text(path: str, text: str, *, durable: bool = False) -> None:
    """`write_bytes` of the UTF-8 form of `text`, line ends as they are."""
    write_bytes(path, text.encode("utf-8"), durable=durable)


def _mode_of(path: str) -> int | None:
    try:
        return os.stat(path).st_mode & 0o7777
    except OSError:
        return None


def _discard(path: str) -> None:
    try:
        os.unlink(path)
    except OSError:
        pass
