"""`fetch`: used objects, and the run cache, from the remotes that they belong to."""

from __future__ import annotations

from assay.data.transfer import Request, across, by_remote, has_objects, named, report, split
from assay.data.used import UsedObject
from assay.pipeline.workbench import Workbench
from assay.remotes.fetch import fetch as fetch_objects
from assay.remotes.wanted import Moved
from assay.typed import Iterable

_NO_REMOTE = "No remote provided and no default remote set."


def fetch(bench: Workbench, objects: Iterable[UsedObject], request: Request) -> Moved:
    """Bring what the cache lacks; without a remote only say so. Raises TransferFailed.

    Entries of the run cache are not counted.
    """
    config = bench.project.config
    used, versioned = split(config, objects, request.remote, recorded=True)
    groups = by_remote(used, request.remote)
    default = request.remote or config.get("core", "remote")
    if default is None and (None in groups or request.run_cache):
        bench.console.note(_NO_REMOTE)
    moved = Moved()
    if request.run_cache and default is not None and has_objects(bench, default):
        moved = _fetch_runs(bench, default, request)._replace(done=0)
    if versioned:
        from assay.data.versions import fetch_from  # few remotes keep versions

        for name, members in versioned.items():
            moved = moved.plus(fetch_from(bench, name, members, request))
    for name, wanted in named(groups, default).items():
        moved = moved.plus(across(bench, name, request, fetch_objects, wanted))
    bench.workspace.save()
    report(bench.console, moved, "download")
    return moved


def _fetch_runs(bench: Workbench, remote: str, request: Request) -> Moved:
    from assay.remotes.runs import RunCacheNotSupported, fetch_runs  # only for this option

    try:
        return across(bench, remote, request, fetch_runs, ())
    except RunCacheNotSupported as error:
        bench.console.warning(error.message)
        return Moved()
