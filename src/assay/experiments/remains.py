"""What a run that failed leaves of outputs that persist, so that a later run can go on from it.

A stage with such an output expects it to be there: a checkpoint, an index that grows. The files go
into the cache; where they are is kept by whoever keeps the failed run. If the cache has lost one,
the next run starts without it.
"""

from __future__ import annotations

from assay.pipeline.workbench import Workbench
from assay.store.scan import NotAFile
from assay.typed import Iterable, NamedTuple


class Remain(NamedTuple):
    """One output: its location, the object with its content."""

    location: str
    object_id: str
    is_executable: bool = False


def collect_remains(bench: Workbench) -> list[Remain]:
    """Put outputs that persist into the cache as they are now; nothing is recorded."""
    found = []
    for stage in bench.pipeline.stages.values():
        for output in stage.outputs:
            if not (output.persist and output.cache and bench.workspace.exists(output.location)):
                continue
            bench.workspace.forget(output.location)
            try:
                kept = bench.workspace.gather(output.location, relink=False)
            except NotAFile:
                continue
            found.append(Remain(output.location, kept.md5, kept.is_executable))
    return found


def bring_back(bench: Workbench, remains: Iterable[Remain]) -> None:
    """Put the outputs where they were, as copies that may be written."""
    persistent = {
        output.location
        for stage in bench.pipeline.stages.values()
        for output in stage.outputs
        if output.persist
    }
    for location, object_id, is_executable in remains:
        if location in persistent and bench.workspace.cache.has_all(object_id):
            bench.workspace.restore(location, object_id, executable=is_executable, copy=True)
