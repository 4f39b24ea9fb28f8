"""One attempt on a host, in a process of its own that `fork_server.py` made for `run_capsule`.

It lives as long as that: when its standard input closes, it kills what it has started and itself.
"""

from __future__ import annotations

import os
import signal
import sys
import threading

from assay import quick_json
from assay.errors import AssayError
from assay.typed import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from assay.experiments.references import Experiment
    from assay.experiments.sandbox import Sandbox
    from assay.project import Project
    from assay.queue.capsule import Capsule
    from assay.ui.console import Console

CAPSULE, LOG, OUTCOME, SO_FAR = "capsule", "log", "outcome.json", "so-far.json"
"""Files of a job's folder."""


class NoWayForData(AssayError):
    """The host has neither the sender's cache nor a remote to share data by."""

    def __init__(self, cache: str) -> None:
        super().__init__(
            f"this host does not see the cache '{cache}', and the project has no default remote",
            hint="set one with `dvc remote default`, or move the cache to a folder that all hosts "
            "see with `dvc cache dir`",
        )


class Outcome(NamedTuple):
    """What an attempt came to: the commit of the experiment, or the cause why there is none."""

    commit: str = ""
    cause: str = ""
    remains: str = ""


def main(folder: str) -> None:
    """Run the attempt described in `folder`; the outcome is written there, whatever happens."""
    from assay.fs.atomic import write_text
    from assay.queue.capsule import parsed_capsule

    with open(os.path.join(folder, CAPSULE), "rb") as file:
        capsule = parsed_capsule(file.read())
    _live_with_parent(capsule.token)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    outcome = _outcome(capsule, os.path.join(folder, SO_FAR))
    write_text(os.path.join(folder, OUTCOME), quick_json.dumps(outcome._asdict()))


def read_outcome(folder: str) -> Outcome:
    """What the process has written. Raises FileNotFoundError if it did not come to that."""
    with open(os.path.join(folder, OUTCOME), encoding="utf-8") as file:
        return Outcome(**quick_json.loads(file.read()))


def _outcome(capsule: Capsule, so_far: str) -> Outcome:
    from assay.ui.console import Console

    console = Console(out=sys.stdout, err=sys.stderr)
    left: list[str] = []
    try:
        return Outcome(commit=_made(capsule, so_far, console, left).commit)
    except AssayError as error:
        console.error(error.chain())
        if error.hint:
            console.note(error.hint)
        cause = error.chain()
    except KeyboardInterrupt:
        console.error("interrupted")
        cause = "interrupted"
    except Exception as error:
        import traceback

        console.note(traceback.format_exc())
        cause = f"unexpected error - {error or type(error).__name__}"
    return Outcome(cause=cause, remains="".join(left))


def _made(capsule: Capsule, so_far: str, console: Console, left: list[str]) -> Experiment:
    from assay.experiments.copies import put_in
    from assay.experiments.occupants import QUEUED, Occupant
    from assay.experiments.run_text import remains_as_text, run_from
    from assay.experiments.sandbox import lease
    from assay.experiments.sandbox_run import perform
    from assay.queue.hosts.mirror import Mirror, shares_cache
    from assay.queue.hosts.telling import told

    run = run_from(capsule.request, capsule.name, capsule.baseline)
    is_shared = shares_cache(capsule, os.environ)
    project = Mirror(capsule.repository, os.environ).project(capsule)
    occupant = Occupant(capsule.token, QUEUED, capsule.name, capsule.baseline, capsule.snapshot)
    has_remote = project.config.get("core", "remote") is not None
    if not is_shared and has_remote:
        options = run.request.options._replace(pull=True)
        run = run._replace(request=run.request._replace(options=options))
    with lease(project, occupant) as sandbox:
        copied = put_in(sandbox, capsule.copies)
        if not is_shared and not has_remote:
            _check_needs_no_remote(sandbox, run.directory, capsule, console)
        with told(sandbox.project, so_far):
            made = perform(
                sandbox,
                run,
                console=console,
                environ={**os.environ, **capsule.environ},
                keep_remains=lambda remains: left.append(remains_as_text(remains)),
                copied=copied,
            )
    if made is None:
        raise AssayError("a dry run makes no experiment")
    if not is_shared and has_remote:
        _push(project, made, console)
    return made


def _check_needs_no_remote(
    sandbox: Sandbox, directory: str, capsule: Capsule, console: Console
) -> None:
    """Results that only this host could ever see are no results."""
    from assay.pipeline.workbench import open_workbench

    bench = open_workbench(sandbox.project, sandbox.addresses(directory), console)
    outputs = (one for stage in bench.pipeline.stages.values() for one in stage.outputs)
    if any(output.cache and not output.remote for output in outputs):
        raise NoWayForData(capsule.cache)


def _push(project: Project, made: Experiment, console: Console) -> None:
    """Data goes before its announcement."""
    from assay.data.transfer import Request
    from assay.experiments.share import DataFailed
    from assay.experiments.share_data import sending
    from assay.pipeline.address import Addresses

    addresses = Addresses(project.root, project.root)
    try:
        sending(project, Request(run_cache=True), addresses=addresses, console=console)([made])
    except AssayError as error:
        raise DataFailed("push") from error


def _live_with_parent(token: str) -> None:
    pipe = os.dup(0)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    threading.Thread(target=_end_with, args=(pipe, token), daemon=True).start()


def _end_with(pipe: int, token: str) -> None:
    """Wait until the parent's end of the pipe is closed, then end everything."""
    while os.read(pipe, 1):
        pass
    from assay.experiments.occupants import MARK
    from assay.fs.processes import end_marked

    end_marked(MARK, token)
    os._exit(1)
