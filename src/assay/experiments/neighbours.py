"""Other projects in the same Git repository: an experiment holds their files, but they are theirs.

A file belongs to the project in the nearest folder above it; what is in none is common.
"""

from __future__ import annotations

import os

from assay.project import DVC_DIR, Project
from assay.typed import Iterable


def of_other_projects(project: Project, paths: Iterable[str]) -> set[str]:
    """Those of `paths` (relative to the Git root) that another project's folder holds."""
    root, known = project.git().root, {project.prefix: False}
    return {path for path in paths if _is_foreign(root, os.path.dirname(path), known)}


def _is_foreign(root: str, folder: str, known: dict[str, bool]) -> bool:
    if folder not in known:
        if os.path.isdir(os.path.join(root, folder, DVC_DIR)):
            known[folder] = True
        else:
            known[folder] = bool(folder) and _is_foreign(root, os.path.dirname(folder), known)
    return known[folder]
