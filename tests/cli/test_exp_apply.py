from __future__ import annotations

import shutil

import pytest

from support.pipelines import two_stages
from support.project import Project

APPLIED = (
    "Changes for experiment '{0}' have been applied to your current workspace.\n"
    "To get back what was there before, run:\n\n\tdvc undo\n"
)


@pytest.fixture
def two(project: Project) -> Project:
    """A committed pipeline that was run, with the experiments `slow` and `fast`; all clean."""
    two_stages(project)
    project.write("readme.txt", "hello\n")
    project.dvc("repro", "-q")
    project.commit("ran")
    project.dvc("exp", "run", "-q", "-n", "slow", "-S", "lr=0.01")
    project.dvc("exp", "run", "-q", "-n", "fast", "-S", "lr=0.5")
    project.git("reset", "-q", "--hard")
    project.dvc("checkout", "-q")
    return project


def test_files_and_data_of_the_experiment_arrive(two: Project) -> None:
    index, head = two.path(".git/index").read_bytes(), two.head
    applied = two.dvc("exp", "apply", "slow")
    assert applied == (0, APPLIED.format("slow"), "")
    assert "lr: 0.01  # step" in two.read("params.yaml")
    assert two.read("model.txt") == "3 rows, lr 0.01\n"
    assert two.dvc("status").out == "Data and pipelines are up to date.\n"
    assert (two.path(".git/index").read_bytes(), two.head) == (index, head)
    assert two.git("branch", "--show-current") == "main"
    assert two.git("stash", "list") == ""


def test_applying_again_changes_nothing(two: Project) -> None:
    two.dvc("exp", "apply", "slow")
    before = {
        path: two.path(path).stat().st_mtime_ns for path in two.listing() if "tmp" not in path
    }
    two.dvc("exp", "apply", "slow")
    assert before == {path: two.path(path).stat().st_mtime_ns for path in before}


def test_what_was_edited_of_the_pipeline_becomes_the_experiments(two: Project) -> None:
    """Also where the experiment has not changed it: `slow` is what was asked for."""
    two.write("train.py", two.read("train.py") + "# mine\n")
    two.write("params.yaml", "lr: 9\nseed: 8\n")
    two.dvc("exp", "apply", "slow")
    assert "# mine" not in two.read("train.py")
    assert two.read("params.yaml") == "# how to train\nlr: 0.01  # step\nseed: 7\n"
    assert two.dvc("status").out == "Data and pipelines are up to date.\n"


def test_edits_that_have_nothing_to_do_with_it_stay_and_are_named(two: Project) -> None:
    two.write("readme.txt", "mine\n")
    two.write("notes/new.txt", "mine\n")
    applied = two.dvc("exp", "apply", "slow")
    assert "Your own changes in 'readme.txt' were kept.\n" in applied.out
    assert (two.read("readme.txt"), two.read("notes/new.txt")) == ("mine\n", "mine\n")
    seen_below = two.dvc("exp", "apply", "fast", cwd="notes")
    assert "Your own changes in '../readme.txt' were kept.\n" in seen_below.out


def test_what_an_earlier_apply_brought_is_no_edit_of_the_user(two: Project) -> None:
    two.write("readme.txt", "of the third\n")
    two.dvc("exp", "save", "-q", "-n", "third")
    two.git("checkout", "-q", "readme.txt")
    two.dvc("exp", "apply", "third")
    assert two.read("readme.txt") == "of the third\n"
    assert "were kept" not in two.dvc("exp", "apply", "slow").out
    assert two.read("readme.txt") == "hello\n"


def test_what_the_experiment_lacks_but_head_has_is_removed(two: Project) -> None:
    two.write("later.txt", "later\n")
    two.commit("later")
    two.dvc("exp", "apply", "slow")
    assert not two.exists("later.txt")


def test_outputs_of_stages_that_it_lacks_are_removed(two: Project) -> None:
    text = two.read("dvc.yaml") + "  more:\n    cmd: echo 1 > more.txt\n    outs: [more.txt]\n"
    two.write("dvc.yaml", text)
    two.dvc("exp", "run", "-q", "-n", "more")
    assert two.exists("more.txt")
    two.dvc("exp", "apply", "slow")
    assert not two.exists("more.txt")


def test_data_that_the_cache_lacks_fails_after_all_else_is_done(two: Project) -> None:
    shutil.rmtree(two.path(".dvc/cache/files"))
    failed = two.dvc("exp", "apply", "slow", code=255)
    assert failed.out == ""
    assert failed.err == (
        "ERROR: Checkout failed for following targets:\nmodel.txt\n"
        "Is your cache up to date?\n<https://error.dvc.org/missing-files>\n"
        "hint: all else is in place: `dvc pull` brings the data, `dvc undo` goes back\n"
    )
    assert "lr: 0.01" in two.read("params.yaml")
    assert not two.exists("model.txt")


def test_a_stage_that_was_never_run_is_no_failure(project: Project) -> None:
    two_stages(project)
    project.dvc("exp", "run", "-q", "-s", "copy", "-n", "half")
    project.git("reset", "-q", "--hard")
    applied = project.dvc("exp", "apply", "half")
    assert applied.err == ""
    assert project.exists("clean.txt")


# names


@pytest.mark.parametrize("way", ["ref", "commit", "short"])
def test_ways_to_name_an_experiment(two: Project, way: str) -> None:
    ref, commit = next((r, c) for r, c in two.refs().items() if r.endswith("/slow"))
    two.dvc("exp", "apply", {"ref": ref, "commit": commit, "short": commit[:7]}[way])
    assert "lr: 0.01" in two.read("params.yaml")


def test_a_branch_does_not_hide_an_experiment_of_its_name(two: Project) -> None:
    two.git("branch", "slow", "HEAD~1")
    two.dvc("exp", "apply", "slow")
    assert "lr: 0.01" in two.read("params.yaml")


def test_an_experiment_does_not_hide_head_or_a_branch_like_its_commit(two: Project) -> None:
    two.dvc("exp", "save", "-q", "-n", "HEAD")
    commit = next(c for r, c in two.refs().items() if r.endswith("/slow"))
    two.git("branch", commit[:6], "HEAD")
    two.dvc("exp", "apply", "fast")
    two.dvc("exp", "apply", "HEAD")
    assert "lr: 0.1" in two.read("params.yaml")
    two.dvc("exp", "apply", "fast")
    two.dvc("exp", "apply", commit[:6])
    assert "lr: 0.1" in two.read("params.yaml")


def test_any_revision_can_be_applied(two: Project) -> None:
    two.dvc("exp", "apply", "HEAD~1")
    assert not two.exists("dvc.lock")


def test_a_task_stands_for_what_it_starts_from(two: Project) -> None:
    two.write("data.txt", "x\n")
    two.dvc("exp", "run", "--queue", "-n", "waits", "-S", "lr=7")
    two.git("checkout", "-q", ".")
    two.dvc("exp", "apply", "waits")
    assert "lr: 7" in two.read("params.yaml")
    assert two.read("data.txt") == "x\n"
    assert "exp apply waits" in two.dvc("undo", "--list").out
    two.dvc("undo")
    snapshot = two.dvc("queue", "status", "--json").json["tasks"][0]["id"]
    assert two.dvc("exp", "apply", snapshot).out.startswith(f"Changes for experiment '{snapshot}'")


def test_unknown_and_ambiguous_names_change_nothing(two: Project) -> None:
    unknown = two.dvc("exp", "apply", "nosuch", code=255)
    assert unknown.err == (
        "ERROR: 'nosuch' does not appear to be an experiment commit.: "
        "unknown Git revision 'nosuch'\n"
    )
    two.commit("next")
    two.dvc("exp", "save", "-q", "-n", "slow")
    two.commit("and next")
    ambiguous = two.dvc("exp", "apply", "slow", code=255)
    assert "Ambiguous name 'slow' refers to multiple experiments." in ambiguous.err
    assert two.git("status", "--porcelain") == ""
    assert two.dvc("undo", "--list").out == ""


def test_without_a_commit_there_is_nothing_to_apply(project: Project) -> None:
    project.git("checkout", "-q", "--orphan", "empty")
    refused = project.dvc("exp", "apply", "any", code=255)
    assert "ERROR: unexpected error - Empty git repo" in refused.err


# places


def test_a_detached_head_stays_where_it_is(two: Project) -> None:
    two.git("checkout", "-q", "--detach")
    head = two.head
    two.dvc("exp", "apply", "slow")
    assert (two.head, two.git("branch", "--show-current")) == (head, "")


def test_neither_identity_nor_signing_nor_hooks_matter(two: Project) -> None:
    two.git("config", "commit.gpgSign", "true")
    for hook in ("post-checkout", "post-index-change", "reference-transaction", "pre-commit"):
        two.write(f".git/hooks/{hook}", "#!/bin/sh\ntouch ../hooked; exit 1\n").chmod(0o755)
    nobody = dict.fromkeys(
        ("GIT_AUTHOR_NAME", "GIT_AUTHOR_EMAIL", "GIT_COMMITTER_NAME", "GIT_COMMITTER_EMAIL"), ""
    )
    two.dvc("exp", "apply", "slow", env=nobody)
    two.dvc("undo", env=nobody)
    assert not (two.root.parent / "hooked").exists()
    assert not two.exists("hooked")


def test_temporary_files_in_an_experiment_are_not_written(two: Project) -> None:
    """DVC's `exp save` commits `.dvc/tmp/repro.dat`; anybody may commit worse."""
    two.dvc("exp", "run", "-q", "-n", "plain", "-S", "lr=3")
    two.write(".dvc/tmp/repro.dat", "secret")
    two.write(".dvc/tmp/exps/sandboxes/1/run.json", "{}")
    two.git("add", "-f", ".dvc/tmp/repro.dat", ".dvc/tmp/exps/sandboxes/1/run.json")
    tree = two.git("write-tree")
    two.git("reset", "-q", "--hard")
    for name in ("repro.dat", "exps/sandboxes/1/run.json"):
        two.path(f".dvc/tmp/{name}").unlink(missing_ok=True)
    ref = next(ref for ref in two.refs() if ref.endswith("/plain"))
    hostile = two.git("commit-tree", "-p", "HEAD", "-m", "x", tree)
    two.git("update-ref", ref, hostile)
    two.dvc("exp", "apply", "plain")
    assert not two.exists(".dvc/tmp/repro.dat")
    assert not two.exists(".dvc/tmp/exps/sandboxes/1/run.json")


def test_the_real_dvc_goes_on_from_there(two: Project, real_dvc: str) -> None:
    two.dvc("exp", "apply", "slow")
    assert two.dvc("status", by=real_dvc).out == "Data and pipelines are up to date.\n"
    two.dvc("exp", "apply", "fast", by=real_dvc)
    assert "were kept" not in two.dvc("exp", "apply", "slow").out
    assert two.read("model.txt") == "3 rows, lr 0.01\n"


def test_data_that_comes_back_is_hidden_from_git_again(project: Project) -> None:
    project.write_all({"dvc.yaml": "stages: {s: {cmd: cp d o, deps: [d], outs: [o]}}", "d": "1"})
    project.dvc("add", "-q", "d")
    project.dvc("exp", "run", "-q", "-n", "first")
    project.commit("first")
    project.dvc("exp", "run", "-q", "-f", "-n", "again")
    project.dvc("remove", "d.dvc")
    before = project.read(".gitignore")
    project.dvc("exp", "apply", "again")
    assert (project.exists("d.dvc"), project.git("ls-files", "--others", "d")) == (True, "d")
    assert project.git("ls-files", "--others", "--exclude-standard") == ""
    project.dvc("undo")
    assert (project.exists("d.dvc"), project.read(".gitignore")) == (False, before)
