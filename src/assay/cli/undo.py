"""`undo`: the workspace as it was before `exp apply` replaced it."""

from __future__ import annotations

import time

from assay.cli.options import Arguments, Options
from assay.cli.session import Session
from assay.experiments.history import UNDO, Entry, entries
from assay.experiments.undo import undo as undo_last
from assay.ui.phrases import joined

EXAMPLES = {
    "undo": """\
examples:
  assay undo          # take the last `exp apply` back
  assay undo --redo   # and do it again
  assay undo --list   # what can be undone"""
}


def undo_arguments(options: Options) -> None:
    """Declare the options."""
    what = options.add_mutually_exclusive_group()
    what.add_argument("--redo", action="store_true", help="bring back what the last undo replaced")
    what.add_argument("--list", action="store_true", help="show what can be undone, newest first")


def undo(arguments: Arguments, session: Session) -> int:
    """Bring back, and say what; or only list."""
    project, console = session.project, session.console
    if arguments.list:
        for entry in entries(project.git(), UNDO):
            console.result(f"{_time(entry)}  {entry.command}")
        return 0
    done = undo_last(project, addresses=session.addresses, console=console, again=arguments.redo)
    if done.lost:
        paths = joined(f"'{session.addresses.path(location)}'" for location in done.lost)
        console.warning(f"{paths} could not be brought back: the data is not in the cache any more")
    if arguments.redo:
        console.info(f"Redone: {done.entry.command}")
        return 0
    console.info(
        f"Undone: {done.entry.command}\n"
        f"The files in your workspace are as they were at {_time(done.entry)}.\n"
        f"To do it again after all, run:\n\n\t{session.program} undo --redo"
    )
    return 0


def _time(entry: Entry) -> str:
    return time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(entry.made_at))
