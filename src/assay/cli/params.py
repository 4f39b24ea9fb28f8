"""`params diff`."""

from __future__ import annotations

from assay.cli.comparison import (
    add_output,
    add_revisions,
    changes_between,
    revisions,
    targets,
)
from assay.cli.json_output import print_json
from assay.cli.options import Arguments, Options
from assay.cli.session import Session
from assay.compare import collect
from assay.compare.changes import as_json
from assay.compare.diff_table import DiffLayout, diff_table
from assay.ui import table

EXAMPLES = {
    "params diff": """\
examples:
  dvc params diff v1.0
  dvc params diff --deps --md main HEAD # only what stages read""",
}


def diff_arguments(options: Options) -> None:
    """Declare the options of `params diff`."""
    add_revisions(options)
    options.add_argument("--deps", action="store_true", help="only parameters that stages use")
    add_output(options)


def diff(arguments: Arguments, session: Session) -> int:
    """Print what changed in the parameters between two revisions."""
    old, new = collect.params_of(
        session.project_or_none,
        revisions(arguments),
        targets=targets(arguments, session),
        deps_only=arguments.deps,
        console=session.console,
    )
    found = changes_between(old, new, arguments, session)
    if arguments.json:
        print_json(as_json(found), session.console)
        return 0
    layout = DiffLayout(
        "Param", *revisions(arguments), no_difference=None, has_path=not arguments.no_path
    )
    table.write(diff_table(found, layout), session.console, markdown=arguments.md)
    return 0
