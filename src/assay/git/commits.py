"""Make commit objects: no hook, no signature, no reference moved, and never "who are you?"."""

from __future__ import annotations

import os
import time

from assay.git.process import DURABLE, Completed, failure
from assay.typed import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from assay.git.repository import Repository
    from assay.typed import Mapping, Sequence

# Messages are UTF-8 here whatever the user's `git commit` writes.
_COMMAND = ["-c", "i18n.commitEncoding=UTF-8", "commit-tree", "--no-gpg-sign"]

# Times that somebody wants commits to have: Git understands many forms of them.
_PRESCRIBED = {"GIT_AUTHOR_DATE", "GIT_COMMITTER_DATE"}


class Draft(NamedTuple):
    """A commit to be: its message, and files (path from the root → content) over the tree."""

    message: str
    files: Mapping[str, bytes]


def commit(
    repository: Repository,
    tree: str,
    parents: Sequence[str],
    message: str,
    *,
    durable: bool = False,
) -> str:
    """Id of a new commit of the tree with the id `tree`; nothing refers to it yet.

    `message` is stored as it is, without a line end of its own, as DVC does (spec/experiments.md
    §2). Author and committer are Git's (`GIT_AUTHOR_*`, `user.*`, …), else the system user.
    With `durable` the commit is on disk when the call returns.
    """
    objects = repository.object_files(durable=durable)
    plain = plain_commit(repository, tree, parents, message)
    # Of a tree that is not loose Git is to say whether it is there at all.
    if objects is not None and plain is not None and objects.has(tree):
        return objects.write("commit", plain)
    command = [*(DURABLE if durable else []), *_COMMAND, tree]
    for parent in parents:
        command += ["-p", parent]
    text = os.fsencode(message)
    result = repository.run(command, stdin=text, check=False)
    if result.code != 0:
        # Git refuses when it cannot make up a mail address (no domain name). Rather than reading
        # its words, try again with nothing left for it to guess.
        result = repository.run(command, stdin=text, environ=_identity(repository), check=False)
    return _id(command, result)


def tree_of_file(repository: Repository, path: str, content: bytes) -> str:
    """Id of a tree that holds the one file `path` (POSIX)."""
    blob = repository.run(["hash-object", "-w", "--stdin"], stdin=content)
    folder, _, name = path.rpartition("/")
    kind, found = "100644 blob", os.fsdecode(blob.stdout).strip()
    while name:
        entry = f"{kind} {found}\t{name}\0"
        made = repository.run(["mktree", "-z"], stdin=os.fsencode(entry))
        kind, found = "040000 tree", os.fsdecode(made.stdout).strip()
        folder, _, name = folder.rpartition("/")
    return found


def plain_commit(
    repository: Repository, tree: str, parents: Sequence[str], message: str
) -> bytes | None:
    """The bytes of a commit object as Git would write it; None if only Git knows how.

    Source: git's commit.c (commit_tree_extended) and ident.c.
    """
    settings = repository.settings()
    if not (settings.author and settings.committer) or not _PRESCRIBED.isdisjoint(os.environ):
        return None
    now = time.time()
    offset_min = time.localtime(now).tm_gmtoff // 60
    sign = "-" if offset_min < 0 else "+"
    hours, minutes = divmod(abs(offset_min), 60)
    moment = f"{int(now)} {sign}{hours:02}{minutes:02}"
    lines = [
        f"tree {tree}",
        *(f"parent {parent}" for parent in dict.fromkeys(parents)),
        f"author {settings.author} {moment}",
        f"committer {settings.committer} {moment}",
        "",
        message,
    ]
    try:
        text = "\n".join(lines).encode("utf-8")
    except UnicodeEncodeError:
        return None
    return text if b"\0" not in text else None


def _id(command: list[str], result: Completed) -> str:
    if result.code != 0:
        raise failure(command, result)
    return os.fsdecode(result.stdout).strip()


def _identity(repository: Repository) -> dict[str, str]:
    """Name and mail for both roles: as configured where they are, else of the system user."""
    import pwd  # only on systems where Git found nobody
    import socket

    try:
        login = pwd.getpwuid(os.getuid()).pw_name
        full_name = pwd.getpwuid(os.getuid()).pw_gecos.split(",")[0]
    except KeyError:  # a container that runs under a number without a name
        login = full_name = f"user{os.getuid()}"
    name = repository.config("user.name") or full_name or login
    mail = repository.config("user.email") or f"{login}@{socket.gethostname()}"
    found = {}
    for role in ("AUTHOR", "COMMITTER"):
        configured = role.lower()
        found[f"GIT_{role}_NAME"] = (
            os.environ.get(f"GIT_{role}_NAME") or repository.config(f"{configured}.name") or name
        )
        found[f"GIT_{role}_EMAIL"] = (
            os.environ.get(f"GIT_{role}_EMAIL") or repository.config(f"{configured}.email") or mail
        )
    return found
