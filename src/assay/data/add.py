"""`add`: track files and directories with a .dvc file beside each (spec/data.md §7)."""

from __future__ import annotations

import os

from assay.errors import AssayError
from assay.fs.walked import WalkedFile
from assay.pipeline.build import is_stage_file
from assay.pipeline.dvc_file import file_for, output_item, write_outputs
from assay.pipeline.model import Output, Stage
from assay.pipeline.records import path_item, record_of
from assay.pipeline.tracking import TrackedByGit, Tracker, refuse_hidden, refuse_tracked
from assay.pipeline.workbench import Workbench
from assay.store.filling import Kept
from assay.store.guard import CacheGuard
from assay.store.hashes import Fingerprint
from assay.store.trees import TreeEntry, tree_bytes, tree_id
from assay.typed import Any, Iterable, Iterator, NamedTuple, Sequence
from assay.ui.console import Console
from assay.ui.progress import Progress

_SYMLINK_PAGE = "https://dvc.org/doc/user-guide/troubleshooting#add-symlink"
_OUTSIDE_PAGE = "https://dvc.org/doc/user-guide/data-management/importing-external-data"


class CannotAdd(AssayError):
    """A path cannot be tracked."""

    exit_code = 1


class AddOptions(NamedTuple):
    """`commit`: put the data into the cache; `relink`: then link it back as configured."""

    commit: bool = True
    relink: bool = True


def add(bench: Workbench, targets: list[str], options: AddOptions, tracker: Tracker) -> None:
    """Track each target (a path as typed). Those before a failing one stay tracked."""
    listings: dict[str, tuple[TreeEntry, ...]] = {}
    for target in targets:
        location = bench.addresses.location(target)
        check_target(bench, target, location)
        owner = bench.graph.owners.around(location)
        try:
            with CacheGuard(bench.workspace.cache.top, alone=False, tell=bench.console.info):
                if owner is not None and bench.graph.owners.exact(location) is None:
                    _add_inside(bench, owner, location, options, tracker, listings)
                else:
                    _add_one(bench, location, options, tracker)
        except BaseException:
            tracker.roll_back()
            raise
    bench.workspace.save()


def check_target(bench: Workbench, target: str, location: str) -> None:
    """Raise CannotAdd for what cannot be tracked, before anything is written."""
    path = bench.workspace.absolute(location)
    if os.path.isabs(location):
        raise CannotAdd(
            f"Cached output(s) outside of DVC project: {target}. "
            f"See <{_OUTSIDE_PAGE}> for more info."
        )
    if is_stage_file(location):
        raise CannotAdd(f"DVC file '{target}' cannot be an output.")
    is_linked = os.path.islink(path) and os.path.isdir(path)
    if is_linked or os.path.realpath(os.path.dirname(path)) != os.path.dirname(path):
        raise CannotAdd(
            "Cannot add files inside symlinked directories to DVC. "
            f"See <{_SYMLINK_PAGE}> for more information."
        )
    rule = bench.workspace.ignore.explain(path, os.path.isdir(path))
    if rule is not None and not rule.negated:
        raise CannotAdd(f"Path '{path}' is ignored by {rule}")
    _check_overlap(bench, target, location)


def _check_overlap(bench: Workbench, target: str, location: str) -> None:
    owner = bench.graph.owners.exact(location) or bench.graph.owners.around(location)
    if owner is not None and bench.graph.stages[owner].name:
        stage = bench.graph.stages[owner]
        file = bench.addresses.path(stage.file)
        raise CannotAdd(
            f"cannot update '{target}': overlaps with an output of stage: '{stage.name}' in "
            f"'{file}'.\nRun the pipeline or use 'dvc commit' to force update it."
        )
    if owner is not None:
        return
    for inner, holder in bench.graph.owners.inside(location):
        inner_path = bench.addresses.path(inner)
        file = bench.addresses.path(bench.graph.stages[holder].file)
        raise CannotAdd(
            f"Cannot add '{target}', because it is overlapping with other DVC tracked output: "
            f"'{inner_path}'.\nTo include '{inner_path}' in '{target}', run 'dvc remove {file}' "
            f"and then 'dvc add {target}'"
        )


def _add_one(bench: Workbench, location: str, options: AddOptions, tracker: Tracker) -> None:
    workspace = bench.workspace
    path = workspace.absolute(location)
    if not os.path.exists(path):
        raise _missing(bench, location, location)
    _refuse_what_git_has(bench, location)
    if options.commit:
        found = workspace.gather(
            location,
            relink=options.relink,
            watch=lambda files, kept: _watched(bench.console, files, kept),
        )
    else:
        found = _hashed(bench, location)
    tracker.ignore_location(location)
    _write(bench, location, found, tracker)


def _refuse_what_git_has(bench: Workbench, location: str) -> None:
    """Raise CannotAdd if the data is in Git, or its .dvc file could never be."""
    try:
        refuse_tracked(bench.project, location, bench.addresses.path(location))
    except TrackedByGit as error:
        raise CannotAdd(str(error)) from None
    if bench.graph.owners.exact(location) is None:
        file = file_for(location)
        refuse_hidden(bench.project, file, bench.addresses.path(file))


def _watched(console: Console, files: Sequence[WalkedFile], kept: Iterable[Kept]) -> Iterator[Kept]:
    """What is kept of the files one by one, with a bar that tells how many are done."""
    with Progress(console, "Adding", total=len(files)) as progress:
        if not progress.is_visible:
            yield from kept
            return
        for one in kept:
            yield one
            progress.advance(1, one[0].size)


def _hashed(bench: Workbench, location: str) -> Fingerprint:
    found = bench.workspace.fingerprint(location)
    assert found is not None  # its existence was checked
    return found


def _write(bench: Workbench, location: str, found: Fingerprint, tracker: Tracker) -> None:
    owner = bench.graph.owners.exact(location)
    stage = bench.graph.stages[owner] if owner is not None else None
    path = bench.workspace.absolute(stage.file if stage else file_for(location))
    name = os.path.relpath(bench.workspace.absolute(location), os.path.dirname(path))
    write_outputs(path, [output_item(path_item(name, found), name)], stage, bench.workspace.memory)
    tracker.note(path)


def _add_inside(
    bench: Workbench,
    owner: str,
    location: str,
    options: AddOptions,
    tracker: Tracker,
    listings: dict[str, tuple[TreeEntry, ...]],
) -> None:
    """A path inside a tracked directory: only its entries of the listing change.

    `listings` has what the targets before made of listings, by directory.
    """
    stage = bench.graph.stages[owner]
    output = next(out for out in stage.outputs if location.startswith(out.location + "/"))
    if not bench.workspace.is_directory(output.location):
        raise _missing(bench, output.location, location)
    inside = location[len(output.location) + 1 :]
    listing = listings.get(output.location) or _recorded_listing(bench, stage, output)
    kept = {entry.path: entry for entry in listing if not _is_at(entry.path, inside)}
    found = _entries_at(bench, location, inside, options)
    if not found and len(kept) == len(listing):
        raise _missing(bench, location, location)
    kept.update((entry.path, entry) for entry in found)
    entries = tuple(kept[name] for name in sorted(kept))
    data = tree_bytes(entries)
    object_id = tree_id(data)
    bench.workspace.cache.put_bytes(object_id, data)
    item: dict[str, Any] = {"md5": object_id, "nfiles": len(entries), "hash": "md5"}
    size = bench.workspace.cache.total_size(entries)
    if size is not None:
        item["size"] = size
    path = bench.workspace.absolute(stage.file)
    write_outputs(path, [output_item(item, output.path)])
    listings[output.location] = entries
    tracker.note(path)


def _recorded_listing(bench: Workbench, stage: Stage, output: Output) -> tuple[TreeEntry, ...]:
    """What a tracked directory held when it was recorded. Raises CannotAdd if nobody knows: what
    is added would take the place of all the rest."""
    recorded = (stage.recorded or {}).get("outs") or [{}]
    object_id = record_of(recorded[0]).md5
    listing = bench.workspace.cache.read_tree(object_id) if object_id else None
    if listing is None:
        file = bench.addresses.path(stage.file)
        raise CannotAdd(
            f"what '{bench.addresses.path(output.location)}' holds is not known: its listing "
            f"'{object_id}' is not in the cache",
            hint=f"'dvc fetch {file}' gets it from a remote",
        )
    return listing


def _missing(bench: Workbench, output: str, location: str) -> CannotAdd:
    return CannotAdd(
        f"output '{bench.addresses.path(output)}' does not exist: "
        f"[Errno 2] No such file or directory: '{bench.workspace.absolute(location)}'"
    )


def _is_at(path: str, place: str) -> bool:
    return path == place or path.startswith(place + "/")


def _entries_at(
    bench: Workbench, location: str, inside: str, options: AddOptions
) -> list[TreeEntry]:
    if not bench.workspace.exists(location):
        return []
    found = bench.workspace.gather(location, relink=False)
    entries = [TreeEntry(inside, found.md5)]
    if found.is_tree:
        entries = [
            TreeEntry(f"{inside}/{entry.path}", entry.md5)
            for entry in bench.workspace.entries(location)
        ]
    if options.relink:
        bench.workspace.link_back(location, found)
    return entries
