"""`gc`: remove from the cache what nothing that is kept uses (spec/data.md §10).

1. The cache's guard and the projects' locks are taken, so that no record is written meanwhile
   (not for a dry run).
2. Everything that is kept is collected. Anything unclear ends here, before anything is removed.
3. Listings go, then files; then the same on the remote, if that was asked for.
"""

from __future__ import annotations

from contextlib import ExitStack

from assay.data.gc_request import LEGACY, REPO, GcRequest, Swept
from assay.data.gc_scope import kept_commits
from assay.data.tracked import Content, tracked_outputs
from assay.data.used_data import Lost, UsedData
from assay.data.view import DataView
from assay.errors import AssayError
from assay.fs.lock import ProjectLock
from assay.pipeline.address import Addresses
from assay.pipeline.load import Pipeline
from assay.pipeline.workbench import Workbench, open_workbench
from assay.project import Project
from assay.store.cache import ObjectCache
from assay.store.guard import CacheGuard
from assay.store.sweep import find_garbage, listed_hashes, object_id_of, remove_garbage
from assay.typed import Callable, Iterable, Iterator, NamedTuple, Sequence
from assay.ui.console import Console

WORKSPACE = "workspace"
Confirm = Callable[[str], bool]


class Neighbours(NamedTuple):
    """Who else uses the cache: other `projects`, whose owner asks for them to be kept, and the
    `sandboxes` in which experiments of this project run at the moment that it is called.
    """

    projects: Sequence[Project] = ()
    sandboxes: Callable[[], Iterable[Project]] = tuple


class NotCollected(AssayError):
    """What a place uses could not be told; nothing was removed."""

    def __init__(self, revision: str) -> None:
        super().__init__(f"Failed to collect '{revision}'")


def gc(
    project: Project,
    neighbours: Neighbours,
    request: GcRequest,
    *,
    console: Console,
    confirm: Confirm,
) -> Iterator[Swept]:
    """Remove, one place after the other.

    `confirm` is asked whether the files of a directory without a listing may be lost. Raises
    NotCollected before anything is removed; CannotRemove.
    """
    others = {one.root: one for one in neighbours.projects if one.root != project.root}
    with ExitStack() as stack:
        if not request.dry:
            guard = CacheGuard(project.cache_dir, alone=True, tell=console.info)
            stack.enter_context(guard)
            for one in (project, *others.values()):
                stack.enter_context(ProjectLock(one.tmp_dir))
        bench = _open(project, WORKSPACE, console)
        if request.cloud or request.not_in_remote:
            from assay.data.gc_remote import check_remote  # before anything is removed

            check_remote(bench, request)
        benches = [bench, *(_open(one, one.root, console) for one in others.values())]
        sandboxes = [_open(one, one.root, console) for one in neighbours.sandboxes()]
        used = _collect(benches, sandboxes, request)
        _find_lost(used, bench, request)
        _accept_losses(used.lost, bench, confirm)
        yield from _sweep(bench, used, request)


def _collect(
    benches: Sequence[Workbench], sandboxes: Sequence[Workbench], request: GcRequest
) -> UsedData:
    """What these projects use, and the work trees of `sandboxes`."""
    _warn_of_unrecorded(benches[0])
    tops = (one.workspace.cache.top for one in (*benches, *sandboxes))
    used = UsedData(_Listings(tops).hashes)
    for one in benches:
        _add(used, WORKSPACE, one.pipeline)
        for revision, pipeline in _kept(one, request):
            _add(used, revision, pipeline)
    for one in sandboxes:
        _add(used, one.project.root, one.pipeline)
    return used


def _add(used: UsedData, revision: str, pipeline: Pipeline) -> None:
    try:
        used.add(tracked_outputs(pipeline), revision)
    except AssayError as error:  # a record or a listing that is hostile
        raise NotCollected(revision) from error


def _open(project: Project, name: str, console: Console) -> Workbench:
    try:
        return open_workbench(project, Addresses(project.root, project.root), console)
    except AssayError as error:
        raise NotCollected(name) from error


def _kept(bench: Workbench, request: GcRequest) -> Iterator[tuple[str, Pipeline]]:
    """The pipelines of the commits of one project that are kept, by what to call them."""
    if bench.project.repository is None:
        return
    names = kept_commits(bench.project.repository, request.scope)
    if not names:
        return
    from assay.pipeline.revisions.pipelines import (
        RevisionPipelines,  # parsers, Git readers: not for -w
    )

    with RevisionPipelines(bench.project) as revisions:
        found = revisions.load_many(list(names))
        for name, outcome in zip(names.values(), found, strict=True):
            if not isinstance(outcome, AssayError):
                yield name, outcome
            elif request.skip_failed:
                bench.console.warning(f"Failed to collect '{name}', skipping")
            else:
                raise NotCollected(name) from outcome


def _warn_of_unrecorded(bench: Workbench) -> None:
    """Name the outputs of the workspace that nobody has recorded: nothing of theirs is kept."""
    for one in tracked_outputs(bench.pipeline):
        if one.content is not None:
            continue
        stage, output = one.stage, one.output
        path, address = bench.addresses.path(output.location), bench.addresses.stage(stage)
        text = (
            f"Output '{path}'(stage: '{address}') is missing version info. Cache for it will not "
            "be collected. Use `dvc repro` to get your pipeline up to date."
        )
        if bench.workspace.exists(output.location):
            text += (
                f"\nYou can also use `dvc commit {address}` to associate existing '{path}' with "
                f"stage: '{address}'."
            )
        bench.console.warning(text)


class _Listings:
    """Reads listings from the caches below some folders."""

    __slots__ = ("_tops",)

    def __init__(self, tops: Iterable[str]) -> None:
        self._tops = tuple(dict.fromkeys(tops))

    def hashes(self, content: Content) -> Iterable[str] | None:
        """The hashes of the files of a directory; None if no cache has its listing."""
        for top in self._tops:
            hashes = listed_hashes(ObjectCache(top, kind=content.kind), content.id)
            if hashes is not None:
                return hashes
        return None


def _find_lost(used: UsedData, bench: Workbench, request: GcRequest) -> None:
    """Look for listings in the workspace, if it holds the very same, and on the remote."""
    view = DataView(bench.workspace)

    def in_workspace(lost: Lost) -> Iterable[str] | None:
        location = lost.output.location
        if view.contents([lost.output]).get(location) != lost.content:
            return None
        return (view.listing(location, lost.content) or {}).values()

    if used.lost:
        used.find(in_workspace)
    if used.lost:
        from assay.data.gc_remote import remote_listings  # nearly never

        found = remote_listings(bench, used.lost, request)
        used.find(lambda lost: found.get(lost.content))


def _accept_losses(lost: Iterable[Lost], bench: Workbench, confirm: Confirm) -> None:
    """Ask for each directory whose files cannot be told from garbage."""
    for output, _, revision in lost:
        place = bench.workspace.absolute(output.location)
        if not confirm(
            f"Missing cache for directory '{place}'. Cache for files inside will be lost. "
            "Would you like to continue? Use '-f' to force."
        ):
            path = bench.addresses.path(output.location)
            raise NotCollected(revision) from AssayError(
                f"unable to fully collect used cache without cache for directory '{path}'",
                hint="fetch it from a remote, or keep its files out of the question with `-f`",
            )


def _sweep(bench: Workbench, used: UsedData, request: GcRequest) -> Iterator[Swept]:
    kept: Callable[[str], set[str]] = used.ids
    if request.not_in_remote:
        from assay.data.gc_remote import without_pushed

        kept = without_pushed(bench, used, request)
    for cache, name in (
        (bench.workspace.cache, REPO),
        (bench.workspace.legacy_cache, LEGACY),
    ):
        garbage = find_garbage(cache, kept(cache.kind))
        if not request.dry:
            remove_garbage(garbage)
            bench.workspace.vouchers.forget(set(map(object_id_of, garbage.objects)))
        yield Swept(name, garbage.objects)
    if not request.dry:
        bench.project.sweep_leftovers()
    if request.cloud:
        from assay.data.gc_remote import sweep_remotes

        yield from sweep_remotes(bench, used, request)
