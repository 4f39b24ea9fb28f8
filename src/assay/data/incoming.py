"""Data on its way into the workspace: whole under a name of its own, then in its place.

What arrives is collected in `.dvc/tmp/assay/incoming/`, where a kill leaves at most garbage; then
whatever stands in its place goes and it gets its name in one rename.
"""

from __future__ import annotations

import errno
import os

from assay.errors import AssayError
from assay.fs.atomic import temporary_name
from assay.fs.remove import remove
from assay.typed import Callable

Bring = Callable[[str], None]
"""Makes a file or directory at the absolute path that it is given, where nothing is."""


class AlreadyThere(AssayError):
    """Something is in the way and nobody said that it may go."""

    exit_code = 1

    def __init__(self, shown: str, *, is_directory: bool = False) -> None:
        kind = "directory" if is_directory else "file"
        super().__init__(
            f"The {kind} '{shown}' already exists locally. \nTo override it, re-run with '--force'."
        )


def receive(folder_abs: str, target_abs: str, bring: Bring) -> None:
    """Let `bring` make a file or directory below `folder_abs`, then put it at `target_abs`.

    What is at the target stays as it is when `bring` fails.
    """
    os.makedirs(folder_abs, exist_ok=True)
    place = os.path.join(folder_abs, os.urandom(8).hex())
    try:
        bring(place)
        remove(target_abs)
        os.makedirs(os.path.dirname(target_abs) or ".", exist_ok=True)
        _rename(place, target_abs)
    except BaseException:
        remove(place)
        raise


def free_target(directory: str, out: str | None, name: str, *, force: bool) -> str:
    """Where to put what is called `name`, absolute. Raises AlreadyThere unless `force`."""
    shown = out or name
    if out is not None and (os.path.isdir(os.path.join(directory, out)) or out.endswith(os.sep)):
        shown = os.path.join(out, name)
    target = os.path.normpath(os.path.join(directory, shown))
    if os.path.lexists(target) and not force:
        raise AlreadyThere(shown, is_directory=os.path.isdir(target))
    return target


def receive_beside(target_abs: str, bring: Bring) -> None:
    """`receive` through a hidden folder beside the target, on the same disk; it goes again."""
    parent = os.path.dirname(target_abs)
    os.makedirs(parent, exist_ok=True)
    folder = temporary_name(parent)
    try:
        receive(folder, target_abs, bring)
    finally:
        remove(folder)


def _rename(place: str, target: str) -> None:
    try:
        os.rename(place, target)
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
        import shutil  # only across file systems

        shutil.move(place, target)
