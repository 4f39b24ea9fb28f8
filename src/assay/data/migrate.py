"""Records of DVC 2.x written anew in the form of DVC 3 (spec/data.md §7, `cache migrate`).

What was recorded stays what is recorded: only its hash is another one. Data that has changed in the
workspace is still changed afterwards, and a record whose data is nowhere stays in the old form.
"""

from __future__ import annotations

from assay.pipeline.lockfile import LOCK_NAME
from assay.pipeline.model import Dependency, Output, Stage
from assay.pipeline.records import Entry, lock_path, path_item, record_of
from assay.pipeline.running.run_cache import RunCache, is_savable
from assay.pipeline.tracking import Tracker
from assay.pipeline.workbench import Workbench
from assay.store.hashes import Fingerprint
from assay.store.migrate import Migration
from assay.typed import Any, Mapping

_SECTIONS = ("deps", "outs")


def legacy_stages(bench: Workbench) -> list[Stage]:
    """The stages with a record in the old form, in the order of the project."""
    return [stage for stage in bench.pipeline.stages.values() if _legacy_items(bench, stage)]


def shown_files(bench: Workbench, stages: list[Stage]) -> list[str]:
    """The files that hold the records of `stages`, as the user sees them."""
    names = []
    for stage in stages:
        name = bench.addresses.path(stage.file)
        names.append(f"{name} ({LOCK_NAME})" if stage.name else name)
    return list(dict.fromkeys(names))


def migrate_records(
    bench: Workbench, stages: list[Stage], migration: Migration, tracker: Tracker
) -> None:
    """Write the records of `stages` in the new form, data first; warns of those that cannot be."""
    for stage in stages:
        old = bench.pipeline.entry(stage)
        assert old is not None  # something in it is old
        entry = _converted(bench, stage, old, migration)
        if entry == old:
            continue
        if is_savable(stage) and not _has_legacy(entry):
            RunCache(bench.workspace.cache.top).save(entry)
        if not stage.name:
            bench.console.info(f"Updating DVC file '{bench.addresses.path(stage.file)}'")
        tracker.write(stage, entry, old)
    bench.workspace.save()


def _converted(bench: Workbench, stage: Stage, old: Entry, migration: Migration) -> Entry:
    paths: list[Dependency | Output] = [*stage.dependencies, *stage.outputs]
    locations = {lock_path(stage, item.path, item.location): item.location for item in paths}
    entry = dict(old)
    for section in _SECTIONS if stage.name else ("outs",):
        if section in entry:
            entry[section] = [
                _converted_item(bench, stage, item, locations, migration) for item in old[section]
            ]
    return entry


def _converted_item(
    bench: Workbench,
    stage: Stage,
    item: dict[str, Any],
    locations: Mapping[str, str],
    migration: Migration,
) -> dict[str, Any]:
    record = record_of(item)
    if not record.is_legacy or record.md5 is None:
        return item
    found = migration.tracked(record.md5)
    if found is None:
        found = _from_workspace(bench, stage, locations.get(item["path"]), record.md5)
    if found is None:
        bench.console.warning(
            f"'{item['path']}' of '{bench.addresses.stage(stage)}' keeps its 2.x record: neither "
            "the cache nor the workspace has what was recorded"
        )
        return item
    return path_item(item["path"], found._replace(is_executable=record.is_executable))


def _from_workspace(
    bench: Workbench, stage: Stage, location: str | None, md5: str
) -> Fingerprint | None:
    """What is at the location, if it is what was recorded; an output is put into the cache."""
    workspace = bench.workspace
    if location is None or "://" in location or workspace.legacy_hash(location) != md5:
        return None
    if any(out.cache and out.location == location for out in stage.outputs):
        return workspace.gather(location, relink=False)
    return workspace.fingerprint(location)


def _legacy_items(bench: Workbench, stage: Stage) -> bool:
    entry = bench.pipeline.entry(stage)
    if entry is None:
        return False
    # What an import reads belongs to its source: `update` is what renews it.
    return _has_legacy(entry if stage.name else {"outs": entry.get("outs")})


def _has_legacy(entry: Entry) -> bool:
    items = [item for section in _SECTIONS for item in entry.get(section) or ()]
    return any(record_of(item).is_legacy for item in items)
