"""The ways in which an experiment can be made, for tests that hold for all of them."""

from __future__ import annotations

from support.project import Project

WAYS = ("workspace", "temp", "queue", "save")


def experiment(project: Project, way: str, name: str, *options: str, cwd: str = ".") -> str:
    """Make the experiment `name` in one of the WAYS; the reference that holds it.

    Before `exp save` the pipeline is run by `repro`: there must be something to save.
    """
    if way == "save":
        project.dvc("repro", cwd=cwd)
        project.dvc("exp", "save", "-n", name, cwd=cwd)
    elif way == "queue":
        project.dvc("exp", "run", "--queue", "-n", name, *options, cwd=cwd)
        project.dvc("exp", "run", "--run-all", cwd=cwd)
    else:
        where = ["--temp"] if way == "temp" else []
        project.dvc("exp", "run", *where, "-n", name, *options, cwd=cwd)
    [ref] = [ref for ref in project.refs() if ref.endswith(f"/{name}")]
    return ref


def held(project: Project, ref: str, path: str) -> str | None:
    """The text of a file in an experiment, None if it has none."""
    names = project.git("-c", "core.quotePath=false", "ls-tree", "-r", "--name-only", ref)
    return project.git("show", f"{ref}:{path}") if path in names.splitlines() else None
