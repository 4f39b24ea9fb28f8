"""Files that are whole or absent: write under another name, flush, rename.

A reader, a crash or a second writer sees the old bytes or the new ones, never a mixture (P2). The
other name is one in the project's temporary folder where there is one: what a killed command
leaves there is no untracked file to Git, and no file of a tracked directory to DVC.
"""

from __future__ import annotations

import errno
import os
import stat
from itertools import count

from assay.typed import Callable, TypeVar

Made = TypeVar("Made")

_TEMPORARY_LENGTH = len(".tmp") + 23
NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC | getattr(os, "O_NOFOLLOW", 0)
"""How to open a file that must not be there."""
OVER = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC
"""How to open one that may be there, and stays the same file."""


def temporary_name(folder: str) -> str:
    """A name in `folder` that nobody else uses, in the form that cache readers skip.

    Source: spec/data.md §3, `.<22 url-safe characters>.tmp`.
    """
    return f"{folder}/.{os.urandom(11).hex()}.tmp"


class TemporaryNames:
    """The same for a writer of thousands of files: chance is asked once."""

    __slots__ = ("_count", "_mark")

    def __init__(self) -> None:
        self._mark = os.urandom(8).hex()
        self._count = count()

    def new(self, folder: str) -> str:
        """Another name in `folder`."""
        return f"{folder}/.{self._mark}{next(self._count):06x}.tmp"


def is_temporary(name: str) -> bool:
    """Whether a file name is one that a writer, ours or DVC's, uses before it renames."""
    return name[0] == "." and len(name) == _TEMPORARY_LENGTH and name.endswith(".tmp")


def write_bytes(path: str, data: bytes, *, mode: int | None = None, durable: bool = False) -> None:
    """Replace the content of `path` by `data`.

    The mode of an existing file is kept unless `mode` is given; a symbolic link is followed, so
    that the file it names changes. With `durable` the bytes are on disk when the call returns.
    """
    known = _mode_of(path)
    if known is not None and stat.S_ISLNK(known):
        path = os.path.realpath(path)
        known = _mode_of(path)
    wanted = known if mode is None else mode

    def make(temporary: str) -> None:
        descriptor = os.open(temporary, NEW, 0o666)
        try:
            write_all(descriptor, data, path)
            if durable:
                os.fsync(descriptor)
            if wanted is not None:
                os.fchmod(descriptor, stat.S_IMODE(wanted))
        finally:
            os.close(descriptor)

    put_in_place(path, make, scratch=scratch_folder(path))


def put_in_place(
    path: str, make: Callable[[str], Made], *, scratch: str, names: TemporaryNames | None = None
) -> Made:
    """Let `make` build a file under a name that nobody uses, in the folder `scratch`, and give it
    the name `path` in one step. Beside `path` if the two cannot be on one file system.

    Returns what `make` does. Who does this often has `names`.
    """
    temporary = names.new(scratch) if names is not None else temporary_name(scratch)
    try:
        made = make(temporary)
        os.replace(temporary, path)
        return made
    except BaseException as error:
        discard(temporary)
        is_elsewhere = isinstance(error, OSError) and error.errno == errno.EXDEV
        beside = os.path.dirname(path) or "."
        if is_elsewhere and scratch != beside:  # a bind mount has the same device and another root
            return put_in_place(path, make, scratch=beside)
        if isinstance(error, OSError) and error.filename in (None, temporary):
            # A full disk is noticed by a write, which knows only a number; nobody knows the other
            # name, and a read-only folder is that of `path`.
            error.filename = path
            error.filename2 = None
        raise


def scratch_folder(path: str) -> str:
    """Where to build what becomes the file `path`: `.dvc/tmp` of the project around it if that is
    on the same file system and we may write there, else the folder of the file."""
    beside = os.path.dirname(path) or "."
    folder = os.path.abspath(beside)
    project, is_inside, inner = folder.rpartition("/.dvc/")
    if is_inside and inner == "tmp":
        return beside
    if is_inside and not inner.startswith("tmp/"):  # work trees are there, with their own
        folder = project
    while True:
        scratch = f"{folder}/.dvc/tmp"
        try:
            device = os.stat(scratch).st_dev
            break
        except OSError:
            above = os.path.dirname(folder)
            if above == folder:
                return beside
            folder = above
    usable = device == os.stat(beside).st_dev and os.access(scratch, os.W_OK | os.X_OK)
    return scratch if usable else beside


def write_text(path: str, text: str, *, durable: bool = False) -> None:
    """`write_bytes` of the UTF-8 form of `text`, line ends as they are."""
    write_bytes(path, text.encode("utf-8"), durable=durable)


def write_file(path: str, data: bytes, *, flags: int = NEW, mode: int = 0o666) -> None:
    """Make `path` a file of these bytes, which nobody else looks at yet: not in one step.

    Raises OSError about `path`.
    """
    descriptor = os.open(path, flags, mode)
    try:
        write_all(descriptor, data, path)
    finally:
        os.close(descriptor)


def write_all(descriptor: int, data: bytes, path: str) -> int:
    """Write all of `data`, however often that takes; the number of bytes.

    Raises OSError about `path`: a full disk is noticed by a write, which knows only a number.
    """
    try:
        written = os.write(descriptor, data)
        while written < len(data):
            written += os.write(descriptor, memoryview(data)[written:])
    except OSError as error:
        error.filename = path
        raise
    return written


def _mode_of(path: str) -> int | None:
    try:
        return os.lstat(path).st_mode
    except OSError:
        return None


def discard(path: str) -> None:
    """Delete an unfinished or damaged file; whatever stops that, it is tolerated."""
    try:
        os.unlink(path)
    except OSError:
        pass
