"""`update`: data as it is now where it came from, or where it is shared (spec/data.md §13)."""

from __future__ import annotations

from assay.data.import_repo import RepoOrigin
from assay.data.imports import Import, Mode, bring, record
from assay.data.latest import update_from_mirror
from assay.data.to_remote import send_again
from assay.errors import AssayError
from assay.pipeline.model import Stage
from assay.pipeline.records import is_same_source
from assay.pipeline.tracking import Tracker
from assay.pipeline.workbench import Workbench
from assay.remotes.origin import open_origin, option_texts, require
from assay.typed import Any, Mapping, NamedTuple, Sequence

_CONTENT = ("md5", "etag", "checksum", "size", "nfiles", "isexec", "version_id", "files")


class UpdateRequest(NamedTuple):
    """How to update: to another `revision`, with or without the data, by way of a remote."""

    revision: str | None = None
    download: bool = True
    to_remote: bool = False
    remote: str | None = None
    jobs: int | None = None


def update_imports(
    bench: Workbench,
    stages: Sequence[Stage],
    request: UpdateRequest,
    tracker: Tracker,
    environ: Mapping[str, str],
) -> None:
    """Update each of `stages`: imports from their origins, others from the mirror that has them.

    Raises AssayError, before anything else, for what only imports can do.
    """
    if not all(stage.is_import for stage in stages):
        _refuse_for_mirrors(request)
    try:
        for stage in stages:
            if stage.is_import:
                _update(bench, stage, request, tracker, environ)
            else:
                update_from_mirror(bench, stage, tracker, request.jobs)
    except BaseException:
        tracker.roll_back()
        raise
    finally:
        bench.workspace.save()


def _refuse_for_mirrors(request: UpdateRequest) -> None:
    asked = {
        "--rev": request.revision is not None,
        "--no-download": not request.download,
        "--to-remote": request.to_remote,
    }
    for option, is_asked in asked.items():
        if is_asked:
            raise AssayError(f"{option} can't be used with worktree update")


def import_of(
    bench: Workbench, stage: Stage, environ: Mapping[str, str], *, revision: str | None
) -> Import:
    """The import that a .dvc file stands for, from a repository as it is at `revision`.

    Raises AssayError for a stage that is none.
    """
    if not stage.is_import or len(stage.outputs) != 1:
        address = bench.addresses.stage(stage)
        raise AssayError(f"update is not supported for '{address}' that is not an import.")
    (dependency,), (output,) = stage.dependencies, stage.outputs
    bench.workspace.check(output.location)
    raw = _raw_dependency(stage)
    folder = bench.workspace.absolute(stage.wdir or ".")
    kept = {key: value for key, value in raw.items() if key not in (*_CONTENT, "hash")}
    if dependency.repo is not None:
        origin = RepoOrigin(
            bench,
            dependency.path,
            dependency.repo,
            revision=revision,
            folder=folder,
            environ=environ,
        )
        shown = f"{dependency.path} ({dependency.repo['url']})"
        return Import(output.location, stage.file, origin, kept, shown)
    place = open_origin(
        dependency.path,
        directory=folder,
        config=bench.project.config,
        scanner=bench.workspace.scanner,
        options=option_texts(raw.get("fs_config")),
    )
    shown = dependency.path if "://" in dependency.path else place.place
    return Import(output.location, stage.file, place, kept, shown)


def _update(
    bench: Workbench,
    stage: Stage,
    request: UpdateRequest,
    tracker: Tracker,
    environ: Mapping[str, str],
) -> None:
    (dependency,) = stage.dependencies[:1] or (None,)
    repo = dict(dependency.repo or {}) if dependency else {}
    if repo and request.to_remote:
        raise AssayError(
            "Data imported from other DVC or Git repositories can't be updated with --to-remote"
        )
    revision = request.revision or (str(repo["rev"]) if "rev" in repo else None)
    job = import_of(bench, stage, environ, revision=revision)
    if request.revision and not repo:
        bench.console.warning("--rev is for imports from repositories; it changes nothing here")
    try:
        found = require(job.origin)
        if repo and request.revision:
            job.dependency["repo"] = {**job.dependency["repo"], "rev": request.revision}
        if request.to_remote:
            name = request.remote or bench.project.config.default_remote("<command>")
            send_again(bench, job, Mode(jobs=request.jobs), tracker, name)
            return
        if _is_current(bench, stage, found, job, request):
            file = bench.addresses.path(stage.file)
            bench.console.info(f"'{file}' didn't change, skipping")
            return
        out = bench.addresses.path(job.location)
        bench.console.info(f"Importing '{job.shown}' -> '{out}'")
        path = stage.outputs[0].path
        output: dict[str, Any] = {"hash": "md5", "path": path}
        if request.download:
            output = {**bring(bench, job, request.jobs), "path": path}
            tracker.ignore_outputs(stage)
        record(bench, job, found, output, tracker, done=True)
    finally:
        if isinstance(job.origin, RepoOrigin):
            job.origin.close()


def _is_current(
    bench: Workbench,
    stage: Stage,
    found: dict[str, Any],
    job: Import,
    request: UpdateRequest,
) -> bool:
    """Whether the origin is as it was recorded, and so is the workspace if that is meant."""
    raw = _raw_dependency(stage)
    recorded = stage.recorded or {}
    output: dict[str, Any] = (recorded.get("outs") or [{}])[0]
    if stage.checksum is None:
        return False
    if "repo" in raw:
        if (
            job.dependency["repo"] != raw["repo"]
            or raw["repo"].get("rev_lock") != found["rev_lock"]
        ):
            return False
    elif not is_same_source(raw, found):
        return False
    if not request.download:
        return True
    now = bench.workspace.fingerprint(job.location)
    return now is not None and now.md5 == output.get("md5")


def _raw_dependency(stage: Stage) -> dict[str, Any]:
    """All that the .dvc file says about where its data came from."""
    return dict((stage.written or {})["deps"][0])
