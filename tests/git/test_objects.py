from __future__ import annotations

import os

import pytest

from assay.git.objects import ObjectReader, TreeEntry, parse_commit, parse_tree
from assay.git.process import GitFailed
from assay.git.repository import Repository
from conftest import NewProject
from support.project import Project


def test_objects_by_any_name(project: Project, repository: Repository) -> None:
    project.write("a", b"one\0\n")
    head = project.commit()
    names = ["HEAD", "main:a", "HEAD^{tree}", head[:9], f"{head}:a"]
    with ObjectReader(repository.root) as objects:
        found = list(objects.read_many(names))
    blob = (project.git("rev-parse", "HEAD:a"), "blob", b"one\0\n")
    assert [item and item.kind for item in found] == ["commit", "blob", "tree", "commit", "blob"]
    assert found[1] == found[4] == blob


@pytest.mark.parametrize(
    "name",
    ["nosuch", "", " ", "HEAD:a b", "x blob 12", "HEAD:nosuch\nHEAD", "0" * 40, "-x", "ü\udcff"],
)
def test_unknown_names_give_nothing_and_keep_their_place(
    project: Project, repository: Repository, name: str
) -> None:
    with ObjectReader(repository.root) as objects:
        first, unknown, last = objects.read_many(["HEAD", name, "HEAD"])
        assert unknown is None
        assert first == last == objects.read(project.head)


def test_paths_with_line_ends_are_found_in_their_place(
    project: Project, repository: Repository
) -> None:
    project.write_all({"a": "1", "fo\nl/in\n": "2", "fo\nl/sub/b": "3"})
    project.commit()
    paths = ["a", "fo\nl/in\n", "fo\nl/sub", "fo\nl/sub/b", "fo\nl/no", "a/fo\nl", "fo\nl/in\n/x"]
    with ObjectReader(repository.root) as objects:
        found = list(objects.read_many(f"HEAD:{path}" for path in paths))
        assert objects.read("HEAD\n:a") is None
    assert [item and item.kind for item in found] == ["blob", "blob", "tree", "blob"] + [None] * 3
    assert found[1] == (project.git("rev-parse", "HEAD:fo\nl/in\n"), "blob", b"2")


def test_an_ambiguous_name_gives_nothing(project: Project, repository: Repository) -> None:
    project.write_all({"a": "142", "b": "784"})
    project.commit()
    with ObjectReader(repository.root) as objects:
        assert objects.read("8324") is None
        assert objects.read("HEAD:a") != objects.read("HEAD:b")


def test_many_and_large_objects_pass(project: Project, repository: Repository) -> None:
    contents = [os.urandom(1 + 7919 * number) for number in range(60)]
    for number, content in enumerate(contents):
        project.write(f"f{number}", content)
    project.commit()
    names = [f"HEAD:f{number}" for number in range(60)] * 20
    with ObjectReader(repository.root) as objects:
        found = [item.data for item in objects.read_many(iter(names)) if item]
    assert found == contents * 20


def test_an_answer_that_is_not_fetched_does_not_disturb_the_next_question(
    project: Project, repository: Repository
) -> None:
    project.write_all({"a": "1", "b": "2"})
    project.commit()
    with ObjectReader(repository.root) as objects:
        answers = objects.read_many(["HEAD:a"] * 1000)
        next(answers)
        found = objects.read("HEAD:b")
        assert found is not None
        assert found.data == b"2"
        assert len(list(answers)) == 999


def test_a_closed_reader_starts_again(repository: Repository) -> None:
    objects = ObjectReader(repository.root)
    assert objects.read("HEAD")
    objects.close()
    objects.close()
    assert objects.read("HEAD")
    objects.close()


def held() -> tuple[list[str], str]:
    """Open files of this process and its children, dead ones that nobody asked for too."""
    with open(f"/proc/self/task/{os.getpid()}/children", encoding="ascii") as children:
        return sorted(os.listdir("/proc/self/fd")), children.read()


def test_no_process_and_no_file_is_left(repository: Repository) -> None:
    before = held()
    for _ in range(3):
        with ObjectReader(repository.root) as objects:
            objects.read("HEAD")
    assert held() == before


def test_a_git_that_dies_is_an_error(bare_project: Project) -> None:
    with (
        ObjectReader(str(bare_project.root)) as objects,
        pytest.raises(GitFailed, match="not a git repository"),
    ):
        objects.read("HEAD")


def test_commits_through_tags(project: Project, repository: Repository) -> None:
    project.git("tag", "-a", "v1", "-m", "x")
    with ObjectReader(repository.root) as objects:
        tagged, tree, missing, found = objects.commits(["v1", "HEAD^{tree}", "nosuch", ":/init"])
    assert tree is missing is None
    assert tagged is not None
    assert tagged == found
    assert tagged.id == project.head


def test_trees(project: Project, repository: Repository) -> None:
    project.write_all({"dir/x": "", "ru\nn": "", os.fsdecode(b"\xff"): "", "a 100644 b": ""})
    project.path("ru\nn").chmod(0o755)
    project.path("link").symlink_to("x")
    project.run(["git", "init", "-q", "module"])
    project.run(["git", "-C", "module", "commit", "-q", "--allow-empty", "-m", "1"])
    project.git("-c", "advice.addEmbeddedRepo=false", "add", ".")
    project.commit()
    with ObjectReader(repository.root) as objects:
        entries = objects.tree("HEAD")
        assert objects.tree("HEAD:nosuch") == {}
    assert entries["dir"] == TreeEntry("40000", project.git("rev-parse", "HEAD:dir"))
    assert entries["dir"].is_tree
    assert entries["link"].is_link
    assert entries["module"].is_submodule
    assert entries["ru\nn"].mode == "100755"
    assert {"a 100644 b", os.fsdecode(b"\xff")} < entries.keys()


def test_trees_of_a_sha256_repository(new_project: NewProject) -> None:
    project = new_project(git=False)
    project.git("init", "-q", "--object-format=sha256")
    project.write_all({"a": "1", "b": "2"})
    project.commit()
    with ObjectReader(str(project.root)) as objects:
        entries = objects.tree("HEAD")
    assert entries["b"].id == project.git("rev-parse", "HEAD:b")


def test_an_empty_tree() -> None:
    assert parse_tree(b"", 20) == {}


def test_a_commit_of_a_broken_tool_is_read_as_far_as_possible() -> None:
    text = b"tree 1234\nauthor x\ncommitter nobody\nencoding klingon-8\n\nsubject \xff"
    commit = parse_commit("abcd", text)
    assert commit == ("abcd", "1234", (), 0, "subject \ufffd")


def test_the_headers_of_a_signed_commit_do_not_confuse() -> None:
    text = (
        b"tree 12\nparent 34\nparent 56\nauthor A <a> 1 +0000\ncommitter C <c> 99 +0100\n"
        b"gpgsig -----BEGIN\n parent 78\n \n tree 90\n\ntitle\n\ntree 77\n"
    )
    commit = parse_commit("ab", text)
    assert (commit.tree, commit.parents, commit.committed_at) == ("12", ("34", "56"), 99)
    assert commit.subject == "title"
