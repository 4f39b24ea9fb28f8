"""`push`: used objects, and the run cache, to the remotes that they belong to."""

from __future__ import annotations

from assay.data.transfer import Request, across, by_remote, has_objects, named, report, split
from assay.data.used import UsedObject
from assay.pipeline.workbench import Workbench
from assay.remotes.push import push as push_objects
from assay.remotes.wanted import Moved
from assay.typed import Iterable


def push(bench: Workbench, objects: Iterable[UsedObject], request: Request) -> Moved:
    """Send what the remotes lack. Raises ConfigError without a remote, TransferFailed."""
    config = bench.project.config
    pushed = [one for one in objects if one.is_pushed]
    used, versioned = split(config, pushed, request.remote, recorded=False)
    groups = by_remote(used, request.remote)
    default = request.remote
    if None in groups or request.run_cache:
        default = default or config.default_remote("<command>")
    moved = Moved()
    if versioned:
        from assay.data.versions import push_to  # few remotes keep versions

        for name, members in versioned.items():
            moved = moved.plus(push_to(bench, name, members, request))
    for name, wanted in named(groups, default).items():
        moved = moved.plus(across(bench, name, request, push_objects, wanted))
    if request.run_cache and default is not None and has_objects(bench, default):
        moved = moved.plus(_push_runs(bench, default, request))
    for path in moved.incomplete:
        shown = next(bench.addresses.path(one.location) for one in used if one.wanted.path == path)
        bench.console.warning(
            f"'{shown}' cannot be pulled from the remote before all its files are there: "
            f"push '{shown}' as a whole"
        )
    report(bench.console, moved, "upload")
    return moved


def _push_runs(bench: Workbench, remote: str, request: Request) -> Moved:
    from assay.remotes.runs import RunCacheNotSupported, push_runs  # only for this option

    try:
        return across(bench, remote, request, push_runs, ())
    except RunCacheNotSupported as error:
        bench.console.warning(error.message)
        return Moved()
