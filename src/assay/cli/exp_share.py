"""`exp push` and `exp pull`: share experiments through a Git remote and a remote for data."""

from __future__ import annotations

from assay.cli.exp_choice import add_choice, add_names, choice_of, remote_of
from assay.cli.options import ON_OR_OFF, Arguments, Options
from assay.cli.session import Session
from assay.errors import AssayError
from assay.experiments.references import Experiment
from assay.experiments.share import Shared, Transfer
from assay.experiments.share import pull as pull_experiments
from assay.experiments.share import push as push_experiments
from assay.typed import Iterable
from assay.ui.phrases import counted, joined

EXAMPLES = {
    "exp push": """\
examples:
  dvc exp push origin                       # the experiments of HEAD, with their data
  dvc exp push origin -A --no-cache         # all experiments, without data""",
    "exp pull": """\
examples:
  dvc exp pull origin best                  # one experiment, its data into the cache
  dvc exp pull origin --rev main -n 5       # those of the last five commits of main""",
}

_FAILED = 255


def push_arguments(options: Options) -> None:
    """Declare the options of `exp push`."""
    _add_options(options, "push")


def pull_arguments(options: Options) -> None:
    """Declare the options of `exp pull`."""
    _add_options(options, "pull")


def push(arguments: Arguments, session: Session) -> int:
    """Send, and say what became of each experiment."""
    remote, console = arguments.git_remote, session.console
    done = push_experiments(
        session.project.git(),
        remote_of(arguments, session),
        choice_of(arguments),
        force=arguments.force,
        transfer=_transfer(arguments, session, is_push=True),
    )
    if done.diverged:
        console.note(
            f"Local experiment {_names(done.diverged)} has diverged from remote experiment "
            "with the same name.\nTo override the remote experiment re-run with '--force'."
        )
    if done.up_to_date:
        verb = "is" if len(done.up_to_date) == 1 else "are"
        names = _names(done.up_to_date)
        console.info(f"Experiment {names} {verb} up to date on Git remote '{remote}'.")
    if done.moved:
        console.info(f"Pushed experiment {_names(done.moved)} to Git remote '{remote}'.")
    _say_rest(done, "push", session)
    if arguments.no_cache:
        console.info(
            "To push cached outputs for this experiment to DVC remote storage, "
            "re-run this command without '--no-cache'."
        )
    return _code(done, remote)


def pull(arguments: Arguments, session: Session) -> int:
    """Bring, and say what came."""
    remote, console = arguments.git_remote, session.console
    done = pull_experiments(
        session.project.git(),
        remote_of(arguments, session),
        choice_of(arguments),
        force=arguments.force,
        transfer=_transfer(arguments, session, is_push=False),
    )
    if done.diverged:
        console.note(
            f"Local experiment {_quoted(done.diverged)} has diverged from remote experiment with "
            "the same name. To override the local experiment re-run with '--force'."
        )
    if done.moved:
        console.info(f"Pulled experiment {_quoted(done.moved)} from Git remote '{remote}'.")
    if done.up_to_date:
        verb = "is" if len(done.up_to_date) == 1 else "are"
        console.info(f"Experiment {_names(done.up_to_date)} {verb} up to date.")
    _say_rest(done, "pull", session)
    if arguments.no_cache:
        console.info(
            "To pull cached outputs for this experiment from DVC remote storage, "
            "re-run this command without '--no-cache'."
        )
    return _code(done, remote)


def _add_options(options: Options, verb: str) -> None:
    add = options.add_argument
    add("git_remote", metavar="<git_remote>", help="a Git remote or its URL")
    add_names(options, verb)
    add_choice(options, verb, default=" (HEAD by default)")
    add("-f", "--force", action="store_true", help="replace experiments of the same name")
    add("--no-cache", action="store_true", help="leave the cached outputs out")
    add("-r", "--remote", metavar="<name>", help="the remote for data, if not the default")
    add("-j", "--jobs", type=int, metavar="<number>", help="transfers of data at a time")
    add(
        "--run-cache",
        action=ON_OR_OFF,
        default=False,
        help="also the records of finished runs",
    )


def _transfer(arguments: Arguments, session: Session, *, is_push: bool) -> Transfer | None:
    if arguments.no_cache:
        return None
    from assay.data.transfer import Request
    from assay.experiments import share_data  # needs much that `--no-cache` does without

    request = Request(arguments.remote, arguments.jobs, arguments.run_cache)
    make = share_data.sending if is_push else share_data.bringing
    return make(session.project, request, addresses=session.addresses, console=session.console)


def _say_rest(done: Shared, verb: str, session: Session) -> None:
    """Nothing at all, or how much data."""
    if not (done.moved or done.up_to_date or done.diverged or done.refused):
        session.console.info(f"No experiments to {verb}.")
    if done.files:
        verb = "uploaded" if verb == "push" else "downloaded"
        session.console.info(f"{counted(done.files, 'file')} {verb}")


def _code(done: Shared, remote: str) -> int:
    """Not everything that was asked for is done: that is a failure."""
    if done.refused:
        told = joined(f"'{experiment.name}' ({reason})" for experiment, reason in done.refused)
        raise AssayError(f"Git remote '{remote}' refused {told}")
    return _FAILED if done.diverged else 0


def _names(experiments: Iterable[Experiment]) -> str:
    return joined(experiment.name for experiment in experiments)


def _quoted(experiments: Iterable[Experiment]) -> str:
    return joined(f"'{experiment.name}'" for experiment in experiments)
