"""`freeze` and `unfreeze`: whether a stage looks at what it reads (spec/pipelines.md §11)."""

from __future__ import annotations

from assay.fs.lock import ProjectLock
from assay.pipeline.model import Stage
from assay.pipeline.stage_edit import edit_file, refuse_parametrized
from assay.pipeline.workbench import Workbench
from assay.typed import Any

_OLD_WORD = "locked"


def set_frozen(bench: Workbench, stage: Stage, *, frozen: bool) -> None:
    """Write into the stage's file that it is frozen, or that it is not. Raises Parametrized."""
    refuse_parametrized(bench, stage, "dump")
    if stage.frozen == frozen:
        return

    def edit(data: Any) -> None:
        body = data["stages"][stage.name] if stage.name else data
        for word in ("frozen", _OLD_WORD):
            body.pop(word, None)
        if frozen:
            body["frozen"] = True

    with ProjectLock(bench.project.tmp_dir):
        edit_file(bench.workspace.absolute(stage.file), edit)
