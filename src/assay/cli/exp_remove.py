"""`exp remove`: remove experiments."""

from __future__ import annotations

import argparse

from assay.cli.session import Session
from assay.errors import AssayError
from assay.experiments.manage import Removal
from assay.experiments.manage import remove as remove_experiments
from assay.pipeline.reproduce import joined

_NO_SELECTION = (
    "Either provide an `experiment` argument, or use the `--rev` or `--all-commits` or `--queue` "
    "flag."
)


def remove_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    add = parser.add_argument
    add("experiment", nargs="*", metavar="<experiment>", help="experiments to remove")
    add("-A", "--all-commits", action="store_true", help="remove all experiments")
    add("--rev", default="", metavar="<commit>", help="remove the experiments of a commit")
    add("-n", "--num", type=int, default=1, metavar="<num>", help="with --rev: so many commits")
    add("--queue", action="store_true", help="remove all queued experiments")
    add("--keep", action="store_true", help="remove all but the selected ones")


def remove(arguments: argparse.Namespace, session: Session) -> int:
    """Remove and name what is gone."""
    kinds = [bool(arguments.experiment), bool(arguments.rev) or arguments.all_commits]
    if arguments.keep and arguments.queue:
        raise AssayError("Cannot use both `--keep` and `--queue`.")
    if sum(kinds) + (arguments.queue and not any(kinds)) != 1:
        raise AssayError(_NO_SELECTION)
    removed: list[str] = []
    if any(kinds):
        removal = Removal(
            names=tuple(arguments.experiment),
            revision=arguments.rev,
            commits=arguments.num,
            everything=arguments.all_commits,
            keep=arguments.keep,
        )
        removed = remove_experiments(session.project.git(), removal)
    if removed:
        names = joined(f"'{name}'" for name in removed)
        session.console.info(f"Removed experiments: {names}")
    else:
        session.console.info("No experiments to remove.")
    return 0
