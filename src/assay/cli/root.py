"""`root`: the way from here to the project's root."""

from __future__ import annotations

import os

from assay.cli.options import Arguments, Options
from assay.cli.session import Session
from assay.errors import NotAProject
from assay.project import find_root

EXAMPLES = {
    "root": "example:\n  cd $(dvc root)",
}


def root_arguments(options: Options) -> None:
    """No options of its own."""


def root(_: Arguments, session: Session) -> int:
    """Print the root, relative to the current directory."""
    found = find_root(session.directory)
    if found is None:
        raise NotAProject("you are not inside of a DVC repository (checked up to mount point '/')")
    session.console.result(os.path.relpath(found, session.directory))
    return 0
