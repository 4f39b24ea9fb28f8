"""Many commits that differ in a few files: what a sweep queues.

    commit_many(repository, tree, parent, drafts, ref="refs/assay/queue/7")

All of them are children of `parent`; a last commit that has them as parents, or the only one
itself, is what `ref` points to. A few are written here, many by one process of Git's.
"""

from __future__ import annotations

import time

from assay.git import refs, work_tree
from assay.git.commits import Draft, plain_commit
from assay.git.plain_tree import AskGit, Edits, PlainTrees
from assay.typed import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from assay.git.repository import Repository
    from assay.typed import Iterable, Sequence

# Of more commits Git had better make a pack.
_MOST = 30


class Batch(NamedTuple):
    """The ids of commits that were made, in the order of their drafts, and when (Unix time)."""

    commits: list[str]
    made_at: int


def commit_many(
    repository: Repository, tree: str, parent: str, drafts: Sequence[Draft], *, ref: str
) -> Batch:
    """Commit `tree` with the files of each draft; `ref`, which must be new, keeps them all.

    Author and committer are Git's, else nobody in particular. The objects are on disk when the
    call returns, and the reference is there after them. Raises GitFailed.
    """
    made_at = int(time.time())
    keeper = f"assay: keeps {len(drafts)} queued experiments"
    try:
        commits = _write(repository, tree, parent, drafts, keeper=keeper, ref=ref)
    except AskGit:
        from assay.git.fast_import import import_commits  # for large sweeps, and unusual files

        commits = import_commits(repository, tree, parent, drafts, keeper=keeper, ref=ref)
    return Batch(commits, made_at)


def _write(
    repository: Repository,
    tree: str,
    parent: str,
    drafts: Sequence[Draft],
    *,
    keeper: str,
    ref: str,
) -> list[str]:
    """The same without a process but for the reference. Raises AskGit for what is not ours."""
    if len(drafts) > _MOST:
        raise AskGit
    with PlainTrees(repository, durable=True) as trees:

        def commit(tree: str, parents: Sequence[str], message: str) -> str:
            data = plain_commit(repository, tree, parents, message)
            if data is None:
                raise AskGit
            return trees.objects.write("commit", data)

        made = []
        places = _places(repository, {path for draft in drafts for path in draft.files})
        for draft in drafts:
            contents = {}
            for path, data in draft.files.items():
                place, mode = places[path]
                contents[place] = (data, mode)
            edits = Edits({}, (), {}, (), contents)
            made.append(commit(trees.edited(tree, edits), [parent], draft.message))
        last = made[0] if len(made) == 1 else commit(tree, made, keeper)
    refs.create(repository, {ref: last})
    return made


def _places(repository: Repository, paths: Iterable[str]) -> dict[str, tuple[str, str]]:
    """Where each file is in the tree, with its mode: a link stands for the file it names."""
    root = repository.root
    places = {path: work_tree.place_of_content(root, path) or path for path in paths}
    return {path: (place, work_tree.file_mode(root, place)) for path, place in places.items()}
