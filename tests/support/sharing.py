"""Two people with one Git remote and one remote for data."""

from __future__ import annotations

from typing import NamedTuple

from conftest import NewProject
from support.pipelines import two_stages
from support.project import Project


class Sharing(NamedTuple):
    """`ours` and its clone `theirs`; both call the Git remote `origin`.

    `store` is the folder that holds pushed data, `git` the bare repository; absolute paths.
    """

    ours: Project
    theirs: Project
    git: str
    store: str


def sharing(new_project: NewProject) -> Sharing:
    """A committed pipeline of two stages that is on the Git remote; no experiments yet."""
    ours = two_stages(new_project("ours"))
    place, store = ours.root.parent / "origin.git", ours.root.parent / "store"
    ours.write(
        ".dvc/config", f"[core]\n    remote = store\n['remote \"store\"']\n    url = {store}\n"
    )
    ours.commit("remote")
    ours.git("init", "-q", "--bare", "-b", "main", str(place))
    ours.git("remote", "add", "origin", str(place))
    ours.git("push", "-q", "origin", "main")
    theirs = new_project("theirs", git=False, dvc=False)
    theirs.git("clone", "-q", str(place), ".")
    return Sharing(ours, theirs, str(place), str(store))


def experiments_on(project: Project, remote: str = "origin") -> dict[str, str]:
    """Name and commit of the experiments of a Git remote."""
    lines = project.git("ls-remote", remote, "refs/exps/*").splitlines()
    return {name.rpartition("/")[2]: value for value, name in map(str.split, lines)}


def experiments_in(project: Project) -> dict[str, str]:
    """Name and commit of the experiments of a project."""
    found = project.refs()
    return {
        ref.rpartition("/")[2]: value
        for ref, value in found.items()
        if not ref.startswith("refs/exps/exec/")
    }
