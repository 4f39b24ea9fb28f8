"""What `gc` keeps: the words of the warning, refusals, and the commits."""

from __future__ import annotations

import pytest

from assay.data.gc_scope import GcScope, check_scope, kept_commits, phrase
from assay.errors import AssayError, UnexpectedError
from assay.git.repository import find
from support.project import Project


@pytest.mark.parametrize(
    ("scope", "words"),
    [
        (GcScope(workspace=True), ""),
        (GcScope(all_commits=True, all_branches=True), " and all git commits"),
        (GcScope(all_branches=True), " and all git branches"),
        (GcScope(all_tags=True), " and all git tags"),
        (GcScope(all_branches=True, all_tags=True), " and all git branches and tags"),
        (GcScope(all_branches=True, depth=3), " and last 3 commits from all git branches"),
        (
            GcScope(all_branches=True, all_tags=True, depth=2),
            " and last 2 commits from all git branches and all git tags",
        ),
        (GcScope(revision="v1"), " and last 1 commits from v1"),
        (GcScope(since="2020-01-01"), " and all git commits before date 2020-01-01"),
        (GcScope(all_experiments=True), " and all experiments"),
    ],
)
def test_the_words_of_the_warning(scope: GcScope, words: str) -> None:
    """spec/data.md §10."""
    assert phrase(scope) == f"the workspace{words}"


def test_options_that_make_no_sense() -> None:
    with pytest.raises(AssayError, match="Either of `-w"):
        check_scope(GcScope(), cloud=False, not_in_remote=False)
    with pytest.raises(AssayError, match="`--num` can only be used"):
        check_scope(GcScope(workspace=True, depth=2), cloud=False, not_in_remote=False)
    with pytest.raises(AssayError, match="mutually exclusive"):
        check_scope(GcScope(workspace=True), cloud=True, not_in_remote=True)
    check_scope(GcScope(revision="HEAD", depth=2), cloud=True, not_in_remote=False)


def test_commits_by_each_option(project: Project) -> None:
    first = project.head
    second = project.commit("two")
    project.git("tag", "t", first)
    project.git("checkout", "-q", "-b", "side")
    third = project.commit("three")
    project.git("checkout", "-q", "main")
    project.git("update-ref", "refs/exps/ab/cd/name", first)
    project.git("update-ref", "refs/assay/queue/1", second)
    repository = find(str(project.root))
    assert repository is not None

    def kept(scope: GcScope) -> set[str]:
        return set(kept_commits(repository, scope))

    queued = {second}
    assert kept(GcScope(workspace=True)) == queued
    project.git("update-ref", "-d", "refs/assay/queue/1")
    assert kept(GcScope(workspace=True)) == set()
    assert kept(GcScope(all_tags=True)) == {first}
    assert kept(GcScope(all_branches=True)) == {second, third}
    assert kept(GcScope(all_branches=True, depth=2)) == {first, second, third}
    assert kept(GcScope(revision="HEAD")) == {second}
    assert kept(GcScope(revision="side", depth=2)) == {second, third}
    assert kept(GcScope(all_commits=True)) == {first, second, third}
    assert kept(GcScope(all_experiments=True)) == {first}
    assert kept(GcScope(since="2001-01-01")) == {first, second, third}
    assert kept(GcScope(since="2999-01-01")) == set()
    with pytest.raises(UnexpectedError, match="time data 'soon' does not match format"):
        kept(GcScope(since="soon"))
