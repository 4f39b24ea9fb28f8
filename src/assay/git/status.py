"""How the work tree differs from the index and from HEAD: one question to Git, nothing written."""

from __future__ import annotations

import os

from assay.git.objects import TreeEntry
from assay.typed import TYPE_CHECKING, Mapping, NamedTuple

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

    `present`: changed files that are there, with the mode that Git would give them; `gone`: tracked
    files that are not; `staged`: what the index has otherwise than HEAD, None for no file;
    `unmerged`: whether a merge is not finished; `untracked`: files that Git neither tracks nor
    ignores, sorted, if they were asked for.
    """

    present: dict[str, str]
    gone: list[str]
    staged: dict[str, TreeEntry | None]
    unmerged: bool
    untracked: list[str]


def look(
    repository: Repository, environ: Mapping[str, str] | None = None, *, untracked: bool = False
) -> Status:
    """What `git status` sees. `environ` may name another index.

    Repositories inside the repository are not among the untracked files.
    """
    found = "--untracked-files=all" if untracked else "--untracked-files=no"
    present: dict[str, str] = {}
    gone: list[str] = []
    staged: dict[str, TreeEntry | None] = {}
    others: list[str] = []
    unmerged = False
    for record in repository.run([*_STATUS, found], environ=environ).stdout.split(b"\0"):
        kind = record[:2]
        if kind == b"? ":
            others.append(os.fsdecode(record[2:]))
        unmerged = unmerged or kind == b"u "
        if kind != b"1 ":
            continue
        _, state, _, _, in_index, in_work_tree, _, blob, path = os.fsdecode(record).split(" ", 8)
        if state[0] != ".":
            staged[path] = TreeEntry(in_index, blob) if in_index != _ABSENT else None
        if state[1] == ".":
            continue
        if in_work_tree != _ABSENT:
            present[path] = in_work_tree
        elif in_index != _SUBMODULE:
            gone.append(path)
        # A submodule that is not checked out stays what it is: sandboxes never have it.
    files = sorted(path for path in others if not path.endswith("/"))
    return Status(present, gone, staged, unmerged, files)
