"""Before an experiment: outputs as they were recorded, so that a changed branch or a deleted file
does not make finished stages run again (spec/experiments.md §3.1).
"""

from __future__ import annotations

from assay.pipeline.model import Output, Stage
from assay.pipeline.records import Record, lock_path, records
from assay.pipeline.running.recording import Recorder
from assay.pipeline.workbench import Workbench
from assay.typed import Iterable


def refresh_outputs(bench: Workbench, keys: Iterable[str]) -> None:
    """Restore recorded outputs of these stages where the workspace holds something else.

    What a user wrote into an output by hand is put into the cache before it is replaced, and said.
    Outputs that the cache lacks, and data that `add` tracks, stay as they are.
    """
    present = bench.present()
    recorder = Recorder(bench.workspace, present, bench.console)
    for key in keys:
        stage = bench.graph.stages[key]
        for output, record in _recorded_outputs(bench, stage):
            if _should_refresh(bench, stage, output, record) and present.is_cached(
                record, output.location
            ):
                _keep_edit(bench, output)
                recorder.restore_output(output, record)


def _recorded_outputs(bench: Workbench, stage: Stage) -> list[tuple[Output, Record]]:
    known = records(bench.pipeline.entry(stage), "outs")
    pairs = []
    for output in stage.outputs:
        record = known.get(lock_path(stage, output.path, output.location))
        if output.cache and record is not None and record.md5 is not None:
            pairs.append((output, record))
    return pairs


def _should_refresh(bench: Workbench, stage: Stage, output: Output, record: Record) -> bool:
    found = bench.workspace.fingerprint(output.location)
    if found is None:
        return True
    return stage.command is not None and found.md5 != record.md5 and not record.is_legacy


def _keep_edit(bench: Workbench, output: Output) -> None:
    found = bench.workspace.fingerprint(output.location)
    if found is None or bench.workspace.cache.has_all(found.md5):
        return
    bench.workspace.gather(output.location, relink=False)
    bench.console.warning(
        f"'{bench.addresses.path(output.location)}' was changed by hand and is replaced by its "
        f"recorded version; what it held is kept in the cache as {found.md5}"
    )
