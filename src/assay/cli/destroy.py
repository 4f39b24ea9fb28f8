"""`destroy`: remove everything of the project but its data."""

from __future__ import annotations

from assay.cli.failed import failed
from assay.cli.options import Arguments, Options
from assay.cli.session import Session
from assay.data.destroy import destroy as destroy_project
from assay.errors import AssayError
from assay.pipeline.workbench import open_workbench
from assay.ui.prompt import confirm_from_stdin

EXAMPLES = {
    "destroy": """\
example:
  dvc destroy -f                       # data in the workspace stays""",
}

_QUESTION = """\
This will destroy all information about your pipelines, all data files, as well as cache in \
.dvc/cache.
Are you sure you want to continue?"""


class NotConfirmed(AssayError):
    """Nobody said yes."""

    def __init__(self) -> None:
        super().__init__("cannot destroy without a confirmation from the user. Use `-f` to force.")


def destroy_arguments(options: Options) -> None:
    """Declare the options."""
    options.add_argument("-f", "--force", action="store_true", help="do not ask")


def destroy(arguments: Arguments, session: Session) -> int:
    """Ask, then destroy."""
    project = session.project
    try:
        if not arguments.force and not confirm_from_stdin(_QUESTION, session.console):
            raise NotConfirmed
        destroy_project(open_workbench(project, session.addresses, session.console))
    except AssayError as error:
        raise failed("destroy DVC", error) from None
    return 0
