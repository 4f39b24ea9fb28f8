"""Edits, staged or not, new files, a detached HEAD, no commit: nothing is lost or mixed up."""

from __future__ import annotations

import pytest

from support.pipelines import TWO_STAGES, two_stages
from support.project import Project
from support.ways import WAYS, experiment, held

STATUS = ("status", "--porcelain", "--untracked-files=all")


@pytest.fixture
def dirty(project: Project) -> Project:
    """Edited, staged, half-staged, deleted, new and ignored files beside an up-to-date pipeline."""
    two_stages(project)
    project.write_all({"gone.txt": "g", "half.txt": "1", "edited.txt": "e", "notes/a.txt": "a"})
    project.dvc("repro")
    project.commit("ran")
    project.write_all({"edited.txt": "E", "half.txt": "2", "staged.txt": "s", "loose.txt": "l"})
    project.git("add", "staged.txt", "half.txt")
    project.write("half.txt", "3")
    project.git("mv", "notes/a.txt", "notes/b.txt")
    project.path("gone.txt").unlink()
    return project


@pytest.mark.parametrize("way", WAYS)
def test_an_experiment_holds_what_git_tracks_and_leaves_the_rest_alone(
    dirty: Project, way: str
) -> None:
    before = dirty.git(*STATUS), dirty.git("diff"), dirty.git("diff", "--cached"), dirty.head
    ref = experiment(dirty, way, "made")
    after = dirty.git(*STATUS), dirty.git("diff"), dirty.git("diff", "--cached"), dirty.head
    assert before == after
    names = dirty.git("ls-tree", "-r", "--name-only", ref).splitlines()
    assert {"staged.txt", "notes/b.txt"} <= set(names)
    assert {"gone.txt", "notes/a.txt", "loose.txt"}.isdisjoint(names)
    assert held(dirty, ref, "edited.txt") == "E"
    assert held(dirty, ref, "half.txt") == "3"
    assert dirty.git("rev-parse", f"{ref}^") == dirty.head


@pytest.mark.parametrize("way", ["temp", "queue"])
def test_a_file_that_would_be_missing_is_named_before_anything_runs(
    project: Project, way: str
) -> None:
    project.write("dvc.yaml", "stages: {one: {cmd: cat in.txt > out, deps: [in.txt], outs: [out]}}")
    project.commit("stage")
    project.write("in.txt", "data")
    option = "--temp" if way == "temp" else "--queue"
    result = project.dvc("exp", "run", option, code=None)
    assert (
        "'in.txt', which stage 'one' reads, is not tracked by Git and will not be there: "
        "add it with `git add in.txt`, or copy it with `-C in.txt`." in result.err
    )
    if way == "temp":
        assert result.code == 255
    result = project.dvc("exp", "run", option, "-C", "in.txt", "-n", "copied")
    assert "not tracked" not in result.err
    project.git("add", "in.txt")
    assert "not tracked" not in project.dvc("exp", "run", option, "-n", "added").err


@pytest.mark.parametrize("way", WAYS)
def test_a_detached_head_stays_where_it_is(dirty: Project, way: str) -> None:
    dirty.git("stash", "-q")
    dirty.git("checkout", "-q", "--detach", "HEAD~1")
    ref = experiment(dirty, way, "made")
    assert dirty.git("rev-parse", f"{ref}^") == dirty.head
    assert dirty.run(["git", "symbolic-ref", "-q", "HEAD"], code=1).out == ""
    assert "[made]" in dirty.dvc("exp", "list").out


def test_without_a_commit_the_remedy_is_named(empty_folder: Project) -> None:
    project = empty_folder
    project.git("init", "-q", "-b", "main")
    project.dvc("init")
    project.write_all(TWO_STAGES)
    for words in (["run"], ["run", "--temp"], ["run", "--queue"], ["save"], ["apply", "x"]):
        result = project.dvc("exp", *words, code=None)
        assert result.code in (1, 255)
        assert "Empty git repo" in result.err
        assert "hint: commit the project first" in result.err
    assert project.dvc("exp", "show", "--json").json == []
    assert not project.exists("clean.txt")


def test_a_merge_that_is_not_finished_is_refused_and_kept(project: Project) -> None:
    two_stages(project)
    project.dvc("repro")
    project.commit("ran")
    project.git("checkout", "-q", "-b", "other")
    project.write("data.txt", "theirs\n")
    project.commit("theirs")
    project.git("checkout", "-q", "main")
    project.write("data.txt", "ours\n")
    project.commit("ours")
    project.git("merge", "other", code=1)
    before = project.git(*STATUS), project.read("data.txt")
    for words in (["save"], ["run"], ["run", "--temp"], ["run", "--queue"]):
        result = project.dvc("exp", *words, code=None)
        assert "not fully merged" in result.err
        assert "hint: finish the merge first" in result.err
    assert (project.git(*STATUS), project.read("data.txt"), project.refs()) == (*before, {})


def test_the_index_may_be_locked_by_somebody(dirty: Project) -> None:
    dirty.write(".git/index.lock", "")
    for way in WAYS:
        experiment(dirty, way, f"by-{way}")
    assert dirty.read(".git/index.lock") == ""
