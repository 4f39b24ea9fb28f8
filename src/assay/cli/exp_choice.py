"""The options by which commands choose experiments."""

from __future__ import annotations

from assay.cli.options import Arguments, Options
from assay.cli.session import Session
from assay.experiments.choice import Choice


def add_choice(options: Options, verb: str, *, default: str = "") -> None:
    """Declare `-A`, `--rev` and `-n`; `default` says what is meant without them."""
    add = options.add_argument
    add("-A", "--all-commits", action="store_true", help=f"{verb} the experiments of all commits")
    add(
        "--rev",
        action="append",
        default=[],
        metavar="<commit>",
        help=f"{verb} the experiments of a commit{default} (can be repeated)",
    )
    add(
        "-n",
        "--num",
        type=int,
        default=1,
        metavar="<num>",
        help="and of its first parents, so many commits in all; negative: to the first",
    )


def add_names(options: Options, verb: str) -> None:
    """Declare the names of experiments."""
    options.add_argument(
        "experiment",
        nargs="*",
        default=[],  # without one argparse would name it among what is missing
        metavar="<experiment>",
        help=f"experiments to {verb}",
    )


def choice_of(arguments: Arguments) -> Choice:
    """Which experiments were chosen."""
    return Choice(
        names=tuple(getattr(arguments, "experiment", ())),
        revisions=tuple(arguments.rev),
        commits=arguments.num,
        everything=arguments.all_commits,
    )


def remote_of(arguments: Arguments, session: Session) -> str:
    """The Git remote, as Git has to be given it."""
    from assay.git.remote_refs import place_of_remote  # most commands stay here

    repository = session.project.git()
    return place_of_remote(repository, arguments.git_remote, session.directory)
