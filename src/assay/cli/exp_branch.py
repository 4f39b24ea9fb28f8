"""`exp branch`: make a Git branch from an experiment."""

from __future__ import annotations

from assay.cli.options import Arguments, Options
from assay.cli.session import Session
from assay.experiments.manage import make_branch

EXAMPLES = {
    "exp branch": """\
example:
  dvc exp branch deeper deeper-net     # then: git switch deeper-net""",
}


def branch_arguments(options: Options) -> None:
    """Declare the options."""
    options.add_argument("experiment", metavar="<experiment>", help="the experiment")
    options.add_argument(
        "branch", nargs="?", default="", metavar="<branch>", help="by default NAME-branch"
    )


def branch(arguments: Arguments, session: Session) -> int:
    """Make the branch and say how to go there."""
    made = make_branch(session.project.git(), arguments.experiment, arguments.branch)
    session.console.info(
        f"Git branch '{made}' has been created from experiment '{arguments.experiment}'.\n"
        f"To switch to the new branch run:\n\n\tgit checkout {made}"
    )
    return 0
