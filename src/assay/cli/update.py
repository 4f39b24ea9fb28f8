"""`update`: bring imported data, and data on mirrors, up to date."""

from __future__ import annotations

import os

from assay.cli.failed import failed
from assay.cli.options import Arguments, Options
from assay.cli.session import Session
from assay.data.update_imports import UpdateRequest, update_imports
from assay.errors import AssayError, Interrupted, UnexpectedError
from assay.pipeline.model import Stage
from assay.pipeline.tracking import Tracker
from assay.pipeline.workbench import Workbench, check_graph, open_workbench

EXAMPLES = {"update": "example:\n  dvc update --rev v2 images.dvc"}


def update_arguments(options: Options) -> None:
    """Declare the options."""
    add = options.add_argument
    add("targets", nargs="+", help="imports, or what was pushed to a `worktree` remote")
    add("--rev", metavar="COMMIT", help="another branch, tag or commit")
    add("-R", "--recursive", action="store_true", help="all imports below directories")
    add("--no-download", action="store_true", help="only look, leave the data there")
    add("--to-remote", action="store_true", help="send it to the remote and keep nothing here")
    add("-r", "--remote", metavar="NAME", help="the remote for --to-remote")
    add("-j", "--jobs", type=int, metavar="N", help="transfers at a time (4 per processor)")


def update(arguments: Arguments, session: Session) -> int:
    """Update imports; no hint about Git, like DVC."""
    tracker = Tracker(session.project, session.addresses, session.console)
    try:
        if arguments.to_remote and arguments.no_download:
            raise AssayError("--to-remote can't be used with --no-download")
        if arguments.remote and not arguments.to_remote:
            raise AssayError("--remote can't be used without --to-remote")
        bench = open_workbench(session.project, session.addresses, session.console)
        check_graph(bench)
        request = UpdateRequest(
            revision=arguments.rev,
            download=not arguments.no_download,
            to_remote=arguments.to_remote,
            remote=arguments.remote,
            jobs=arguments.jobs,
        )
        stages = [
            stage
            for target in arguments.targets
            for stage in _stages(bench, target, recursive=arguments.recursive)
        ]
        update_imports(bench, stages, request, tracker, session.environ)
    except (Interrupted, UnexpectedError):
        raise
    except AssayError as error:
        raise _failed(error) from None
    if session.project.config.flag("core", "autostage"):
        tracker.finish()
    return 0


def _failed(error: AssayError) -> AssayError:
    told = failed("update data", error)
    told.message = told.message.replace("failed to update data", "failed update data", 1)
    return told


def _stages(bench: Workbench, target: str, *, recursive: bool) -> list[Stage]:
    """The stages that a target means; with `recursive` only the imports below a directory."""
    if target.endswith(".dvc"):
        return bench.targets.stages(target)
    found = bench.targets.stages_or_outputs(target, bench.graph, recursive=recursive)
    stages = [one.stage for one in found]
    is_folder = recursive and os.path.isdir(os.path.join(bench.addresses.directory, target))
    return [stage for stage in stages if stage.is_import] if is_folder else stages
