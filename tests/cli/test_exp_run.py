"""`exp run` in the workspace: what each option does (spec/experiments.md §3.2)."""

from __future__ import annotations

from pathlib import Path

import pytest

from support.project import Project
from support.terminal import on_terminal

STEP = """\
import sys
source, target = sys.argv[1:]
text = open(source).read()
failing = [line.split()[1] for line in open('params.yaml') if line.startswith('fail')]
if target[0] in failing:
    sys.exit(3)
open(target, 'w').write(text + target[0])
"""

CHAIN = """\
stages:
  a:
    cmd: python step.py source.txt a.txt
    deps: [source.txt, step.py]
    params: [fail, x]
    outs: [a.txt]
  b:
    cmd: python step.py a.txt b.txt
    deps: [a.txt]
    params: [fail, lr]
    outs: [b.txt]
  c:
    cmd: python step.py b.txt c.txt
    deps: [b.txt]
    outs: [c.txt]
  z:
    cmd: python step.py source.txt z.txt
    deps: [source.txt]
    outs: [z.txt]
"""

DONE = "Experiment results have been applied to your workspace."


@pytest.fixture
def chain(project: Project) -> Project:
    """a → b → c and z beside it, and another pipeline in `sub`; committed, not yet run."""
    project.write_all(
        {
            "params.yaml": "fail: no\nlr: 0.1\nx: 1\n",
            "source.txt": "s",
            "step.py": STEP,
            "dvc.yaml": CHAIN,
            "sub/dvc.yaml": "stages: {q: {cmd: echo q > q.txt, outs: [q.txt]}}\n",
            ".gitignore": "/?.txt\n",
            "sub/.gitignore": "/q.txt\n",
        }
    )
    project.commit("chain")
    return project


def ran(lines: list[str]) -> list[str]:
    """Names of the stages that a command has executed, in their order."""
    return [line.split("'")[1] for line in lines if line.startswith("Running stage")]


def run(project: Project, *options: str, code: int = 0) -> list[str]:
    """Names of the stages that `exp run` executes."""
    return ran(project.dvc("exp", "run", *options, code=code).lines)


def tree(project: Project, name: str, path: str) -> str:
    [ref] = [ref for ref in project.refs() if ref.endswith(f"/{name}")]
    return project.git("show", f"{ref}:{path}")


def test_what_is_said(chain: Project) -> None:
    result = chain.dvc("exp", "run", "-n", "first", "a")
    assert result.lines == [
        "Reproducing experiment 'first'",
        "Running stage 'a':",
        "> python step.py source.txt a.txt",
        "Generating lock file 'dvc.lock'",
        "Updating lock file 'dvc.lock'",
        "",
        "Reproduced experiment(s): first",
        DONE,
    ]
    assert result.err == ""
    assert chain.dvc("exp", "run", "-q").out == ""


def test_targets_choose_stages_with_what_they_need(chain: Project) -> None:
    assert run(chain, "b") == ["a", "b"]
    assert set(run(chain, "dvc.yaml:z", "c")) == {"z", "c"}
    assert run(chain, "sub/dvc.yaml") == ["sub/dvc.yaml:q"]
    assert run(chain) == []
    assert run(chain, "-f", "sub/dvc.yaml:q") == ["sub/dvc.yaml:q"]


def test_single_items_whole_pipelines_and_all_of_them(chain: Project) -> None:
    assert run(chain, "-P", "a") == ["a", "b", "c", "z", "sub/dvc.yaml:q"]
    assert run(chain, "-S", "x=2", "-S", "lr=0.2", "-s", "b") == ["b"]
    assert run(chain, "-p", "b") == ["a"]
    assert run(chain, "-f", "-R", "sub") == ["sub/dvc.yaml:q"]
    assert run(chain, "-f", "-p", "b") == ["a", "b", "c"]


def test_downstream(chain: Project) -> None:
    run(chain)
    assert run(chain, "-S", "x=2", "-S", "lr=0.2", "--downstream", "b") == ["b"]
    assert run(chain, "-S", "x=3", "--force-downstream") == ["a", "b", "c"]


def test_force_and_messages(chain: Project) -> None:
    run(chain, "-n", "mine", "-m", "the first one", "a")
    before = chain.refs()
    assert "\tdvc exp run -f ..." in chain.dvc("exp", "run", "-n", "mine", code=255).err
    assert chain.refs() == before
    assert run(chain, "-f", "-n", "mine", "a", "-m", "again") == ["a"]
    [ref] = before
    assert chain.git("log", "-1", "--format=%B", ref) == "again"


def test_a_failed_stage_stops_everything_and_edits_stay(chain: Project) -> None:
    result = chain.dvc("exp", "run", "-S", "fail=b", code=255)
    assert ran(result.lines) == ["a", "b"]
    assert result.err == (
        "ERROR: failed to reproduce 'b': failed to run: python step.py a.txt b.txt, exited with 3\n"
    )
    assert "fail: b" in chain.read("params.yaml")
    assert chain.refs() == {}
    assert run(chain, "-S", "fail=no") == ["a", "b", "c", "z"]


def test_keep_going_runs_what_does_not_need_the_failed_stage(chain: Project) -> None:
    result = chain.dvc("exp", "run", "-k", "-S", "fail=b", code=255)
    assert ran(result.lines) == ["a", "b", "z"]
    assert result.err.splitlines()[-1] == "ERROR: failed to reproduce 'b'"
    assert chain.refs() == {}


def test_ignored_errors_leave_an_experiment(chain: Project) -> None:
    run(chain)
    result = chain.dvc("exp", "run", "--ignore-errors", "-S", "fail=b", "-n", "some")
    assert ran(result.lines) == ["a", "b"]
    assert "exited with 3 (ignored)" in result.err
    assert tree(chain, "some", "params.yaml").startswith("fail: b")


def test_asking_before_each_stage(chain: Project) -> None:
    assert "reproduction aborted by the user" in chain.dvc("exp", "run", "-i", code=255).err
    seen = on_terminal(chain, *our(chain), "exp", "run", "-i", "-n", "asked", "a", typed="y\n")
    assert seen.code == 0
    assert "Going to reproduce stage: 'a'. Are you sure you want to continue?" in seen.out
    chain.write("source.txt", "other")
    seen = on_terminal(chain, *our(chain), "exp", "run", "-i", "a", typed="n\n")
    assert (seen.code, len(chain.refs())) == (255, 1)


def our(project: Project) -> list[str]:
    return [project.env["PATH"].split(":")[0] + "/dvc"]


def test_a_dry_run_knows_the_parameters_and_touches_nothing(chain: Project) -> None:
    run(chain, "-P")
    chain.commit("ran")
    refs, before = chain.refs(), chain.listing()
    assert run(chain, "--dry") == []
    assert run(chain, "--dry", "-S", "x=2") == ["a"]
    assert run(chain, "--dry", "--temp", "-S", "lr=9") == ["b"]
    assert run(chain, "--dry", "-S", "new.yaml:+k=1", "z") == []
    assert "not found" in chain.dvc("exp", "run", "--dry", "nosuch", code=255).err
    assert "Could not override" in chain.dvc("exp", "run", "--dry", "-S", "q=1", code=255).err
    assert (chain.git("status", "--porcelain"), chain.refs()) == ("", refs)
    assert chain.listing() == before
    assert run(chain) == []


def test_data_that_is_missing_is_pulled_or_passed_over(chain: Project, tmp_path: Path) -> None:
    chain.dvc("remote", "add", "-d", "store", f"{tmp_path}/store")
    run(chain)
    chain.dvc("push")
    chain.commit("ran and pushed")
    chain.shell("rm -r ?.txt .dvc/cache")
    assert run(chain, "--allow-missing", "-n", "lacking") == []
    assert not chain.exists("b.txt")
    assert run(chain, "--pull", "--allow-missing", "-S", "lr=0.5") == ["b"]
    assert (chain.read("b.txt"), chain.exists("z.txt")) == ("sab", False)


def test_data_that_only_the_workspace_has_is_kept_with_the_experiment(
    chain: Project, tmp_path: Path
) -> None:
    chain.dvc("remote", "add", "-d", "store", f"{tmp_path}/store")
    run(chain)
    chain.shell("rm -r .dvc/cache")
    assert run(chain, "--pull", "-n", "kept") == []
    assert chain.dvc("fsck", "--deep").code == 0
    chain.shell("rm ?.txt")
    chain.dvc("exp", "apply", "kept")
    assert chain.exists("b.txt")


def test_data_that_is_not_to_be_kept_is_not(chain: Project, tmp_path: Path) -> None:
    chain.dvc("remote", "add", "-d", "store", f"{tmp_path}/store")
    chain.dvc("repro", "--no-commit")
    chain.dvc("repro", "--no-commit", "--pull")
    assert not any(name.startswith(".dvc/cache/files") for name in chain.listing())


def test_hydra_can_be_left_out(chain: Project) -> None:
    chain.dvc("config", "hydra.enabled", "true")
    chain.write("conf/config.yaml", "fail: no\nlr: 7\nx: 1\n")
    chain.commit("hydra")
    run(chain, "-n", "composed", "b")
    assert "lr: 7" in chain.read("params.yaml")
    chain.git("checkout", "-q", "params.yaml")
    run(chain, "-n", "plain", "--no-hydra", "-S", "lr=8", "b")
    assert chain.read("params.yaml") == "fail: no\nlr: 8\nx: 1\n"


def test_a_stage_knows_its_experiment(chain: Project) -> None:
    chain.write("dvc.yaml", "stages: {e: {cmd: env > seen.txt, outs: [seen.txt]}}\n")
    run(chain, "-n", "known")
    seen = dict(line.split("=", 1) for line in chain.read("seen.txt").splitlines() if "=" in line)
    found = {name: seen[name] for name in seen if name.startswith("DVC_") and "DIR" not in name}
    assert (
        found.items()
        >= {
            "DVC_EXP_NAME": "known",
            "DVC_EXP_BASELINE_REV": chain.head,
            "DVC_ROOT": str(chain.root),
            "DVC_STAGE": "e",
        }.items()
    )
