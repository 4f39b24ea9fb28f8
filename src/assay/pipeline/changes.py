"""Why a stage must run: the differences between what was recorded and what is there now.

A pure decision over what `Present` tells about paths and parameters (spec/pipelines.md §5.5).
"""

from __future__ import annotations

from assay.pipeline.model import Dependency, Output, ParamFile, Stage
from assay.pipeline.records import Entry, Record, lock_path, records
from assay.store.hashes import Fingerprint
from assay.typed import Any, Iterator, NamedTuple, Protocol

COMMAND, DEPENDENCY, OUTPUT, PARAMS = "command", "dependency", "output", "params"
ALWAYS, CHECKSUM = "always changed", "checksum"
MODIFIED, DELETED, NEW, NOT_IN_CACHE = "modified", "deleted", "new", "not in cache"
NOT_IN_SYNC = "not in sync"
UPDATE_AVAILABLE = "update available"

UP_TO_DATE = "Data and pipelines are up to date."
"""What commands say when no stage has changed."""


class ParamChange(NamedTuple):
    """One parameter: its key, what happened, the recorded and the present value."""

    key: str
    state: str
    old: Any = None
    new: Any = None


class Change(NamedTuple):
    """One reason: what changed, the location it concerns, how; for parameters, which keys."""

    subject: str
    location: str = ""
    state: str = ""
    params: tuple[ParamChange, ...] = ()


class Present(Protocol):
    """What is there now."""

    def fingerprint(self, location: str) -> Fingerprint | None:
        """Hash, size and kind of what is at the location; None if nothing."""

    def legacy_hash(self, location: str) -> str | None:
        """The same in the hash of DVC 2.x."""

    def state_elsewhere(self, item: Dependency | Output, record: Record | None) -> str | None:
        """How what is no path of this machine differs from its record, if it does."""

    def is_cached(self, record: Record, location: str) -> bool:
        """Whether the cache holds what was recorded for the location, whole."""

    def values(self, file: ParamFile) -> dict[str, Any] | None:
        """The tracked parameters of a file that exist; None if the file is missing."""


def changes(stage: Stage, entry: Entry | None, present: Present) -> Iterator[Change]:
    """The reasons to run `stage`, in DVC's order; take the first to know whether to run.

    The parts of a frozen stage that point upstream do not count.
    """
    if stage.command is not None and entry is not None and entry.get("cmd") != stage.command:
        yield Change(COMMAND)
    if not stage.frozen:
        if stage.is_callback or stage.always_changed:
            yield Change(ALWAYS)
        yield from dependency_changes(stage, entry, present)
    yield from output_changes(stage, entry, present)
    if has_wrong_checksum(stage):
        yield Change(CHECKSUM)


def has_wrong_checksum(stage: Stage) -> bool:
    """Whether a .dvc file was edited by hand, or its import never done (spec/pipelines.md §7)."""
    if stage.name or stage.command is not None:
        return False
    if stage.written is None:
        return stage.checksum is not None
    if stage.checksum is None:
        return True
    from assay.pipeline.checksum import file_checksum  # of stages that are a file each

    return file_checksum(stage.written) != stage.checksum


def dependency_changes(stage: Stage, entry: Entry | None, present: Present) -> Iterator[Change]:
    """Differences of what the stage reads: dependencies, then parameters."""
    known = records(entry, "deps")
    for dependency in stage.dependencies:
        if dependency.repo is not None:  # what is newer there, `assay.pipeline.upstream` finds out
            continue
        record = known.get(lock_path(stage, dependency.path, dependency.location))
        if dependency.is_elsewhere:
            state = present.state_elsewhere(dependency, record)
        else:
            state = _path_state(dependency.location, record, present)
        if state is not None:
            yield Change(DEPENDENCY, dependency.location, state)
    recorded = (entry or {}).get("params") or {}
    for file in stage.params:
        change = _param_file_change(file, recorded.get(file.path), present)
        if change is not None:
            yield change


def output_changes(stage: Stage, entry: Entry | None, present: Present) -> Iterator[Change]:
    """Differences of what the stage writes."""
    known = records(entry, "outs")
    for output in stage.outputs:
        record = known.get(lock_path(stage, output.path, output.location))
        is_known = record is not None and record.md5 is not None and output.cache
        if record and is_known and not present.is_cached(record, output.location):
            yield Change(OUTPUT, output.location, NOT_IN_CACHE)
            continue
        state = _path_state(output.location, record, present)
        if state is not None:
            yield Change(OUTPUT, output.location, state)
    for output in stage.uploads:
        state = present.state_elsewhere(output, known.get(output.path))
        if state is not None:
            yield Change(OUTPUT, output.location, state)


def is_only_missing(change: Change) -> bool:
    """Whether data is absent and nothing says that it would be different data."""
    if change.subject == DEPENDENCY:
        return change.state == DELETED
    return change.subject == OUTPUT and change.state in (DELETED, NOT_IN_CACHE)


def is_same(record: Record | None, location: str, present: Present) -> bool:
    """Whether the location holds what was recorded."""
    return _path_state(location, record, present) is None


def _path_state(location: str, record: Record | None, present: Present) -> str | None:
    found = present.fingerprint(location)
    if found is None:
        return DELETED
    if record is None or record.md5 is None:
        return MODIFIED
    md5 = present.legacy_hash(location) if record.is_legacy else found.md5
    return None if md5 == record.md5 else MODIFIED


def _param_file_change(
    file: ParamFile, recorded: dict[str, Any] | None, present: Present
) -> Change | None:
    values = present.values(file)
    if values is None:
        return Change(PARAMS, file.location, DELETED)
    if recorded is None:
        return Change(PARAMS, file.location, NEW, _all_new(values))
    keys = file.keys if file.keys is not None else tuple(dict.fromkeys((*recorded, *values)))
    found = tuple(_param_changes(keys, recorded, values))
    return Change(PARAMS, file.location, MODIFIED, found) if found else None


def _all_new(values: dict[str, Any]) -> tuple[ParamChange, ...]:
    return tuple(ParamChange(key, NEW, None, value) for key, value in values.items())


def _param_changes(
    keys: tuple[str, ...], recorded: dict[str, Any], values: dict[str, Any]
) -> Iterator[ParamChange]:
    for key in keys:
        if key not in values:
            yield ParamChange(key, DELETED, recorded.get(key))
        elif key not in recorded:
            yield ParamChange(key, NEW, None, values[key])
        elif not _same_value(recorded[key], values[key]):
            yield ParamChange(key, MODIFIED, recorded[key], values[key])


def _same_value(old: Any, new: Any) -> bool:
    """Python equality, as in DVC (`1 == 1.0 == True`); a NaN equals itself."""
    return bool(old == new) or (old != old and new != new)
