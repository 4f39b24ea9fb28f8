"""What `metrics` and `params` share: the two revisions, the form of the output, and what to say
about files that cannot be read."""

from __future__ import annotations

import os

from assay.cli.options import Arguments, Options
from assay.cli.session import Session
from assay.compare.changes import Changes, changes
from assay.compare.metrics_table import failed_revisions
from assay.compare.readings import Failure, Files
from assay.typed import Sequence
from assay.ui.console import Console

_OLD, _NEW = "HEAD", "workspace"


def add_revisions(options: Options) -> None:
    """The two sides of a comparison, and what of it to show."""
    add = options.add_argument
    add("old", nargs="?", default=_OLD, metavar="A", help=f"revision before, {_OLD} by default")
    add("new", nargs="?", default=_NEW, metavar="B", help=f"revision after, the {_NEW} by default")
    add("--targets", nargs="*", default=[], metavar="PATH", help="compare only these files")
    add("--all", action="store_true", help="show unchanged values too")
    add("--no-path", action="store_true", help="leave out the column of files")


def add_output(options: Options) -> None:
    """The form of the output."""
    options.add_argument("--json", action="store_true", help="print JSON")
    options.add_argument("--md", action="store_true", help="print a Markdown table")


def revisions(arguments: Arguments) -> tuple[str, str]:
    """The revisions to compare; an empty one is the default."""
    return arguments.old or _OLD, arguments.new or _NEW


def targets(arguments: Arguments, session: Session) -> list[str]:
    """The files that were named, as absolute paths; empty for all."""
    return [os.path.join(session.directory, target) for target in arguments.targets]


def seen_from_here(files: Files | Failure, session: Session) -> Files | Failure:
    """`files` by their paths from the current directory, as people and scripts expect them."""
    project = session.project_or_none
    if isinstance(files, Failure) or project is None or project.root == session.directory:
        return files
    return {
        os.path.relpath(os.path.join(project.root, path), session.directory): content
        for path, content in files.items()
    }


def changes_between(
    old: Files | Failure, new: Files | Failure, arguments: Arguments, session: Session
) -> Changes:
    """What differs, as seen from here; what cannot be read is reported and counts as empty."""
    sides = [seen_from_here(files, session) for files in (old, new)]
    labels = revisions(arguments)
    report_failures(failed_revisions(dict(zip(labels, sides, strict=True))), session.console)
    before, after = ({} if isinstance(side, Failure) else side for side in sides)
    return changes(before, after, unchanged=arguments.all)


def report_failures(labels: Sequence[str], console: Console) -> None:
    """Say on stderr in which revisions something could not be read (spec/experiments.md §7).

    The text says "metrics" for parameters too: it is the one that scripts look for.
    """
    if labels:
        names = ", ".join(labels)
        console.note(f"DVC failed to load some metrics for following revisions: '{names}'.")
