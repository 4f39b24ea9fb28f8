"""`version`: the version and the environment, for reports of problems."""

from __future__ import annotations

import os
import platform

from assay import DVC_VERSION, __version__
from assay.cli.options import Arguments, Options
from assay.cli.session import Session
from assay.fs.link_kinds import working_kinds
from assay.project import Project

EXAMPLES = {
    "version": "example:\n  dvc version",
}


def version_arguments(options: Options) -> None:
    """No options of its own."""


def version(_: Arguments, session: Session) -> int:
    """Print what this is and where it runs."""
    title = f"DVC version: {DVC_VERSION} (assay {__version__})"
    lines = [
        title,
        "-" * len(title),
        f"Platform: Python {platform.python_version()} on {platform.platform()}",
    ]
    project = session.project_or_none
    if project is not None:
        scm = "git" if project.repository is not None else "no_scm"
        sub = f"dvc (subdir), {scm}" if project.prefix else f"dvc, {scm}"
        lines += [
            f"Cache types: {_links(project)}",
            f"Cache directory: {project.cache_dir}",
            f"Remotes: {', '.join(project.config.remotes) or 'None'}",
            f"Workspace directory: {os.path.realpath(project.root)}",
            f"Repo: {sub}",
        ]
    session.console.result("\n".join(lines))
    return 0


def _links(project: Project) -> str:
    try:
        kinds = working_kinds(project.cache_dir, project.dvc_dir)
    except FileNotFoundError:
        return "unknown, there is no cache yet"
    except OSError as error:
        return f"unknown, cannot try: {error.strerror}"
    return ", ".join(kinds) or "none but copies"
