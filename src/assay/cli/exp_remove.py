"""`exp remove`: remove experiments, here or on a Git remote."""

from __future__ import annotations

from assay.cli.exp_choice import add_choice, add_names, choice_of, remote_of
from assay.cli.options import Arguments, Options
from assay.cli.session import Session
from assay.errors import AssayError
from assay.experiments.choice import Choice
from assay.experiments.manage import remove as remove_experiments
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


def remove_arguments(options: Options) -> None:
    """Declare the options."""
    add_names(options, "remove")
    add_choice(options, "remove")
    place = options.add_mutually_exclusive_group()
    place.add_argument("--queue", action="store_true", help="remove all queued experiments")
    place.add_argument(
        "-g", "--git-remote", default="", metavar="<git_remote>", help="remove from a Git remote"
    )
    options.add_argument("--keep", action="store_true", help="remove all but the selected ones")


def remove(arguments: Arguments, session: Session) -> int:
    """Remove and name what is gone."""
    is_selection = bool(arguments.rev) or arguments.all_commits
    if bool(arguments.experiment) == (is_selection or arguments.queue):
        raise AssayError(_NO_SELECTION)
    if arguments.keep and arguments.queue:
        raise AssayError("Cannot use both `--keep` and `--queue`.")
    removed: list[str] = []
    if is_selection or arguments.experiment:
        removed = _remove(arguments, session)
    if arguments.queue:
        from assay.queue.removal import forget_queued  # the queue, which others do without

        removed += forget_queued(session.project)
    if removed:
        names = joined(f"'{name}'" for name in removed)
        session.console.info(f"Removed experiments: {names}")
    else:
        session.console.info("No experiments to remove.")
    return 0


def _remove(arguments: Arguments, session: Session) -> list[str]:
    repository, choice = session.project.git(), choice_of(arguments)
    if arguments.git_remote:
        from assay.experiments.remote import remove_there  # another machine: rarely needed

        remote = remote_of(arguments, session)
        gone = remove_there(repository, remote, choice, keep=arguments.keep)
        return [experiment.name for experiment in gone]
    if arguments.experiment and not arguments.keep:
        return _remove_named(session, choice)
    gone = remove_experiments(repository, choice, keep=arguments.keep)
    return [experiment.name for experiment in gone]


def _remove_named(session: Session, choice: Choice) -> list[str]:
    """Experiments and tasks of these names; an unknown one leaves everything as it is."""
    from assay.queue.removal import forget, meant_by  # as above

    meant = meant_by(session.project, choice.names)
    gone: list[str] = []
    if meant.others:
        named = choice._replace(names=tuple(meant.others))
        gone = [one.name for one in remove_experiments(session.project.git(), named)]
    return list(dict.fromkeys([*gone, *forget(session.project, meant.tasks)]))
