"""`git-hook`: what Git runs for us, see `install` (spec/clients.md §4).

A hook is not for people: outside of a project it does nothing, so that a hook which stayed behind
blocks nobody.
"""

from __future__ import annotations

import os
import sys

from assay.cli.command_line import parse
from assay.cli.options import Arguments, Options
from assay.cli.session import Session
from assay.data.merge import merge_files
from assay.errors import AssayError
from assay.git.hooks import is_rebasing
from assay.pipeline.workspace import Workspace

EXAMPLES = {
    "git-hook merge-driver": """\
example:
  dvc git-hook merge-driver --ancestor base.dvc --our ours.dvc --their theirs.dvc""",
    "git-hook post-checkout": "example:\n  dvc git-hook post-checkout HEAD~1 HEAD 1",
    "git-hook pre-commit": "example:\n  dvc git-hook pre-commit",
    "git-hook pre-push": "example:\n  dvc git-hook pre-push",
}

_NO_ARGUMENTS = "what Git or the pre-commit tool adds; not used"


def pre_commit_arguments(options: Options) -> None:
    """Declare the words that Git adds."""
    options.add_argument("args", nargs="*", help=_NO_ARGUMENTS)


pre_push_arguments = pre_commit_arguments


def post_checkout_arguments(options: Options) -> None:
    """Declare the words that Git adds: the old and the new commit, and a flag."""
    options.add_argument("args", nargs="*", help="old commit, new commit, 1 for a whole checkout")


def merge_driver_arguments(options: Options) -> None:
    """Declare the three versions of a .dvc file."""
    add = options.add_argument
    add("--ancestor", required=True, metavar="<file>", help="the common version")
    add("--our", required=True, metavar="<file>", help="our version; becomes the result")
    add("--their", required=True, metavar="<file>", help="the version to merge")


def pre_commit(_: Arguments, session: Session) -> int:
    """Show the status; what changed does not stop the commit."""
    return _run("status", session)


def pre_push(_: Arguments, session: Session) -> int:
    """Push the data before Git pushes what refers to it."""
    return _run("push", session)


def post_checkout(arguments: Arguments, session: Session) -> int:
    """Bring the data of a branch along, but not in the middle of a rebase."""
    flag = session.environ.get("PRE_COMMIT_CHECKOUT_TYPE")
    if flag is None and len(arguments.args) >= 3:
        flag = arguments.args[2]
    project = session.project_or_none
    if flag != "1" or project is None:
        return 0
    if project.repository is not None and is_rebasing(project.repository):
        return 0
    return _run("checkout", session)


def merge_driver(arguments: Arguments, session: Session) -> int:
    """Merge two versions of a .dvc file into ours; an error tells Git that there is a conflict."""
    workspace = Workspace(session.project)
    ancestor, ours, theirs = (
        os.path.join(session.directory, path)
        for path in (arguments.ancestor, arguments.our, arguments.their)
    )
    merge_files(workspace, ancestor, ours, theirs, tell=session.console.info)
    return 0


def _run(command: str, session: Session) -> int:
    """Another command in this process."""
    if session.project_or_none is None:
        return 0
    call = parse(session.program, [command])
    try:
        return int(getattr(sys.modules[call.module], call.function)(call.arguments, session))
    except AssayError as error:
        if command == "status":
            error.exit_code = 1
        raise
