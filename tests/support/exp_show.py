"""What `exp show` says, and what it takes to say it."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from typing import Any

from support.project import Project

Save = Callable[..., str]
"""`save(name, files)` makes an experiment and gives its commit."""


def shown(project: Project, *options: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = project.dvc("exp", "show", "--json", *options).json
    return found


def rows(project: Project, *options: str) -> list[dict[str, str]]:
    text = project.dvc("exp", "show", "--csv", *options).out
    return list(csv.DictReader(io.StringIO(text)))


def experiments(project: Project, *options: str) -> list[str]:
    return [row["Experiment"] for row in rows(project, *options) if row["Experiment"]]


def calls_of_git(project: Project, *command: str) -> list[str]:
    """The Git commands that a command of ours starts."""
    trace = project.home / "git-trace"
    trace.unlink(missing_ok=True)
    project.dvc(*command, env={"GIT_TRACE": str(trace)})
    lines = trace.read_text().splitlines() if trace.exists() else []
    return [line.partition("trace: built-in: ")[2] for line in lines if "built-in: git" in line]
