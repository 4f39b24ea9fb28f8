"""How the work tree differs from the index and from HEAD: one question to Git, nothing written."""

from __future__ import annotations

import os
from collections.abc import Mapping

from assay.typed import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from assay.git.repository import Repository

# Submodules: `dirty` compares only the checked-out commit, as `git commit -a` does.
_STATUS = [
    "status",
    "--porcelain=v2",
    "-z",
    "--no-renames",
    "--ignore-submodules=dirty",
]

_SUBMODULE = "160000"
_ABSENT = "000000"


class Status(NamedTuple):
    """Paths relative to the repository root.

    `present`: changed files that are there; `gone`: tracked files that are not; `staged`: whether
    the index differs from HEAD; `unmerged`: whether a merge is not finished; `untracked`: files
    that Git neither tracks nor ignores, sorted, if they were asked for.
    """

    present: list[str]
    gone: list[str]
    staged: bool
    unmerged: bool
    untracked: list[str]

    @property
    def is_clean(self) -> bool:
        """Whether all that Git tracks is as in HEAD."""
        return not (self.present or self.gone or self.staged or self.unmerged)


def look(
    repository: Repository, environ: Mapping[str, str] | None = None, *, untracked: bool = False
) -> Status:
    """What `git status` sees. `environ` may name another index.

    Repositories inside the repository are not among the untracked files.
    """
    found = "--untracked-files=all" if untracked else "--untracked-files=no"
    present: list[str] = []
    gone: list[str] = []
    others: list[str] = []
    staged = unmerged = False
    for record in repository.run([*_STATUS, found], environ=environ).stdout.split(b"\0"):
        kind = record[:2]
        if kind == b"? ":
            others.append(os.fsdecode(record[2:]))
        unmerged = unmerged or kind == b"u "
        if kind != b"1 ":
            continue
        _, state, _, _, in_index, in_work_tree, _, _, path = os.fsdecode(record).split(" ", 8)
        staged = staged or state[0] != "."
        if state[1] == ".":
            continue
        if in_work_tree != _ABSENT:
            present.append(path)
        elif in_index != _SUBMODULE:
            gone.append(path)
        # A submodule that is not checked out stays what it is: sandboxes never have it.
    files = sorted(path for path in others if not path.endswith("/"))
    return Status(present, gone, staged, unmerged, files)
