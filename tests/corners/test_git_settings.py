"""What Git was told: line ends, filters, identity, signatures, hooks."""

from __future__ import annotations

import pytest

from support.pipelines import two_stages
from support.project import Project
from support.ways import WAYS, experiment, held

IDENTITY = [f"GIT_{role}_{what}" for role in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")]

# A filter like Git LFS: the repository has a pointer, the work tree the text.
CLEAN = "sed 's/^/pointer to /'"
SMUDGE = "sed 's/^pointer to //'"


@pytest.mark.parametrize("way", WAYS)
def test_line_ends_are_those_of_the_work_tree_and_of_git(project: Project, way: str) -> None:
    two_stages(project)
    project.write(".gitattributes", "*.yaml text eol=crlf\n*.txt text=auto\n")
    project.write("params.yaml", "lr: 0.1\r\nseed: 7\r\n")
    project.git("add", "--renormalize", ".")
    project.commit("line ends")
    assert project.git("status", "--porcelain") == ""
    options = [] if way == "save" else ["-S", "lr=0.2"]
    ref = experiment(project, way, "made", *options)
    expected = "0.1" if way == "save" else "0.2"
    assert project.git("cat-file", "blob", f"{ref}:params.yaml") == f"lr: {expected}\nseed: 7"
    if way in ("temp", "queue"):
        assert project.read("params.yaml") == "lr: 0.1\r\nseed: 7\r\n"
    project.dvc("exp", "apply", "made")
    assert project.read("params.yaml") == f"lr: {expected}\r\nseed: 7\r\n"


@pytest.mark.parametrize("way", WAYS)
def test_filters_like_those_of_lfs_are_applied(project: Project, way: str) -> None:
    two_stages(project)
    project.git("config", "filter.big.clean", CLEAN)
    project.git("config", "filter.big.smudge", SMUDGE)
    project.git("config", "filter.big.required", "true")
    project.write(".gitattributes", "*.big filter=big\n")
    project.write("weights.big", "first\n")
    project.commit("big")
    project.write("weights.big", "second\n")
    ref = experiment(project, way, "made")
    assert held(project, ref, "weights.big") == "pointer to second"
    assert project.read("weights.big") == "second\n"
    project.git("checkout", "-q", "weights.big")
    project.dvc("exp", "apply", "made")
    assert project.read("weights.big") == "second\n"


@pytest.mark.parametrize("way", WAYS)
def test_nobody_needs_a_name(project: Project, way: str) -> None:
    two_stages(project)
    for name in IDENTITY:
        del project.env[name]
    project.git("config", "user.useConfigOnly", "true")
    ref = experiment(project, way, "made")
    assert project.git("log", "-1", "--format=%an", ref) != ""


@pytest.mark.parametrize("way", WAYS)
def test_the_name_comes_from_where_git_has_it(project: Project, way: str) -> None:
    two_stages(project)
    for name in IDENTITY:
        del project.env[name]
    project.write("../home/who", "[user]\n\tname = Grace\n\temail = grace@example.com\n")
    project.env["GIT_CONFIG_GLOBAL"] = str(project.home / "who")
    ref = experiment(project, way, "made")
    assert project.git("log", "-1", "--format=%an <%ae>", ref) == "Grace <grace@example.com>"


@pytest.mark.parametrize("way", WAYS)
def test_neither_signatures_nor_hooks(project: Project, way: str) -> None:
    two_stages(project)
    project.git("config", "commit.gpgSign", "true")
    project.git("config", "tag.gpgSign", "true")
    project.git("config", "gpg.program", "false")
    for hook in (
        "pre-commit", "prepare-commit-msg", "commit-msg", "post-commit", "post-checkout",
        "reference-transaction", "post-index-change", "pre-push", "post-rewrite",
    ):  # fmt: skip
        project.write(f".git/hooks/{hook}", "#!/bin/sh\ntouch ../hooked hooked\nexit 1\n")
        project.path(f".git/hooks/{hook}").chmod(0o755)
    ref = experiment(project, way, "made")
    project.dvc("exp", "apply", "made")
    project.dvc("exp", "branch", "made", "kept")
    project.dvc("exp", "rename", "made", "other")
    project.dvc("exp", "remove", "other")
    assert project.git("cat-file", "commit", ref.replace(ref, "kept")).count("gpgsig") == 0
    assert not list(project.root.parent.rglob("hooked"))


@pytest.mark.parametrize("way", WAYS)
def test_settings_that_change_what_git_prints(project: Project, way: str) -> None:
    two_stages(project)
    project.write("ünï.txt", "1")
    project.commit("name")
    for key, value in {
        "core.quotePath": "true", "status.showUntrackedFiles": "no", "color.ui": "always",
        "status.relativePaths": "true", "core.abbrev": "5", "log.showSignature": "true",
        "diff.noprefix": "true", "core.untrackedCache": "true", "index.version": "4",
        "core.logAllRefUpdates": "always", "submodule.recurse": "true", "status.branch": "true",
    }.items():  # fmt: skip
        project.git("config", key, value)
    project.write("ünï.txt", "2")
    ref = experiment(project, way, "made")
    assert held(project, ref, "ünï.txt") == "2"
