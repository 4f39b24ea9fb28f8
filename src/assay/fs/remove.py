"""Deleting what is at a path, and nothing that it points to."""

from __future__ import annotations

import errno
import os
import stat

_TOO_MANY_OPEN = (errno.EMFILE, errno.ENFILE)


def remove(path: str) -> bool:
    """Delete the file, link or directory at `path`; False if there was nothing.

    A symbolic link is deleted, never followed (P5). Read-only directories are opened first.
    """
    try:
        mode = os.lstat(path).st_mode
    except (FileNotFoundError, NotADirectoryError):
        return False
    if stat.S_ISDIR(mode):
        _remove_folder(path)
    else:
        os.unlink(path)
    return True


def _remove_folder(path: str) -> None:
    import shutil  # only for whole directories; costs 3 ms at start-up

    try:
        shutil.rmtree(path, onerror=_open_and_retry)
    except RecursionError:
        _remove_from_below(path)
    except OSError as error:
        if error.errno not in _TOO_MANY_OPEN:
            raise
        _remove_from_below(path)


def _remove_from_below(path: str) -> None:
    """For folders so deep that Python, which keeps each of them open, does not come to an end."""
    from assay.fs.folders import walk  # as seldom as that happens

    for folder, folders, others in reversed([*walk(path)]):
        os.chmod(folder, 0o700)
        for name in [*folders, *others]:
            remove(os.path.join(folder, name))
    os.rmdir(path)


def _open_and_retry(
    function: object, path: str, problem: tuple[object, BaseException, object]
) -> None:
    error = problem[1]
    if isinstance(error, OSError) and error.errno in _TOO_MANY_OPEN:
        raise error
    os.chmod(os.path.dirname(path), 0o700)
    if os.path.isdir(path) and not os.path.islink(path):
        import shutil

        os.chmod(path, 0o700)
        shutil.rmtree(path, onerror=_open_and_retry)
    else:
        os.unlink(path)
