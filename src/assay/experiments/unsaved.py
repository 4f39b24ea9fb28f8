"""Outputs of the workspace that a checkout would replace: into the cache before they go."""

from __future__ import annotations

from assay.errors import AssayError
from assay.experiments.history import KeptOutput
from assay.pipeline.load import Pipeline
from assay.pipeline.records import lock_path, records
from assay.pipeline.revisions.pipelines import RevisionPipelines
from assay.pipeline.workbench import Workbench
from assay.project import Project
from assay.store.hashes import check_object_id
from assay.typed import Iterable, Mapping


def pipeline_at(project: Project, commit: str) -> Pipeline:
    """The pipeline of a commit; empty if it is broken: then no output can be brought either."""
    try:
        with RevisionPipelines(project) as revisions:
            return revisions.load(commit)
    except AssayError:
        return Pipeline({}, {}, {})


def keep_outputs(
    bench: Workbench, coming: Pipeline, *, replaced: Iterable[str] = ()
) -> dict[str, KeptOutput]:
    """What outputs hold that will be replaced or cleared; all of it is in the cache then.

    `coming` is the pipeline whose outputs are about to be checked out; `replaced` are locations
    that something else will be written to.
    """
    wanted = _recorded(coming)
    wanted.update(dict.fromkeys(replaced))
    here = _recorded(bench.pipeline)
    cache, placed = bench.workspace.cache, bench.workspace.placed.all()
    kept = {}
    for location in {**placed, **here, **wanted}:
        found = bench.workspace.fingerprint(location)
        if found is None or found.md5 == wanted.get(location):
            continue
        is_cached = cache.has_all(found.md5)
        if location not in wanted and found.md5 == here.get(location) and is_cached:
            continue  # a record that comes back knows it
        if not is_cached:
            bench.workspace.gather(location, relink=False, is_ours=False)
        is_own = placed.get(location) != found.md5
        kept[location] = KeptOutput(found.md5, found.is_executable, is_own)
    bench.workspace.save()
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


def _recorded(pipeline: Pipeline) -> dict[str, str | None]:
    """Location → the object that it should hold, of every cached output."""
    found: dict[str, str | None] = {}
    for stage in pipeline.stages.values():
        known = records(pipeline.entry(stage), "outs")
        for output in stage.outputs:
            if output.cache:
                record = known.get(lock_path(stage, output.path, output.location))
                found[output.location] = record.md5 if record else None
    return found
