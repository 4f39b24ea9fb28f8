"""`destroy`: a project becomes a folder of files again (spec/data.md §7).

Data comes first and `.dvc` last: after a kill the command can be given again.
"""

from __future__ import annotations

import os

from assay.fs.ignore import IGNORE_FILE
from assay.fs.lock import ProjectLock
from assay.fs.remove import remove
from assay.pipeline.lockfile import lock_location
from assay.pipeline.workbench import Workbench


def destroy(bench: Workbench) -> None:
    """Delete stage files, locks, configuration and `.dvc` with a cache in it; data stays.

    Outputs that are links into the cache become files of their own before.
    """
    workspace = bench.workspace
    for stage in bench.pipeline.stages.values():
        for output in stage.outputs:
            if output.cache and workspace.is_safe(output.location):
                workspace.unprotect(output.location)
    with ProjectLock(bench.project.tmp_dir):
        for file in workspace.stage_files():
            if os.path.basename(file) == "dvc.yaml":
                remove(workspace.absolute(lock_location(file)))
            remove(workspace.absolute(file))
        remove(workspace.absolute(IGNORE_FILE))
        remove(bench.project.dvc_dir)
