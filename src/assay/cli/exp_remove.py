"""`exp remove`: remove experiments, here or on a Git remote."""

from __future__ import annotations

import argparse

from assay.cli.exp_choice import add_choice, add_names, choice_of, remote_of
from assay.cli.session import Session
from assay.errors import AssayError
from assay.experiments.manage import remove as remove_experiments
from assay.experiments.references import Experiment
from assay.ui.phrases import joined

EXAMPLES = {
    "exp remove": """\
examples:
  dvc exp remove bad-idea worse-idea
  dvc exp remove --keep best          # all but this one
  dvc exp remove -A -g origin         # all, on the Git remote 'origin'"""
}

_NO_SELECTION = (
    "Either provide an `experiment` argument, or use the `--rev` or `--all-commits` or `--queue` "
    "flag."
)


def remove_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    add_names(parser, "remove")
    add_choice(parser, "remove")
    place = parser.add_mutually_exclusive_group()
    place.add_argument("--queue", action="store_true", help="remove all queued experiments")
    place.add_argument(
        "-g", "--git-remote", default="", metavar="<git_remote>", help="remove from a Git remote"
    )
    parser.add_argument("--keep", action="store_true", help="remove all but the selected ones")


def remove(arguments: argparse.Namespace, session: Session) -> int:
    """Remove and name what is gone."""
    is_selection = bool(arguments.rev) or arguments.all_commits
    if bool(arguments.experiment) == (is_selection or arguments.queue):
        raise AssayError(_NO_SELECTION)
    if arguments.keep and arguments.queue:
        raise AssayError("Cannot use both `--keep` and `--queue`.")
    removed: list[Experiment] = []
    if is_selection or arguments.experiment:
        removed = _remove(arguments, session)
    if removed:
        names = joined(f"'{experiment.name}'" for experiment in removed)
        session.console.info(f"Removed experiments: {names}")
    else:
        session.console.info("No experiments to remove.")
    return 0


def _remove(arguments: argparse.Namespace, session: Session) -> list[Experiment]:
    repository, choice = session.project.git(), choice_of(arguments)
    if not arguments.git_remote:
        return remove_experiments(repository, choice, keep=arguments.keep)
    from assay.experiments.remote import remove_there  # talks to another machine: rarely needed

    return remove_there(repository, remote_of(arguments, session), choice, keep=arguments.keep)
