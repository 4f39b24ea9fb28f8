"""A queue whose one stage does what its parameters say, and questions about its tasks."""

from __future__ import annotations

from support.project import Project
from support.waiting import until

STAGE = """\
stages:
  go:
    cmd: sh go.sh
    deps: [go.sh]
    params: [x, fail]
    outs: [{out.txt: {cache: false}}]
"""
_SCRIPT = """\
echo "$DVC_EXP_NAME" >> ../ran
echo "message of $DVC_EXP_NAME"
if grep -q 'fail: .*yes' params.yaml; then echo broken on purpose >&2; exit 4; fi
while grep -q 'fail: .*wait' params.yaml && ! test -e ../go-on; do sleep 0.02; done
grep x params.yaml > out.txt
"""


def with_stage(project: Project) -> Project:
    """The stage `go` and its parameters, committed: it notes its name beside the project, may fail,
    and waits there for `go_on`, wherever its sandbox is."""
    place = project.root.parent
    script = _SCRIPT.replace("../ran", f"{place}/ran").replace("../go-on", f"{place}/go-on")
    project.write_all({"dvc.yaml": STAGE, "go.sh": script, "params.yaml": "x: 1\nfail: no\n"})
    project.commit("base")
    return project


def ran(project: Project) -> list[str]:
    """Names of the experiments that have begun, in that order."""
    mark = project.root.parent / "ran"
    return mark.read_text().split() if mark.exists() else []


def go_on(project: Project) -> None:
    """Let stages that wait end."""
    (project.root.parent / "go-on").touch()


def states(project: Project) -> dict[str, str]:
    """Name of each task → its state."""
    return {task["name"]: task["state"] for task in tasks(project)}


def tasks(project: Project) -> list[dict[str, object]]:
    """What `queue status` tells of each."""
    found: list[dict[str, object]] = project.dvc("queue", "status", "--json").json["tasks"]
    return found


def wait_until_over(project: Project) -> None:
    """No task waits or runs any more."""
    until(lambda: not {"queued", "running"} & set(states(project).values()))


def names(project: Project) -> list[str]:
    """Experiments that there are."""
    return sorted(ref.rpartition("/")[2] for ref in project.refs())
