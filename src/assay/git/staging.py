"""Adding files to the user's index: only where the user asked for it (`init`, `core.autostage`)."""

from __future__ import annotations

import os

from assay.git.repository import Repository
from assay.typed import Iterable


def stage(repository: Repository, paths: Iterable[str]) -> None:
    """`git add` of the files or directories at `paths` (absolute)."""
    names = b"".join(os.fsencode(path) + b"\0" for path in paths)
    command = ["--literal-pathspecs", "add", "--pathspec-from-file=-", "--pathspec-file-nul"]
    if names:
        repository.run(command, stdin=names)
