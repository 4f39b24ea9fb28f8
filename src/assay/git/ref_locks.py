"""Lock files of references whose Git was killed: the one thing that it cannot clear by itself."""

from __future__ import annotations

import os
import time

from assay.typed import TYPE_CHECKING

if TYPE_CHECKING:
    from assay.git.repository import Repository

_OLD_S = 3.0
"""Git holds such a lock for milliseconds."""

_PACKED_OLD_S = 60.0
"""Every command that deletes a reference holds this one, `git pack-refs` for as long as it runs."""


def clear_abandoned_lock(
    repository: Repository, name: str, *, older_than_s: float = _OLD_S
) -> bool:
    """Remove the lock on the reference `name` if it is old; whether there was one to remove.

    Only for references that nobody but us and Git's own commands move.
    """
    return _clear(os.path.join(repository.common_dir, f"{name}.lock"), older_than_s)


def clear_abandoned_packed_lock(repository: Repository) -> bool:
    """Remove the lock on packed references if it is very old; whether there was one to remove."""
    return _clear(os.path.join(repository.common_dir, "packed-refs.lock"), _PACKED_OLD_S)


def _clear(path: str, older_than_s: float) -> bool:
    try:
        age_s = time.time() - os.stat(path).st_mtime
        if age_s < older_than_s:
            return False
        os.unlink(path)
    except (FileNotFoundError, NotADirectoryError):
        return False
    return True
