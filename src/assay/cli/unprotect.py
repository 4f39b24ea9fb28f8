"""`unprotect`: tracked files that may be edited in place."""

from __future__ import annotations

import os

from assay.cli.options import Arguments, Options
from assay.cli.session import Session
from assay.errors import UnexpectedError
from assay.pipeline.workspace import Workspace

EXAMPLES = {
    "unprotect": """\
example:
  dvc unprotect data/raw               # links become copies that may be edited""",
}


def unprotect_arguments(options: Options) -> None:
    """Declare the targets."""
    options.add_argument("targets", nargs="+", help="files or directories")


def unprotect(arguments: Arguments, session: Session) -> int:
    """Turn links into the cache into files of the user's own."""
    workspace = Workspace(session.project)
    for target in arguments.targets:
        location = session.addresses.location(target)
        if not os.path.exists(workspace.absolute(location)):
            raise UnexpectedError(f"can't unprotect non-existing data '{target}'")
        workspace.unprotect(location)
    workspace.save()
    return 0
