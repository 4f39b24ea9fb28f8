"""`check-ignore`: which paths .dvcignore leaves out, and by which rule (spec/data.md §13)."""

from __future__ import annotations

import os
import sys

from assay.cli.options import HIDDEN, Arguments, Options
from assay.cli.session import Session
from assay.errors import AssayError
from assay.fs.ignore import IgnoreRules
from assay.typed import Iterable

EXAMPLES = {
    "check-ignore": """\
example:
  dvc check-ignore -d data/.DS_Store   # and which line of .dvcignore says so""",
}

_NO_RULE = "::"


def check_ignore_arguments(options: Options) -> None:
    """Declare the options."""
    add = options.add_argument
    add("targets", nargs="*", help="paths; they need not exist")
    add("-d", "--details", action="store_true", help="show the rule that decides")
    add("-n", "--non-matching", action="store_true", help="with --details: show paths without one")
    add("--stdin", action="store_true", help="read paths from standard input, one a line")
    # Known to DVC and without effect there: one rule decides, the others do not matter.
    add("-a", "--all", action="store_true", help=HIDDEN)


def check_ignore(arguments: Arguments, session: Session) -> int:
    """Print the paths that are left out; the exit code says whether there are any."""
    _check(arguments)
    rules = IgnoreRules(session.project.root)
    code = 1
    for target in _targets(arguments):
        path = os.path.normpath(os.path.join(session.directory, target))
        rule = rules.explain(path, os.path.isdir(path))
        if rule is not None and (arguments.details or not rule.negated):
            session.console.info(f"{rule}\t{target}" if arguments.details else target)
            code = 0
        elif rule is None and arguments.non_matching:
            session.console.info(f"{_NO_RULE}\t{target}")
    return code


def _check(arguments: Arguments) -> None:
    if not arguments.targets and not arguments.stdin:
        raise AssayError("`targets` or `--stdin` needed")
    if arguments.targets and arguments.stdin:
        raise AssayError("cannot have both `targets` and `--stdin`")
    for option in ("non_matching", "all"):
        if getattr(arguments, option) and not arguments.details:
            raise AssayError(f"`--{option.replace('_', '-')}` is only valid with `--details`")


def _targets(arguments: Arguments) -> Iterable[str]:
    """Paths in the order given; those of stdin are answered as they come."""
    if not arguments.stdin:
        yield from arguments.targets
        return
    for line in sys.stdin:
        if line.strip():
            yield line.rstrip("\n")
