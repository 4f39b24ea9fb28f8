"""Deleting what is at a path, and nothing that it points to."""

from __future__ import annotations

import os
import stat


def remove(path: str) -> bool:
    """Delete the file, link or directory at `path`; False if there was nothing.

    A symbolic link is deleted, never followed (P5). Read-only directories are opened first.
    """
    try:
        mode = os.lstat(path).st_mode
    except (FileNotFoundError, NotADirectoryError):
        return False
    if stat.S_ISDIR(mode):
        import shutil  # only for whole directories; costs 3 ms at start-up

        shutil.rmtree(path, onerror=_open_and_retry)
    else:
        os.unlink(path)
    return True


def _open_and_retry(function: object, path: str, _: object) -> None:
    os.chmod(os.path.dirname(path), 0o700)
    if os.path.isdir(path) and not os.path.islink(path):
        os.chmod(path, 0o700)
        remove(path)
    else:
        os.unlink(path)
