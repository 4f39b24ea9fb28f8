"""Trees of Git: a small one to start from, and what is in one."""

from __future__ import annotations

from support.project import Project

BASE = {"a": "1", "b": "2", "sub/c": "3", ".gitignore": "ignored*\n"}


def commit_base(project: Project) -> None:
    """Make `BASE` all that is tracked."""
    project.git("rm", "-rqf", ".")
    project.write_all(BASE)
    project.commit()


def files(project: Project, tree: str) -> dict[str, str]:
    """Path and content of all files of a tree; of submodules the commit."""
    listing = project.run(["git", "ls-tree", "-r", "-z", tree]).out
    found = {}
    for line in filter(None, listing.split("\0")):
        facts, path = line.split("\t", 1)
        _, kind, name = facts.split(" ")
        found[path] = name if kind == "commit" else project.run(["git", "cat-file", "-p", name]).out
    return found


def git_writes(project: Project) -> None:
    """From now on Git itself has to write the objects: those of a shared repository."""
    project.git("config", "core.sharedRepository", "group")
