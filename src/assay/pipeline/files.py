"""Where the files of a project come from: the workspace, or a commit. Readers do not care which.

A seam (Protocol): loading a pipeline, reading parameters and metrics take `ProjectFiles` and never
open anything themselves.
"""

from __future__ import annotations

from assay.typed import Protocol


class ProjectFiles(Protocol):
    """Files below the project root, by POSIX path relative to it."""

    def read(self, path: str) -> bytes | None:
        """The bytes of a file; None when there is none. Raises IsADirectoryError."""

    def stage_files(self) -> list[str]:
        """Every dvc.yaml and .dvc file of the project, sorted."""

    def is_directory(self, path: str) -> bool:
        """Whether there is a directory of that name."""
