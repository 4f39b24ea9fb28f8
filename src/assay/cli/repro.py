"""`repro`: run the stages that changed."""

from __future__ import annotations

from assay.cli.options import Arguments, Options
from assay.cli.repro_options import add_selection, repro_options, selection
from assay.cli.session import Session
from assay.data.on_demand import importer, supplier
from assay.pipeline.changes import UP_TO_DATE
from assay.pipeline.running.repro import repro as run_repro
from assay.pipeline.tracking import Tracker
from assay.pipeline.workbench import open_workbench

EXAMPLES = {
    "repro": "example:\n  dvc repro train        # bring `train` and all it needs up to date"
}


def repro_arguments(options: Options) -> None:
    """Declare the options."""
    add_selection(options)
    add = options.add_argument
    add("--glob", action="store_true", help="targets are patterns of stage names")
    add("-j", "--jobs", type=int, default=1, metavar="<number>", help="stages at a time (1)")
    add("--no-commit", action="store_true", help="do not put outputs into the cache")
    add("--no-run-cache", action="store_true", help="run even if this very run was recorded")


def repro(arguments: Arguments, session: Session) -> int:
    """Reproduce, then say what to do next."""
    project = session.project
    bench = open_workbench(project, session.addresses, session.console)
    tracker = Tracker(project, session.addresses, session.console, bench.workspace.memory)
    interactive = arguments.interactive or project.config.flag("core", "interactive")
    options = repro_options(arguments, interactive=interactive)
    outcome = run_repro(
        bench,
        selection(arguments),
        options,
        environ=session.environ,
        tracker=tracker,
        supplier=supplier(bench, options),
        importer=importer(bench, tracker, session.environ),
    )
    tracker.finish()
    session.console.info(
        "Use `dvc push` to send your updates to remote storage." if outcome.results else UP_TO_DATE
    )
    return 0
