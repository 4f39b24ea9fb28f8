"""Moving references of ours without a process, as Git's "files" backend moves them.

The locks are Git's own, `<reference>.lock`, so that Git and we keep each other out; a reference is
moved by the rename of its lock. Whatever is not everyday – another backend, files that a group
shares or that have to be on disk, a log, a symbolic reference, something in the way, a lock that is
held, an object that is not a loose file, another value than the caller expects – is left to
`git update-ref`, which knows what to do or has the words for it.

Source: git's refs/files-backend.c, gitrepository-layout(5).
"""

from __future__ import annotations

import os

from assay.fs.remove import remove
from assay.git.ref_files import RefFiles
from assay.typed import TYPE_CHECKING, Mapping

if TYPE_CHECKING:
    from assay.git.repository import Repository

_LOCKING = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
_LOGGED = "core.logallrefupdates"


def move(
    repository: Repository, values: Mapping[str, str], expected: Mapping[str, str | None]
) -> bool:
    """Set each reference in `values` to its object id; False if that is left to Git: then nothing
    has changed.

    `expected`: what references hold now, None for "does not exist"; others may hold anything.
    """
    files, objects = repository.ref_files, repository.object_files(durable=False)
    if not files.understands() or objects is None or objects.durable:
        return False
    if repository.settings().values.get(_LOGGED) == "always":
        return False
    held: list[str] = []
    try:
        for name in values:
            log = os.path.join(repository.common_dir, "logs", name)
            if os.path.exists(log) or not objects.has(values[name]):
                return False
            held.append(_lock(files.path(name), values[name]))
        if not all(_is_as_expected(files, name, expected) for name in values):
            return False
        for name in values:
            os.rename(held[0], files.path(name))
            del held[0]
        return True
    except OSError:  # Git is asked for all of them: what was moved stays where it is
        return False
    finally:
        for lock in held:
            remove(lock)


def _lock(path: str, value: str) -> str:
    """Take the lock of a reference, with its new value in it. Raises OSError if that is not to be
    had."""
    lock = f"{path}.lock"
    os.makedirs(os.path.dirname(path), exist_ok=True)
    descriptor = os.open(lock, _LOCKING, 0o666)
    try:
        os.write(descriptor, value.encode("ascii") + b"\n")
    except BaseException:
        os.unlink(lock)
        raise
    finally:
        os.close(descriptor)
    return lock


def _is_as_expected(files: RefFiles, name: str, expected: Mapping[str, str | None]) -> bool:
    """Whether a locked reference holds what the caller thinks, and no other has its name as a
    folder, or a folder of its as name."""
    if files.target(name) is not None or files.is_in_the_way(name):
        return False
    if os.path.isdir(files.path(name)):
        return False
    return name not in expected or files.value(name) == expected[name]
