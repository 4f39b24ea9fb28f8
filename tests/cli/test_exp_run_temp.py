"""`exp run --temp` and `-C`, as a user sees them."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from support.project import Project

STAGE = """\
stages:
  fit:
    cmd: ls > seen.txt; cat params.yaml code.txt > model.txt; cp params.yaml m.json
    params: [lr]
    deps: [code.txt]
    outs: [model.txt, {seen.txt: {cache: false}}]
    metrics: [{m.json: {cache: false}}]
"""
UNCACHED = ", {seen.txt: {cache: false}}"


@pytest.fixture
def fit(project: Project) -> Project:
    project.write_all(
        {"dvc.yaml": STAGE, "params.yaml": "lr: 1 # rate\n", "code.txt": "c\n"}
        | {".gitignore": "/model.txt\n/secret\n"}
    )
    project.commit("base")
    return project


def state(root: Path) -> dict[str, tuple[int, bytes]]:
    """Time and content of all files but objects, references of ours and what is below .dvc/tmp."""
    found = {}
    for folder, _, names in os.walk(root):
        for name in names:
            path = Path(folder, name)
            inside = path.relative_to(root).as_posix()
            if not inside.startswith((".dvc/tmp", ".dvc/cache", ".git/objects", ".git/refs/exps")):
                found[inside] = (path.stat().st_mtime_ns, path.read_bytes())
    return {path: facts for path, facts in found.items() if "refs/assay" not in path}


def test_the_workspace_and_the_repository_stay_as_they_are(fit: Project) -> None:
    fit.write("code.txt", "edited\n")
    fit.write("staged.txt", "s\n")
    fit.git("add", "staged.txt")
    fit.write("loose.txt", "l\n")
    before = state(fit.root)
    result = fit.dvc("exp", "run", "--temp", "-n", "away", "-S", "lr=2")
    assert state(fit.root) == before
    assert result.lines[-4:] == [
        "Reproduced experiment(s): away",
        "To apply the results of an experiment to your workspace run:",
        "",
        "\tdvc exp apply <exp>",
    ]
    (ref,) = fit.refs()
    assert fit.git("show", f"{ref}:params.yaml") == "lr: 2 # rate"
    assert fit.git("show", f"{ref}:code.txt") == "edited"
    assert fit.git("show", f"{ref}:staged.txt") == "s"
    assert "loose.txt" not in fit.git("show", f"{ref}:seen.txt")
    assert fit.git("rev-parse", f"{ref}^") == fit.head


def test_finished_work_is_found_again(fit: Project) -> None:
    fit.write("dvc.yaml", STAGE.replace(UNCACHED, ""))
    fit.commit("all in the cache")
    fit.dvc("exp", "run", "--temp", "-S", "lr=2", "-n", "one")
    again = fit.dvc("exp", "run", "--temp", "-S", "lr=2", "-n", "two")
    assert "Stage 'fit' is cached - skipping run, checking out outputs" in again.out
    here = fit.dvc("exp", "run", "-S", "lr=2", "-n", "three")
    assert "Running stage" not in here.out


def test_outputs_of_one_run_are_not_there_in_the_next(fit: Project) -> None:
    fit.dvc("exp", "run", "--temp", "-n", "one", "-S", "lr=2")
    fit.dvc("exp", "run", "--temp", "-n", "two", "-S", "lr=3")
    (ref,) = [name for name in fit.refs() if name.endswith("two")]
    seen = fit.git("show", f"{ref}:seen.txt").split()
    assert seen == ["code.txt", "dvc.yaml", "params.yaml", "seen.txt"]


def test_recorded_outputs_that_the_next_run_needs_stay_in_place(project: Project) -> None:
    project.write_all(
        {
            "dvc.yaml": "stages:\n"
            "  get: {cmd: sh get.sh, deps: [get.sh], outs: [data]}\n"
            "  use: {cmd: cat data/big params.yaml > o, deps: [data], params: [x], outs: [o]}\n",
            "get.sh": "mkdir data; echo big > data/big; echo small > data/small\n",
            "params.yaml": "x: 1\n",
        }
    )
    project.dvc("repro")
    project.commit("done")
    project.dvc("exp", "run", "--temp", "-S", "x=2")
    inside = project.path(".dvc/tmp/exps/sandboxes/1/tree/data/big")
    kept = inside.stat()
    stray = inside.with_name("stray")
    stray.write_text("left by somebody")
    project.dvc("exp", "run", "--temp", "-S", "x=3")
    assert inside.stat().st_mtime_ns == kept.st_mtime_ns
    assert not stray.exists()
    inside.write_text("spoiled")
    project.dvc("exp", "run", "--temp", "-S", "x=4", "-n", "third")
    assert inside.read_text() == "big\n"


def test_changed_data_is_taken_along_and_the_workspace_record_stays(project: Project) -> None:
    project.write_all(
        {
            "dvc.yaml": "stages: {n: {cmd: cat d > o, deps: [d], outs: [{o: {cache: false}}]}}\n",
            "d": "old\n",
        }
    )
    project.dvc("add", "d")
    project.commit("base")
    project.write("d", "new\n")
    before = project.read("d.dvc")
    project.dvc("exp", "run", "--temp", "-n", "changed")
    (ref,) = project.refs()
    assert project.git("show", f"{ref}:o") == "new"
    assert project.git("show", f"{ref}:d.dvc") != before.strip()
    assert project.read("d.dvc") == before
    assert project.read("d") == "new\n"


def test_a_failing_stage_leaves_no_experiment_and_says_so_once(fit: Project) -> None:
    fit.write("dvc.yaml", STAGE.replace("ls >", "exit 3; ls >"))
    result = fit.dvc("exp", "run", "--temp", code=255)
    assert result.err.count("ERROR:") == 1
    assert "failed to reproduce 'fit': failed to run: exit 3" in result.err
    assert fit.refs() == {}


def test_a_file_that_would_be_missing_is_named_before_the_run(fit: Project) -> None:
    fit.git("rm", "-q", "--cached", "code.txt")
    fit.git("commit", "-qm", "forgotten")
    result = fit.dvc("exp", "run", "--temp", code=255)
    assert (
        "WARNING: 'code.txt', which stage 'fit' reads, is not tracked by Git and will not be there:"
        " add it with `git add code.txt`, or copy it with `-C code.txt`." in result.err
    )
    copied = fit.dvc("exp", "run", "--temp", "-C", "code.txt", "-n", "copied")
    assert "not tracked" not in copied.err
    (ref,) = fit.refs()
    assert "code.txt" not in fit.git("ls-tree", "--name-only", ref).split()


def test_copies_follow_links_and_do_not_stay_behind(fit: Project, tmp_path: Path) -> None:
    (tmp_path / "vault").mkdir()
    (tmp_path / "vault/key").write_text("hush\n")
    fit.path("secret").symlink_to(tmp_path / "vault", target_is_directory=True)
    fit.path("secret/loop").symlink_to(".")
    fit.write("dvc.yaml", STAGE.replace("ls >", "cat secret/key; test ! -L secret; ls >"))
    fit.commit("reads a secret")
    result = fit.dvc("exp", "run", "--temp", "-C", "secret")
    assert "hush" in result.out
    assert not fit.exists(".dvc/tmp/exps/sandboxes/1/tree/secret/key")
    (ref,) = fit.refs()
    assert "secret" not in fit.git("ls-tree", "--name-only", ref).split()


def test_a_copy_of_a_tracked_file_is_read_and_not_committed(fit: Project) -> None:
    run = ["exp", "run", "--temp", "-n", "one", "-C", "."]
    fit.write("code.txt", "edited\n")
    fit.dvc(*run)
    (ref,) = fit.refs()
    assert fit.git("show", f"{ref}:params.yaml") == "lr: 1 # rate"


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("nosuch", "It is not a file or directory."),
        ("../x", "It is outside of the Git repository."),
    ],
)
def test_bad_copies_are_refused_before_anything_runs(fit: Project, path: str, text: str) -> None:
    (fit.root.parent / "x").write_text("x")
    result = fit.dvc("exp", "run", "--temp", "-C", path, code=255)
    shown = os.path.normpath(fit.root / path)
    assert f"ERROR: Unable to copy '{shown}'. {text}" in result.err
    assert "Reproducing" not in result.out


def test_a_link_in_the_repository_does_not_lead_copies_out(fit: Project, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    fit.path("link").symlink_to(outside)
    fit.commit("a link")
    fit.path("link").unlink()
    fit.write("link/file", "x")
    fit.git("checkout", "-q", "--", ".", code=None)
    fit.path("link").unlink(missing_ok=True)
    fit.write("link/file", "x")
    fit.git("update-index", "--assume-unchanged", "link")
    result = fit.dvc("exp", "run", "--temp", "-C", "link/file", code=None)
    assert not (outside / "file").exists()
    assert "Traceback" not in result.err


def test_targets_are_meant_from_the_current_directory(project: Project) -> None:
    project.write_all(
        {"sub/dvc.yaml": "stages: {s: {cmd: pwd > o, outs: [o]}}\n", "sub/params.yaml": "a: 1\n"}
    )
    project.commit("base")
    project.dvc("exp", "run", "--temp", "-n", "deep", "-S", "a=2", cwd="sub")
    (ref,) = project.refs()
    assert project.git("show", f"{ref}:sub/params.yaml") == "a: 2"
    assert "sub/dvc.lock" in project.git("ls-tree", "-r", "--name-only", ref).split()


def test_stages_know_the_project_that_they_work_for(project: Project) -> None:
    project.write("dvc.yaml", "stages: {s: {cmd: env > e, outs: [{e: {cache: false}}]}}\n")
    project.commit("base")
    project.dvc("exp", "run", "--temp", "-n", "here")
    (ref,) = project.refs()
    seen = project.git("show", f"{ref}:e").splitlines()
    assert {
        f"DVC_ROOT={project.root}",
        "DVC_EXP_NAME=here",
        f"DVC_EXP_BASELINE_REV={project.head}",
        "DVC_STAGE=s",
    } <= set(seen)


def test_submodules_keep_their_place(project: Project, tmp_path: Path) -> None:
    inner = tmp_path / "inner"
    project.run(["git", "init", "-q", str(inner)])
    project.run(["git", "-C", str(inner), "commit", "-q", "--allow-empty", "-m", "inner"])
    project.git("-c", "protocol.file.allow=always", "submodule", "add", "-q", str(inner), "mod")
    project.write("dvc.yaml", "stages: {s: {cmd: echo 1 > o, outs: [o]}}\n")
    project.commit("base")
    project.dvc("exp", "run", "--temp")
    (ref,) = project.refs()
    assert project.git("ls-tree", ref, "mod").split()[0] == "160000"


def test_it_works_in_a_linked_work_tree_and_in_a_shallow_clone(
    fit: Project, new_project: Callable[..., Project]
) -> None:
    fit.commit("second")
    fit.git("worktree", "add", "-q", "../linked")
    fit.dvc("exp", "run", "--temp", "-n", "linked", cwd="../linked")
    shallow = new_project("shallow", git=False, dvc=False)
    shallow.git("clone", "-q", "--depth", "1", f"file://{fit.root}", ".")
    shallow.dvc("exp", "run", "--temp", "-n", "shallow")
    assert [name.rpartition("/")[2] for name in fit.refs()] == ["linked"]
    assert [name.rpartition("/")[2] for name in shallow.refs()] == ["shallow"]
