"""`move`: give tracked data another name or place."""

from __future__ import annotations

from assay.cli.failed import failed
from assay.cli.options import Arguments, Options
from assay.cli.session import Session
from assay.data.move import move as move_data
from assay.errors import AssayError
from assay.pipeline.tracking import Tracker
from assay.pipeline.workbench import open_workbench

EXAMPLES = {"move": "example:\n  dvc move raw.csv data/   # also moves raw.csv.dvc"}


def move_arguments(options: Options) -> None:
    """Declare source and destination."""
    options.add_argument("src", help="tracked file or directory")
    options.add_argument("dst", help="new name, or a directory to move it into")


def move(arguments: Arguments, session: Session) -> int:
    """Move data, .dvc file and .gitignore line."""
    project = session.project
    tracker = Tracker(project, session.addresses, session.console)
    try:
        bench = open_workbench(project, session.addresses, session.console)
        move_data(bench, arguments.src, arguments.dst, tracker)
    except AssayError as error:
        raise failed(f"move '{arguments.src}' -> '{arguments.dst}'", error) from None
    tracker.finish()
    return 0
