"""What every command needs: who called, where, with which words allowed."""

from __future__ import annotations

import os

from assay import config as configuration
from assay.config import Config
from assay.errors import NotAProject
from assay.pipeline.address import Addresses
from assay.project import Project, open_project
from assay.typed import Mapping
from assay.ui.console import Console


class Session:
    """One call of the program. Project and configuration are read when first asked for."""

    __slots__ = ("_project", "console", "directory", "environ", "program", "wait_for_lock")

    def __init__(
        self,
        console: Console,
        *,
        program: str,
        directory: str,
        environ: Mapping[str, str],
        wait_for_lock: bool = False,
    ) -> None:
        self.console = console
        self.program = program
        self.directory = os.path.realpath(directory)
        self.environ = environ
        self.wait_for_lock = wait_for_lock
        self._project: Project | None = None

    @property
    def project(self) -> Project:
        """The project around the directory. Raises NotAProject."""
        if self._project is None:
            self._project = open_project(self.directory, self.environ)
        return self._project

    @property
    def project_or_none(self) -> Project | None:
        """The project around the directory, None outside of any."""
        try:
            return self.project
        except NotAProject:
            return None

    @property
    def config(self) -> Config:
        """The configuration, also outside a project."""
        project = self.project_or_none
        return project.config if project else configuration.load(None, self.environ)

    @property
    def addresses(self) -> Addresses:
        """How stages and paths are called here."""
        return Addresses(self.project.root, self.directory)
