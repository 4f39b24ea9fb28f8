"""`install`: what Git finds afterwards."""

from __future__ import annotations

import os

from support.project import Project

HOOKS = ("post-checkout", "pre-commit", "pre-push")
DRIVER = "dvc git-hook merge-driver --ancestor %O --our %A --their %B"
SOURCE = """\
- repo: https://github.com/treeverse/dvc
  rev: 3.67.1
  hooks:
  - id: dvc-pre-commit
    additional_dependencies:
    - .[all]
    language_version: python3
    stages:
    - pre-commit
  - id: dvc-pre-push
    additional_dependencies:
    - .[all]
    language_version: python3
    stages:
    - pre-push
  - id: dvc-post-checkout
    additional_dependencies:
    - .[all]
    language_version: python3
    stages:
    - post-checkout
    always_run: true
"""
CONFIG = ".pre-commit-config.yaml"


def hooks(project: Project, folder: str = ".git/hooks") -> dict[str, str]:
    """Name → script of the hooks that Git would run."""
    found = project.path(folder).iterdir()
    programs = (path for path in found if path.suffix != ".sample" and os.access(path, os.X_OK))
    return {path.name: path.read_text() for path in programs}


def test_three_hooks_and_a_merge_driver(project: Project) -> None:
    assert project.dvc("install").out == ""
    assert hooks(project) == {name: f'#!/bin/sh\nexec dvc git-hook {name} "$@"\n' for name in HOOKS}
    assert project.git("config", "merge.dvc.name") == "DVC merge driver"
    assert project.git("config", "merge.dvc.driver") == DRIVER


def test_a_hook_that_is_there_stays(project: Project) -> None:
    """All or none: the merge driver alone needs no file."""
    project.write(".git/hooks/pre-commit", "#!/bin/sh\n").chmod(0o755)
    refused = project.dvc("install", code=1).err
    assert refused == (
        "ERROR: failed to install DVC Git hooks - Hook 'pre-commit' already exists. Please refer "
        "to <https://man.dvc.org/install> for more info.\n"
    )
    assert hooks(project) == {"pre-commit": "#!/bin/sh\n"}
    assert project.git("config", "merge.dvc.driver") == DRIVER


def test_installing_twice(project: Project) -> None:
    project.dvc("install")
    assert "Hook 'post-checkout' already exists" in project.dvc("install", code=1).err


def test_hooks_go_where_git_looks_for_them(project: Project) -> None:
    project.git("config", "core.hooksPath", "tools/hooks")
    project.dvc("install")
    assert sorted(hooks(project, "tools/hooks")) == list(HOOKS)
    assert not any(name in hooks(project) for name in HOOKS)


def test_hooks_that_other_repositories_share_are_left_alone(project: Project) -> None:
    shared = project.root.parent / "shared"
    project.git("config", "core.hooksPath", str(shared))
    refused = project.dvc("install", code=1).err
    assert f"Git takes hooks from '{shared}', which is outside of this repository" in refused
    assert not shared.exists()


def test_in_a_linked_work_tree(project: Project) -> None:
    project.git("worktree", "add", "-q", "linked")
    project.dvc("install", cwd="linked")
    assert sorted(hooks(project)) == list(HOOKS)


def test_without_git(bare_project: Project) -> None:
    assert "Only supported for Git repositories" in bare_project.dvc("install", code=255).err


def test_the_pre_commit_tool(project: Project) -> None:
    project.dvc("install", "--use-pre-commit-tool")
    assert project.read(CONFIG) == f"repos:\n{SOURCE}"
    assert hooks(project) == {}
    project.dvc("install", "--use-pre-commit-tool")
    assert project.read(CONFIG) == f"repos:\n{SOURCE}"


def test_other_hooks_of_the_pre_commit_tool_stay(project: Project) -> None:
    other = "# mine\nrepos:\n- repo: local   # ours\n  hooks: []\n"
    project.write(CONFIG, other)
    project.dvc("install", "--use-pre-commit-tool")
    assert project.read(CONFIG) == other + SOURCE


def test_only_missing_hooks_are_added(project: Project) -> None:
    start = SOURCE.replace("3.67.1", "3.1.0").partition("  - id: dvc-pre-push")[0]
    project.write(CONFIG, f"repos:\n{start}")
    project.dvc("install", "--use-pre-commit-tool")
    assert project.read(CONFIG) == f"repos:\n{SOURCE}".replace("3.67.1", "3.1.0")


def test_the_same_as_dvc(project: Project, real_dvc: str) -> None:
    seen = []
    for by in ("dvc", real_dvc):
        project.write(CONFIG, "repos: []\n")
        said = project.dvc("install", "--use-pre-commit-tool", by=by)
        seen.append((said, project.read(CONFIG), project.read(".git/config")))
    assert seen[0] == seen[1]
