"""`-C`: files that Git does not track, copied into a sandbox and never committed.

On this machine they are copied when the run starts. For another host they are read (`taken_along`)
and written there (`put_in`); Git's and DVC's own, which may be secret, stay here.
"""

from __future__ import annotations

import os

from assay.errors import AssayError, UnsafePath
from assay.fs.atomic import write_file
from assay.fs.paths import check_entry, is_below
from assay.fs.paths import inside as is_inside
from assay.fs.reading import read_file
from assay.fs.remove import remove
from assay.git.repository import Repository
from assay.typed import TYPE_CHECKING, Iterable, Iterator, NamedTuple

if TYPE_CHECKING:
    from assay.experiments.sandbox import Sandbox

MOST_BYTES = 64 * 1024 * 1024
MOST_FILES = 10_000
"""What may travel with one task; more belongs on the remote."""

_NEVER = ("/.git", "/.dvc/tmp", "/.dvc/cache")


class Copy(NamedTuple):
    """A file on its way to another host, or a folder, whose `content` is None; `path` is relative
    to the Git root."""

    path: str
    content: bytes | None
    is_program: bool = False


class CannotCopy(AssayError):
    """A path of `-C` is not there, not in the repository, or may not leave this machine."""

    def __init__(self, path: str, reason: str, *, hint: str = "") -> None:
        super().__init__(f"Unable to copy '{path}'. {reason}", hint=hint)


def check_copies(repository: Repository, paths: Iterable[str]) -> None:
    """Raise CannotCopy unless each of `paths` (absolute) is there, in the work tree."""
    for path in paths:
        if not os.path.exists(path):
            raise CannotCopy(path, "It is not a file or directory.")
        try:
            repository.relative(path)
        except ValueError:
            raise CannotCopy(path, "It is outside of the Git repository.") from None


def copy_in(sandbox: Sandbox, paths: Iterable[str]) -> list[str]:
    """Copy `paths` (absolute, of the parent's work tree) to the same places in the sandbox.

    Links are followed. What is there already is replaced, directories are merged. The files that
    were written, relative to the Git root.
    """
    copied = []
    for inside, source in _found(sandbox.parent.git(), paths):
        if os.path.isdir(source):
            _make_folder(sandbox, inside)
        else:
            copied.append(_copy_file(sandbox, source, inside))
    return copied


def taken_along(repository: Repository, paths: Iterable[str]) -> list[Copy]:
    """What is at `paths` (absolute), for another host. Raises CannotCopy, also for too much."""
    paths = list(paths)
    copies: list[Copy] = []
    left = MOST_BYTES
    for inside, source in _found(repository, paths):
        if inside == os.curdir:
            continue
        if not _may_leave(inside):
            if source in paths:
                raise CannotCopy(source, "What belongs to Git or DVC stays on this machine.")
            continue
        copies.append(copy := _read(inside, source, left))
        left -= len(copy.content or b"")
        if len(copies) > MOST_FILES:
            raise _too_much(source)
    return copies


def put_in(sandbox: Sandbox, copies: Iterable[Copy]) -> list[str]:
    """Write what was taken along into the sandbox, as `copy_in` does; the paths of the files.

    Raises CannotCopy for a place that is outside of the sandbox, or that cannot be.
    """
    written = []
    for copy in copies:
        if copy.content is None:
            _make_folder(sandbox, copy.path)
            continue
        mode = 0o777 if copy.is_program else 0o666
        write_file(_cleared(sandbox, copy.path), copy.content, mode=mode)
        written.append(copy.path)
    return written


def _found(repository: Repository, paths: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Files and folders at and below `paths`: relative to the Git root, and as they are here."""
    paths = list(paths)
    check_copies(repository, paths)
    for path in paths:
        top = repository.relative(path)
        if not os.path.isdir(path):
            yield top, path
            continue
        for folder, names, files in os.walk(path, followlinks=True):
            names[:] = [name for name in names if _is_wanted(os.path.join(folder, name))]
            inside = os.path.normpath(os.path.join(top, os.path.relpath(folder, path)))
            yield inside, folder
            for name in files:
                source = os.path.join(folder, name)
                if os.path.exists(source):
                    yield os.path.normpath(f"{inside}/{name}"), source


def _is_wanted(folder: str) -> bool:
    """Not Git's or our own, and not a link that leads back up for ever."""
    is_loop = os.path.islink(folder) and is_below(
        os.path.realpath(folder), os.path.realpath(os.path.dirname(folder))
    )
    return not folder.endswith(_NEVER) and not is_loop


def _may_leave(inside: str) -> bool:
    try:
        check_entry(inside)
    except UnsafePath:
        return False
    return True


def _read(inside: str, source: str, most: int) -> Copy:
    if os.path.isdir(source):
        return Copy(inside, None)
    try:
        status = os.stat(source)
        content = read_file(source) if status.st_size <= most else b""
    except OSError as error:
        raise CannotCopy(source, f"{error.strerror}.") from None
    if max(status.st_size, len(content)) > most:
        raise _too_much(source)
    return Copy(inside, content, is_program=bool(status.st_mode & 0o100))


def _too_much(source: str) -> CannotCopy:
    return CannotCopy(
        source,
        f"No more than {MOST_BYTES >> 20} MB in {MOST_FILES} files go to another host.",
        hint="track it with `dvc add`, then hosts pull it from the remote",
    )


def _copy_file(sandbox: Sandbox, path: str, inside: str) -> str:
    import shutil  # costs 3 ms at start-up, and most runs copy nothing

    shutil.copy2(path, _cleared(sandbox, inside))
    return inside


def _cleared(sandbox: Sandbox, inside: str) -> str:
    """Where a file goes in the sandbox; nothing is there any more, and it is no way out (P5)."""
    _make_folder(sandbox, os.path.dirname(inside))
    place = os.path.join(sandbox.project.git().root, inside)
    remove(place)
    return place


def _make_folder(sandbox: Sandbox, inside: str) -> None:
    """A folder of the sandbox; raises CannotCopy if a link leads out of it (P5)."""
    root = sandbox.project.git().root
    place = os.path.join(root, inside)
    if not is_inside(root, os.path.join(place, "file")):
        raise CannotCopy(place, "A symbolic link leads out of the sandbox.")
    try:
        os.makedirs(place, exist_ok=True)
    except (FileExistsError, NotADirectoryError):
        raise CannotCopy(place, "A file is in the place of the folder.") from None
