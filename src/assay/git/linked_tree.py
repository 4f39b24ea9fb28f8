"""Work trees beside the user's, for runs that must not disturb it.

Such a tree has a HEAD and an index of its own; objects, references and settings are those of the
repository. To Git it is a linked work tree (gitrepository-layout(5), "commondir") that is not
entered in `.git/worktrees`: nothing of the user's is written and `git worktree list` stays short.
"""

from __future__ import annotations

import os

from assay.fs.atomic import write_bytes
from assay.git.index_file import read_index
from assay.git.repository import Repository, find
from assay.typed import Collection, Iterable, Iterator, Mapping

# What users switch on for their own work tree and what would be wrong or slow in ours: a daemon
# per tree, submodules that nobody asked for, half of the files left out.
_PLAIN = [
    *("-c", "core.fsmonitor=false"),
    *("-c", "submodule.recurse=false"),
    *("-c", "core.sparseCheckout=false"),
]

# Files of Git's that stay when it is killed; only the holder of the tree may remove them.
_LOCKS = ("index.lock", "HEAD.lock")


def link(repository: Repository, tree: str, git_dir: str, *, head: str) -> Repository:
    """Make the folder `tree` a work tree of `repository` whose detached HEAD is `head`.

    `git_dir` is the folder for its HEAD and index; both paths are absolute. May be called again
    for a tree that exists, also after the project was moved. The caller keeps others off.
    """
    os.makedirs(tree, exist_ok=True)
    if not repository.ref_files.understands():
        return _listed(repository, tree, head)
    os.makedirs(git_dir, exist_ok=True)
    for name in _LOCKS:
        _discard(os.path.join(git_dir, name))
    dot_git = os.path.join(tree, ".git")
    _hold(os.path.join(git_dir, "HEAD"), head)
    _hold(os.path.join(git_dir, "commondir"), repository.common_dir)
    _hold(os.path.join(git_dir, "gitdir"), dot_git)
    _hold(dot_git, f"gitdir: {git_dir}")
    return repository.with_tree(tree, git_dir)


def fill(linked: Repository, revision: str, *, environ: Mapping[str, str]) -> None:
    """Make index and tracked files those of `revision`; only files that differ are written.

    What is in the way of a tracked file is overwritten, other files stay. `environ` is laid over
    the environment of Git. Raises GitFailed.
    """
    linked.run([*_PLAIN, "read-tree", "-u", "--reset", revision], environ=environ)


def tracked(linked: Repository) -> list[str] | None:
    """The names in its index; None if only Git knows them."""
    if linked.object_files(durable=False) is None:
        return None  # names of objects may be longer, and stand elsewhere
    return read_index(linked.git_dir).names()


def leftovers(linked: Repository, known: Collection[str] | None) -> list[str]:
    """What Git does not track, ignored or not; a folder without tracked files ends in "/".

    `known` is what it tracks, if that is known: then no process is needed.
    """
    if known is not None:
        try:
            return list(_strangers(linked.root, known))
        except OSError:  # a folder that is closed to us: Git knows what to say
            pass
    command = [*_PLAIN, "ls-files", "-z", "--others", "--directory"]
    return [os.fsdecode(name) for name in linked.run(command).stdout.split(b"\0") if name]


def _strangers(root: str, known: Iterable[str]) -> Iterator[str]:
    files, folders = {*known}, {""}
    for path in files:
        while (path := os.path.dirname(path)) not in folders:
            folders.add(path)
    waiting = [""]
    while waiting:
        folder = waiting.pop()
        with os.scandir(os.path.join(root, folder)) as entries:
            for entry in entries:
                path = f"{folder}/{entry.name}" if folder else entry.name
                if entry.name == ".git" or path in files:
                    continue  # in a submodule we do not look, like Git
                if not entry.is_dir(follow_symlinks=False):
                    yield path
                elif path in folders:
                    waiting.append(path)
                else:
                    yield f"{path}/"


def _listed(repository: Repository, tree: str, head: str) -> Repository:
    """The same by Git's own means, where references are not plain files and HEAD cannot be one."""
    if not os.path.lexists(os.path.join(tree, ".git")):
        add = ["worktree", "add", "--force", "--detach", "--no-checkout"]
        repository.run([*add, tree, head])
    linked = find(tree)
    assert linked is not None
    linked.run(["update-ref", "--no-deref", "HEAD", head])
    return linked


def _hold(path: str, line: str) -> None:
    content = os.fsencode(line) + b"\n"
    try:
        with open(path, "rb") as file:
            if file.read() == content:
                return
    except OSError:
        pass
    write_bytes(path, content)


def _discard(path: str) -> None:
    try:
        os.unlink(path)
    except FileNotFoundError:
        pass
