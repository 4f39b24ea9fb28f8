"""`exp apply`: put the files and data of an experiment into the workspace."""

from __future__ import annotations

from assay.cli.options import HIDDEN, Arguments, Options
from assay.cli.session import Session
from assay.queue.applying import apply as apply_experiment
from assay.ui.phrases import joined

EXAMPLES = {
    "exp apply": "example:\n  dvc exp apply best   # `assay undo` brings back what was there"
}


def apply_arguments(options: Options) -> None:
    """Declare the options."""
    options.add_argument(
        "experiment", metavar="<experiment>", help="an experiment, a task, a commit"
    )
    options.add_argument("--no-force", action="store_true", help=HIDDEN)


def apply(arguments: Arguments, session: Session) -> int:
    """Apply, say so, and how to get back."""
    name, console = arguments.experiment, session.console
    own_edits = apply_experiment(
        session.project, name, addresses=session.addresses, console=console
    )
    console.info(f"Changes for experiment '{name}' have been applied to your current workspace.")
    if own_edits:
        kept = joined(f"'{path}'" for path in own_edits)
        console.info(f"Your own changes in {kept} were kept.")
    console.info(f"To get back what was there before, run:\n\n\t{session.program} undo")
    return 0
