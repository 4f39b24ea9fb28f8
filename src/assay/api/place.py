"""Where a function of the API was called."""

from __future__ import annotations

import os

from assay.pipeline.address import Addresses
from assay.project import Project, open_project
from assay.ui.console import Silence


class Place:
    """A project as seen from one of its directories."""

    __slots__ = ("addresses", "console", "project")

    def __init__(self, directory: str) -> None:
        directory = os.path.realpath(directory)
        self.project: Project = open_project(directory, os.environ)
        self.addresses = Addresses(self.project.root, directory)
        self.console = Silence()
