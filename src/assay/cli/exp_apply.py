"""`exp apply`: put the files and data of an experiment into the workspace."""

from __future__ import annotations

import argparse

from assay.cli.session import Session
from assay.experiments.apply import apply as apply_experiment


def apply_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("experiment", metavar="<experiment>", help="name, commit or branch")
    parser.add_argument("--no-force", action="store_true", help=argparse.SUPPRESS)


def apply(arguments: argparse.Namespace, session: Session) -> int:
    """Apply, and say so."""
    name = arguments.experiment
    apply_experiment(session.project, name, addresses=session.addresses, console=session.console)
    session.console.info(
        f"Changes for experiment '{name}' have been applied to your current workspace."
    )
    return 0
