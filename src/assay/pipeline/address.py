"""How stages and paths are called on the command line, as seen from one directory.

A stage of `./dvc.yaml` is `name`, of another file `sub/dvc.yaml:name` or `../dvc.yaml:name`; a .dvc
file and every path is relative to the directory (spec/pipelines.md §1).
"""

from __future__ import annotations

import os.path

from assay.pipeline.model import Stage

PIPELINE_NAME = "dvc.yaml"


class Addresses:
    """Names as seen from `directory`; both paths are absolute."""

    __slots__ = ("directory", "root")

    def __init__(self, root: str, directory: str) -> None:
        self.root = root
        self.directory = directory

    def path(self, location: str) -> str:
        """A location of the project as a path from the directory."""
        if "://" in location or (os.path.isabs(location)):
            return location
        if self.directory == self.root:
            return location
        return os.path.relpath(os.path.join(self.root, location), self.directory)

    def stage(self, stage: Stage) -> str:
        """The address of a stage."""
        file = self.path(stage.file)
        if not stage.name:
            return file
        return stage.name if file == PIPELINE_NAME else f"{file}:{stage.name}"

    def location(self, path: str) -> str:
        """A path typed in the directory as a location of the project (absolute if outside)."""
        place = os.path.normpath(os.path.join(self.directory, path))
        if place == self.root:
            return "."
        return place[len(self.root) + 1 :] if place.startswith(self.root + "/") else place
