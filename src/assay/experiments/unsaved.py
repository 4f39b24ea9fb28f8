"""Outputs of the workspace that a checkout would replace: into the cache before they go."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from assay.errors import AssayError
from assay.experiments.history import KeptOutput
from assay.pipeline.records import lock_path, records
from assay.pipeline.workbench import Workbench
from assay.store.hashes import check_object_id


def keep_outputs(bench: Workbench, *, replaced: Iterable[str] = ()) -> dict[str, KeptOutput]:
    """What outputs hold that a checkout would replace or clear; all of it is in the cache then.

    `replaced` are locations that something else will be written to.
    """
    recorded = _recorded(bench)
    recorded.update(dict.fromkeys(replaced))
    kept = {}
    for location in {**bench.workspace.placed.all(), **recorded}:
        found = bench.workspace.fingerprint(location)
        if found is None or found.md5 == recorded.get(location):
            continue
        is_own = not bench.workspace.cache.has_all(found.md5)
        if is_own:
            bench.workspace.gather(location, relink=False, is_ours=False)
        kept[location] = KeptOutput(found.md5, found.is_executable, is_own)
    return kept


def bring_back(bench: Workbench, outputs: Mapping[str, KeptOutput]) -> list[str]:
    """Make outputs hold what they held; the locations for which the cache lacks it."""
    lost = []
    for location, output in outputs.items():
        try:
            check_object_id(output.md5)
            # What somebody has edited stays a file that can be edited.
            bench.workspace.restore(
                location, output.md5, executable=output.is_executable, copy=output.is_own
            )
        except AssayError:
            lost.append(location)
    bench.workspace.save()
    return lost


def _recorded(bench: Workbench) -> dict[str, str | None]:
    """Location → the object that it should hold, of every cached output."""
    found: dict[str, str | None] = {}
    for stage in bench.pipeline.stages.values():
        known = records(bench.pipeline.entry(stage), "outs")
        for output in stage.outputs:
            if output.cache:
                record = known.get(lock_path(stage, output.path, output.location))
                found[output.location] = record.md5 if record else None
    return found
