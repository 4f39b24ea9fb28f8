"""Which stages an experiment is about; apart from running them, for those who only queue it."""

from __future__ import annotations

from assay.experiments.request import RunRequest
from assay.pipeline.plan import select
from assay.pipeline.targets import UnknownStage, UnknownTarget
from assay.pipeline.workbench import Workbench


def chosen_stages(bench: Workbench, request: RunRequest) -> list[str]:
    """Keys of the stages that the request selects. Raises UnknownStage, UnknownTarget."""
    try:
        return select(bench.graph, bench.targets, request.selection)
    except UnknownStage as error:
        named = [t for t in request.selection.targets if f"'{t}' not found" in error.message]
        if not named:
            raise
        raise UnknownTarget(
            f"'{named[0]}' does not exist as an output or a stage name in 'dvc.yaml'"
        ) from error
