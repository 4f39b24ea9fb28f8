"""`exp clean`: delete temporary files that nobody uses any more."""

from __future__ import annotations

from assay.cli.options import Arguments, Options
from assay.cli.session import Session
from assay.experiments.clean import clean as clean_up
from assay.queue.reap import take_note_of_killed

EXAMPLES = {
    "exp clean": """\
example:
  dvc exp clean                        # work trees of runs that were killed, and the like""",
}


def clean_arguments(options: Options) -> None:
    """No options."""


def clean(arguments: Arguments, session: Session) -> int:
    """Clean, in the words that scripts know."""
    session.console.info("Cleaning up dvc-task messages...")
    take_note_of_killed(session.project)  # whose sandboxes would stay for it
    clean_up(session.project)
    session.console.info("Done!")
    return 0
