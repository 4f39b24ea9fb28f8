"""`init`: start a project in the current directory."""

from __future__ import annotations

from assay.cli.options import Arguments, Options
from assay.cli.session import Session
from assay.pipeline.start import StartOptions, start_project

EXAMPLES = {
    "init": """\
examples:
  git init && dvc init
  dvc init --subdir                    # one of several projects in one Git repository""",
}

_WELCOME = """\
Initialized DVC repository.
"""
_COMMIT = """\
You can now commit the changes to git.
"""
_NEXT = """\
What's next?
------------
- track data: {program} add DIRECTORY
- add a stage: {program} stage add -n NAME -d INPUT -o OUTPUT COMMAND
- run it as an experiment: {program} exp run"""


def init_arguments(options: Options) -> None:
    """Declare the options."""
    add = options.add_argument
    add("--no-scm", action="store_true", help="start without Git")
    add("--subdir", action="store_true", help="start in a sub-directory of a Git repository")
    add("-f", "--force", action="store_true", help="start over if there is a project already")


def init(arguments: Arguments, session: Session) -> int:
    """Make `.dvc` and stage its files."""
    options = StartOptions(arguments.no_scm, arguments.subdir, arguments.force)
    start_project(session.directory, options)
    session.console.info(_WELCOME)
    if not arguments.no_scm:
        session.console.info(_COMMIT)
    session.console.info(_NEXT.format(program=session.program))
    return 0
