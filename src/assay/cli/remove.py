"""`remove`: forget stages, or stop tracking data."""

from __future__ import annotations

import os

from assay.cli.options import Arguments, Options
from assay.cli.session import Session
from assay.data.remove import remove_stages
from assay.errors import AssayError
from assay.pipeline.dvc_file import file_for
from assay.pipeline.model import Stage
from assay.pipeline.targets import UnknownStage
from assay.pipeline.tracking import Tracker
from assay.pipeline.workbench import Workbench, open_workbench

EXAMPLES = {"remove": "example:\n  dvc remove data.csv.dvc     keeps data.csv"}


def remove_arguments(options: Options) -> None:
    """Declare the options."""
    options.add_argument("targets", nargs="+", help="stages or .dvc files")
    options.add_argument("--outs", action="store_true", help="delete their outputs too")


def remove(arguments: Arguments, session: Session) -> int:
    """Remove all targets, or none if one of them is not there."""
    project = session.project
    try:
        bench = open_workbench(project, session.addresses, session.console)
        found = {stage.key: stage for t in arguments.targets for stage in _stages(bench, t)}
        tracker = Tracker(project, session.addresses, session.console)
        remove_stages(bench, found.values(), tracker, outputs=arguments.outs)
    except AssayError as error:
        error.exit_code = 1
        raise
    return 0


def _stages(bench: Workbench, target: str) -> list[Stage]:
    try:
        return bench.targets.stages(target)
    except UnknownStage as error:
        file = file_for(target)
        if os.path.exists(bench.workspace.absolute(bench.addresses.location(file))):
            raise UnknownStage(f"'{target}' is not a .dvc file. Do you mean '{file}'?") from error
        raise
