"""An engine that another package brings, and what happens when it hands back damaged results."""

from __future__ import annotations

from typing import Any

import pytest

from support.project import Project

MODULE = '''
from assay.queue.engine import ENDED, LOST, Event, Facts
from assay.queue.hosts.run import run_capsule

class Here:
    """Runs each capsule in the coordinator itself; `damage` says what becomes of results."""

    def __init__(self, damage):
        self.damage, self.found = damage, []

    def facts(self):
        return Facts(1, {}, keeps_count=True)

    def is_reachable(self):
        return True

    def submit(self, handle, capsule, resources):
        if self.damage == "capsule":
            capsule = capsule[:-1]
        result = run_capsule(capsule)
        if self.damage == "cut":
            result = result[:-9]
        if self.damage == "altered":
            result = result.replace(b"PACK", b"KCAP")
        kind = LOST if self.damage == "lost" else ENDED
        self.found.append(Event(handle, kind, result))

    def adopt(self, handle):
        return False

    def events(self, patience_s):
        found, self.found = self.found, []
        return found

    def folder(self, handle):
        return ""

    def cancel(self, handle, token, *, force):
        pass

    def forget(self, handle):
        pass

    def close(self):
        pass

def open_cluster(project, settings, jobs):
    return Here(settings.get("damage"))
'''


@pytest.fixture
def queue(project: Project) -> Project:
    packages = project.root.parent / "packages"
    about = packages / "mine-1.0.dist-info"
    about.mkdir(parents=True)
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: mine\nVersion: 1.0\n")
    (about / "entry_points.txt").write_text("[assay.engines]\nmine = mine_engine:open_cluster\n")
    (packages / "mine_engine.py").write_text(MODULE)
    project.env["PYTHONPATH"] = str(packages)
    stage = "stages: {go: {cmd: cp params.yaml out.txt, params: [x], outs: [out.txt]}}\n"
    project.write_all({"dvc.yaml": stage, "params.yaml": "x: 1\n"})
    project.commit("base")
    project.dvc("exp", "run", "--queue", "-n", "one", "-S", "x=2")
    return project


def task(project: Project) -> dict[str, Any]:
    found: dict[str, Any] = project.dvc("queue", "status", "--json").json["tasks"][0]
    return found


def test_it_is_listed_and_runs_tasks(queue: Project) -> None:
    listed = {one["name"]: one for one in queue.dvc("engine", "list", "--json").json}
    assert set(listed) == {"local", "dask", "slurm", "mine"} and listed["local"]["default"]
    assert "'mine'" in listed["mine"]["summary"]
    assert queue.dvc("engine", "check", "mine", "--json").json["slots"] == 1
    queue.dvc("exp", "run", "--run-all", "--engine", "mine")
    queue.dvc("exp", "apply", "one")
    assert queue.read("out.txt") == "x: 2\n"


@pytest.mark.parametrize(
    ("damage", "reason"),
    [
        ("capsule", "refusing a capsule: it was cut off or altered"),
        ("cut", "refusing a result: it was cut off or altered"),
        ("altered", "refusing a result: it was cut off or altered"),
        ("lost", "worker lost"),
    ],
)
def test_what_is_damaged_changes_nothing_and_is_named(
    queue: Project, damage: str, reason: str
) -> None:
    queue.git("config", "assay.engine.mine.damage", damage)
    queue.git("config", "assay.queue.engine", "mine")
    before = queue.git("for-each-ref"), queue.git("count-objects", "-v").splitlines()[-2:]
    queue.dvc("queue", "start")
    queue.dvc("queue", "wait", "one", code=1)
    assert reason in task(queue)["cause"]
    after = queue.git("for-each-ref"), queue.git("count-objects", "-v").splitlines()[-2:]
    assert after == before


def test_an_engine_that_is_unknown_or_broken_is_one_line(queue: Project) -> None:
    failed = queue.dvc("queue", "start", "--engine", "nope", code=255)
    assert "there is no engine 'nope'" in failed.err and "mine" in failed.err
    (queue.root.parent / "packages" / "mine_engine.py").write_text("import nothing_of_that_name\n")
    failed = queue.dvc("queue", "start", "--engine", "mine", code=255)
    assert "engine 'mine' cannot be loaded" in failed.err and "Traceback" not in failed.err
