"""A project with a finished stage, and a way to make experiments on it without running any."""

from __future__ import annotations

import pytest

from support.exp_show import Save
from support.project import Project

PIPELINE = {
    "dvc.yaml": "stages: {fit: {cmd: python fit.py, deps: [fit.py], params: [lr], outs: [model], "
    "metrics: [{m.json: {cache: false}}]}}",
    "dvc.lock": "schema: '2.0'\nstages:\n  fit:\n    cmd: python fit.py\n    deps:\n"
    "    - path: fit.py\n      hash: md5\n      md5: 2094b601daac3d68f5aed51d3c20f7cd\n"
    "      size: 8\n    outs:\n    - path: model\n      hash: md5\n"
    "      md5: ae11f27ea217f93e8987410ad59e834a\n      size: 3\n",
    "fit.py": "",
    ".gitignore": "/model\n",
}


@pytest.fixture
def ready(project: Project) -> Project:
    """A project whose HEAD holds a finished stage with lr 0.1 and acc 0.5."""
    project.write_all({**PIPELINE, "params.yaml": "lr: 0.1\nseed: 1\n", "m.json": '{"acc": 0.5}'})
    project.commit("base")
    return project


@pytest.fixture
def save(ready: Project) -> Save:
    """Make an experiment on HEAD from files; later ones have later commit times."""
    minute = iter(range(60))

    def save(name: str, files: dict[str, str], base: str = "HEAD") -> str:
        base = ready.git("rev-parse", base)
        ready.write_all(files)
        ready.git("add", "-A")
        tree = ready.git("write-tree")
        date = f"2025-03-04T05:{next(minute):02d}:00Z"
        dated = {"GIT_COMMITTER_DATE": date, "GIT_AUTHOR_DATE": date}
        made = ready.run(["git", "commit-tree", tree, "-p", base, "-m", name], env=dated)
        commit = made.out.strip()
        ready.git("update-ref", f"refs/exps/{base[:2]}/{base[2:]}/{name}", commit)
        ready.git("reset", "-q", "--hard")
        return commit

    return save
