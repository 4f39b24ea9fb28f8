"""`freeze` and `unfreeze`: stages that are not run although what they read has changed."""

from __future__ import annotations

import os

from assay.cli.failed import failed
from assay.cli.options import Arguments, Options
from assay.cli.session import Session
from assay.errors import AssayError, FileProblem
from assay.pipeline.freeze import set_frozen
from assay.pipeline.targets import UnknownStage, split_target
from assay.pipeline.workbench import Workbench, open_workbench

EXAMPLES = {
    "freeze": """\
example:
  dvc freeze featurize                 # `dvc repro` leaves it alone from now on""",
    "unfreeze": "example:\n  dvc unfreeze featurize",
}


def freeze_arguments(options: Options) -> None:
    """Declare the targets."""
    options.add_argument("targets", nargs="+", help="stages or .dvc files")


unfreeze_arguments = freeze_arguments


def freeze(arguments: Arguments, session: Session) -> int:
    """Freeze the targets."""
    return _set_all(arguments.targets, session, verb="freeze")


def unfreeze(arguments: Arguments, session: Session) -> int:
    """Let the targets run again."""
    return _set_all(arguments.targets, session, verb="unfreeze")


def _set_all(targets: list[str], session: Session, *, verb: str) -> int:
    """Each target by itself: one that fails does not stop the others."""
    try:
        bench = open_workbench(session.project, session.addresses, session.console)
    except FileProblem as error:
        raise failed(verb, error) from None
    code = 0
    for target in targets:
        try:
            _set(bench, target, frozen=verb == "freeze")
        except AssayError as error:
            session.console.error(f"failed to {verb} '{target}' - {error.chain()}")
            code = 1
    return code


def _set(bench: Workbench, target: str, *, frozen: bool) -> None:
    file, name = split_target(target)
    if not name and os.path.basename(file) == "dvc.yaml":
        raise UnknownStage(
            f"Stage name not provided. Please specify the name as: `{file}:stage_name`"
        )
    for stage in bench.targets.stages(target):
        set_frozen(bench, stage, frozen=frozen)
        if stage.name:
            file = bench.addresses.path(stage.file)
            bench.console.info(f"Modifying stage '{stage.name}' in '{file}'")
