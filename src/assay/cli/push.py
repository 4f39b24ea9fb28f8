"""`push`: send tracked data to a remote."""

from __future__ import annotations

from assay.cli.options import Arguments, Options
from assay.cli.session import Session
from assay.cli.transfer_options import (
    add_transfer_options,
    history_of,
    request_of,
    scope_of,
    summary,
    told,
)
from assay.data.push import push as push_used
from assay.data.used_everywhere import used_as_far_as_known
from assay.errors import AssayError
from assay.pipeline.workbench import open_workbench

EXAMPLES = {"push": "example:\n  dvc push -r backup model.pt   # one file to another remote"}


def push_arguments(options: Options) -> None:
    """Declare the options."""
    add_transfer_options(options)
    options.add_argument("--glob", action="store_true", help="targets are patterns of paths")


def push(arguments: Arguments, session: Session) -> int:
    """Send what the remote lacks, and say how much that was."""
    project = session.project
    try:
        bench = open_workbench(project, session.addresses, session.console)
        used = used_as_far_as_known(bench, scope_of(arguments), history_of(arguments))
        moved = push_used(bench, used, request_of(arguments))
    except AssayError as error:
        raise told(error, "failed to push data to the cloud") from None
    session.console.info(summary((moved.done, "pushed")))
    return 0
