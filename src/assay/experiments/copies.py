"""`-C`: files that Git does not track, copied into a sandbox and never committed."""

from __future__ import annotations

import os
from collections.abc import Iterable

from assay.errors import AssayError
from assay.fs.paths import inside as is_inside
from assay.fs.paths import is_below
from assay.fs.remove import remove
from assay.git.repository import Repository
from assay.typed import TYPE_CHECKING

if TYPE_CHECKING:
    from assay.experiments.sandbox import Sandbox

_NEVER = ("/.git", "/.dvc/tmp", "/.dvc/cache")


class CannotCopy(AssayError):
    """A path of `-C` is not there, or not in the repository."""

    def __init__(self, path: str, reason: str) -> None:
        super().__init__(f"Unable to copy '{path}'. {reason}")


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
    origin = sandbox.parent.git()
    paths = list(paths)
    check_copies(origin, paths)
    copied: list[str] = []
    for path in paths:
        inside = origin.relative(path)
        if os.path.isdir(path):
            copied += _copy_folder(sandbox, path, inside)
        else:
            copied.append(_copy_file(sandbox, path, inside))
    return copied


def _copy_folder(sandbox: Sandbox, path: str, inside: str) -> list[str]:
    copied = []
    for folder, names, files in os.walk(path, followlinks=True):
        names[:] = [name for name in names if _is_wanted(os.path.join(folder, name))]
        place = os.path.normpath(os.path.join(inside, os.path.relpath(folder, path)))
        _make_folder(sandbox, place)
        for name in files:
            source = os.path.join(folder, name)
            if os.path.exists(source):
                copied.append(_copy_file(sandbox, source, os.path.normpath(f"{place}/{name}")))
    return copied


def _is_wanted(folder: str) -> bool:
    """Not Git's or our own, and not a link that leads back up for ever."""
    is_loop = os.path.islink(folder) and is_below(
        os.path.realpath(folder), os.path.realpath(os.path.dirname(folder))
    )
    return not folder.endswith(_NEVER) and not is_loop


def _copy_file(sandbox: Sandbox, path: str, inside: str) -> str:
    import shutil  # costs 3 ms at start-up, and most runs copy nothing

    root = sandbox.project.git().root
    place = os.path.join(root, inside)
    _make_folder(sandbox, os.path.dirname(inside))
    remove(place)
    shutil.copy2(path, place)
    return inside


def _make_folder(sandbox: Sandbox, inside: str) -> None:
    """A folder of the sandbox; raises CannotCopy if a link leads out of it (P5)."""
    root = sandbox.project.git().root
    place = os.path.join(root, inside)
    if not is_inside(root, os.path.join(place, "file")):
        raise CannotCopy(place, "A symbolic link leads out of the sandbox.")
    os.makedirs(place, exist_ok=True)
