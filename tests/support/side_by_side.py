"""One question, put to our command and to the real DVC; for commands that only read."""

from __future__ import annotations

import json
from typing import Any

from support.project import Project, Result


def tidy(value: Any) -> Any:
    """`value` with all lists sorted, for answers whose order means nothing."""
    if isinstance(value, dict):
        return {key: tidy(item) for key, item in value.items()}
    if isinstance(value, list):
        return sorted((tidy(item) for item in value), key=lambda item: json.dumps(item))
    return value


def same_json(project: Project, real_dvc: str, *args: str, cwd: str = ".") -> Any:
    """The JSON that both print, without regard to order; they must agree on it."""
    ours, theirs = (project.dvc(*args, by=by, cwd=cwd).json for by in ("dvc", real_dvc))
    assert tidy(ours) == tidy(theirs), args
    return tidy(ours)


def same_text(project: Project, real_dvc: str, *args: str, code: int = 0, cwd: str = ".") -> Result:
    """What both print, without regard to the order of lines; they must agree on it."""
    ours, theirs = (project.dvc(*args, by=by, code=code, cwd=cwd) for by in ("dvc", real_dvc))
    assert sorted(ours.lines) == sorted(theirs.lines), args
    assert ours.err.splitlines()[:1] == theirs.err.splitlines()[:1], args
    return ours
