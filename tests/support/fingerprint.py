"""What a command that may touch nothing of the user's must leave byte for byte."""

from __future__ import annotations

import os
from pathlib import Path

Facts = tuple[int, int, int, bytes]

_PLACES = (".git/refs/exps", ".git/refs/assay", ".git/logs/refs/exps", ".git/logs/refs/assay")
"""Where references of experiments are, and what Git notes of them."""
_PARENTS = (".git/refs", ".git/logs", ".git/logs/refs", ".dvc")
"""Folders in which those, or `.dvc/tmp`, appear for the first time."""


def fingerprint(root: Path) -> dict[str, Facts]:
    """Mode, time (ns), inode and bytes of all files and folders of a project and of its `.git`.

    Left out are objects, references of experiments and of ours, and what is below `.dvc/tmp` and
    `.dvc/cache`. The time of a folder tells whether anything has come or gone in it meanwhile.
    """
    found = {}
    for folder, folders, names in os.walk(root):
        inside = os.path.relpath(folder, root)
        folders[:] = [name for name in folders if not _is_ours(os.path.join(inside, name))]
        for name in [*folders, *names]:
            path = os.path.normpath(os.path.join(inside, name))
            if path not in _PARENTS and not _is_ours(path):
                found[path] = _facts(root / path)
    return found


def _is_ours(path: str) -> bool:
    path = os.path.normpath(path)
    return path in (".git/objects", ".dvc/tmp", ".dvc/cache") or path.startswith(_PLACES)


def _facts(path: Path) -> Facts:
    facts = path.lstat()
    content = path.read_bytes() if path.is_file() and not path.is_symlink() else b""
    return facts.st_mode, facts.st_mtime_ns, facts.st_ino, content
