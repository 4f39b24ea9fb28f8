"""A live logger in a stage, as DVCLive is one: what it does to files and to Git must be kept.

spec/clients.md §2. The logger here is a small program that leaves what DVCLive leaves.
"""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from support.project import Project
from support.waiting import until
from support.ways import experiment, held

LOGGER = r'''
import fcntl, json, os, subprocess, sys, time

ROOT = os.environ["DVC_ROOT"]
SIGNAL = os.path.join(ROOT, ".dvc/tmp/exps/run/DVCLIVE_STEP_COMPLETED")
SECTIONS = """
params:
- live/params.yaml
metrics:
- live/metrics.json
plots:
- live/plots/metrics: {x: step}
- live/plots/custom/curve.json: {template: linear, x: x, y: y}
"""

def write(path, text):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w") as file:  # in place, as DVCLive does
        file.write(text)

def git(*words):
    return subprocess.run(["git", *words], check=True, capture_output=True, text=True).stdout

def the_lock_is_free():
    with open(os.path.join(ROOT, ".dvc/tmp/lock"), "a") as file:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)

assert os.environ["DVC_EXP_BASELINE_REV"] == git("rev-parse", "HEAD").strip()
assert os.environ["DVC_EXP_NAME"]
rate = open("params.yaml").read().split()[1]
write("live/params.yaml", "logged: %s\n" % rate)
rows = "step\tacc\n"
for step in range(3):
    rows += "%s\t%s\n" % (step, step * float(rate))
    write("live/plots/metrics/train/acc.tsv", rows)
    write("live/metrics.json", json.dumps({"train": {"acc": step * float(rate)}, "step": step}))
    text = open("dvc.yaml").read()
    if "live/metrics.json" not in text:
        write(os.path.abspath("dvc.yaml"), text.rstrip("\n") + SECTIONS)
    write(SIGNAL, json.dumps({"pid": os.getpid(), "step": step}))
    the_lock_is_free()
    if step == 1 and os.path.exists(os.path.join(ROOT, "gate")):
        open(os.path.join(ROOT, "gate")).read()
write("live/plots/custom/curve.json", json.dumps([{"x": 1, "y": 2}]))
open("model.bin", "w").write(rate)
left = git("ls-files", "--others", "--exclude-standard", "live").split()
git("add", "--", "dvc.yaml", *left)
os.unlink(SIGNAL)
'''

PIPELINE = """\
# how to train
stages:
  train:
    cmd: python train.py
    deps: [train.py]
    params: [lr]
    outs: [model.bin]
"""

FILES = {
    "live/metrics.json",
    "live/params.yaml",
    "live/plots/custom/curve.json",
    "live/plots/metrics/train/acc.tsv",
}


@pytest.fixture
def live(project: Project) -> Project:
    project.write_all(
        {"params.yaml": "lr: 0.5\n", "train.py": LOGGER, "dvc.yaml": PIPELINE}
        | {".gitignore": "/model.bin\n/gate\n"}
    )
    project.commit("logger")
    return project


@pytest.mark.parametrize("way", ["workspace", "temp", "queue"])
def test_what_it_leaves_belongs_to_the_experiment(live: Project, way: str) -> None:
    ref = experiment(live, way, "logged", "-S", "lr=0.25")
    names = set(live.git("ls-tree", "-r", "--name-only", ref).splitlines())
    assert names >= FILES
    assert "dvc.lock" in names
    pipeline = held(live, ref, "dvc.yaml") or ""
    assert pipeline.startswith(PIPELINE)
    assert "- live/metrics.json" in pipeline
    [_, head] = live.dvc("exp", "show", "--json").json
    [shown] = head["experiments"]
    data = shown["revs"][0]["data"]
    assert data["metrics"] == {"live/metrics.json": {"data": {"train": {"acc": 0.5}, "step": 2}}}
    assert data["params"]["live/params.yaml"] == {"data": {"logged": 0.25}}
    plots = live.dvc("plots", "diff", "logged", "--json").json["data"]
    assert set(plots) == {"live/plots/metrics/train/acc.tsv", "live/plots/custom/curve.json"}
    assert live.exists("live") == (way == "workspace")
    assert not live.exists(".dvc/tmp/exps/run/DVCLIVE_STEP_COMPLETED")


def test_what_the_last_run_left_is_no_obstacle(live: Project) -> None:
    live.dvc("exp", "run", "-n", "one")
    live.write("live/plots/metrics/train/acc.tsv", "half")
    for name, way in (("two", []), ("three", ["--temp"])):
        live.dvc("exp", "run", *way, "-n", name, "-S", "lr=0.125")
        [ref] = [ref for ref in live.refs() if ref.endswith(f"/{name}")]
        assert (held(live, ref, "live/metrics.json") or "").startswith('{"train": {"acc": 0.25}')
    live.dvc("exp", "apply", "one")
    assert live.read("live/params.yaml") == "logged: 0.5\n"
    assert live.dvc("exp", "run", "-n", "again").code == 0


@pytest.mark.parametrize("way", ["workspace", "queue"])
def test_its_steps_are_seen_while_it_runs(live: Project, way: str) -> None:
    os.mkfifo(live.path("gate"))
    signal = live.path(".dvc/tmp/exps/run/DVCLIVE_STEP_COMPLETED")
    if way == "queue":
        live.dvc("exp", "run", "--queue", "-n", "seen")
        live.dvc("queue", "start")
        run = None
    else:
        run = live.start(["dvc", "exp", "run", "-n", "seen"])
    try:
        until(lambda: step_in(signal) == 1)
        rows = live.dvc("exp", "show", "--json").json
        [shown] = rows[1]["experiments"]
        assert shown["executor"]["state"] == "running"
        data = shown["revs"][0]["data"]
        assert data["metrics"]["live/metrics.json"]["data"]["step"] == 1
        assert data["timestamp"] is None
        points = live.dvc("plots", "diff", "seen", "workspace", "--json", "--split").json["data"]
        [plot] = points["live/plots/metrics/train/acc.tsv"]
        drawn = plot["anchor_definitions"]["<DVC_METRIC_DATA>"]
        assert [row["step"] for row in drawn if row["rev"] == "seen"] == ["0", "1"]
        assert live.exists("live") == (way == "workspace")
    finally:
        os.close(os.open(live.path("gate"), os.O_WRONLY))
        if run is not None:
            run.communicate()
    live.dvc("queue", "wait")
    assert "seen" in live.dvc("exp", "list", "--name-only").lines


def step_in(signal: Path) -> int | None:
    try:
        return int(json.loads(signal.read_text())["step"])
    except (OSError, ValueError):
        return None


def test_the_library_works_in_a_stage(live: Project, real_python: str) -> None:
    """What DVCLive asks of the `dvc` library in the middle of a stage (spec/clients.md §2.2)."""
    live.write(
        "train.py",
        "import os\n"
        "from dvc.repo import Repo\n"
        "import dvc.api\n"
        "repo = Repo()\n"
        "assert repo.scm.get_rev() == os.environ['DVC_EXP_BASELINE_REV']\n"
        "assert [stage.name for stage in repo.index.stages] == ['train']\n"
        "assert dvc.api.params_show()['lr'] == 0.25\n"
        "open('note.txt', 'w').write('n')\n"
        "assert 'note.txt' in repo.scm.untracked_files()\n"
        "repo.scm.add(['note.txt'])\n"
        "open('extra.bin', 'w').write('e')\n"
        "repo.add('extra.bin')\n"
        "open('model.bin', 'w').write('m')\n",
    )
    live.write("dvc.yaml", PIPELINE.replace("python train.py", f"{real_python} train.py"))
    live.commit("library")
    for way in ("workspace", "temp"):
        ref = experiment(live, way, f"by-{way}", "-S", "lr=0.25")
        assert held(live, ref, "note.txt") == "n"
