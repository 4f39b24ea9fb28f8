"""Submodules, work trees, shallow and bare clones, projects in sub-directories, several of them."""

from __future__ import annotations

import pytest

from conftest import NewProject
from support.pipelines import TWO_STAGES, two_stages
from support.project import Project
from support.sharing import experiments_in, experiments_on, sharing
from support.ways import WAYS, experiment, held


@pytest.mark.parametrize("way", WAYS)
def test_a_submodule_keeps_its_commit_and_its_edits(new_project: NewProject, way: str) -> None:
    library = new_project("library", dvc=False)
    library.write("code.txt", "c")
    library.commit()
    project = two_stages(new_project("main"))
    project.git(
        "-c", "protocol.file.allow=always", "submodule", "add", "-q", str(library.root), "l"
    )
    project.commit("submodule")
    project.write("l/code.txt", "edited")
    ref = experiment(project, way, "made")
    assert project.git("rev-parse", f"{ref}:l") == project.git("rev-parse", "HEAD:l")
    project.dvc("exp", "apply", "made")
    assert project.read("l/code.txt") == "edited"


@pytest.mark.parametrize("way", WAYS)
def test_a_linked_work_tree_is_a_workspace_of_its_own(new_project: NewProject, way: str) -> None:
    first = two_stages(new_project("first"))
    first.dvc("cache", "dir", "../cache")
    first.commit("one cache for all work trees")
    second = new_project("second", git=False, dvc=False)
    first.git("worktree", "add", "-q", "-b", "side", str(second.root))
    second.write("data.txt", "x\n")
    before = first.git("status", "--porcelain"), first.listing()
    ref = experiment(second, way, "made")
    assert held(second, ref, "data.txt") == "x"
    assert (first.git("status", "--porcelain"), first.listing()) == before
    first.dvc("exp", "apply", "made")
    assert first.read("data.txt") == "x\n"
    assert first.git("worktree", "list").count("\n") == 1


@pytest.mark.parametrize("way", WAYS)
def test_a_shallow_clone_makes_experiments(new_project: NewProject, way: str) -> None:
    origin = two_stages(new_project("origin"))
    clone = new_project("clone", git=False, dvc=False)
    clone.git("clone", "-q", "--depth", "1", f"file://{origin.root}", ".")
    ref = experiment(clone, way, "made")
    assert clone.git("rev-parse", f"{ref}^") == clone.head
    assert "[made]" in clone.dvc("exp", "list").out


def test_a_bare_clone_serves_ci(new_project: NewProject) -> None:
    """CI clones a bare mirror without history, runs, and pushes the experiment back."""
    ours, _, origin, _ = sharing(new_project)
    job = new_project("job", git=False, dvc=False)
    job.git("clone", "-q", "--depth", "1", f"file://{origin}", ".")
    job.git("checkout", "-q", "--detach")
    job.dvc("exp", "run", "-n", "nightly")
    job.dvc("exp", "push", "origin", "nightly")
    assert experiments_on(ours) == experiments_in(job)
    ours.dvc("exp", "pull", "origin", "nightly")
    ours.dvc("exp", "apply", "nightly")
    assert ours.read("metrics.json") == job.read("metrics.json")


@pytest.fixture
def nested(new_project: NewProject) -> Project:
    """A Git repository with the projects `a` and `b`, each with the pipeline, and a shared file."""
    project = new_project("mono", dvc=False)
    project.write("shared.txt", "1\n")
    for name in ("a", "b"):
        project.write_all({f"{name}/{path}": text for path, text in TWO_STAGES.items()})
        project.write_all({f"{name}/.dvc/config": "", f"{name}/.dvc/.gitignore": "/tmp\n/cache\n"})
    project.commit("two projects")
    return project


@pytest.mark.parametrize("way", WAYS)
def test_a_project_in_a_sub_directory(nested: Project, way: str) -> None:
    nested.write("shared.txt", "2\n")
    options = [] if way == "save" else ["-S", "lr=0.5"]
    ref = experiment(nested, way, "made", *options, cwd="a")
    assert held(nested, ref, "shared.txt") == "2"
    if way != "save":
        assert "lr: 0.5" in (held(nested, ref, "a/params.yaml") or "")
        assert held(nested, ref, "a/metrics.json") == '{"acc": 1.5}'
    assert held(nested, ref, "b/params.yaml") == nested.read("b/params.yaml").strip()
    assert "[made]" in nested.dvc("exp", "list", cwd="a").out
    nested.dvc("exp", "apply", "made", cwd="a")
    nested.dvc("exp", "branch", "made", "keep", cwd="a")
    assert not nested.exists("b/dvc.lock")


def test_a_project_in_a_folder_with_a_line_end_in_its_name(new_project: NewProject) -> None:
    whole = new_project(dvc=False)
    folder = 'su b\n"d"'
    whole.path(folder).mkdir()
    whole.dvc("init", "-q", "--subdir", cwd=folder)
    whole.write(f"{folder}/params.yaml", "lr: 1\n")
    whole.write(
        f"{folder}/dvc.yaml", "stages: {s: {cmd: cp params.yaml o, params: [lr], outs: [o]}}\n"
    )
    whole.commit()
    for way, words in enumerate(([], ["--temp"], ["--queue"])):
        whole.dvc("exp", "run", *words, "-n", f"e{way}", "-S", f"lr={way + 2}", cwd=folder)
    whole.dvc("queue", "start", cwd=folder)
    whole.dvc("queue", "wait", cwd=folder)
    rows = whole.dvc("exp", "show", "--csv", "--sort-by", "lr", cwd=folder).lines[2:]
    assert [row.split(",")[0] for row in rows] == ["", "e0", "e1", "e2"]
    assert [row.split(",")[-1] for row in rows] == ["1", "2", "3", "4"]
    whole.dvc("exp", "apply", "e1", cwd=folder)
    assert whole.read(f"{folder}/o") == "lr: 3\n"


def test_projects_of_one_repository_do_no_harm_to_each_other(nested: Project) -> None:
    nested.dvc("exp", "run", "-n", "of-a", "-S", "lr=0.2", cwd="a")
    nested.dvc("exp", "run", "-n", "of-b", "-S", "lr=0.3", cwd="b")
    nested.dvc("exp", "run", "--queue", "-n", "waits-a", cwd="a")
    nested.dvc("exp", "run", "--queue", "-n", "waits-b", cwd="b")
    assert "waits-b" not in nested.dvc("queue", "status", cwd="a").out
    nested.dvc("exp", "remove", "--queue", cwd="a")
    assert "waits-b" in nested.dvc("queue", "status", cwd="b").out
    nested.dvc("exp", "run", "--run-all", cwd="b")
    before = nested.read("b/params.yaml"), nested.read("b/metrics.json")
    nested.dvc("exp", "apply", "of-a", cwd="a")
    assert (nested.read("b/params.yaml"), nested.read("b/metrics.json")) == before
    nested.dvc("exp", "clean", cwd="a")
    nested.dvc("gc", "-w", "-f", cwd="a")
    found = nested.dvc("exp", "list", "--name-only", cwd="b").lines
    assert sorted(found) == ["of-a", "of-b", "waits-b"]
    nested.dvc("exp", "apply", "waits-b", cwd="b")
