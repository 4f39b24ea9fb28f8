"""`exp show` for people: on a terminal as wide as that is, in a pipe with everything."""

from __future__ import annotations

from time import localtime

from assay.cli.options import Arguments
from assay.cli.session import Session
from assay.compare.directions import Direction, directions_from_words, directions_of
from assay.compare.records import Baseline
from assay.compare.show_columns import View
from assay.compare.show_table import Shape, as_markdown_text, as_text
from assay.compare.workspace_snapshot import WorkspaceSnapshot
from assay.errors import AssayError
from assay.typed import Sequence
from assay.ui.console import Silence
from assay.ui.pager import page
from assay.ui.style import is_terminal, style_for, terminal_width


def print_table(
    found: Sequence[Baseline], view: View, arguments: Arguments, session: Session
) -> None:
    """Print the table, through the pager if it is long and there is one."""
    console = session.console
    if arguments.md:
        console.result(as_markdown_text(found, view, today=localtime()))
        return
    text = table_text(found, view, arguments, session)
    if text and arguments.no_pager:
        console.result(text)
    elif text:
        page(text, console, session.environ)


def table_text(
    found: Sequence[Baseline], view: View, arguments: Arguments, session: Session
) -> str:
    """The table as stdout can show it; "" without rows."""
    out = session.console.out
    style = style_for(out, session.environ)
    cut = is_terminal(out) and not arguments.wide
    shape = Shape(
        limit=terminal_width(out, session.environ) if cut else None,
        style=style,
        directions=directions(arguments, session) if style.enabled else (),
    )
    return as_text(found, view, today=localtime(), shape=shape)


def directions(arguments: Arguments, session: Session) -> list[Direction]:
    """What the command line and the workspace's dvc.yaml say. Raises BadDirection."""
    said = directions_from_words(arguments.direction)
    try:
        with WorkspaceSnapshot(session.project, Silence()) as state:
            return [*said, *directions_of(state.pipeline)]
    except AssayError:
        return said  # the table itself tells what is wrong with the workspace
