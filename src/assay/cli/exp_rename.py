"""`exp rename`: give an experiment another name, here or on a Git remote."""

from __future__ import annotations

from assay.cli.exp_choice import remote_of
from assay.cli.options import Arguments, Options
from assay.cli.session import Session
from assay.errors import AssayError
from assay.experiments.manage import rename as rename_experiment
from assay.experiments.references import Experiment

EXAMPLES = {
    "exp rename": """\
examples:
  dvc exp rename buggy-name better-name
  dvc exp rename -g origin buggy-name better-name   # on the Git remote 'origin' only"""
}


def rename_arguments(options: Options) -> None:
    """Declare the options."""
    add = options.add_argument
    add("experiment", nargs="?", metavar="<experiment>", help="the experiment")
    add("name", metavar="<name>", help="its new name")
    add("-g", "--git-remote", default="", metavar="<git_remote>", help="rename on a Git remote")
    add("-f", "--force", action="store_true", help="replace an experiment of the new name")


def rename(arguments: Arguments, session: Session) -> int:
    """Rename, and say what has another name now."""
    if not (arguments.experiment and arguments.name):
        raise AssayError("An experiment to rename and a new experiment name are required.")
    renamed = _rename(arguments, session)
    if renamed is None:
        session.console.info("No experiments to rename.")
    else:
        session.console.info(f"Renamed experiments: '{renamed.name}'")
    return 0


def _rename(arguments: Arguments, session: Session) -> Experiment | None:
    repository = session.project.git()
    old, new = arguments.experiment, arguments.name
    if not arguments.git_remote:
        return rename_experiment(repository, old, new, force=arguments.force)
    from assay.experiments.remote import rename_there  # talks to another machine: rarely needed

    remote = remote_of(arguments, session)
    return rename_there(repository, remote, old, new, force=arguments.force)
