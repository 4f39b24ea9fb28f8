"""What a run may ask of this floor, loaded only when it does: most runs move no data."""

from __future__ import annotations

from assay.pipeline.model import Stage
from assay.pipeline.records import Entry
from assay.pipeline.running.repro_options import ReproOptions
from assay.pipeline.running.work import Importer, Supplier
from assay.pipeline.tracking import Tracker
from assay.pipeline.workbench import Workbench
from assay.typed import Mapping


def supplier(bench: Workbench, options: ReproOptions) -> Supplier | None:
    """Who brings what is missing; nobody unless the options allow it."""
    if not options.may_pull:
        return None
    from assay.data.fetcher import Fetcher

    return Fetcher(bench)


def importer(bench: Workbench, tracker: Tracker, environ: Mapping[str, str]) -> Importer:
    """Who brings imports that are not frozen."""

    def bring(stage: Stage, *, dry: bool) -> Entry:
        from assay.data.import_anew import import_anew

        return import_anew(bench, stage, tracker, environ, dry=dry)

    return bring
