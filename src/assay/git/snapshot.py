"""A tree of the workspace as it is now, built without touching anything of the user's (P1).

The tree is HEAD plus every tracked change, staged or not, plus what the caller asks for. The user's
index, HEAD, branch, stash and work tree stay byte for byte as they are; the only thing that appears
is objects in the object store. `plain_tree` makes it where files are stored as they are, without
a process; else Git does, in a private copy of the index.

What is in an experiment's tree: spec/experiments.md §2.
"""

from __future__ import annotations

import os

from assay.errors import UnexpectedError
from assay.git import work_tree
from assay.git.plain_tree import AskGit, Edits, PlainTrees
from assay.git.private_index import PrivateIndex
from assay.git.process import DURABLE
from assay.git.status import Status, look
from assay.typed import TYPE_CHECKING

if TYPE_CHECKING:
    from assay.git.repository import Repository
    from assay.typed import Collection, Iterable, Mapping

# What Git leaves in its folder while a merge, a rebase or the like waits for somebody to decide.
_UNFINISHED = (
    "MERGE_HEAD", "AUTO_MERGE", "CHERRY_PICK_HEAD", "REVERT_HEAD", "rebase-merge", "rebase-apply"
)  # fmt: skip


class UnmergedFiles(UnexpectedError):
    """The index holds several versions of a file: nobody has decided yet."""

    def __init__(self) -> None:
        super().__init__(
            "cannot create a tree from a not fully merged index.",
            hint="finish the merge first: `git status` names the files",
        )


def check_merged(repository: Repository) -> None:
    """Raise UnmergedFiles if a snapshot would, before something is done for it.

    Costs a process only while Git is in the middle of something.
    """
    places = (os.path.join(repository.git_dir, name) for name in _UNFINISHED)
    if any(map(os.path.lexists, places)) and look(repository).unmerged:
        raise UnmergedFiles


def snapshot(
    repository: Repository,
    *,
    force_paths: Iterable[str] = (),
    extra_blobs: Mapping[str, bytes] | None = None,
    exclude: Collection[str] = (),
    durable: bool = False,
    status: Status | None = None,
) -> str:
    """Id of a tree: HEAD plus all tracked changes in the work tree.

    `force_paths`  files and directories (with all they hold) to include even if untracked or
                   ignored; missing ones, and those in a submodule or outside, are passed over
    `extra_blobs`  path -> content that the tree holds instead of the work tree's file, new or not;
                   line-end and other filters apply as they would to the file
    `exclude`      paths whose unstaged changes are left out
    `durable`      the objects are on disk when the call returns
    `status`       how the work tree differs, if that was asked a moment ago

    All paths are relative to the repository root. Raises UnmergedFiles when a merge is not
    finished, GitFailed for what Git refuses (an unreadable file, a failing filter).
    """
    with PrivateIndex(repository, DURABLE if durable else []) as index:
        changes = status or look(repository, index.environ)
        if changes.unmerged:
            raise UnmergedFiles
        edits = _edits(repository.root, changes, force_paths, extra_blobs or {}, exclude)
        head = repository.head_commit()
        if head is not None:
            start = repository.tree_of(head)
            if not any(edits):
                return start
            try:
                with PlainTrees(repository, durable=durable) as trees:
                    return trees.edited(start, edits)
            except AskGit:
                pass
        return _tree_by_git(repository.root, index, edits)


def _edits(
    root: str,
    changes: Status,
    force_paths: Iterable[str],
    extra_blobs: Mapping[str, bytes],
    exclude: Collection[str],
) -> Edits:
    contents = {
        place: (content, work_tree.file_mode(root, place))
        for path, content in extra_blobs.items()
        if (place := work_tree.place_of_content(root, path))
    }
    forced = [path for path in work_tree.expand(root, force_paths) if path not in contents]
    decided = {*exclude, *contents}.difference(forced)
    return Edits(
        staged=changes.staged,
        gone=[path for path in changes.gone if path not in decided],
        present={path: mode for path, mode in changes.present.items() if path not in decided},
        forced=forced,
        contents=contents,
    )


def _tree_by_git(root: str, index: PrivateIndex, edits: Edits) -> str:
    hidden = {path for path in edits.gone if work_tree.is_behind_link(root, path)}
    gone = [path for path in edits.gone if path not in hidden]
    index.remove(hidden)
    # Removals first: a new folder may stand where a file was.
    index.record([*gone, *edits.present, *edits.forced], edits.contents)
    return index.write_tree()
