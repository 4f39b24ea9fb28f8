"""`data status`: as a user and as an IDE see it, and as the real DVC says it."""

from __future__ import annotations

import pytest

from support.project import Project
from support.side_by_side import same_json, same_text

STAGES = """\
stages:
  copy:
    cmd: cp file.txt out && mkdir -p od && cp file.txt od/x && echo 1 > m.json
    deps: [file.txt]
    outs: [out, od]
    metrics: [{m.json: {cache: false}}]
  never:
    cmd: cp file.txt nev
    deps: [file.txt]
    outs: [nev]
"""


@pytest.fixture
def data(project: Project) -> Project:
    """A tracked directory, a tracked file and an empty directory, all committed."""
    project.write_all(
        {"raw/1.txt": "one\n", "raw/sub/2.txt": "two\n", "raw/sub/deep/same.txt": "two\n"}
        | {"file.txt": "file\n", "known": "to Git\n"}
    )
    project.path("empty").mkdir()
    project.dvc("add", "-q", "raw", "file.txt", "empty")
    project.commit("data")
    return project


def test_nothing_to_say(data: Project) -> None:
    assert data.dvc("data", "status").out == "No changes.\n"
    assert data.dvc("data", "status", "--json").json == {}
    assert data.dvc("data", "status", "-q").out == ""


def test_the_whole_text(data: Project) -> None:
    """Sections, advice, states, and the word about Git (spec/data.md §12)."""
    data.write("new.txt", "n\n")
    data.dvc("add", "-q", "new.txt")
    data.path("raw/1.txt").rename(data.path("raw/one.txt"))
    data.path("file.txt").unlink()
    assert data.dvc("data", "status", "--granular", "--unchanged", "--untracked-files").lines == [
        "DVC committed changes:",
        "  (git commit the corresponding dvc files to update the repo)",
        "        added: new.txt",
        "",
        "DVC uncommitted changes:",
        '  (use "dvc commit <file>..." to track changes)',
        '  (use "dvc checkout <file>..." to discard changes)',
        "        modified: raw/",
        "        deleted: file.txt",
        "        renamed: raw/1.txt -> raw/one.txt",
        "",
        "Untracked files:",
        '  (use "git add <file> ..." or "dvc add <file>..." to commit to git or to dvc)',
        "        new.txt.dvc",
        "",
        "DVC unchanged files:",
        "        empty/",
        "        raw/sub/2.txt",
        "        raw/sub/deep/same.txt",
        '(there are other changes not tracked by dvc, use "git status" to see)',
    ]


def test_json_has_the_groups_that_clients_expect(data: Project) -> None:
    """spec/clients.md §1.3: empty groups are absent, directories end in a slash."""
    data.write("raw/x", "x\n")
    data.path("raw/1.txt").rename(data.path("raw/one.txt"))
    found = data.dvc("data", "status", "--granular", "--unchanged", "--json").json
    assert found == {
        "uncommitted": {
            "modified": ["raw/"],
            "added": ["raw/x"],
            "renamed": [{"old": "raw/1.txt", "new": "raw/one.txt"}],
        },
        "unchanged": ["empty/", "file.txt", "raw/sub/2.txt", "raw/sub/deep/same.txt"],
    }


def test_a_lost_cache_is_told_file_by_file_as_long_as_the_workspace_knows_them(
    data: Project,
) -> None:
    data.shell("rm -rf .dvc/cache")
    found = data.dvc("data", "status", "--granular", "--json").json
    assert found == {
        "not_in_cache": [
            "empty/",
            "file.txt",
            "raw/",
            "raw/1.txt",
            "raw/sub/2.txt",
            "raw/sub/deep/same.txt",
        ]
    }


def test_without_its_listing_the_files_of_a_changed_directory_are_unknown(data: Project) -> None:
    data.shell("rm -rf .dvc/cache/files/md5/84")
    data.write("raw/sub/new", "n\n")
    found = data.dvc("data", "status", "--granular", "--json").json
    assert found == {
        "not_in_cache": ["raw/"],
        "uncommitted": {
            "modified": ["raw/"],
            "unknown": [
                "raw/1.txt",
                "raw/sub/",
                "raw/sub/2.txt",
                "raw/sub/deep/",
                "raw/sub/deep/same.txt",
                "raw/sub/new",
            ],
        },
    }


def test_targets_are_paths_here_stages_and_dvc_files(data: Project) -> None:
    data.write("raw/sub/new", "n\n")
    data.write("file.txt", "changed\n")
    status = ("data", "status", "--json")
    assert data.dvc(*status, "raw").json == {"uncommitted": {"modified": ["raw/"]}}
    assert data.dvc(*status, "file.txt.dvc").json == {"uncommitted": {"modified": ["file.txt"]}}
    assert data.dvc(*status, "known").json == {}
    inside = {"uncommitted": {"added": ["raw/sub/new"]}}
    assert data.dvc(*status, "raw/sub").json == inside
    assert data.dvc(*status, "sub", cwd="raw").json == inside


def test_what_git_does_not_know_is_told_as_seen_from_here(data: Project) -> None:
    data.write_all({"top": "1", "raw2/x": "2"})
    status = ("data", "status", "--untracked-files", "--json")
    assert data.dvc(*status).json == {"untracked": ["raw2/x", "top"]}
    assert data.dvc(*status, cwd="raw2").json == {"untracked": ["x", "../top"]}
    assert data.dvc("data", "status", "--json", "--untracked-files=no").json == {}
    assert data.dvc("data", "status", "raw2", "--untracked-files", "--json").json == {
        "untracked": ["raw2/x"]
    }


def test_a_link_that_leads_nowhere_is_a_deleted_file(data: Project) -> None:
    data.path("file.txt").unlink()
    data.path("file.txt").symlink_to("nowhere")
    assert data.dvc("data", "status", "--json").json == {"uncommitted": {"deleted": ["file.txt"]}}


def test_without_git_nothing_is_committed(bare_project: Project) -> None:
    bare_project.write("f", "1")
    bare_project.dvc("add", "-q", "f")
    assert bare_project.dvc("data", "status").out == "No changes.\n"
    bare_project.write("f", "22")
    assert bare_project.dvc("data", "status", "--json", "--untracked-files").json == {
        "uncommitted": {"modified": ["f"]}
    }


def test_before_the_first_commit_everything_was_added(empty_folder: Project) -> None:
    empty_folder.shell("git init -q && dvc init -q")
    assert "No changes in an empty git repo." in empty_folder.dvc("data", "status").lines
    empty_folder.write("f", "1")
    empty_folder.dvc("add", "-q", "f")
    assert empty_folder.dvc("data", "status", "--json").json == {"committed": {"added": ["f"]}}


def test_a_project_below_the_git_root(empty_folder: Project) -> None:
    empty_folder.write("p/q/u", "1")
    empty_folder.shell("git init -q && git commit -q --allow-empty -m zero")
    empty_folder.shell("cd p && dvc init -q --subdir && echo 1 > f && dvc add -q f")
    status = ("data", "status", "--json", "--untracked-files")
    found = empty_folder.dvc(*status, cwd="p").json
    assert found["committed"] == {"added": ["f"]}
    assert "q/u" in found["untracked"]
    empty_folder.commit("one")
    assert empty_folder.dvc(*status, cwd="p").json == {}


def test_a_broken_commit_is_named(data: Project) -> None:
    data.write("file.txt.dvc", "outs: [\n")
    commit = data.commit("broken")
    data.git("checkout", "-q", "HEAD~1", "--", "file.txt.dvc")
    failed = data.dvc("data", "status", "--json", code=255)
    assert failed.out == ""
    assert failed.err.startswith(f"'./file.txt.dvc' is invalid in revision '{commit[:7]}'.\n")


def test_damaged_hints_do_not_matter(data: Project) -> None:
    data.dvc("data", "status")
    for content in ("", "[]", '{"version": "1 0"}', '{"commits": {"a": {"b": ["../x", 1]}}}'):
        data.write(".dvc/tmp/assay/commits.json", content)
        assert data.dvc("data", "status", "--json").json == {}


def test_what_was_not_pushed(data: Project) -> None:
    data.dvc("remote", "add", "-q", "-d", "store", "../remote")
    data.dvc("push", "-q")
    status = ("data", "status", "--json", "--not-in-remote")
    assert data.dvc(*status).json == {}
    data.write("raw/new", "new\n")
    data.dvc("add", "-q", "raw")
    found = data.dvc(*status, "--granular").json
    assert found["not_in_remote"] == ["raw/", "raw/new"]
    assert data.dvc(*status, "file.txt").json == {}
    text = data.dvc("data", "status", "--not-in-remote").lines
    assert text[:3] == [
        "Not in remote:",
        '  (use "dvc push <file>..." to upload files)',
        "        raw/",
    ]


def test_a_remote_that_is_named_and_one_that_is_unknown(data: Project) -> None:
    data.dvc("remote", "add", "-q", "other", "../other")
    status = ("data", "status", "--json", "--not-in-remote")
    assert data.dvc(*status).json == {}
    assert data.dvc(*status, "-r", "other").json["not_in_remote"] == ["empty/", "file.txt", "raw/"]
    failed = data.dvc(*status, "-r", "nope", code=251)
    assert "remote 'nope' doesn't exist" in failed.err


def test_the_same_as_dvc(data: Project, real_dvc: str) -> None:
    """Records that changed, data that changed, both, kinds that changed, renames, a lost cache."""
    data.write("dvc.yaml", STAGES)
    data.dvc("repro", "-q", "copy")
    status = ("data", "status", "--json", "--granular", "--unchanged")
    same_json(data, real_dvc, *status)
    data.commit("stages")
    data.shell("mkdir nev && echo 1 > nev/q && mv raw/1.txt raw/one.txt && rm od/x")
    same_json(data, real_dvc, *status)
    same_json(data, real_dvc, "data", "status", "--json")
    same_text(data, real_dvc, "data", "status")
    data.shell("git mv raw.dvc raw2.dvc && sed -i s/raw/raw2/ raw2.dvc && mv raw raw2")
    data.shell(
        "rm file.txt && mkdir file.txt && echo z > file.txt/z && rm -r empty od && echo f > od"
    )
    same_json(data, real_dvc, *status)
    same_text(data, real_dvc, "data", "status", "--granular", "--untracked-files")
    same_json(data, real_dvc, "data", "status", "--json", "raw2", "file.txt")
    data.shell("dvc add -q raw2 && rm -rf .dvc/cache/files/md5/84 ../home/site-cache")
    same_json(data, real_dvc, "data", "status", "--json", "--granular")
