"""What the system refused, in words: for an OSError of which nobody knew better what to say."""

from __future__ import annotations

import errno
import os

from assay.errors import AssayError

_IN_THE_WAY = "something else stands in the place of a {}: move it away"
_NOT_THERE = "mount or make what it leads to, or remove the link"
_PERMISSIONS = "look who may read and write it: `ls -ld`"
FULL = "make room, then give the command again: what was finished is kept"
"""What to do about a full disk."""

_HINTS = {
    errno.EISDIR: _IN_THE_WAY.format("file"),
    errno.EINVAL: _IN_THE_WAY.format("file"),
    errno.ENOTDIR: _IN_THE_WAY.format("folder"),
    errno.EEXIST: _IN_THE_WAY.format("folder"),
    errno.ELOOP: "it is a symbolic link that leads nowhere: remove it",
    errno.EACCES: _PERMISSIONS,
    errno.EPERM: _PERMISSIONS,
    errno.EROFS: "this disk is mounted to be read only",
    errno.ENOSPC: FULL,
    errno.EDQUOT: FULL,
    errno.EIO: "the disk fails: save what you can",
    errno.EMFILE: "too many files are open at once: `ulimit -n` raises the limit",
}


def refusal(error: OSError) -> AssayError | None:
    """The error for the user; None for one that only a mistake of ours explains."""
    named = os.fsdecode(error.filename) if isinstance(error.filename, (str, bytes)) else ""
    if error.errno in (errno.ENOENT, errno.EEXIST) and (link := _link_to_nowhere(named)):
        target = os.readlink(link)
        return AssayError(f"'{link}' is a link to '{target}', which is not there", hint=_NOT_THERE)
    hint = _HINTS.get(error.errno or 0)
    if hint is None:
        return None
    reason = error.strerror or os.strerror(error.errno or 0)
    return AssayError(f"cannot use '{named}': {reason}" if named else reason, hint=hint)


def _link_to_nowhere(path: str) -> str:
    """The link at `path` or above it that leads nowhere (a disk is not mounted), or ""."""
    while path and not os.path.lexists(path):
        path = os.path.dirname(path)
    return path if path and not os.path.exists(path) else ""
