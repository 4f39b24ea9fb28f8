"""Another repository, to read from: where it is on this machine, or a bare copy of it.

Nothing of the other repository changes, and nothing of the user's.
"""

from __future__ import annotations

import os

from assay.errors import AssayError
from assay.git.process import run
from assay.git.repository import Repository, UnknownRevision, find
from assay.regex import regex

_SHA = regex(r"[0-9a-f]{40}|[0-9a-f]{64}")


class CloneFailed(AssayError):
    """There is no repository at a URL, or it cannot be read."""

    def __init__(self, url: str, reason: str) -> None:
        super().__init__(f"SCM error: Failed to clone repo '{url}': {reason}")


def work_tree_at(path: str) -> Repository | None:
    """The repository whose work tree starts at the directory `path`; None if none does."""
    if not os.path.isdir(path):
        return None
    found = find(path)
    return found if found is not None and found.root == os.path.realpath(path) else None


def clone(url: str, folder: str) -> Repository:
    """Copy the branches and tags of the repository at `url` into the new `folder`, bare.

    Raises CloneFailed with Git's own words.
    """
    if os.path.isdir(url):
        url = os.path.abspath(url)
    arguments = ["clone", "--bare", "--quiet", "--", url, folder]
    done = run(arguments, cwd=os.path.dirname(folder), check=False)
    if done.code != 0:
        raise CloneFailed(url, _first_words(done.stderr))
    return Repository(folder, folder, folder)


def resolve(repository: Repository, revision: str | None) -> str:
    """The commit that `revision` means in a copy made by `clone`; HEAD without one.

    A commit that no branch holds, such as an experiment's, is asked for by its id. Raises
    UnknownRevision.
    """
    try:
        return repository.resolve(revision or "HEAD")
    except UnknownRevision:
        if revision is None or not _SHA.fullmatch(revision):
            raise
    repository.run(["fetch", "--quiet", "origin", revision], check=False)
    return repository.resolve(revision)


def newest(url: str, revision: str | None, *, cwd: str) -> str | None:
    """The commit that `revision` (HEAD by default) means at `url` now, in one question.

    None if it is a commit by its id, which never moves, or an expression that only a copy of the
    repository could answer. Raises CloneFailed.
    """
    if revision is not None and _SHA.fullmatch(revision):
        return None
    name = revision or "HEAD"
    done = run(["ls-remote", "--quiet", "--", url, name, f"{name}^{{}}"], cwd=cwd, check=False)
    if done.code != 0:
        raise CloneFailed(url, _first_words(done.stderr))
    found = dict(_reference(line) for line in done.stdout.splitlines())
    for place in ("HEAD", f"refs/tags/{name}^{{}}", f"refs/tags/{name}", f"refs/heads/{name}"):
        if place in found and (place != "HEAD" or name == "HEAD"):
            return found[place]
    return None


def _reference(line: bytes) -> tuple[str, str]:
    value, _, name = os.fsdecode(line).partition("\t")
    return name, value


def _first_words(said: bytes) -> str:
    text = said.decode("utf-8", "replace").strip()
    first = text.split("\n\n", 1)[0].removeprefix("fatal: ").replace("\nfatal: ", "; ")
    return first.replace("\n", " ") or "Git does not say why"
