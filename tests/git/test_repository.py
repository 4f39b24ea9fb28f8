from __future__ import annotations

import os

import pytest

from assay.git.process import GitFailed
from assay.git.repository import Repository, UnknownRevision, find
from conftest import NewProject
from support.project import Project

from .conftest import opened


def make_linked(project: Project) -> Repository:
    """A second work tree of the project's repository, on branch `side`."""
    project.git("worktree", "add", "-q", "-b", "side", "../linked")
    found = find(str(project.root.parent / "linked"))
    assert found is not None
    return found


# find


def test_the_repository_is_found_from_a_folder_below(project: Project) -> None:
    project.write("deep/er/file", "")
    found = find(str(project.path("deep/er")))
    assert found is not None
    assert found.root == str(project.root)
    assert found.git_dir == found.common_dir == str(project.path(".git"))


def test_without_a_repository_nothing_is_found(bare_project: Project) -> None:
    assert find(str(bare_project.root)) is None


def test_a_bare_repository_has_no_work_tree(project: Project) -> None:
    project.git("clone", "-q", "--bare", ".", "bare.git")
    assert find(str(project.path("bare.git/refs"))) is None


def test_inside_the_git_folder_there_is_no_work_tree(project: Project) -> None:
    assert find(str(project.path(".git/objects"))) is None


def test_a_linked_work_tree_shares_the_common_directory(project: Project) -> None:
    linked = make_linked(project)
    assert linked.root == str(project.root.parent / "linked")
    assert linked.git_dir == str(project.path(".git/worktrees/linked"))
    assert linked.common_dir == str(project.path(".git"))


def test_a_git_file_that_names_nothing_is_an_error(project: Project) -> None:
    project.write("sub/.git", "gitdir: ../nosuch\n")
    with pytest.raises(GitFailed, match="does not name a Git directory"):
        find(str(project.path("sub")))


def test_an_empty_git_folder_does_not_hide_the_repository_above(project: Project) -> None:
    project.path("sub/.git").mkdir(parents=True)
    found = find(str(project.path("sub")))
    assert found is not None
    assert found.root == str(project.root)


def test_a_path_is_told_from_the_root(repository: Repository) -> None:
    assert repository.relative(repository.root) == ""
    assert repository.relative(f"{repository.root}/a/b") == "a/b"
    with pytest.raises(ValueError, match="outside"):
        repository.relative(os.path.dirname(repository.root))


# HEAD and revisions


def test_head_before_the_first_commit(new_project: NewProject) -> None:
    project = new_project(git=False)
    project.git("init", "-q", "-b", "trunk")
    repository = opened(project)
    assert repository.head_commit() is None
    assert repository.head_branch() == "trunk"
    with pytest.raises(UnknownRevision, match="unknown Git revision 'HEAD'"):
        repository.resolve("HEAD")


def test_head_on_a_branch_loose_packed_and_detached(
    project: Project, repository: Repository
) -> None:
    assert (repository.head_commit(), repository.head_branch()) == (project.head, "main")
    project.git("pack-refs", "--all")
    assert (repository.head_commit(), repository.head_branch()) == (project.head, "main")
    project.git("checkout", "-q", "--detach")
    assert (repository.head_commit(), repository.head_branch()) == (project.head, None)


def test_a_linked_work_tree_has_its_own_head(project: Project) -> None:
    linked = make_linked(project)
    project.commit("only on main")
    assert linked.head_branch() == "side"
    assert linked.head_commit() == project.git("rev-parse", "side") != project.head


def test_head_in_a_sha256_repository(new_project: NewProject) -> None:
    project = new_project(git=False)
    project.git("init", "-q", "-b", "main", "--object-format=sha256")
    head = project.commit()
    repository = opened(project)
    assert len(head) == 64
    assert repository.head_commit() == repository.resolve("main") == head


def test_head_as_a_symbolic_link(project: Project, repository: Repository) -> None:
    project.path(".git/HEAD").unlink()
    project.path(".git/HEAD").symlink_to("refs/heads/main")
    assert (repository.head_commit(), repository.head_branch()) == (project.head, "main")


def test_every_way_to_name_a_commit(project: Project, repository: Repository) -> None:
    first = project.head
    project.git("tag", "-a", "v1", "-m", "one")
    second = project.commit("second")
    names = ["HEAD", "main", "v1", "HEAD~1", first, first[:8], "refs/heads/main", ":/second"]
    expected = [second, second, first, first, first, first, second, second]
    assert [repository.resolve(name) for name in names] == expected


@pytest.mark.parametrize("name", ["nosuch", "", "-x", "--all", "a\nb", "HEAD:dvc.yaml", "a..b"])
def test_what_is_no_commit_is_an_unknown_revision(repository: Repository, name: str) -> None:
    with pytest.raises(UnknownRevision) as error:
        repository.resolve(name)
    assert error.value.message == f"unknown Git revision '{name}'"


def test_unknown_revisions_among_known_ones_keep_their_place(
    project: Project, repository: Repository
) -> None:
    names = ["main", "no\nsuch", "no\u2028such", "HEAD"]
    assert repository.resolve_many(names) == [project.head, None, None, project.head]


def test_commit_facts(project: Project, repository: Repository) -> None:
    parent = project.head
    project.git("commit", "--allow-empty", "-q", "-m", "a title\nof two lines\n\nbody ü")
    [commit, unknown] = repository.commits(["main", "nosuch"])
    assert unknown is None
    assert commit is not None
    assert commit.id == project.head
    assert commit.parents == (parent,)
    assert commit.tree == project.git("rev-parse", "HEAD^{tree}")
    assert commit.committed_at == int(project.git("log", "-1", "--format=%ct"))
    assert commit.subject == project.git("log", "-1", "--format=%s") == "a title of two lines"
    assert commit.message.endswith("body ü\n")


def test_a_message_in_another_encoding(project: Project, repository: Repository) -> None:
    project.write("message", "für".encode("latin-1"))
    project.git(
        "-c", "i18n.commitEncoding=latin-1", "commit", "-q", "--allow-empty", "-F", "message"
    )
    [commit] = repository.commits(["HEAD"])
    assert commit is not None
    assert commit.subject == "für"


def test_log_follows_first_parents(project: Project, repository: Repository) -> None:
    first = project.head
    project.git("checkout", "-q", "-b", "side")
    project.commit("on the side")
    project.git("checkout", "-q", "main")
    second = project.commit("second")
    project.git("merge", "-q", "--no-ff", "-m", "merge", "side")
    assert repository.log("HEAD", -1) == [project.head, second, first]
    assert repository.log("main", 2) == [project.head, second]
    assert repository.log("main", 1) == [project.head]
    assert repository.log("main", 0) == []


def test_all_commits_leaves_out_private_references(
    project: Project, repository: Repository
) -> None:
    first = project.head
    hidden = project.commit("hidden")
    project.git("update-ref", "refs/exps/aa/bb/name", hidden)
    project.git("reset", "-q", "--hard", first)
    assert repository.all_commits() == [first]


def test_branches_and_tags_of_a_commit(project: Project, repository: Repository) -> None:
    first = project.head
    project.git("tag", "light")
    project.git("tag", "-a", "heavy", "-m", "x")
    project.git("branch", "a/b")
    second = project.commit()
    branches, tags = repository.names_by_commit()
    assert branches == {first: ["a/b"], second: ["main"]}
    assert tags == {first: ["heavy", "light"]}


# states


def test_dirty_means_a_tracked_file_changed(project: Project, repository: Repository) -> None:
    project.write("a", "1")
    project.commit()
    project.write("untracked", "")
    assert not repository.is_dirty()
    project.write("a", "2")
    assert repository.is_dirty()


def test_a_staged_change_is_dirty(project: Project, repository: Repository) -> None:
    project.write("new", "1")
    project.git("add", "new")
    assert repository.is_dirty()


def test_shallow(project: Project, repository: Repository) -> None:
    project.commit()
    project.git("clone", "-q", "--depth=1", f"file://{project.root}", "../shallow")
    shallow = find(str(project.root.parent / "shallow"))
    assert shallow is not None
    assert shallow.is_shallow()
    assert not repository.is_shallow()


def test_configuration_values(project: Project, repository: Repository) -> None:
    project.git("config", "user.name", "Grace\nHopper")
    assert repository.config("user.name") == "Grace\nHopper"
    assert repository.config("user.nosuch") is None
